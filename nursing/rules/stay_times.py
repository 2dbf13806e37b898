"""Whether a moment fits a stay or visit: the guard against a wrong day or year, and against entries after the end."""
import datetime as dt

from emr.rules.late_entry import open_until
from nursing.errors import BeforeStay, StayHasEnded

# What an ambulance crew gave or measured on the way may be entered on the visit that follows.
ON_THE_WAY = dt.timedelta(hours=24)


def check_within_stay(encounter, at) -> None:
    """Raises BeforeStay when `at` lies more than a day before the stay began, StayHasEnded when the stay is closed for entries
    by then (emr.rules.late_entry: a polyclinic visit stays open until midnight)."""
    if at < encounter.started_at - ON_THE_WAY:
        raise BeforeStay(started=encounter.started_at)
    until = open_until(encounter)
    if until and at > until:
        raise StayHasEnded(ended=encounter.finished_at)
