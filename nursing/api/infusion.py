"""Fields of infusions."""
from rest_framework import serializers

from emr.api.acts import PinField


class BagInput(serializers.Serializer):
    """One bag that is hung."""

    at = serializers.DateTimeField(required=False, help_text="When it really happened; default now")
    volume = serializers.CharField(required=False, max_length=20, help_text="Millilitres in the bag; default as ordered")
    lot = serializers.UUIDField(required=False)
    witness = serializers.UUIDField(required=False, help_text="The second person, needed for high-risk drugs")
    witness_pin = PinField()
    own_drug = serializers.BooleanField(required=False)
    wristband = serializers.CharField(required=False, allow_blank=True, max_length=300)
    pack = serializers.CharField(required=False, allow_blank=True, max_length=300)
    not_scanned = serializers.CharField(required=False, allow_blank=True)


class StartInput(BagInput):
    rate = serializers.CharField(required=False, max_length=20, help_text="ml/h; default as ordered, never faster")
    site = serializers.CharField(required=False, allow_blank=True)
    reason = serializers.CharField(required=False, allow_blank=True, help_text="Why slower than ordered")


class RateInput(serializers.Serializer):
    rate = serializers.CharField(required=False, max_length=20, help_text="ml/h; default as ordered, never faster")
    at = serializers.DateTimeField(required=False)
    witness = serializers.UUIDField(required=False)
    witness_pin = PinField()
    reason = serializers.CharField(required=False, allow_blank=True, help_text="Why slower than ordered")


class PauseInput(serializers.Serializer):
    reason = serializers.CharField()
    at = serializers.DateTimeField(required=False)
    witness = serializers.UUIDField(required=False, help_text="The instructor of a student")
    witness_pin = PinField()


class ResumeInput(serializers.Serializer):
    at = serializers.DateTimeField(required=False)
    witness = serializers.UUIDField(required=False, help_text="The instructor of a student")
    witness_pin = PinField()


class ChangeBagInput(BagInput):
    remaining = serializers.CharField(required=False, max_length=20, help_text="Millilitres left in the old bag, when measured")


class EndInput(serializers.Serializer):
    remaining = serializers.CharField(required=False, max_length=20, help_text="Millilitres left in the bag, when measured")
    reason = serializers.CharField(required=False, allow_blank=True)
    at = serializers.DateTimeField(required=False)
    witness = serializers.UUIDField(required=False, help_text="Needed when the rest of a controlled drug is thrown away")
    witness_pin = PinField()


class InfusionUndoInput(serializers.Serializer):
    reason = serializers.CharField()


class InfusionEventOutput(serializers.Serializer):
    id = serializers.UUIDField(source="pk")
    request = serializers.UUIDField(source="request_id")
    kind = serializers.CharField(help_text="start, rate, pause, resume, bag, end")
    happened_at = serializers.DateTimeField()
    recorded_at = serializers.DateTimeField()
    performer = serializers.UUIDField(source="performer_id")
    performer_name = serializers.CharField(source="performer")
    witness = serializers.UUIDField(source="witness_id", allow_null=True)
    administration = serializers.UUIDField(source="administration_id", allow_null=True,
                                           help_text="The given dose that is the bag")
    rate = serializers.CharField(allow_null=True, help_text="ml/h")
    volume = serializers.CharField(allow_null=True, help_text="Millilitres in the bag")
    remaining = serializers.CharField(allow_null=True, help_text="Millilitres left in the old bag")
    reason = serializers.CharField()
    follows = serializers.UUIDField(source="follows_id", allow_null=True)
    error_at = serializers.DateTimeField(allow_null=True)
    error_reason = serializers.CharField()


class InfusionFilters(serializers.Serializer):
    department = serializers.UUIDField(required=False)


class RunningOutput(serializers.Serializer):
    """An infusion that runs or is paused now."""

    request = serializers.UUIDField(source="request.pk")
    patient = serializers.UUIDField(source="request.patient_id")
    encounter = serializers.UUIDField(source="request.encounter_id")
    medication = serializers.CharField(source="request.medication")
    is_paused = serializers.BooleanField(source="state.is_paused")
    rate = serializers.CharField(source="state.rate", help_text="ml/h as set")
    ordered = serializers.CharField(source="ordered.ml_per_hour", allow_null=True, default=None, help_text="ml/h as ordered now")
    left = serializers.CharField(source="state.left", help_text="Millilitres left in the bag")
    run = serializers.CharField(source="state.run", help_text="Millilitres that have run")
    ends_at = serializers.DateTimeField(source="state.ends_at", allow_null=True)
    alerts = serializers.ListField(child=serializers.CharField())
