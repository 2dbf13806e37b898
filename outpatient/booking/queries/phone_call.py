"""Calls under way, who calls, and whom nobody answered."""
import datetime as dt
import math

from django.db.models import Avg, Count, Exists, F, Max, Min, OuterRef, Prefetch

from emr import clock
from emr.models import Patient, PatientContact
from outpatient.booking.models import Booking, HouseCall, PhoneCall, PhoneLine, PhoneSet

LATELY = dt.timedelta(hours=1)  # calls from which the mean length is taken
FORGOTTEN = dt.timedelta(days=7)  # after so many days nobody calls back any more
MOST_PEOPLE, SHORTEST = 8, 5  # people shown; digits of a number


def lines():
    """The lines of the call centre."""
    return PhoneLine.objects.order_by("code")


def set_of(operator) -> PhoneSet | None:
    """The telephone at which the operator sits."""
    return PhoneSet.objects.filter(operator=operator, left_at__isnull=True).first()


def current(operator) -> PhoneCall | None:
    """The call that the operator has on the line now."""
    return PhoneCall.objects.filter(operator=operator, ended_at__isnull=True).select_related("line").order_by(
        "-answered_at").first()


def waiting():
    """Callers who wait, the first at the top."""
    return PhoneCall.objects.filter(answered_at__isnull=True, ended_at__isnull=True).select_related("line").order_by(
        "began_at", "pk")


def newest():
    """All calls, the newest first (ids sort by time)."""
    return PhoneCall.objects.select_related("line", "operator").order_by("-pk")


def load() -> tuple[int, float]:
    """(telephones with an operator, mean minutes of a conversation of the last hour; three before there was any)."""
    mean = PhoneCall.objects.filter(ended_at__gte=clock.now() - LATELY, answered_at__isnull=False).aggregate(
        mean=Avg(F("ended_at") - F("answered_at")))["mean"]
    return PhoneSet.objects.filter(left_at__isnull=True).count(), mean.total_seconds() / 60 if mean else 3.0


def waiting_told(actor) -> list[PhoneCall]:
    """Callers who wait, each with what he is told: `place` and `minutes` (R83)."""
    rows = list(waiting())
    sets, mean = load() if rows else (0, 0)
    for place, call in enumerate(rows, start=1):
        call.place, call.minutes = place, expected_wait(place, sets, mean)
    return rows


def expected_wait(place: int, sets: int, mean_minutes: float) -> int | None:
    """Minutes until the caller at this place of the queue is answered, rounded up; None when nobody answers calls.

    With `sets` telephones busy one becomes free every mean/sets minutes (R83: fifth, 3 sets, mean 3 minutes: 5 minutes).
    """
    return math.ceil(place * mean_minutes / sets) if sets else None


def callers(number: str) -> list[Patient]:
    """Patients with this telephone, however it was written, at most eight; the desk chooses when several share it (R84).

    Two queries.
    """
    if len(number) < SHORTEST:
        return []
    phones = Prefetch("contacts", PatientContact.objects.filter(kind=PatientContact.Kind.PHONE, ended_at__isnull=True),
                      to_attr="phones")
    found = Patient.objects.filter(search_text__contains=number, merged_into__isnull=True).prefetch_related(phones).order_by(
        "sort_key", "pk")
    return [patient for patient in found[:MOST_PEOPLE * 2] if any(_digits(phone.value).endswith(number)
                                                                  for phone in patient.phones)][:MOST_PEOPLE]


def _digits(text):
    return "".join(sign for sign in text if sign.isdigit())


def last_seen(patients) -> dict:
    """Patient -> (last day he came to the polyclinic, last day a doctor was called home)."""
    came = dict(Booking.objects.filter(patient__in=patients, arrived_at__isnull=False).order_by().values_list("patient")
                .annotate(Max("day")))
    home = dict(HouseCall.objects.filter(patient__in=patients, cancelled_at__isnull=True).order_by().values_list("patient")
                .annotate(Max("day")))
    return {patient.pk: (came.get(patient.pk), home.get(patient.pk)) for patient in patients}


def missed_of(number=None):
    """Calls that nobody answered and that still wait for one: not closed, and the caller did not get through since (R85)."""
    since = PhoneCall.objects.filter(number=OuterRef("number"), answered_at__gt=OuterRef("began_at"))
    rows = PhoneCall.objects.filter(answered_at__isnull=True, ended_at__isnull=False, closed_at__isnull=True,
                                    began_at__gte=clock.now() - FORGOTTEN).exclude(number="").exclude(Exists(since))
    return (rows.filter(number=number) if number is not None else rows).order_by("began_at")


def missed():
    """One row for each number: how often it called in vain, first and last time; the oldest first."""
    return missed_of().order_by().values("number").annotate(times=Count("pk"), first=Min("began_at"),
                                                            last=Max("began_at")).order_by("first")
