"""Fields of procedures."""
from rest_framework import serializers


class ProcedureInput(serializers.Serializer):
    text = serializers.CharField()
    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(required=False, allow_null=True)
    code = serializers.CharField(required=False, allow_blank=True)
    system = serializers.CharField(required=False, allow_blank=True)
    request = serializers.UUIDField(required=False, allow_null=True)
    anaesthesia = serializers.CharField(required=False, allow_blank=True)
    note = serializers.CharField(required=False, allow_blank=True)


class ProcedureOutput(serializers.Serializer):
    id = serializers.UUIDField(source="pk")
    patient = serializers.UUIDField(source="patient_id")
    encounter = serializers.UUIDField(source="encounter_id")
    request = serializers.UUIDField(source="request_id", allow_null=True)
    text = serializers.CharField()
    code = serializers.CharField()
    system = serializers.CharField()
    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    performer = serializers.UUIDField(source="performer_id", allow_null=True)
    anaesthesia = serializers.CharField()
    note = serializers.CharField()
