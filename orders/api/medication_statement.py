"""What patients say to take."""
from rest_framework import serializers


class StatementInput(serializers.Serializer):
    text = serializers.CharField(max_length=500)
    dosage_text = serializers.CharField(required=False, max_length=500)
    code = serializers.CharField(required=False, max_length=60)
    system = serializers.CharField(required=False, max_length=120)
    route = serializers.CharField(required=False, max_length=60)
    started_at = serializers.DateTimeField(required=False)
    ended_at = serializers.DateTimeField(required=False)

    def validate(self, data):
        if data.get("code") and not data.get("system"):
            raise serializers.ValidationError({"system": "A code needs its system."})
        return data


class StatementOutput(serializers.Serializer):
    id = serializers.UUIDField()
    patient = serializers.UUIDField(source="patient_id")
    text = serializers.CharField()
    dosage_text = serializers.CharField()
    route = serializers.CharField()
    status = serializers.CharField()
    asserted_at = serializers.DateTimeField()
