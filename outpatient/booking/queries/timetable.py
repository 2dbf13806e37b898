"""Templates of receptions, exceptions of the calendar, and what is still to be made of them."""
import datetime as dt

from django.db.models import Count, Q

from emr import clock
from outpatient.booking.models import CalendarException, Reception, ReceptionTemplate
from outpatient.booking.queries.setting import setting

BEYOND = dt.timedelta(days=14)  # made so far beyond the horizon, so that the registry can look ahead


def made_until() -> dt.date:
    """The last day for which receptions are made today: the horizon and two weeks."""
    return clock.today() + dt.timedelta(days=setting().horizon_days) + BEYOND


def templates(actor=None, *, doctor=None, ended=False):
    """Templates that hold today or later, each with how many receptions were `made`; the ended ones on demand."""
    rows = ReceptionTemplate.objects.select_related("doctor", "department", "specialty").annotate(made=Count("receptions"))
    over = Q(valid_until__lt=clock.today())
    rows = rows.filter(over) if ended else rows.exclude(over)
    return (rows.filter(doctor=doctor) if doctor else rows).order_by("doctor__family", "title", "valid_from", "begins", "pk")


def exceptions(actor=None, *, first=None, last=None):
    """Exceptions that stand and touch these days; from today on unless given."""
    rows = CalendarException.objects.select_related("doctor").filter(withdrawn_at__isnull=True, last__gte=first or clock.today())
    return (rows.filter(first__lte=last) if last else rows).order_by("first", "pk")


def days_made(template) -> set[dt.date]:
    """Days for which the template has made a reception already, whatever became of it since."""
    return set(Reception.objects.filter(template=template).values_list("day", flat=True))


def in_the_way(template, starts_at, ends_at) -> Reception | None:
    """A standing reception of the same doctor, or in the same room, at that time."""
    same = Q(pk=None)
    if template.doctor_id:
        same |= Q(doctor=template.doctor_id)
    if template.room:
        same |= Q(department=template.department_id, room=template.room)
    return Reception.objects.filter(same, cancelled_at__isnull=True, starts_at__lt=ends_at, ends_at__gt=starts_at).first()
