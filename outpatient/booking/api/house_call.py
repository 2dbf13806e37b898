"""What the API says about house calls, and what their acts take."""
from rest_framework import serializers

from outpatient.booking.models import HouseCall


class HouseCallOutput(serializers.Serializer):
    id = serializers.UUIDField()
    patient = serializers.UUIDField(source="patient_id")
    day = serializers.DateField()
    address = serializers.CharField()
    district = serializers.UUIDField(source="district_id", allow_null=True)
    phone = serializers.CharField()
    channel = serializers.CharField()
    status = serializers.CharField(source="stage", help_text="accepted, handed, visited or cancelled")
    accepted_at = serializers.DateTimeField()
    doctor = serializers.UUIDField(source="doctor_id", allow_null=True)
    handed_at = serializers.DateTimeField(allow_null=True)
    visited_at = serializers.DateTimeField(allow_null=True)
    encounter = serializers.UUIDField(source="encounter_id", allow_null=True)
    cancelled_at = serializers.DateTimeField(allow_null=True)
    cancel_reason = serializers.CharField()
    doctor_told_at = serializers.DateTimeField(allow_null=True)


class HouseCallFilters(serializers.Serializer):
    day = serializers.DateField(required=False, help_text="Default today")
    patient = serializers.UUIDField(required=False)


class RequestInput(serializers.Serializer):
    patient = serializers.UUIDField(required=False, help_text="Needed from staff; a patient calls for himself")
    channel = serializers.ChoiceField(HouseCall.Channel.choices, required=False)
    phone = serializers.CharField(max_length=40, required=False, allow_blank=True)


class HandOverInput(serializers.Serializer):
    doctor = serializers.UUIDField(required=False, help_text="Default: the doctor of the district")


class VisitInput(serializers.Serializer):
    at = serializers.DateTimeField(required=False)


class CancelCallInput(serializers.Serializer):
    reason = serializers.CharField(max_length=200)
