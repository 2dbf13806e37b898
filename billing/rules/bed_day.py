"""Bed-days, by one rule: *a bed-day for each midnight of the institution that the patient spent in a place of ours*.

So the day of admission counts and the day of discharge does not; a stay without any midnight counts one day, that of the
admission. The midnight at the end of a day belongs to that day and to the department in which the patient was just
before it (a transfer at 00:00 belongs to the department he left). Nights outside every place (leave) do not count.
"""
import datetime as dt

from emr import clock

DAY = dt.timedelta(days=1)


def bed_days(places, *, finished: bool, until: dt.date | None = None) -> list[tuple[dt.date, object]]:
    """The bed-days of one stay as (day, department), in order.

    `places`: (from, to or None, department) with aware moments, half-open, not overlapping. An open place reaches to the
    end of the day before `until`. `finished`: the stay has ended, so one without a midnight counts its first day. Only
    days before `until` are given (default: today), because the midnight of `until` itself is still to come; a finished
    stay of one day is given on that day.
    """
    until = until or clock.today()
    places = sorted(((start, end, department) for start, end, department in places if start is not None and start != end),
                    key=lambda place: place[0])
    days = {}
    for start, end, department in places:
        day = clock.day_of(start)
        while True:
            midnight = clock.start_of(day + DAY)
            if (end is not None and midnight > end) or day >= until:
                break
            if midnight > start:
                days[day] = department
            day += DAY
    if not days and finished and places and clock.day_of(places[0][0]) <= until:
        days[clock.day_of(places[0][0])] = places[-1][2]
    return sorted(days.items())
