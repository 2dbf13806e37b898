"""Auto-stop rules: the list, and the input of their act."""
from rest_framework import serializers

from orders.queries import auto_stop as queries


class AutoStopInput(serializers.Serializer):
    target = serializers.CharField(max_length=190, help_text="An ATC group (J01) or a key of the checks (fda-epc:…)")
    days = serializers.IntegerField(min_value=1, max_value=365)
    told_by = serializers.CharField(max_length=300, help_text="Who decided it")
    is_active = serializers.BooleanField(required=False)


class AutoStopOutput(serializers.Serializer):
    id = serializers.UUIDField()
    target = serializers.CharField()
    days = serializers.IntegerField()
    told_by = serializers.CharField()
    is_demo = serializers.BooleanField()
    is_active = serializers.BooleanField()


def rules(_actor):
    """All auto-stop rules, also those not in force."""
    return queries.all_rules()
