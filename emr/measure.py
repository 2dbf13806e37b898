"""What no hospital knows: moments and numbers beyond which calendars, time zones and the database overflow."""
import datetime as dt
from decimal import Decimal

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.timezone import is_aware

from emr.errors import Malformed

YEARS = range(1850, 2201)
MAX_INTEGER = 2**63 - 1
MAX_EXPONENT = 30  # of ten: 1e999999999 is short to write and long to reckon with


def check_measure(name: str, value) -> None:
    """Raise Malformed, naming the field, for a date or number that cannot be meant; looks into lists and objects."""
    if isinstance(value, dt.date) and value.year not in YEARS:
        raise Malformed(problem=f"{name}: a year from {YEARS[0]} to {YEARS[-1]} is needed")
    if (isinstance(value, Decimal) and not is_reckonable(value)) or (isinstance(value, int) and abs(value) > MAX_INTEGER):
        raise Malformed(problem=f"{name}: the number is beyond all measure")
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        check_measure(name, part)


def is_reckonable(number: Decimal) -> bool:
    """Can this number be stored and compared: neither infinite nor astronomically large or small?"""
    return number.is_finite() and (not number or abs(number.adjusted()) <= MAX_EXPONENT)


def read_day(name: str, text: str) -> dt.date:
    """The day that an address or a hidden field says (2026-11-23). Raises Malformed."""
    return _read(name, text, parse_date, "a date such as 2026-11-23 is needed")


def read_moment(name: str, text: str) -> dt.datetime:
    """The moment, with its zone, that an address or a hidden field says. Raises Malformed."""
    found = _read(name, text, parse_datetime, wanted := "a moment such as 2026-11-23T08:00:00+03:00 is needed")
    if not is_aware(found):
        raise Malformed(problem=f"{name}: {wanted}")
    return found


def _read(name, text, parse, wanted):
    try:
        found = parse(text)
    except ValueError:  # written like one, but no such day or hour
        found = None
    if found is None:
        raise Malformed(problem=f"{name}: {wanted}")
    check_measure(name, found)
    return found
