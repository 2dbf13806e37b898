"""A calendar day as two moments."""
import datetime as dt

from emr import clock
from emr.errors import Malformed


def bounds(day: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """The institution's midnights around the day, aware. Raises Malformed for a year outside 1900 to 2200."""
    if not 1900 <= day.year <= 2200:
        raise Malformed(problem="day: a day of the years 1900 to 2200 is needed")
    return clock.start_of(day), clock.start_of(day + dt.timedelta(days=1))
