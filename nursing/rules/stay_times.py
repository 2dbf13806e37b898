"""Whether a moment fits a stay or visit: the guard against a wrong day or year, and against entries after the end."""
import datetime as dt

from nursing.errors import BeforeStay, StayHasEnded

# What an ambulance crew gave or measured on the way may be entered on the visit that follows.
ON_THE_WAY = dt.timedelta(hours=24)


def check_within_stay(encounter, at) -> None:
    """Raises BeforeStay when `at` lies more than a day before the stay began, StayHasEnded when after its end."""
    if at < encounter.started_at - ON_THE_WAY:
        raise BeforeStay(started=encounter.started_at)
    if encounter.finished_at and at > encounter.finished_at:
        raise StayHasEnded(ended=encounter.finished_at)
