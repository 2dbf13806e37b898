"""What time it is in the hospital. Every part asks here, so that a replay can live through past days.

Moments are aware and stored in UTC; "today" is the day of the institution's own time zone (settings.TIME_ZONE).
"""
import datetime as dt
from contextlib import contextmanager
from contextvars import ContextVar

from django.utils import timezone
from django.utils.formats import date_format

_set: ContextVar[dt.datetime | None] = ContextVar("clock", default=None)


def now() -> dt.datetime:
    """The present moment, aware; the replayed moment while a replay runs."""
    return _set.get() or timezone.now()


def today() -> dt.date:
    """The institution's calendar day."""
    return day_of(now())


def day_of(moment: dt.datetime) -> dt.date:
    """The institution's calendar day in which the moment lies."""
    return timezone.localtime(moment).date()


def start_of(day: dt.date) -> dt.datetime:
    """Midnight with which the institution's day begins, aware."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def spoken(moment: dt.datetime) -> str:
    """A moment as one says it on the ward: the time alone today, with the day otherwise, the year when it is another."""
    local = timezone.localtime(moment)
    if local.date() == today():
        return f"{local:%H:%M}"
    return f"{date_format(local, 'j M' if local.year == today().year else 'j M Y')} {local:%H:%M}"


@contextmanager
def at(moment: dt.datetime):
    """Live at another moment: for replays and tests only. Raises ValueError for a moment without a time zone."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    token = _set.set(moment)
    try:
        yield
    finally:
        _set.reset(token)
