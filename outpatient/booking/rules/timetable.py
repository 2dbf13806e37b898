"""On which days a template receives, the exceptions of the calendar being applied."""
import datetime as dt

HOLIDAY, ABSENCE, EXTRA = "holiday", "absence", "extra"


def worked_as(day: dt.date, doctor, exceptions) -> int | None:
    """Like which ISO weekday this doctor works on that day; None when he does not work at all.

    A doctor's absence comes first, then his own extra day, then the institution's holiday, then its extra day (a Saturday
    worked like the Monday it was moved from). `doctor`: id or None for a room.
    """
    found = [row for row in exceptions if row.first <= day <= row.last and row.doctor_id in (None, doctor)]
    if any(row.kind == ABSENCE for row in found):
        return None
    own = [row for row in found if row.kind == EXTRA and row.doctor_id]
    if own:
        return own[-1].as_weekday
    if any(row.kind == HOLIDAY for row in found):
        return None
    return next((row.as_weekday for row in found if row.kind == EXTRA), day.isoweekday())


def is_week_of(weeks: str, day: dt.date) -> bool:
    """Does an odd, even or every week's template hold in the ISO week of that day?"""
    return weeks == "every" or (day.isocalendar().week % 2 == 1) == (weeks == "odd")


def days_of(template, first: dt.date, last: dt.date, exceptions) -> list[dt.date]:
    """The days from `first` to `last` on which the template receives."""
    first = max(first, template.valid_from)
    last = min(last, template.valid_until or last)
    days = (first + dt.timedelta(days=ahead) for ahead in range((last - first).days + 1))
    return [day for day in days if is_week_of(template.weeks, day)
            and worked_as(day, template.doctor_id, exceptions) in template.weekdays]
