"""Norms of the budget, from a day on."""
from django.db.backends.postgresql.psycopg_any import DateRange

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
    """Say what a stay with this diagnosis may cost from a day on; the norm before ends there. Raises NormOverlaps, PriceNegative."""
    amount, diagnosis, source = money(amount), (diagnosis or "").strip().upper(), (source or "").strip()
    if not diagnosis or not source:
        raise Malformed(problem="diagnosis, source: both are needed")
    fits(BudgetNorm, diagnosis=diagnosis, source=source)
    lock_ledger()
    same = BudgetNorm.objects.select_for_update(no_key=True).filter(diagnosis=diagnosis)
    before = same.filter(valid__upper_inf=True, valid__startswith__lt=valid_from).first()
    if before:
        before.valid = DateRange(before.valid.lower, valid_from)
        before.save(update_fields=["valid"])
    if same.filter(valid__overlap=DateRange(valid_from, None)).exists():
        raise NormOverlaps()
    row = BudgetNorm.objects.create(diagnosis=diagnosis, amount=amount, source=source, valid=DateRange(valid_from, None))
    record(row, diagnosis=diagnosis, amount=str(amount), valid_from=valid_from.isoformat())
    return row
