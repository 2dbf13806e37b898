"""Norms of the budget, from a day on."""
from django.db.backends.postgresql.psycopg_any import DateRange

from billing.actions.dated import make_room
from billing.actions.ledger import lock_ledger
from billing.actions.tariff import money
from billing.errors import NormOverlaps
from billing.models import BudgetNorm
from emr.acts import act
from emr.errors import Malformed
from emr.journal import record
from emr.rules.texts import fits


@act("billing.set_norm")
def set_norm(*, by, diagnosis, amount, source, valid_from):
    """Say what a stay with this diagnosis may cost from a day on; the norm before ends there.

    Raises NormOverlaps, PriceNegative.
    """
    amount, diagnosis, source = money(amount), (diagnosis or "").strip().upper(), (source or "").strip()
    if not diagnosis or not source:
        raise Malformed(problem="diagnosis, source: both are needed")
    fits(BudgetNorm, diagnosis=diagnosis, source=source)
    lock_ledger()
    if not make_room(BudgetNorm.objects.filter(diagnosis=diagnosis), valid_from):
        raise NormOverlaps()
    row = BudgetNorm.objects.create(diagnosis=diagnosis, amount=amount, source=source, valid=DateRange(valid_from, None))
    record(row, diagnosis=diagnosis, amount=str(amount), valid_from=valid_from.isoformat())
    return row
