"""Stock: what lies where, and the input of its acts. Costs are not told here: they belong to the money part."""
from rest_framework import serializers

from emr.api.acts import PinField
from orders.queries import stock as queries


class StockFilters(serializers.Serializer):
    department = serializers.UUIDField(required=False)
    q = serializers.CharField(required=False, max_length=80)
    expiring_days = serializers.IntegerField(required=False, min_value=0, max_value=3650)


class LyingOutput(serializers.Serializer):
    lot = serializers.UUIDField()
    lot_number = serializers.CharField()
    expires_on = serializers.DateField()
    medication = serializers.UUIDField()
    name = serializers.CharField()
    strength = serializers.CharField()
    stock_unit = serializers.CharField()
    department = serializers.UUIDField()
    department_name = serializers.CharField()
    left = serializers.CharField()


class ReceiveInput(serializers.Serializer):
    department = serializers.UUIDField()
    lot_number = serializers.CharField(max_length=60)
    expires_on = serializers.DateField()
    unit_cost = serializers.DecimalField(max_digits=14, decimal_places=4, min_value=0)
    quantity = serializers.DecimalField(max_digits=12, decimal_places=4)
    supplier = serializers.CharField(required=False, max_length=200)
    happened_at = serializers.DateTimeField(required=False)


class IssueInput(serializers.Serializer):
    from_department = serializers.UUIDField()
    to_department = serializers.UUIDField()
    quantity = serializers.DecimalField(max_digits=12, decimal_places=4)
    witness = serializers.UUIDField(required=False)
    witness_pin = PinField()
    happened_at = serializers.DateTimeField(required=False)


class ReturnInput(serializers.Serializer):
    from_department = serializers.UUIDField()
    to_department = serializers.UUIDField(required=False, help_text="The pharmacy; the only one when not named")
    quantity = serializers.DecimalField(max_digits=12, decimal_places=4)
    reason = serializers.CharField(max_length=200)
    witness = serializers.UUIDField(required=False)
    witness_pin = PinField()
    happened_at = serializers.DateTimeField(required=False)


class WasteInput(serializers.Serializer):
    department = serializers.UUIDField()
    quantity = serializers.DecimalField(max_digits=12, decimal_places=4)
    reason = serializers.CharField(max_length=200)
    witness = serializers.UUIDField(required=False, help_text="The second person, needed for controlled drugs")
    witness_pin = PinField()
    happened_at = serializers.DateTimeField(required=False)


class RestInput(serializers.Serializer):
    quantity = serializers.DecimalField(max_digits=12, decimal_places=4, required=False,
                                        help_text="All that remains when not given")
    reason = serializers.CharField(max_length=200, required=False)
    witness = serializers.UUIDField(required=False, help_text="The second person, needed for controlled drugs")
    witness_pin = PinField()


class UndoInput(serializers.Serializer):
    reason = serializers.CharField(max_length=200)
    witness = serializers.UUIDField(required=False, help_text="The second person, needed for controlled drugs")
    witness_pin = PinField()


class MoveOutput(serializers.Serializer):
    id = serializers.UUIDField()
    lot = serializers.UUIDField(source="lot_id")
    department = serializers.UUIDField(source="department_id")
    kind = serializers.CharField()
    quantity = serializers.CharField()
    happened_at = serializers.DateTimeField()
    reason = serializers.CharField()
    witness = serializers.UUIDField(source="witness_id", allow_null=True)
    mirrors = serializers.UUIDField(source="mirrors_id", allow_null=True)


def lying(actor, department=None, q="", expiring_days=None):
    """What lies where, the first to expire first: the pharmacy sees all departments, others those they work in."""
    seen = queries.departments_of(actor)
    if department:
        seen = seen.filter(pk=department)
    return queries.lying(seen.values("pk"), text=q, expiring_days=expiring_days)
