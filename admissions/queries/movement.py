"""The places of the stays of a day, and the departments with their beds (H2)."""
import datetime as dt

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Count

from emr import clock
from emr.models import Department, Encounter, EncounterLocation


def end_of(day):
    """Midnight with which the day ends."""
    return clock.start_of(day + dt.timedelta(days=1))


def departments():
    """Departments with wards, each with the number of its beds as `beds`."""
    return Department.objects.filter(kind=Department.Kind.INPATIENT).annotate(beds=Count("wards__rooms__beds")).order_by("name")


def places(begin, end):
    """All places of every stay of ours that touched the time; one statement."""
    touched = EncounterLocation.objects.live().filter(during__overlap=DateTimeTZRange(begin, end, "[]")).values("encounter")
    return EncounterLocation.objects.live().filter(
        encounter__in=touched, encounter__kind=Encounter.Kind.INPATIENT, encounter__error_at__isnull=True,
        encounter__source__isnull=True).select_related("encounter__patient").order_by("during")
