"""Fields of the shift hand-over."""
from rest_framework import serializers


class HandOverInput(serializers.Serializer):
    since = serializers.DateTimeField(required=False, help_text="When the shift began; default: the caller's duty")


class RemarkInput(serializers.Serializer):
    text = serializers.CharField()


class RemarkOutput(serializers.Serializer):
    id = serializers.UUIDField(source="pk")
    patient = serializers.UUIDField(source="patient_id")
    encounter = serializers.UUIDField(source="encounter_id")
    text = serializers.CharField()
    written_at = serializers.DateTimeField()
    error_at = serializers.DateTimeField(allow_null=True)


class HandOverOutput(serializers.Serializer):
    id = serializers.UUIDField(source="pk")
    department = serializers.UUIDField(source="department_id")
    since = serializers.DateTimeField()
    handed_at = serializers.DateTimeField()
    outgoing = serializers.UUIDField(source="outgoing_id")
    taken_at = serializers.DateTimeField(allow_null=True)
    incoming = serializers.UUIDField(source="incoming_id", allow_null=True)
    sha256 = serializers.CharField()
    error_at = serializers.DateTimeField(allow_null=True)
    error_reason = serializers.CharField()


class HandOverWhole(HandOverOutput):
    content = serializers.JSONField(help_text="patients, gone, counts: plain values as they were when handed over")
