"""Who is on duty for what the rules do not foresee (R78)."""
import datetime as dt

from emr import clock
from outpatient.booking.models import Duty


def duties(actor=None, *, first=None, days=7):
    """Duties of these days that stand, by day and part."""
    first = first or clock.today()
    return Duty.objects.filter(replaced_at__isnull=True, day__gte=first, day__lt=first + dt.timedelta(days=days)).select_related(
        "staff")


def duty_today():
    """Duty administrator, duty doctor and assistant of today, each with telephone and room. One query."""
    return duties(first=clock.today(), days=1)
