"""How often a drug is given: the timing rule of an order, and the dose times that follow from it.

A rule is a small plain dictionary, so that it can be kept with the order, sent and read again:

    {}                                          no times of its own (as needed)
    {"once": true}                              once, when the order begins
    {"continuous": true}                        an infusion: one line, when it begins
    {"every_hours": 6}                          every six real hours from the beginning
    {"times": ["08:00", "20:00"]}               every day at these times of the ward's clock
    {"every_days": 2, "times": ["08:00"]}       every second day
    {"weekdays": [1, 3, 5], "times": ["08:00"]} Monday, Wednesday, Friday (ISO 8601: Monday is 1)
    {"every_months": 1, "times": ["08:00"]}     on the same day of each month, or its last day
    {"cycle": [21, 7], "times": ["08:00"]}      21 days with doses, 7 days without, and again
    {"first": "now", "times": ["08:00"]}        the first dose when the order begins, then at ward times; without it the first
                                                dose waits for the next ward time. "apart": 4 leaves out ward times less than
                                                4 hours after that first dose
    {"counted_from": "2026-11-02", …}           the day from which every so many days, months and cycles are counted, where
                                                the order goes on with an earlier one's rhythm; else its own first day

Ward times are times of the clock on the wall: 08:00 stays 08:00 when the clocks change. A time that the change skips
is given an hour later by the clock, a time that comes twice is given the first time. Real hours stay real hours.
"""
import calendar
import datetime as dt
import math
import re

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

KEYS = {"once", "continuous", "every_hours", "times", "every_days", "weekdays", "every_months", "cycle", "first", "apart",
        "counted_from"}
PACES = ("every_days", "weekdays", "every_months", "cycle")
WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
MAX_TIMES, MAX_EVERY = 24, 400
CLOCK = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)")


def normal(timing) -> dict:
    """The rule in its one plain form (see above). Raises ValueError with a sentence for a rule nobody could follow."""
    if not timing:
        return {}
    if not isinstance(timing, dict) or set(timing) - KEYS:
        raise ValueError(_("use once, continuous, every_hours, every_days, every_months, weekdays, cycle, first and times"))
    if timing.get("once") or timing.get("continuous"):
        if len(timing) > 1:
            raise ValueError(_("once and continuous stand alone"))
        return {name: True for name in timing}
    if "every_hours" in timing:
        if len(timing) > 1:
            raise ValueError(_("every so many hours stands alone"))
        return {"every_hours": _hours(timing["every_hours"])}
    return _calendar_rule(timing)


def _calendar_rule(timing):
    paces = [name for name in PACES if name in timing]
    if len(paces) > 1 or "times" not in timing:
        raise ValueError(_("name the times of day, and one of every_days, weekdays, every_months, cycle at most"))
    rule = {"times": _times(timing["times"])}
    if "cycle" in timing:
        rule["cycle"] = _cycle(timing["cycle"])
    rule |= _first(timing)
    if "counted_from" in timing and paces:
        rule["counted_from"] = _day(timing["counted_from"])
    if "weekdays" in timing:
        rule["weekdays"] = _weekdays(timing["weekdays"])
    for pace in ("every_days", "every_months"):
        if pace in timing and _whole(timing[pace]) != (1 if pace == "every_days" else 0):
            rule[pace] = _whole(timing[pace])
    return rule


def _cycle(value):
    if not isinstance(value, list) or len(value) != 2:
        raise ValueError(_("a cycle is the days with doses and the days without: [21, 7]"))
    return [_whole(days) for days in value]


def _first(timing):
    """The first-dose rule, where it is not the usual one (the next ward time)."""
    if timing.get("first") not in (None, "now", "next") or ("apart" in timing and timing.get("first") != "now"):
        raise ValueError(_("the first dose is given now or at the next ward time"))
    if timing.get("first") != "now":
        return {}
    return {"first": "now"} | ({"apart": _hours(timing["apart"])} if "apart" in timing else {})


def _day(value):
    try:
        return dt.date.fromisoformat(value).isoformat()
    except (TypeError, ValueError) as error:
        raise ValueError(_("counting begins with a day such as 2026-11-02")) from error


def _whole(value):
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MAX_EVERY:
        raise ValueError(_("a whole number from 1 to {top} is needed").format(top=MAX_EVERY))
    return value


def _hours(value):
    """Hours in quarters, as a number that JSON can keep."""
    try:
        quarters = float(value) * 4
    except (TypeError, ValueError) as error:
        raise ValueError(_("every_hours is a number of hours")) from error
    if isinstance(value, bool) or not quarters.is_integer() or not 1 <= quarters <= 4 * 24 * MAX_EVERY:
        raise ValueError(_("every_hours is at least a quarter of an hour, in quarters"))
    return int(quarters // 4) if quarters % 4 == 0 else quarters / 4


def _times(values):
    if not isinstance(values, list) or not 1 <= len(values) <= MAX_TIMES:
        raise ValueError(_("name from 1 to {top} times of day").format(top=MAX_TIMES))
    found = [CLOCK.fullmatch(value.strip()) if isinstance(value, str) else None for value in values]
    if None in found:
        raise ValueError(_("times look like 08:00"))
    return sorted({f"{int(match[1]):02d}:{match[2]}" for match in found})


def _weekdays(values):
    if not isinstance(values, list) or not values:
        raise ValueError(_("name at least one day of the week"))
    days = set()
    for value in values:
        word = value.strip().lower()[:3] if isinstance(value, str) else None
        if word in WEEKDAYS:
            days.add(WEEKDAYS.index(word) + 1)
        elif isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 7:
            days.add(value)
        else:
            raise ValueError(_("days of the week are 1 (Monday) to 7 (Sunday)"))
    return sorted(days)


def is_rolling(timing) -> bool:
    """Does the rule go on without an end of its own, so that its doses are planned piece by piece?"""
    return bool(timing) and not timing.get("once") and not timing.get("continuous")


def dose_times(timing, *, starts_at, until, zone, since=None) -> list[dt.datetime]:
    """The times at which doses are due, from `starts_at` (or `since`, when later) up to but not at `until`.

    All moments are aware; the answer is in UTC, ascending, each moment once. `zone` is the ward's time zone. The work is
    in proportion to the stretch from `since` to `until`, however long ago the order began. `until` may be None for a rule
    that ends by itself (once, continuous, as needed); for others ValueError is raised.
    """
    since = max(since or starts_at, starts_at)
    if not timing:
        return []
    if not is_rolling(timing):
        return [starts_at.astimezone(dt.UTC)] if since <= starts_at and (until is None or starts_at < until) else []
    if until is None:
        raise ValueError("a rule without an end needs a horizon")
    if "every_hours" in timing:
        return _by_hours(timing["every_hours"], starts_at, since, until)
    return _by_calendar(timing, starts_at, since, until, zone)


def _by_hours(hours, starts_at, since, until):
    step = dt.timedelta(hours=hours)
    start, since, until = (moment.astimezone(dt.UTC) for moment in (starts_at, since, until))
    first, beyond = math.ceil((since - start) / step), math.ceil((until - start) / step)
    return [start + number * step for number in range(first, beyond)]


def _by_calendar(timing, starts_at, since, until, zone):
    times = [dt.time.fromisoformat(text) for text in timing["times"]]
    anchor = first_day(timing, starts_at, zone)
    now, earliest = timing.get("first") == "now", starts_at
    if now and "apart" in timing:
        earliest = starts_at + dt.timedelta(hours=timing["apart"])
    day = max(starts_at.astimezone(zone).date(), since.astimezone(zone).date() - dt.timedelta(days=1))
    last = until.astimezone(zone).date()
    found = set()
    while day <= last:
        if _is_day(timing, day, anchor):
            found.update(on_the_wall(day, time, zone) for time in times)
        day += dt.timedelta(days=1)
    found = {moment for moment in found if moment >= earliest}
    if now:
        found.add(starts_at.astimezone(dt.UTC))
    return sorted(moment for moment in found if since <= moment < until)


def first_day(timing, starts_at, zone) -> dt.date:
    """The day that counting begins with: the named one, else the first on which a dose can still be given."""
    if "counted_from" in timing:
        return dt.date.fromisoformat(timing["counted_from"])
    times = [dt.time.fromisoformat(text) for text in timing["times"]]
    day = starts_at.astimezone(zone).date()
    if timing.get("first") == "now" or any(on_the_wall(day, time, zone) >= starts_at for time in times):
        return day
    return day + dt.timedelta(days=1)


def _is_day(timing, day, anchor):
    if "weekdays" in timing:
        return day.isoweekday() in timing["weekdays"]
    if "every_months" in timing:
        months = (day.year - anchor.year) * 12 + day.month - anchor.month
        last = calendar.monthrange(day.year, day.month)[1]
        return months % timing["every_months"] == 0 and day.day == min(anchor.day, last)
    if "cycle" in timing:
        return (day - anchor).days % sum(timing["cycle"]) < timing["cycle"][0]
    return (day - anchor).days % timing.get("every_days", 1) == 0


def continued(timing, starts_at, zone) -> dict:
    """The rule for an order that goes on with the rhythm of one begun at `starts_at`: no first dose of its own, the same count.
    """
    if not timing or "times" not in timing:
        return timing
    rule = {name: value for name, value in timing.items() if name not in ("first", "apart")}
    counted = {"every_days", "every_months", "cycle"} & set(rule)
    return rule | ({"counted_from": first_day(timing, starts_at, zone).isoformat()} if counted else {})


def next_time(timing, *, starts_at, since, zone):
    """The first dose time of the rule at or after `since`; None where no dose comes within a year."""
    for days in (2, 40, 400):
        if found := dose_times(timing, starts_at=starts_at, since=since, until=since + dt.timedelta(days=days), zone=zone):
            return found[0]
    return None


def on_the_wall(day: dt.date, time: dt.time, zone) -> dt.datetime:
    """The moment (UTC) at which the ward's clock first shows this time on this day; see above for skipped times."""
    return dt.datetime.combine(day, time, tzinfo=zone).astimezone(dt.UTC)


def notation(timing) -> str:
    """The rule in the short form of order sheets, the same in every language: q6h, 08:00 20:00, q2d 08:00."""
    if not timing:
        return ""
    if not is_rolling(timing):
        return "once" if timing.get("once") else "continuous"
    if "every_hours" in timing:
        return f"q{timing['every_hours']}h"
    pace = ""
    if "weekdays" in timing:
        pace = ",".join(str(day) for day in timing["weekdays"]) + " "
    elif "every_months" in timing:
        pace = f"q{timing['every_months']}mo "
    elif "every_days" in timing:
        pace = f"q{timing['every_days']}d "
    elif "cycle" in timing:
        pace = "{}d on {}d off ".format(*timing["cycle"])
    return ("first now, " if timing.get("first") else "") + pace + " ".join(timing["times"])


def words(timing) -> str:
    """The rule as a sentence part in the reader's language."""
    if not timing:
        return ""
    if not is_rolling(timing):
        return _("once") if timing.get("once") else _("continuously")
    if "every_hours" in timing:
        return _("every {hours} h").format(hours=timing["every_hours"])
    if timing.get("first"):
        return _("{how_often}, the first now").format(
            how_often=words({name: value for name, value in timing.items() if name != "first"}))
    times = ", ".join(timing["times"])
    if "cycle" in timing:
        on, off = timing["cycle"]
        return _("{on} days at {times}, {off} days without").format(on=on, off=off, times=times)
    if "weekdays" in timing:
        names = [_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun")]
        return _("{days} at {times}").format(days=", ".join(names[day - 1] for day in timing["weekdays"]), times=times)
    months, days = timing.get("every_months"), timing.get("every_days", 1)
    if months:
        return ngettext("monthly at {times}", "every {count} months at {times}", months).format(count=months, times=times)
    return ngettext("daily at {times}", "every {count} days at {times}", days).format(count=days, times=times)
