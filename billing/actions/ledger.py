"""Who waits for whom in the books. Clinicians wait for neither of these locks; both end with the transaction."""
import datetime as dt

from django.db import connection

from billing.queries import period


def lock_ledger():
    """One sweep, change of prices or close of a month at a time."""
    _lock("select pg_advisory_xact_lock(hashtext('billing.ledger'))")


def lock_books(*, closing=False):
    """Whoever books holds the books together with others; who closes a month holds them alone."""
    _lock(f"select pg_advisory_xact_lock{'' if closing else '_shared'}(hashtext('billing.books'))")


def _lock(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


def booking_day(day: dt.date) -> dt.date:
    """The day on which the books have a fact of `day`: itself, or the first open day when its month is closed."""
    lock_books()
    first = period.open_since()
    return max(day, first) if first else day
