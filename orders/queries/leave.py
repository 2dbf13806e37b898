"""Who is away from the ward during his stay, and which doses lie inside."""
import datetime as dt
from dataclasses import dataclass

from django.db.models import Value

from emr import clock
from orders.models import Leave, MedicationHold


@dataclass(frozen=True)
class Pause:
    """A time in which doses of an order are not due: the order is on hold, or the patient on leave."""

    since: dt.datetime
    until: dt.datetime | None
    is_leave: bool = False


def pauses(requests, now) -> dict:
    """What pauses these orders, by order: their own holds and the leaves of their stays. One query.

    A leave that is still open lasts until its expected end, and beyond it as long as the patient is not back.
    """
    requests = list(requests)
    stays, found = {}, {row.pk: [] for row in requests}
    for row in requests:
        stays.setdefault(row.encounter_id, []).append(row.pk)
    held = MedicationHold.objects.live().filter(request__in=found).values_list("request_id", "since", "until",
                                                                               "until", Value(False))
    away = Leave.objects.live().filter(encounter__in=stays).values_list("encounter_id", "since", "until",
                                                                        "expected_until", Value(True))
    for of, since, until, expected, is_leave in held.union(away, all=True):
        if is_leave:
            until = until or max(expected, now + dt.timedelta(seconds=1))
        for pk in stays[of] if is_leave else [of]:
            found[pk].append(Pause(since, until, is_leave))
    return found


def open_of(encounter) -> Leave | None:
    """The leave that is planned or under way, if any."""
    return Leave.objects.live().filter(encounter=getattr(encounter, "pk", encounter), until__isnull=True).first()


def of_encounter(encounter):
    """All leaves of a stay, newest first."""
    return Leave.objects.filter(encounter=getattr(encounter, "pk", encounter)).select_related("recorded_by").order_by(
        "-since", "-pk")


def open_in(encounters) -> list[Leave]:
    """Leaves of these stays that are planned or under way, with `is_late` beside those who should be back; one query."""
    rows, now = list(Leave.objects.live().filter(encounter__in=encounters, until__isnull=True).select_related("patient").order_by(
        "expected_until")), clock.now()
    for row in rows:
        row.is_late = row.expected_until < now
    return rows
