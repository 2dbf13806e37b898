"""Fields of scans, effects, escalations and the report of doses on time."""
from rest_framework import serializers

from emr.api.acts import PinField


class PackInput(serializers.Serializer):
    code = serializers.CharField(max_length=300, help_text="What the reader reads from the pack, or its number (GTIN)")
    medication = serializers.UUIDField()


class PackOutput(serializers.Serializer):
    id = serializers.UUIDField(source="pk")
    gtin = serializers.CharField()
    medication = serializers.UUIDField(source="medication_id")
    medication_name = serializers.CharField(source="medication")
    since = serializers.DateTimeField()


class EffectInput(serializers.Serializer):
    effect = serializers.CharField(help_text="helped, partly, none, worse")
    at = serializers.DateTimeField(required=False)
    note = serializers.CharField(required=False, allow_blank=True)


class EffectOutput(serializers.Serializer):
    id = serializers.UUIDField(source="pk")
    administration = serializers.UUIDField(source="administration_id")
    effect = serializers.CharField()
    happened_at = serializers.DateTimeField()
    performer = serializers.UUIDField(source="performer_id")
    observation = serializers.UUIDField(source="observation_id", allow_null=True)
    note = serializers.CharField()
    error_at = serializers.DateTimeField(allow_null=True)


class EscalationOutput(serializers.Serializer):
    id = serializers.UUIDField(source="pk")
    dose = serializers.UUIDField(source="dose_id")
    department = serializers.UUIDField(source="department_id", allow_null=True)
    step = serializers.CharField(help_text="senior-nurse, doctor")
    told = serializers.UUIDField(source="told_id", allow_null=True, help_text="Null: nobody of that step was on duty")
    told_at = serializers.DateTimeField()


class WaitingTimesInput(serializers.Serializer):
    effect_after = serializers.IntegerField(help_text="Minutes after a drug as needed")
    senior_after = serializers.IntegerField(help_text="Minutes a time-critical dose is late")
    doctor_after = serializers.IntegerField(help_text="Minutes a time-critical dose is late")


class WaitingTimesOutput(serializers.Serializer):
    id = serializers.UUIDField(source="pk")
    effect_after = serializers.IntegerField(source="effect_after_minutes")
    senior_after = serializers.IntegerField(source="senior_after_minutes")
    doctor_after = serializers.IntegerField(source="doctor_after_minutes")
    is_demo = serializers.BooleanField()


class PatchOffInput(serializers.Serializer):
    at = serializers.DateTimeField(required=False, help_text="When it was taken off; default now")
    reason = serializers.CharField(required=False, allow_blank=True)
    witness = serializers.UUIDField(required=False, help_text="The instructor of a student")
    witness_pin = PinField()


class PatchRemovalOutput(serializers.Serializer):
    id = serializers.UUIDField(source="pk")
    administration = serializers.UUIDField(source="administration_id")
    happened_at = serializers.DateTimeField()
    performer = serializers.UUIDField(source="performer_id")
    witness = serializers.UUIDField(source="witness_id", allow_null=True)
    reason = serializers.CharField()
    error_at = serializers.DateTimeField(allow_null=True)
