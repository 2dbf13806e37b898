"""Admission requests and their answers."""
from rest_framework import serializers

from admissions.queries import admission_request as queries


class AskInput(serializers.Serializer):
    department = serializers.UUIDField()
    reason = serializers.CharField(max_length=300)
    at = serializers.DateTimeField(required=False)


class AnswerInput(serializers.Serializer):
    accept = serializers.BooleanField()
    reason = serializers.CharField(max_length=300, required=False, allow_blank=True)


class RequestOutput(serializers.Serializer):
    id = serializers.UUIDField()
    encounter = serializers.UUIDField(source="encounter_id")
    department = serializers.UUIDField(source="department_id")
    reason = serializers.CharField()
    state = serializers.CharField()
    requested_at = serializers.DateTimeField()
    answered_at = serializers.DateTimeField(allow_null=True)
    decline_reason = serializers.CharField()
    stay = serializers.UUIDField(source="stay_id", allow_null=True)


def standing_requests(actor):
    """Requests to the caller's departments that wait for an answer or a bed."""
    return queries.standing(actor.department_ids)
