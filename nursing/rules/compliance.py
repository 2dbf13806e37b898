"""Doses on time, judged by the same limits as the sheet."""
from nursing.queries import compliance as queries
from nursing.rules.dose_status import GRACE, GRACE_TIME_CRITICAL

LATE = (GRACE, GRACE_TIME_CRITICAL)


def counts(departments, *, since, until, by) -> list[dict]:
    """How many doses per ward, nurse or drug class were given on time, late, refused, withheld, missed, not scanned."""
    return queries.counts(departments, since=since, until=until, by=by, late=LATE)


def doses(departments, *, since, until, by, key, state) -> queries.Doses:
    """The doses behind one of these numbers, for a paginator."""
    return queries.Doses(departments, since=since, until=until, by=by, key=key, state=state, late=LATE)
