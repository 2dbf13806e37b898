"""Emergency visits and their acts."""
from rest_framework import serializers

from admissions.models import DelayReason, Departure, EmergencyMoment, EmergencyVisit, FollowUpCall
from admissions.queries import emergency_visit as queries
from emr.models import Encounter


class ConditionInput(serializers.Serializer):
    text = serializers.CharField(max_length=500)
    code = serializers.CharField(max_length=40, required=False)
    system = serializers.CharField(max_length=120, required=False)
    stage = serializers.CharField(max_length=14, required=False)


class EncounterOutput(serializers.Serializer):
    id = serializers.UUIDField()
    number = serializers.CharField()
    kind = serializers.CharField()
    status = serializers.CharField()
    patient = serializers.UUIDField(source="patient_id")
    department = serializers.UUIDField(source="department_id")
    started_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    disposition = serializers.CharField()
    reason = serializers.CharField()
    part_of = serializers.UUIDField(source="part_of_id", allow_null=True)


class ArrivalInput(serializers.Serializer):
    patient = serializers.UUIDField()
    department = serializers.UUIDField()
    complaint = serializers.CharField(max_length=500, required=False, allow_blank=True)
    arrival_mode = serializers.ChoiceField(EmergencyVisit.ArrivalMode.choices, required=False)
    brought_by = serializers.CharField(max_length=200, required=False, allow_blank=True)
    arrived_at = serializers.DateTimeField(required=False)
    attending = serializers.UUIDField(required=False)
    announced = serializers.UUIDField(required=False, help_text="The announcement that this arrival answers")


class CasualtyInput(serializers.Serializer):
    wristband = serializers.CharField(max_length=60)
    department = serializers.UUIDField()
    level = serializers.IntegerField(min_value=1, max_value=5, required=False, help_text="SATS: 1 red to 4 green")


class AnnounceInput(serializers.Serializer):
    department = serializers.UUIDField()
    expected_at = serializers.DateTimeField()
    arrival_mode = serializers.ChoiceField(EmergencyVisit.ArrivalMode.choices, required=False)
    brought_by = serializers.CharField(max_length=200, required=False, allow_blank=True)
    complaint = serializers.CharField(max_length=500, required=False, allow_blank=True)
    sex = serializers.ChoiceField(["male", "female", "other", "unknown"], required=False)
    age = serializers.IntegerField(min_value=0, max_value=120, required=False)


class AnnouncementOutput(serializers.Serializer):
    id = serializers.UUIDField()
    department = serializers.UUIDField(source="department_id")
    announced_at = serializers.DateTimeField()
    expected_at = serializers.DateTimeField()
    arrival_mode = serializers.CharField()
    brought_by = serializers.CharField()
    complaint = serializers.CharField()
    sex = serializers.CharField()
    age = serializers.IntegerField(allow_null=True)
    encounter = serializers.UUIDField(source="encounter_id", allow_null=True)
    cancelled_at = serializers.DateTimeField(allow_null=True)


class DelayInput(serializers.Serializer):
    reason = serializers.ChoiceField(DelayReason.Reason.choices)
    note = serializers.CharField(max_length=200, required=False, allow_blank=True)


class DelayOutput(serializers.Serializer):
    id = serializers.UUIDField()
    encounter = serializers.UUIDField(source="encounter_id")
    step = serializers.CharField()
    reason = serializers.CharField()
    note = serializers.CharField()
    happened_at = serializers.DateTimeField()


class VitalsInput(serializers.Serializer):
    respiratory_rate = serializers.CharField(max_length=8, required=False)
    heart_rate = serializers.CharField(max_length=8, required=False)
    systolic = serializers.CharField(max_length=8, required=False)
    diastolic = serializers.CharField(max_length=8, required=False)
    spo2 = serializers.CharField(max_length=8, required=False)
    temperature = serializers.CharField(max_length=8, required=False)
    pain = serializers.CharField(max_length=8, required=False)
    oxygen = serializers.BooleanField(required=False)
    consciousness = serializers.CharField(max_length=1, required=False)


class FindingsInput(serializers.Serializer):
    life_saving = serializers.BooleanField(required=False)
    high_risk = serializers.BooleanField(required=False)
    trauma = serializers.BooleanField(required=False)
    resources = serializers.IntegerField(min_value=0, max_value=2, required=False)
    mobility = serializers.ChoiceField(["walking", "help", "stretcher"], required=False)
    signs = serializers.ListField(child=serializers.CharField(max_length=40), required=False)


class TriageInput(serializers.Serializer):
    level = serializers.IntegerField(min_value=1, max_value=5, required=False, help_text="Absent: as the rules suggest")
    vitals = VitalsInput(required=False)
    findings = FindingsInput(required=False)
    scale = serializers.CharField(max_length=8, required=False)
    reason = serializers.CharField(max_length=300, required=False, allow_blank=True)
    at = serializers.DateTimeField(required=False)


class TriageOutput(serializers.Serializer):
    id = serializers.UUIDField()
    encounter = serializers.UUIDField(source="encounter_id")
    scale = serializers.CharField()
    version = serializers.CharField()
    level = serializers.IntegerField()
    suggested_level = serializers.IntegerField(allow_null=True)
    longest_wait = serializers.IntegerField(allow_null=True, help_text="Minutes")
    findings = serializers.JSONField()
    reason = serializers.CharField()
    happened_at = serializers.DateTimeField()


class MomentInput(serializers.Serializer):
    kind = serializers.ChoiceField(EmergencyMoment.Kind.choices)
    at = serializers.DateTimeField(required=False)


class MomentOutput(serializers.Serializer):
    id = serializers.UUIDField()
    encounter = serializers.UUIDField(source="encounter_id")
    kind = serializers.CharField()
    happened_at = serializers.DateTimeField()
    error_at = serializers.DateTimeField(allow_null=True)


class ReasonInput(serializers.Serializer):
    reason = serializers.CharField(max_length=300)


class LeaveInput(serializers.Serializer):
    disposition = serializers.ChoiceField(Encounter.Disposition.choices)
    at = serializers.DateTimeField(required=False)
    conditions = ConditionInput(many=True, required=False)
    risks = serializers.CharField(max_length=1000, required=False, allow_blank=True)
    signature = serializers.ChoiceField(Departure.Signature.choices, required=False)
    witness = serializers.CharField(max_length=200, required=False, allow_blank=True)
    destination = serializers.CharField(max_length=300, required=False, allow_blank=True)
    note = serializers.CharField(max_length=1000, required=False, allow_blank=True)


class DepartureOutput(serializers.Serializer):
    id = serializers.UUIDField()
    encounter = serializers.UUIDField(source="encounter_id")
    disposition = serializers.CharField()
    happened_at = serializers.DateTimeField()
    risks = serializers.CharField()
    signature = serializers.CharField()
    witness = serializers.CharField()
    destination = serializers.CharField()
    note = serializers.CharField()
    document = serializers.UUIDField(source="document_id", allow_null=True)


class CallInput(serializers.Serializer):
    outcome = serializers.ChoiceField(FollowUpCall.Outcome.choices)
    note = serializers.CharField(max_length=300, required=False, allow_blank=True)


class CallOutput(serializers.Serializer):
    id = serializers.UUIDField()
    departure = serializers.UUIDField(source="departure_id")
    happened_at = serializers.DateTimeField()
    outcome = serializers.CharField()
    note = serializers.CharField()


class HandOverInput(serializers.Serializer):
    to_department = serializers.UUIDField(required=False)
    belongings = serializers.CharField(max_length=500, required=False, allow_blank=True)
    note = serializers.CharField(max_length=500, required=False, allow_blank=True)


class TakeInput(serializers.Serializer):
    remark = serializers.CharField(max_length=300, required=False, allow_blank=True)


class ReceiptOutput(serializers.Serializer):
    id = serializers.UUIDField()
    encounter = serializers.UUIDField(source="encounter_id")
    from_department = serializers.UUIDField(source="from_department_id")
    to_department = serializers.UUIDField(source="to_department_id")
    handed_at = serializers.DateTimeField()
    vitals = serializers.JSONField()
    pending = serializers.JSONField()
    belongings = serializers.CharField()
    note = serializers.CharField()
    taken_at = serializers.DateTimeField(allow_null=True)
    remark = serializers.CharField()


def expected(actor):
    """Those who are announced and have not come, the first to come first."""
    return queries.expected()


def open_visits(actor):
    """Open emergency visits, longest here first."""
    return queries.open_visits()
