"""Months of the books."""
import datetime as dt

from django.db.models import Max

from billing.models import Period


def open_since() -> dt.date | None:
    """The first day on which something can be booked; None while no month was closed yet."""
    last = Period.objects.aggregate(last=Max("month"))["last"]
    return last and next_month(last)


def next_month(day: dt.date) -> dt.date:
    """The first day of the month after the day's."""
    return (day.replace(day=1) + dt.timedelta(days=32)).replace(day=1)


def listed(actor=None):
    """Closed months, the newest first."""
    return Period.objects.select_related("closed_by", "batch").order_by("-month")
