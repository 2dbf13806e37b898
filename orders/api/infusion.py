"""Infusions: what is in the bag, the rates that were ordered, another rate."""
from rest_framework import serializers

from emr.access import chart_for
from emr.errors import NotFound
from orders.models import InfusionRate, MedicationRequest


class InfusionInput(serializers.Serializer):
    bag_volume = serializers.CharField(required=False, max_length=20,
                                       help_text="Millilitres in one bag; default the dose when that is in ml")
    diluent = serializers.CharField(required=False, allow_blank=True, max_length=120)
    total_volume = serializers.CharField(required=False, max_length=20, help_text="Millilitres wanted in all")
    rate = serializers.CharField(required=False, max_length=20)
    rate_unit = serializers.CharField(required=False, max_length=20, help_text="ml/h, gtt/min, mg/h, mcg/kg/min …; default ml/h")
    over_hours = serializers.CharField(required=False, max_length=20, help_text="Instead of a rate: one bag in so many hours")


class RateInput(serializers.Serializer):
    rate = serializers.CharField(max_length=20)
    rate_unit = serializers.CharField(required=False, max_length=20, help_text="Default ml/h")
    reason = serializers.CharField(max_length=300)
    since = serializers.DateTimeField(required=False, help_text="From when on; default now")


class RateOutput(serializers.Serializer):
    id = serializers.UUIDField(source="pk")
    request = serializers.UUIDField(source="request_id")
    since = serializers.DateTimeField()
    rate = serializers.CharField()
    unit = serializers.CharField()
    ml_per_hour = serializers.CharField()
    weight = serializers.CharField(allow_null=True, help_text="Kilograms that the conversion rests on")
    weight_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField()
    recorded_at = serializers.DateTimeField()
    recorded_by = serializers.UUIDField(source="recorded_by_id")


def rates_of_order(actor, request_id):
    """The ordered rates of an infusion, in the order in which they were written."""
    row = MedicationRequest.objects.filter(pk=request_id).select_related("patient").first()
    if row is None or not chart_for(actor, row.patient, "api:rates").shows("orders"):
        raise NotFound()
    return InfusionRate.objects.live().filter(request=row).order_by("recorded_at", "pk")
