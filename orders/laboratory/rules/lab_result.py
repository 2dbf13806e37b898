"""How a value is judged: by the range that holds for this sex and age on this day; without a range there is no flag.

Ranges are dated and half-open: valid from the first day up to, not with, `valid_until`. Ages are counted in days.
"""
from orders.laboratory.models import LabResult

Flag = LabResult.Flag


def fitting(ranges, *, sex: str, birth_date, day):
    """The range for a person of this sex and birth date on that day, or None.

    A range for one sex goes before a range for any; among those the latest one. A person of unknown age is judged only
    by ranges for every age.
    """
    age = (day - birth_date).days if birth_date else None
    possible = [r for r in ranges if r.sex in ("", sex) and r.valid_from <= day
                and (r.valid_until is None or day < r.valid_until) and _for_age(r, age)]
    return max(possible, key=lambda r: (r.sex != "", r.valid_from), default=None)


def _for_age(one, age):
    if age is None:
        return one.age_from_days == 0 and one.age_to_days is None
    return one.age_from_days <= age and (one.age_to_days is None or age < one.age_to_days)


def judged(value, comparator: str, by) -> str:
    """The flag of a value (FHIR v3-ObservationInterpretation), or empty when nothing can be said for certain.

    `by` is a ReferenceRange or None. "< 5" is low only when 5 itself is not above the lower limit.
    """
    if value is None or by is None or (by.low is None and by.high is None and by.critical_low is None
                                       and by.critical_high is None):
        return Flag.NONE
    at_most, at_least = comparator in ("<", "<="), comparator in (">", ">=")
    for limit, flag in ((by.critical_low, Flag.CRITICAL_LOW), (by.low, Flag.LOW)):
        if limit is not None and not at_least and (value < limit or (at_most and value <= limit)):
            return flag
    for limit, flag in ((by.critical_high, Flag.CRITICAL_HIGH), (by.high, Flag.HIGH)):
        if limit is not None and not at_most and (value > limit or (at_least and value >= limit)):
            return flag
    if (at_most and by.low is not None) or (at_least and by.high is not None) or (by.low is None and by.high is None):
        return Flag.NONE
    if (at_most and value > by.high) or (at_least and value < by.low):
        return Flag.NONE
    return Flag.NORMAL
