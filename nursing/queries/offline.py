"""Confirmations that were pressed without network and set aside afterwards: they stand in the journal."""
from django.utils.dateparse import parse_datetime

from emr.models import JournalEntry


def set_aside_of(dose_id) -> list[JournalEntry]:
    """What was set aside of this dose, oldest first; `pressed` is the moment of pressing. One query."""
    rows = list(JournalEntry.objects.filter(about_id=dose_id, act="nursing.set_aside_confirmation").select_related("by_staff"))
    for row in rows:
        row.pressed = parse_datetime(row.data["pressed_at"])
    return rows
