"""Until when orders and doses may still be written to an encounter that has ended."""
import datetime as dt

from emr.clock import day_of, start_of
from emr.models import Encounter

SAME_DAY = {Encounter.Kind.OUTPATIENT, Encounter.Kind.HOME, Encounter.Kind.VIRTUAL}


def open_until(encounter: Encounter) -> dt.datetime | None:
    """The moment after which nothing new may be asked or done in the encounter; None while it is open.

    A stay or emergency visit closes when it ends. A polyclinic visit stays open until the midnight after it: the doctor
    has finished talking, and sends the patient to the laboratory and the procedure room down the corridor.
    """
    if encounter.finished_at is None:
        return None
    if encounter.kind in SAME_DAY:
        return start_of(day_of(encounter.finished_at) + dt.timedelta(days=1))
    return encounter.finished_at
