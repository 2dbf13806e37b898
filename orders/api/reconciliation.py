"""Home, now, next: the lines of a moment and the act that decides them."""
from rest_framework import serializers

from emr.errors import NotFound
from orders.api.medication_request import Answers, opened
from orders.models import Reconciliation, ReconciliationLine
from orders.queries import reconciliation as queries


class DecisionInput(serializers.Serializer):
    statement = serializers.UUIDField(required=False, allow_null=True, help_text="What the patient takes at home")
    request = serializers.UUIDField(required=False, allow_null=True, help_text="The order of now")
    decision = serializers.ChoiceField(ReconciliationLine.Decision.choices)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=300)
    medication = serializers.UUIDField(required=False, allow_null=True)
    order = serializers.DictField(required=False, help_text="dose, dose_unit, route, timing … as prescribing takes them")


class ReconcileInput(Answers):
    moment = serializers.ChoiceField(Reconciliation.Moment.choices)
    decisions = serializers.ListField(child=DecisionInput(), max_length=100)


class ReconciliationOutput(serializers.Serializer):
    id = serializers.UUIDField()
    encounter = serializers.UUIDField(source="encounter_id")
    moment = serializers.CharField()
    recorded_at = serializers.DateTimeField()
    recorded_by = serializers.UUIDField(source="recorded_by_id")


class LineOutput(serializers.Serializer):
    name = serializers.CharField()
    statement = serializers.UUIDField(source="statement.pk", allow_null=True, default=None)
    home = serializers.CharField(source="statement", allow_null=True, default=None)
    request = serializers.UUIDField(source="request.pk", allow_null=True, default=None)
    now = serializers.CharField(source="request", allow_null=True, default=None)
    next = serializers.CharField(allow_null=True, default=None)
    decision = serializers.CharField(source="decided.decision", allow_null=True, default=None)
    reason = serializers.CharField(source="decided.reason", allow_null=True, default=None)


def lines(actor, encounter_id, moment):
    """Every drug at home, now and next, with what was decided of it at this moment of the stay."""
    if moment not in Reconciliation.Moment.values:
        raise NotFound()
    return queries.lines_of(opened(actor, encounter_id, "api:reconciliation"), moment)
