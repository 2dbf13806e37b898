"""Stays: admission, moves, discharge, and the beds."""
from functools import partial, update_wrapper

from rest_framework import serializers

from admissions.actions.discharge import discharge_patient
from admissions.api.emergency_visit import ConditionInput
from admissions.models import BedState, FluidEntry, Isolation
from admissions.queries import deterioration_alert as alerts
from admissions.queries import stay as queries
from emr.models import Encounter


class AdmitInput(serializers.Serializer):
    patient = serializers.UUIDField()
    department = serializers.UUIDField(required=False)
    bed = serializers.UUIDField(required=False)
    reason = serializers.CharField(max_length=500, required=False, allow_blank=True)
    started_at = serializers.DateTimeField(required=False)
    attending = serializers.UUIDField(required=False)
    nurse = serializers.UUIDField(required=False)
    part_of = serializers.UUIDField(required=False)
    request = serializers.UUIDField(required=False)
    conditions = ConditionInput(many=True, required=False)
    boarding = serializers.BooleanField(required=False, help_text="No bed yet: the patient stays in the emergency room")


class MoveInput(serializers.Serializer):
    bed = serializers.UUIDField(required=False)
    department = serializers.UUIDField(required=False)
    at = serializers.DateTimeField(required=False)


class DischargeInput(serializers.Serializer):
    disposition = serializers.ChoiceField(Encounter.Disposition.choices, required=False)
    at = serializers.DateTimeField(required=False)
    conditions = ConditionInput(many=True, required=False)
    accept_unpriced = serializers.BooleanField(required=False, help_text="Discharge although some act has no price yet")


class FluidInput(serializers.Serializer):
    kind = serializers.ChoiceField(FluidEntry.Kind.choices)
    ml = serializers.IntegerField(min_value=1, max_value=10_000)
    at = serializers.DateTimeField(required=False)


class FluidOutput(serializers.Serializer):
    id = serializers.UUIDField()
    encounter = serializers.UUIDField(source="encounter_id")
    kind = serializers.CharField()
    ml = serializers.IntegerField()
    happened_at = serializers.DateTimeField()
    error_at = serializers.DateTimeField(allow_null=True)


class AnswerAlertInput(serializers.Serializer):
    note = serializers.CharField(max_length=300, required=False, allow_blank=True)


class AlertOutput(serializers.Serializer):
    id = serializers.UUIDField()
    encounter = serializers.UUIDField(source="encounter_id")
    observation = serializers.UUIDField(source="observation_id")
    told_at = serializers.DateTimeField()
    seen_at = serializers.DateTimeField(allow_null=True)
    note = serializers.CharField()


class ConsultInput(serializers.Serializer):
    advice = serializers.CharField(max_length=4000)
    findings = serializers.CharField(max_length=4000, required=False, allow_blank=True)
    assessment = serializers.CharField(max_length=4000, required=False, allow_blank=True)


class ReopenInput(serializers.Serializer):
    reason = serializers.CharField(max_length=300)
    bed = serializers.UUIDField(required=False)


class SwapInput(serializers.Serializer):
    other = serializers.UUIDField()
    at = serializers.DateTimeField(required=False)


class MarkInput(serializers.Serializer):
    state = serializers.ChoiceField(BedState.State.choices)
    note = serializers.CharField(max_length=200, required=False, allow_blank=True)
    request = serializers.UUIDField(required=False, help_text="The admission request for which the bed is kept")


class StateOutput(serializers.Serializer):
    id = serializers.UUIDField()
    bed = serializers.UUIDField(source="bed_id")
    state = serializers.CharField()
    since = serializers.DateTimeField()
    until = serializers.DateTimeField(allow_null=True)
    note = serializers.CharField()


class ExpectInput(serializers.Serializer):
    day = serializers.DateField()


class ExpectOutput(serializers.Serializer):
    id = serializers.UUIDField()
    encounter = serializers.UUIDField(source="encounter_id")
    day = serializers.DateField()


class IsolateInput(serializers.Serializer):
    kind = serializers.ChoiceField(Isolation.Kind.choices)


class IsolationOutput(serializers.Serializer):
    id = serializers.UUIDField()
    encounter = serializers.UUIDField(source="encounter_id")
    kind = serializers.CharField()
    since = serializers.DateTimeField()
    until = serializers.DateTimeField(allow_null=True)


class DraftInput(serializers.Serializer):
    language = serializers.ChoiceField(["en", "ru", "be"], required=False)


class SignInput(serializers.Serializer):
    edited = serializers.IntegerField(min_value=0, required=False)


class SummaryOutput(serializers.Serializer):
    id = serializers.UUIDField()
    number = serializers.CharField()
    encounter = serializers.UUIDField(source="encounter_id")
    status = serializers.CharField()
    edited = serializers.IntegerField()
    language = serializers.CharField()
    sections = serializers.JSONField()
    signed_at = serializers.DateTimeField(allow_null=True)
    sha256 = serializers.CharField()


class BedOutput(serializers.Serializer):
    id = serializers.UUIDField()
    label = serializers.CharField()
    room = serializers.CharField(source="room.code")
    sex = serializers.CharField(source="room.sex")
    ward = serializers.CharField(source="room.ward.name")
    department = serializers.UUIDField(source="room.ward.department_id")


# The API asks the checklist as the page does; only a replay of past days does not.
discharge_with_checklist = update_wrapper(partial(discharge_patient, checklist=True), discharge_patient)


def my_alerts(actor):
    """Early warning scores of which the caller was told and that nobody has answered."""
    return alerts.unseen(actor)


def open_stays(actor):
    """Open stays of the caller's departments."""
    return queries.open_stays(actor.department_ids).order_by("started_at")


def free_beds(actor):
    """Beds in which nobody lies."""
    return queries.free_beds(queries.admitting_departments())
