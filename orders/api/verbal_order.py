"""Verbal orders, verification and their policies: lists and the input of their acts."""
from rest_framework import serializers

from orders.api.medication_request import PrescribeInput
from orders.models import OrderPolicy, VerbalOrder
from orders.queries import order_policy as policies
from orders.queries import order_verification as verifications
from orders.queries import verbal_order as queries


class TakeInput(PrescribeInput):
    """The caller is the nurse who wrote it; the doctor who told it is the prescriber."""

    doctor = serializers.UUIDField(help_text="Staff: the doctor who told the order")
    how = serializers.ChoiceField(VerbalOrder.How.choices, required=False)
    read_back = serializers.BooleanField(help_text="Read back to the doctor and confirmed")
    read_back_at = serializers.DateTimeField(required=False)
    second_signature = second_password = None


class DisputeInput(serializers.Serializer):
    reason = serializers.CharField(max_length=300)


class VerbalOutput(serializers.Serializer):
    id = serializers.UUIDField()
    request = serializers.UUIDField(source="request_id")
    how = serializers.CharField()
    read_back_at = serializers.DateTimeField()
    recorded_at = serializers.DateTimeField()
    recorded_by = serializers.UUIDField(source="recorded_by_id")
    signed_at = serializers.DateTimeField(allow_null=True)
    signed_by = serializers.UUIDField(source="signed_by_id", allow_null=True)
    disputed_at = serializers.DateTimeField(allow_null=True)
    dispute_reason = serializers.CharField()
    is_overdue = serializers.BooleanField(required=False)


class QuestionInput(serializers.Serializer):
    reason = serializers.CharField(max_length=500)


class AnswerInput(serializers.Serializer):
    answer = serializers.CharField(max_length=500)


class SaidOutput(serializers.Serializer):
    id = serializers.UUIDField()
    request = serializers.UUIDField(source="request_id")
    kind = serializers.CharField()
    text = serializers.CharField()
    recorded_at = serializers.DateTimeField()
    recorded_by = serializers.UUIDField(source="recorded_by_id")


class WaitingOutput(serializers.Serializer):
    id = serializers.UUIDField()
    patient = serializers.UUIDField(source="patient_id")
    encounter = serializers.UUIDField(source="encounter_id")
    medication_name = serializers.CharField(source="medication")
    dose = serializers.CharField(source="dose_words")
    timing_text = serializers.CharField()
    priority = serializers.CharField()
    authored_at = serializers.DateTimeField()
    policy = serializers.CharField(source="verified_by_policy")
    verification = serializers.CharField()
    verification_text = serializers.CharField(allow_null=True)
    waits_for_verification = serializers.BooleanField(help_text="No dose is given before")


class PolicyInput(serializers.Serializer):
    code = serializers.CharField(max_length=60)
    kind = serializers.ChoiceField(OrderPolicy.Kind.choices)
    atc = serializers.CharField(max_length=7, required=False)
    is_controlled = serializers.BooleanField(required=False)
    is_high_risk = serializers.BooleanField(required=False)
    department = serializers.UUIDField(required=False)
    blocks_giving = serializers.BooleanField(required=False)
    sentence = serializers.CharField(max_length=300)
    told_by = serializers.CharField(max_length=300)
    is_active = serializers.BooleanField(required=False)


class PolicyOutput(serializers.Serializer):
    code = serializers.CharField()
    kind = serializers.CharField()
    atc = serializers.CharField()
    is_controlled = serializers.BooleanField()
    is_high_risk = serializers.BooleanField()
    department = serializers.UUIDField(source="department_id", allow_null=True)
    blocks_giving = serializers.BooleanField()
    sentence = serializers.CharField()
    told_by = serializers.CharField()
    is_active = serializers.BooleanField()
    is_demo = serializers.BooleanField()


class HoursInput(serializers.Serializer):
    hours = serializers.IntegerField(min_value=1, max_value=336)


class HoursOutput(serializers.Serializer):
    sign_verbal_within_hours = serializers.IntegerField()


def verbal_orders(actor):
    """For a doctor what he told and has not signed; for a nurse what waits for a signature in her departments."""
    if actor.may("orders.sign_verbal_order"):
        return queries.to_sign(actor)
    return queries.taken_in(list(actor.department_ids), actor)


def waiting(actor):
    """Orders that wait for the pharmacist, STAT first, then the oldest."""
    return verifications.queue()


def all_policies(actor):
    """Every policy of orders."""
    return policies.all_policies()
