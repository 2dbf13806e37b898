"""Leaves of a stay: the list, and the input of their acts."""
from rest_framework import serializers

from orders.api.medication_request import opened
from orders.queries import leave as queries


class StartInput(serializers.Serializer):
    since = serializers.DateTimeField(required=False, help_text="Default: now")
    expected_until = serializers.DateTimeField(help_text="When the patient is to be back")
    reason = serializers.CharField(max_length=300)


class EndInput(serializers.Serializer):
    at = serializers.DateTimeField(required=False, help_text="When the patient came back; default now")


class LeaveOutput(serializers.Serializer):
    id = serializers.UUIDField()
    patient = serializers.UUIDField(source="patient_id")
    encounter = serializers.UUIDField(source="encounter_id")
    since = serializers.DateTimeField()
    expected_until = serializers.DateTimeField()
    until = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField()


def leaves_of_encounter(actor, encounter_id):
    """The leaves of a stay, newest first."""
    return queries.of_encounter(opened(actor, encounter_id, "api:leaves"))
