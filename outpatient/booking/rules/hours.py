"""When the institution takes orders online (R5), and when the rest of a reception is released (R24, A8).

All in its own time zone.
"""
import datetime as dt

from django.utils import timezone

DAYS = range(1, 8)  # ISO weekdays


def is_open(hours: list[dict], moment: dt.datetime) -> bool:
    """Are orders taken online at that moment? No hours at all = always."""
    local = timezone.localtime(moment)
    return not hours or any(begins <= local.time() < ends for begins, ends in spans_of(hours, local.date()))


def spans_of(hours: list[dict], day: dt.date) -> list[tuple[dt.time, dt.time]]:
    """From when to when orders are taken on that day, the earliest first."""
    found = [(dt.time.fromisoformat(row["from"]), dt.time.fromisoformat(row["until"])) for row in hours
             if day.isoweekday() in row.get("days", DAYS)]
    return sorted(found)


def next_opening(hours: list[dict], moment: dt.datetime) -> dt.datetime | None:
    """When orders are taken again; None when they are now, or never."""
    if is_open(hours, moment):
        return None
    local = timezone.localtime(moment)
    for ahead in range(8):
        day = local.date() + dt.timedelta(days=ahead)
        for begins, _ends in spans_of(hours, day):
            opening = timezone.make_aware(dt.datetime.combine(day, begins))
            if opening > moment:
                return opening
    return None


def released_at(day: dt.date, release_time: dt.time, hours: list[dict]) -> dt.datetime:
    """When what was kept back of that day's receptions is given out: on the eve at the release hour.

    When orders are not taken online on the eve, on the last day before it when they are (A8).
    """
    eve = day - dt.timedelta(days=1)
    if hours:
        eve = next((found for found in (eve - dt.timedelta(days=back) for back in range(7)) if spans_of(hours, found)), eve)
    return timezone.make_aware(dt.datetime.combine(eve, release_time))
