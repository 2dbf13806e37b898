"""The doors of offices as they are now, read from the rows (R90-R98)."""
from emr import clock
from outpatient.booking.models import QueueEntry
from outpatient.booking.queries import queue as queries
from outpatient.booking.queries.pace import durations
from outpatient.booking.queries.setting import setting
from outpatient.booking.rules import queue as rules


def doors(receptions, row=None, *, past=True) -> list[rules.Office]:
    """Each of these receptions (of queries.queue) with its queue.

    Three queries, and with `past` one for each doctor who has not received today.
    """
    receptions, row, now = list(receptions), row or setting(), clock.now()
    entries, absent = queries.entries_of(receptions), queries.not_come(receptions)
    used = {entry.in_place_of_id for entry in entries}
    found = []
    for reception in receptions:
        own = [entry for entry in entries if entry.reception_id == reception.pk]
        missed, expected = queries.missed_and_expected([row_ for row_ in absent if row_.reception_id == reception.pk], row, used)
        known = durations(reception.doctor) if past and reception.doctor_id and len(rules.durations(own)) < rules.FEWEST else []
        found.append(rules.office(reception, own, missed, expected, known, now))
    return found


def door(reception, row=None) -> rules.Office:
    """One of them."""
    return doors([reception], row)[0]


def turn_of(booking):
    """(office, place in the line) of who waits with this coupon today, for the patient himself;

    None when he does not wait. (R98)
    """
    entry = QueueEntry.objects.waiting().filter(booking=booking).first() if booking.arrived_at and booking.day == clock.today(
        ) else None
    reception = entry and queries.receptions_today().filter(pk=entry.reception_id).first()
    if reception is None:
        return None
    found = door(reception)
    return found, next((place for place in found.line if place.entry.pk == entry.pk), None)
