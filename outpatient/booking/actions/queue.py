"""Calling at the door of an office: the next one, again, past, in, and out (R90-R93). Each under the lock of the reception."""
from emr import clock
from emr.actions.encounter import lock_patient
from emr.acts import act
from emr.errors import Malformed
from emr.models import Staff
from outpatient.actions.visit import start_visit
from outpatient.booking import errors_of_queue as errors
from outpatient.booking.actions.queue_entry import close_room, lock_door, lock_entry, refuse_unless_waiting, say
from outpatient.booking.models import QueueEntry
from outpatient.booking.queries import queue as queries
from outpatient.booking.queries.setting import setting
from outpatient.booking.rules import queue as rules

Kind = QueueEntry.Kind


def _line(reception) -> tuple[list[QueueEntry], list]:
    """(everybody of the door, those in line with the released place each takes), read under its lock."""
    entries = queries.entries_of([reception])
    used = {entry.in_place_of_id for entry in entries}
    missed, _expected = queries.missed_and_expected(queries.not_come([reception]), setting(), used)
    return entries, rules.in_order([entry for entry in entries if entry.state == "waiting"], missed, clock.now())


@act("booking.call_next")
def call_next(reception, *, by):
    """Call whose turn it is; who was in the room has left it. Returns the entry, which the board shows.

    Raises NobodyWaits, SomebodyIsCalled, NotFound, OfficeIsClosed, NotYourReception.
    """
    reception, now = lock_door(reception, by), clock.now()
    entries, line = _line(reception)
    called = next((entry for entry in entries if entry.state == "called"), None)
    if called is not None:
        raise errors.SomebodyIsCalled(number=called)
    if not line:
        raise errors.NobodyWaits()
    close_room(reception.pk, now)
    entry, place = line[0]
    entry.called_at, entry.in_place_of = now, place
    entry.save(update_fields=["called_at", "in_place_of"])
    return say(entry, **({"in_place_of": place.number} if place else {}))


@act("booking.call_again")
def call_again(entry, *, by):
    """Call the same number once more. Raises IsNotCalled, …"""
    entry = _called(entry, by)
    entry.recalled_at = clock.now()
    entry.save(update_fields=["recalled_at"])
    return say(entry)


@act("booking.skip_entry")
def skip_entry(entry, *, by):
    """Called twice without answer: the next one is called; on return the place is kept by the rule (R92).

    Raises IsNotCalled, CallAgainFirst, …
    """
    entry = _called(entry, by)
    if entry.recalled_at is None:
        raise errors.CallAgainFirst(number=entry)
    entry.skipped_at, entry.in_place_of = clock.now(), None
    entry.save(update_fields=["skipped_at", "in_place_of"])
    return say(entry)


def _called(entry, by):
    entry = lock_entry(entry, by)
    if entry.state != "called":
        raise errors.IsNotCalled(number=entry)
    return entry


@act("booking.let_in")
def let_in(entry, *, by):
    """Somebody enters: the called one, or the first in line; who just asks between two patients (R93).

    Raises IsNotWaiting, NotHisTurn, RoomIsOccupied, AskerJustWas, HolderIsOverdue, …
    """
    entry = lock_entry(entry, by)
    _enter(entry)
    return say(entry, kind=entry.kind)


def _enter(entry):
    now = clock.now()
    refuse_unless_waiting(entry, ("waiting", "called"))
    entries, line = _line(entry.reception)
    if any(other.state == "in-progress" for other in entries):
        raise errors.RoomIsOccupied()
    if entry.kind == Kind.ASKER:
        _refuse_asking(entries, line, now)
    elif entry.state == "waiting":
        first, place = line[0]
        called = next((other for other in entries if other.state == "called"), None)
        if called is not None or first.pk != entry.pk:
            raise errors.NotHisTurn(number=called or first)
        entry.in_place_of = place
    close_room(entry.reception_id, now)
    entry.entered_at = now
    entry.save(update_fields=["entered_at", "in_place_of"])


def _refuse_asking(entries, line, now):
    called = [(other, None) for other in entries if other.state == "called"]
    why, before, minutes = rules.asker_may_enter(entries, called + line, now)
    if why == "just":
        raise errors.AskerJustWas(number=before)
    if why == "acute":
        raise errors.NotHisTurn(number=before)
    if why:
        raise errors.HolderIsOverdue(number=before, minutes=minutes)


@act("booking.note_left")
def note_left(entry, *, by):
    """Who was in the room has left it; until the next one is called the doctor is free. Raises IsNotInside, …"""
    entry = lock_entry(entry, by)
    if entry.state != "in-progress":
        raise errors.IsNotInside(number=entry)
    close_room(entry.reception_id, clock.now())
    entry.refresh_from_db(fields=["left_at"])
    return say(entry)


@act("booking.begin_walk_in_visit")
def begin_walk_in_visit(entry, *, by):
    """The doctor receives somebody without a coupon: he enters, if he has not, and the visit begins. Returns the entry with its
    visit.

    Raises Malformed for a coupon or a question, IsNotWaiting, NotHisTurn, RoomIsOccupied, and what start_visit raises.
    """
    asked = QueueEntry.objects.filter(pk=getattr(entry, "pk", entry)).first()
    if asked is not None and asked.patient_id:
        lock_patient(asked.patient_id)
    found = lock_entry(entry, by)
    if found.kind != Kind.WALK_IN:
        raise Malformed(problem="entry: somebody without a coupon is needed")
    if found.encounter_id or found.state not in ("waiting", "called", "in-progress"):
        raise errors.IsNotWaiting(number=found)
    if found.state != "in-progress":
        _enter(found)
    reception = found.reception
    doctor = reception.doctor or by if by.kind == Staff.Kind.SYSTEM else by
    found.encounter = start_visit(found.patient_id, by=by, department=reception.department, doctor=doctor,
                                  complaint=found.purpose)
    found.save(update_fields=["encounter"])
    return say(found, visit=found.encounter.number)
