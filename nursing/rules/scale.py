"""What the nurse sees of a dose by scale before it is given: the last value, its age, and the dose that follows, or why none
does.
"""
from emr import clock
from emr.errors import Refusal
from orders.queries import scale as queries
from orders.rules import scale as rules


def scale_now(dose) -> dict | None:
    """reading, age (minutes), dose, refusal and the words of the table, as they are now; None for other doses."""
    table, now = dose.request.scale, clock.now()
    if not table:
        return None
    reading = queries.last(dose.patient_id, table, now)
    shown = {"reading": reading, "words": rules.words(table, dose.request.dose_unit), "dose": None, "refusal": None,
             "age": int((now - reading.at).total_seconds() // 60) if reading else None}
    try:
        shown["dose"] = rules.follow(table, reading, now)
    except Refusal as refusal:
        shown["refusal"] = refusal
    return shown
