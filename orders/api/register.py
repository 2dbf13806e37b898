"""The controlled-drug register of a drug in a department, read only."""
import datetime as dt

from rest_framework import serializers

from emr import clock
from emr.access import log_reading
from emr.errors import NotFound
from orders.queries import register as queries
from orders.queries.stock import departments_of


class PeriodFilters(serializers.Serializer):
    since = serializers.DateField(required=False, help_text="First day")
    until = serializers.DateField(required=False, help_text="Last day")


class LineOutput(serializers.Serializer):
    id = serializers.UUIDField()
    recorded_at = serializers.DateTimeField()
    happened_at = serializers.DateTimeField()
    kind = serializers.CharField()
    lot_number = serializers.CharField(source="lot.lot_number")
    quantity = serializers.CharField()
    balance = serializers.CharField()
    patient = serializers.UUIDField(source="patient_id", allow_null=True)
    encounter = serializers.UUIDField(source="encounter_id", allow_null=True)
    recorded_by = serializers.UUIDField(source="recorded_by_id")
    witness = serializers.UUIDField(source="witness_id", allow_null=True)
    reason = serializers.CharField()
    mirrors = serializers.UUIDField(source="mirrors_id", allow_null=True)


def lines(actor, medication, department, since=None, until=None):
    """The register's lines in the order of writing, each with what was left after it."""
    if queries.controlled(medication) is None or not departments_of(actor).filter(pk=department).exists():
        raise NotFound()
    log_reading(actor, None, "drug register", "department")
    return queries.lines(medication, department, since=since and clock.start_of(since),
                         until=until and clock.start_of(until + dt.timedelta(days=1)))
