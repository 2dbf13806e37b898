"""Fields of rounds of vital signs."""
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers


@extend_schema_field({"oneOf": [{"type": "number"}, {"type": "string"}, {"type": "boolean"}]})
class Measured(serializers.Field):
    """A number, a word or yes and no as it was sent; nursing.rules.vitals reads it."""

    def to_internal_value(self, data):
        return data


class VitalsInput(serializers.Serializer):
    values = serializers.DictField(child=Measured(), help_text=(
        "temperature (Cel), heart_rate, respiratory_rate (/min), systolic, diastolic (mm[Hg]), spo2 (%), oxygen (true, false), "
        "oxygen_flow "
        "(L/min), oxygen_device, consciousness (A C V P U), pain (0-10), gcs, weight (kg), height (cm), glucose (mmol/L)"))
    measured_at = serializers.DateTimeField(required=False)
    note = serializers.CharField(required=False, allow_blank=True)
    spo2_scale = serializers.IntegerField(required=False, help_text="2 where a doctor set a target of 88-92 %")


class PanelOutput(serializers.Serializer):
    """The first value of the round; `panel_id` names the round."""

    id = serializers.UUIDField(source="pk")
    panel_id = serializers.UUIDField()
    patient = serializers.UUIDField(source="patient_id")
    encounter = serializers.UUIDField(source="encounter_id")
    effective_at = serializers.DateTimeField()
    recorded_at = serializers.DateTimeField()
