"""Counting tries in the database, before anything is compared: one statement, so that no two tries at once slip through.

This stands outside an act's transaction on purpose (as in emr.actions.staff_pin): a try counts although nothing is found.
"""
from django.db import connection

from emr import clock
from emr.acts import act
from emr.ids import new_id
from emr.journal import record
from outpatient.booking.errors import TooManyTries
from outpatient.booking.models import Throttle
from outpatient.booking.rules.throttle import MOST, WINDOW, wait_after

COUNT = """
insert into booking_throttle as t (id, key, kind, tries, since, not_before) values (%(id)s, %(key)s, %(kind)s, 1, %(now)s,
    %(now)s)
on conflict (key) do update set
    tries = case when t.since <= %(old)s then 1 else t.tries + 1 end,
    since = case when t.since <= %(old)s then %(now)s else t.since end,
    not_before = %(now)s + (%(waits)s::interval[])[case when t.since <= %(old)s then 1 else least(t.tries + 1, %(most)s) end]
where t.not_before <= %(now)s
returning tries
"""
WAITS = [wait_after(tries) for tries in range(1, MOST + 1)]


def reserve(kind: str, key: str, *, by):
    """Take one of the tries of this key. Raises TooManyTries, naming the seconds to wait.

    The try that reaches the limit locks the key for an hour and leaves a line in the journal for the administrator.
    """
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(COUNT, {"id": new_id(), "key": key, "kind": kind, "now": now, "old": now - WINDOW, "waits": WAITS,
                               "most": MOST})
        row = cursor.fetchone()
    if row is None:
        until = Throttle.objects.values_list("not_before", flat=True).get(key=key)
        raise TooManyTries(seconds=max(1, int((until - now).total_seconds() + 0.999)))
    if row[0] == MOST:
        note_lock(key, by=by)


def give_back(*keys):
    """The try was no miss: it does not count. Delays that run stay."""
    from django.db.models import F

    Throttle.objects.filter(key__in=keys, tries__gt=0).update(tries=F("tries") - 1)


@act("booking.note_lock")
def note_lock(key, *, by):
    """Note that tries were locked for an hour: an entry for the administrator that names nobody."""
    row = Throttle.objects.get(key=key)
    record(row, kind=row.kind, tries=row.tries, until=row.not_before.isoformat())
    return row
