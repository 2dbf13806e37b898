"""Who is away from the ward during his stay, and which doses lie inside."""
import datetime as dt
from dataclasses import dataclass

from emr import clock
from orders.models import Leave


@dataclass(frozen=True)
class Away:
    """A leave as the nurse's sheet reads it: doses inside are not due. Has the shape of a pause of an order."""

    since: dt.datetime
    until: dt.datetime
    is_leave = True


def away(encounters, now) -> dict:
    """The leaves of these stays, by stay. One query.

    One that is still open lasts until its expected end, and beyond it as long as the patient is not back.
    """
    found = {}
    for row in Leave.objects.live().filter(encounter__in=encounters):
        ends = row.until or max(row.expected_until, now + dt.timedelta(seconds=1))
        found.setdefault(row.encounter_id, []).append(Away(row.since, ends))
    return found


def open_of(encounter) -> Leave | None:
    """The leave that is planned or under way, if any."""
    return Leave.objects.live().filter(encounter=getattr(encounter, "pk", encounter), until__isnull=True).first()


def of_encounter(encounter):
    """All leaves of a stay, newest first."""
    return Leave.objects.filter(encounter=getattr(encounter, "pk", encounter)).select_related("recorded_by").order_by("-since", "-pk")


def open_in(encounters) -> list[Leave]:
    """Leaves of these stays that are planned or under way, with `is_late` beside those who should be back; one query."""
    rows, now = list(Leave.objects.live().filter(encounter__in=encounters, until__isnull=True).select_related("patient").order_by(
        "expected_until")), clock.now()
    for row in rows:
        row.is_late = row.expected_until < now
    return rows
