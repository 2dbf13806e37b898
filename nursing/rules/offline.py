"""What was pressed without network and set aside, as people read it on the dose."""
from nursing.queries.offline import set_aside_of
from nursing.rules.reasons import said


def set_aside(dose_id) -> list:
    """What was set aside of this dose, oldest first, with `pressed` (moment) and `reason` (words)."""
    rows = set_aside_of(dose_id)
    for row in rows:
        row.reason = said(row.data["reason"])
    return rows
