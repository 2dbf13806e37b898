"""Fields of doses and of the facts about them."""
from rest_framework import serializers

from emr.api.acts import PinField


class DoseFilters(serializers.Serializer):
    department = serializers.UUIDField(required=False)
    since = serializers.DateTimeField(required=False, help_text="Default: 12 hours ago")
    until = serializers.DateTimeField(required=False, help_text="Default: in 24 hours; at most 7 days after since")


class DoseOutput(serializers.Serializer):
    id = serializers.UUIDField(source="dose.pk")
    request = serializers.UUIDField(source="dose.request_id")
    patient = serializers.UUIDField(source="dose.patient_id")
    encounter = serializers.UUIDField(source="dose.encounter_id")
    medication = serializers.CharField(source="line.request.medication")
    amount = serializers.CharField(source="dose.amount", allow_null=True)
    unit = serializers.CharField(source="dose.unit")
    route = serializers.CharField(source="line.request.route")
    due_at = serializers.DateTimeField(source="dose.due_at")
    status = serializers.CharField(help_text="given, refused, withheld, due, overdue, missed, next, planned, held, stopped")
    administration = serializers.UUIDField(source="fact.pk", allow_null=True, default=None)


class AdministerInput(serializers.Serializer):
    given_at = serializers.DateTimeField(required=False, help_text="When it was really given; default now")
    amount = serializers.CharField(required=False, help_text="In the dose's unit; default as planned")
    lot = serializers.UUIDField(required=False)
    site = serializers.CharField(required=False, allow_blank=True)
    witness = serializers.UUIDField(required=False, help_text="The second person, needed for high-risk drugs")
    witness_pin = PinField()
    own_drug = serializers.BooleanField(required=False, help_text="The patient's own drug: no stock is taken")
    reason = serializers.CharField(required=False, allow_blank=True, help_text="Why less than planned was given")
    wristband = serializers.CharField(required=False, allow_blank=True, max_length=300,
                                      help_text="What was scanned of the wristband")
    pack = serializers.CharField(required=False, allow_blank=True, max_length=300,
                                 help_text="What was scanned of the pack (GS1 or our label)")
    not_scanned = serializers.CharField(required=False, allow_blank=True, help_text="Why it could not be scanned")


class AsNeededInput(AdministerInput):
    reason = serializers.CharField(required=False, allow_blank=True)


class NotGivenInput(serializers.Serializer):
    reason = serializers.CharField(help_text="A code of the list (nausea, asleep …) or words")
    at = serializers.DateTimeField(required=False)
    witness = serializers.UUIDField(required=False, help_text="The instructor of a student")
    witness_pin = PinField()


class UndoInput(serializers.Serializer):
    reason = serializers.CharField()


class AdministrationOutput(serializers.Serializer):
    id = serializers.UUIDField(source="pk")
    dose = serializers.UUIDField(source="dose_id")
    request = serializers.UUIDField(source="request_id")
    patient = serializers.UUIDField(source="patient_id")
    encounter = serializers.UUIDField(source="encounter_id")
    department = serializers.UUIDField(source="department_id", allow_null=True)
    status = serializers.CharField()
    happened_at = serializers.DateTimeField()
    recorded_at = serializers.DateTimeField()
    performer = serializers.UUIDField(source="performer_id")
    performer_name = serializers.CharField(source="performer")
    witness = serializers.UUIDField(source="witness_id", allow_null=True)
    amount = serializers.CharField(allow_null=True)
    unit = serializers.CharField()
    basis = serializers.JSONField(allow_null=True, help_text="The value that a dose by scale followed from")
    route = serializers.CharField()
    site = serializers.CharField()
    reason = serializers.CharField()
    lot = serializers.UUIDField(source="stock_move.lot_id", allow_null=True, default=None)
    error_at = serializers.DateTimeField(allow_null=True)
    error_reason = serializers.CharField()
