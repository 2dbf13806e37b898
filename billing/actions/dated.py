"""Rows that hold for days (norms, grades, versions, rates): the one without an end ends where the next begins."""
from django.db.backends.postgresql.psycopg_any import DateRange


def make_room(rows, since, until=None) -> bool:
    """End the row among `rows` that began before `since` and has no end; are the days from then (up to, not with, `until`) free
    now?
    """
    before = rows.select_for_update(no_key=True).filter(valid__upper_inf=True, valid__startswith__lt=since).first()
    if before:
        before.valid = DateRange(before.valid.lower, since)
        before.save(update_fields=["valid"])
    return not rows.filter(valid__overlap=DateRange(since, until)).exists()
