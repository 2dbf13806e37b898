"""When a drug as needed may be given again: its smallest interval and its most per 24 hours. Pure functions on times."""
import datetime as dt

DAY = dt.timedelta(hours=24)


def too_soon(given: list[dt.datetime], at: dt.datetime, minutes: int | None) -> dt.datetime | None:
    """The giving that lies nearer to `at` than the interval (earlier or later, for entries made late), or None."""
    if not minutes:
        return None
    near = [moment for moment in given if abs(at - moment) < dt.timedelta(minutes=minutes)]
    return max(near, default=None)


def full_day(given: list[dt.datetime], at: dt.datetime, most: int | None) -> dt.datetime | None:
    """When the next giving is allowed, if one at `at` would exceed `most` within any 24 hours; None when it would not.

    A day is the 24 hours that end with a giving, its beginning left out: given at 08:00, the same counts no more at 08:00 next
    day.
    """
    if most is None:
        return None
    moments = sorted([*given, at])
    for end in moments:
        within = [moment for moment in moments if end - DAY < moment <= end]
        if at in within and len(within) > most:
            before = [moment for moment in within if moment != at]
            return before[-most] + DAY if most else end + DAY
    return None


def next_allowed(given: list[dt.datetime], now: dt.datetime, minutes: int | None, most: int | None) -> dt.datetime | None:
    """When the drug may be given again, if not now; None when it may be given now."""
    last = too_soon(given, now, minutes)
    moments = [last + dt.timedelta(minutes=minutes)] if last else []
    full = full_day(given, now, most)
    return max([*moments, *([full] if full else [])], default=None)
