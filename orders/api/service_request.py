"""Requests that are no drugs: lists, rows, input of their acts."""
from rest_framework import serializers

from orders.api.medication_request import opened
from orders.models import ServiceRequest
from orders.queries import service_request as queries


class RequestInput(serializers.Serializer):
    category = serializers.ChoiceField(ServiceRequest.Category.choices)
    text = serializers.CharField(max_length=300)
    code = serializers.CharField(required=False, max_length=60)
    system = serializers.CharField(required=False, max_length=120)
    priority = serializers.ChoiceField(ServiceRequest.Priority.choices, required=False)
    reason = serializers.CharField(required=False, max_length=500)
    wanted_at = serializers.DateTimeField(required=False)
    performer = serializers.UUIDField(required=False, help_text="The department that is to do it")
    part_of = serializers.UUIDField(required=False, help_text="The panel it belongs to")

    def validate(self, data):
        if data.get("code") and not data.get("system"):
            raise serializers.ValidationError({"system": "A code needs its system."})
        return data


class CancelInput(serializers.Serializer):
    reason = serializers.CharField(max_length=300)


class RequestFilters(serializers.Serializer):
    category = serializers.ChoiceField(ServiceRequest.Category.choices, required=False)


class RequestOutput(serializers.Serializer):
    id = serializers.UUIDField()
    patient = serializers.UUIDField(source="patient_id")
    encounter = serializers.UUIDField(source="encounter_id")
    category = serializers.CharField()
    system = serializers.CharField()
    code = serializers.CharField()
    text = serializers.CharField()
    priority = serializers.CharField()
    reason = serializers.CharField()
    requester = serializers.UUIDField(source="requester_id")
    authored_at = serializers.DateTimeField()
    wanted_at = serializers.DateTimeField(allow_null=True)
    performer = serializers.UUIDField(source="performer_id", allow_null=True)
    part_of = serializers.UUIDField(source="part_of_id", allow_null=True)
    cancelled_at = serializers.DateTimeField(allow_null=True)
    cancel_reason = serializers.CharField()
    status = serializers.CharField(required=False)


def requests_of_encounter(actor, encounter_id, category=None):
    """The requests of a stay or visit, newest first."""
    return queries.of_encounter(opened(actor, encounter_id, "api:requests"), category)


def request(actor, request_id):
    """One request with its status."""
    row = queries.with_status(ServiceRequest.objects.filter(pk=request_id)).first()
    if row is not None:
        opened(actor, row.encounter_id, "api:request")
    return row
