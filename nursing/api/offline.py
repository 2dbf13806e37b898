"""Fields of a confirmation that is set aside."""
from rest_framework import serializers

from nursing.models import MedicationAdministration


class SetAsideInput(serializers.Serializer):
    what = serializers.ChoiceField(MedicationAdministration.Status.choices)
    pressed_at = serializers.DateTimeField(help_text="When it was pressed at the bedside")
    reason = serializers.CharField(allow_blank=True, max_length=300,
                                   help_text="A code of the list (same-giving, pressed-in-error …) or words")
    told = serializers.CharField(required=False, allow_blank=True, max_length=600,
                                 help_text="Amount, site, lot, words pressed with it")
    refusal = serializers.CharField(required=False, allow_blank=True, max_length=80,
                                    help_text="The code with which it was refused")


class SetAsideOutput(serializers.Serializer):
    dose = serializers.UUIDField(source="pk")
    request = serializers.UUIDField(source="request_id")
    patient = serializers.UUIDField(source="patient_id")
    encounter = serializers.UUIDField(source="encounter_id")
