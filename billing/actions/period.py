"""Closing a month of the books. A closed month never changes and is never opened again; late facts go to the next one."""
import datetime as dt

from django.db.models import Count, Sum

from billing.actions.charge_item import sweep
from billing.actions.ledger import lock_books, lock_ledger
from billing.errors import MonthClosed, MonthNotOver
from billing.models import ChargeItem, Period
from billing.queries import period
from emr import clock
from emr.acts import act
from emr.journal import record


@act("billing.close_month")
def close_month(month: dt.date, *, by) -> Period:
    """Close the month of this day and all before it, after charging what was done in it. Raises MonthClosed, MonthNotOver."""
    month = month.replace(day=1)
    after = period.next_month(month)
    if clock.today() < after:
        raise MonthNotOver(day=after)
    lock_ledger()
    first = period.open_since()
    if first and month < first:
        raise MonthClosed()
    sweep(until=after - dt.timedelta(days=1))
    lock_books(closing=True)
    found = ChargeItem.objects.filter(booked_on__lt=after, **({"booked_on__gte": first} if first else {})).aggregate(
        lines=Count("pk"), amount=Sum("amount"))
    row = Period.objects.create(month=month, closed_at=clock.now(), closed_by=by, lines=found["lines"],
                                amount=found["amount"] or 0)
    record(row, month=f"{month:%Y-%m}", lines=row.lines, amount=str(row.amount))
    return row
