"""Medication orders: lists, rows, and the input of their acts."""
from rest_framework import serializers

from emr.access import chart_for
from emr.api.acts import PinField
from emr.errors import NotFound
from orders.api.infusion import InfusionInput
from orders.models import MedicationRequest
from orders.queries import encounter as encounters
from orders.queries import medication_request as queries
from orders.queries import planned_dose as doses


class Answers(serializers.Serializer):
    """What the author answers to the findings of the checks."""

    override_reason = serializers.CharField(required=False, max_length=300, help_text="One reason for all that the checks found")
    override_reasons = serializers.DictField(child=serializers.CharField(max_length=300), required=False,
                                             help_text='A reason for each rule: {"allergy:class": "tolerated before"}')
    second_signature = serializers.UUIDField(required=False, help_text="The other doctor who signs a hard stop too")
    second_password = PinField(help_text="PIN, badge or password, typed by the second doctor")


class PrescribeInput(Answers):
    """The server sets author and time; the caller is the prescriber."""

    infusion = InfusionInput(required=False, help_text="Makes it an infusion; the dose is what one bag holds")

    medication = serializers.UUIDField(help_text="A product of the formulary")
    dose = serializers.CharField(required=False, max_length=20, help_text="A decimal number as text; its digits are kept")
    dose_unit = serializers.CharField(required=False, max_length=20)
    dose_text = serializers.CharField(required=False, max_length=200)
    route = serializers.CharField(required=False, max_length=20)
    timing = serializers.JSONField(required=False, help_text='{"every_hours": 6}, {"times": ["08:00"]}, {"once": true} …')
    timing_text = serializers.CharField(required=False, max_length=120)
    priority = serializers.ChoiceField(MedicationRequest.Priority.choices, required=False)
    category = serializers.ChoiceField(MedicationRequest.Category.choices, required=False)
    as_needed = serializers.BooleanField(required=False)
    as_needed_for = serializers.CharField(required=False, max_length=200)
    max_per_day = serializers.IntegerField(required=False, min_value=1, max_value=1000)
    min_interval_minutes = serializers.IntegerField(required=False, min_value=1, max_value=10000)
    indication = serializers.CharField(required=False, max_length=300)
    instructions = serializers.CharField(required=False, max_length=500)
    starts_at = serializers.DateTimeField(required=False)
    ends_at = serializers.DateTimeField(required=False)
    days = serializers.IntegerField(required=False, min_value=1, max_value=3650)
    stages = serializers.JSONField(required=False, help_text='Instead of dose and days: [{"dose": "40", "days": 3}, …]; the '
                                                             'last may go on')
    scale = serializers.JSONField(required=False, help_text='Instead of dose: {"code": "14743-9", "name": "glucose", "unit": '
                                                            '"mmol/L", '
                                  '"max_age_minutes": 60, "bands": [{"from": "8", "below": "12", "dose": "2"}]}')
    starts_on = serializers.ChoiceField(MedicationRequest.Event.choices, required=False,
                                        help_text="The order waits for this event")


class ChangeInput(Answers):
    reason = serializers.CharField(max_length=300)
    from_next_dose = serializers.BooleanField(required=False)
    dose = serializers.DecimalField(required=False, max_digits=12, decimal_places=6)
    dose_unit = serializers.CharField(required=False, max_length=20)
    route = serializers.CharField(required=False, max_length=20)
    timing = serializers.JSONField(required=False)
    timing_text = serializers.CharField(required=False, max_length=120)
    days = serializers.IntegerField(required=False, min_value=1, max_value=3650)
    stages = serializers.JSONField(required=False, help_text='[{"dose": "40", "days": 3}, …]')
    instructions = serializers.CharField(required=False, max_length=500)


class RenewInput(Answers):
    days = serializers.IntegerField(min_value=1, max_value=3650, help_text="So many days beyond its end")


class StartInput(serializers.Serializer):
    at = serializers.DateTimeField(required=False, help_text="When the event came; default now")


class StopInput(serializers.Serializer):
    reason = serializers.CharField(max_length=300)
    at = serializers.DateTimeField(required=False)


class HoldInput(serializers.Serializer):
    reason = serializers.CharField(max_length=300)
    since = serializers.DateTimeField(required=False)


class ResumeInput(serializers.Serializer):
    at = serializers.DateTimeField(required=False)


class OrderOutput(serializers.Serializer):
    id = serializers.UUIDField()
    patient = serializers.UUIDField(source="patient_id")
    encounter = serializers.UUIDField(source="encounter_id")
    category = serializers.CharField()
    medication = serializers.UUIDField(source="medication_id")
    medication_name = serializers.CharField(source="medication")
    dose = serializers.CharField(allow_null=True)
    dose_unit = serializers.CharField()
    dose_text = serializers.CharField()
    route = serializers.CharField()
    priority = serializers.CharField()
    timing = serializers.JSONField()
    timing_text = serializers.CharField()
    as_needed = serializers.BooleanField()
    as_needed_for = serializers.CharField()
    max_per_day = serializers.IntegerField(allow_null=True)
    min_interval_minutes = serializers.IntegerField(allow_null=True)
    indication = serializers.CharField()
    instructions = serializers.CharField()
    prescriber = serializers.UUIDField(source="prescriber_id")
    authored_at = serializers.DateTimeField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField(allow_null=True)
    stages = serializers.JSONField()
    scale = serializers.JSONField()
    starts_on = serializers.CharField()
    event_at = serializers.DateTimeField(allow_null=True)
    stopped_at = serializers.DateTimeField(allow_null=True)
    stop_reason = serializers.CharField()
    replaces = serializers.UUIDField(source="replaces_id", allow_null=True)
    # Only where the list worked it out: the answer to an act tells the times instead.
    status = serializers.CharField(required=False)
    held_since = serializers.DateTimeField(required=False, allow_null=True)
    hold_reason = serializers.CharField(required=False, allow_null=True)


class DoseOutput(serializers.Serializer):
    id = serializers.UUIDField()
    request = serializers.UUIDField(source="request_id")
    due_at = serializers.DateTimeField()
    amount = serializers.CharField(allow_null=True)
    unit = serializers.CharField()


def opened(actor, encounter_id, purpose):
    """The stay or visit, its chart being open to the caller. Raises NotFound, ChartNotVisible."""
    encounter = encounters.by_id(encounter_id)
    if encounter is None or not chart_for(actor, encounter.patient, purpose).shows("orders"):
        raise NotFound()
    return encounter


def orders_of_encounter(actor, encounter_id):
    """The medication orders of a stay or visit with their status, running ones first."""
    return queries.of_encounter(opened(actor, encounter_id, "api:orders"))


def order(actor, request_id):
    """One medication order with its status."""
    row = queries.with_status(MedicationRequest.objects.filter(pk=request_id)).select_related("medication").first()
    if row is not None:
        opened(actor, row.encounter_id, "api:order")
    return row


def doses_of_order(actor, request_id):
    """The planned doses of an order, in order of time."""
    row = order(actor, request_id)
    if row is None:
        raise NotFound()
    return doses.of_request(row)
