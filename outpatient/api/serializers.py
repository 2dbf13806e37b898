"""What the API says about cards and visits, and what its acts take."""
from rest_framework import serializers

from emr.models import Encounter


class CardOutput(serializers.Serializer):
    id = serializers.UUIDField()
    number = serializers.CharField()
    patient = serializers.UUIDField(source="patient_id")
    district = serializers.CharField(source="district.code", default="")
    opened_at = serializers.DateTimeField()
    opened_by = serializers.UUIDField(source="opened_by_id")
    closed_at = serializers.DateTimeField(allow_null=True)
    valid_until = serializers.DateField(allow_null=True)


class OpenCardInput(serializers.Serializer):
    district = serializers.UUIDField(required=False)
    valid_until = serializers.DateField(required=False, allow_null=True, help_text="Last day of a service by permission")


class RenewInput(serializers.Serializer):
    valid_until = serializers.DateField(required=False, allow_null=True, help_text="Last day; empty = attached for good")


class VisitOutput(serializers.Serializer):
    id = serializers.UUIDField(source="pk")
    number = serializers.CharField(source="encounter.number")
    status = serializers.CharField(source="encounter.status")
    patient = serializers.UUIDField(source="encounter.patient_id")
    department = serializers.UUIDField(source="encounter.department_id")
    doctor = serializers.UUIDField(source="doctor_id")
    complaint = serializers.CharField()
    conclusion = serializers.CharField()
    is_first = serializers.BooleanField()
    started_at = serializers.DateTimeField(source="encounter.started_at")
    finished_at = serializers.DateTimeField(source="encounter.finished_at", allow_null=True)
    disposition = serializers.CharField(source="encounter.disposition")


class EncounterOutput(serializers.Serializer):
    """The visit as its act left it."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    status = serializers.CharField()
    patient = serializers.UUIDField(source="patient_id")
    department = serializers.UUIDField(source="department_id")
    started_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    disposition = serializers.CharField()


class StartInput(serializers.Serializer):
    department = serializers.UUIDField()
    doctor = serializers.UUIDField(required=False)
    complaint = serializers.CharField(max_length=500, required=False, allow_blank=True)
    started_at = serializers.DateTimeField(required=False)
    is_first = serializers.BooleanField(required=False, default=True)


class ConditionInput(serializers.Serializer):
    text = serializers.CharField(max_length=500)
    code = serializers.CharField(max_length=40, required=False)
    system = serializers.CharField(max_length=120, required=False)
    stage = serializers.CharField(max_length=14, required=False)


class FinishInput(serializers.Serializer):
    at = serializers.DateTimeField(required=False)
    conclusion = serializers.CharField(max_length=500, required=False, allow_blank=True)
    conditions = ConditionInput(many=True, required=False)
    disposition = serializers.ChoiceField(Encounter.Disposition.choices, required=False)
    note = serializers.UUIDField(required=False, help_text="One's own draft of the visit note, to be signed with it")
    edited = serializers.IntegerField(required=False, min_value=0, help_text="The edit counter of that draft")


class DayFilters(serializers.Serializer):
    doctor = serializers.UUIDField(required=False)
    department = serializers.UUIDField(required=False)


class PatientFilter(serializers.Serializer):
    patient = serializers.UUIDField()
