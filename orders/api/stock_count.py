"""Counting stock: the sheet, the acts that sign it, what was counted."""
from rest_framework import serializers

from emr.api.acts import PinField
from emr.errors import NotFound
from orders.queries import stock as stores
from orders.queries import stock_count as queries
from orders.queries.stock import departments_of


class SheetFilters(serializers.Serializer):
    q = serializers.CharField(required=False, max_length=80)
    controlled = serializers.BooleanField(required=False, allow_null=True, default=None)


class SheetOutput(serializers.Serializer):
    lot = serializers.UUIDField()
    lot_number = serializers.CharField()
    expires_on = serializers.DateField()
    medication = serializers.UUIDField()
    name = serializers.CharField()
    strength = serializers.CharField()
    stock_unit = serializers.CharField()
    is_controlled = serializers.BooleanField()
    left = serializers.CharField()


class LineInput(serializers.Serializer):
    lot = serializers.UUIDField()
    counted = serializers.DecimalField(max_digits=14, decimal_places=4, min_value=0)
    expected = serializers.DecimalField(max_digits=14, decimal_places=4, required=False, help_text="What the sheet said; a guard")
    reason = serializers.CharField(max_length=200, required=False, allow_blank=True)


class CountInput(serializers.Serializer):
    lines = LineInput(many=True)
    witness = serializers.UUIDField(required=False, help_text="The second person, needed for controlled drugs")
    witness_pin = PinField()
    note = serializers.CharField(max_length=300, required=False, allow_blank=True)


class CountOutput(serializers.Serializer):
    id = serializers.UUIDField()
    department = serializers.UUIDField(source="department_id")
    kind = serializers.CharField()
    counted_at = serializers.DateTimeField()
    recorded_by = serializers.UUIDField(source="recorded_by_id")
    witness = serializers.UUIDField(source="witness_id", allow_null=True)
    note = serializers.CharField()


class LineOutput(serializers.Serializer):
    lot = serializers.UUIDField(source="lot_id")
    lot_number = serializers.CharField(source="lot.lot_number")
    medication = serializers.UUIDField(source="lot.medication_id")
    expected = serializers.CharField()
    counted = serializers.CharField()
    difference = serializers.CharField()
    reason = serializers.CharField()
    move = serializers.UUIDField(source="move_id", allow_null=True)


def sheet(actor, department, q="", controlled=None):
    """The count sheet of a department: what is expected of each lot."""
    if not departments_of(actor).filter(pk=department).exists():
        raise NotFound()
    return stores.to_count(department, text=q, controlled=controlled)


def counts(actor):
    """Counts made in the departments whose stock the caller works with, newest first."""
    return queries.counts(departments_of(actor).values("pk"))


def lines(actor, count):
    """The lines of a count, those that differ first."""
    row = counts(actor).filter(pk=count).first()
    if row is None:
        raise NotFound()
    return queries.lines(row)
