"""Coming to the door of an office: with a coupon, without one, just to ask, in acute pain; passed on, back again, or gone.

Locks: patient, then the receptions in order of id; each door is changed under the lock of its reception (docs/locking.md).
"""
import datetime as dt

from django.utils.translation import gettext as _

from emr import acts, clock
from emr.actions.encounter import lock_patient
from emr.acts import act
from emr.errors import Malformed, NotFound, ReasonMissing
from emr.journal import record
from emr.models import Staff
from emr.rules.texts import fits
from outpatient.booking import errors_of_queue as errors
from outpatient.booking.errors import NotYourReception
from outpatient.booking.models import QueueEntry, Reception
from outpatient.booking.queries.booking import DESK
from outpatient.booking.queries.setting import setting
from outpatient.booking.rules.queue import turn

for _name in ("one_person_in_the_room", "one_number_without_a_coupon", "booking_queueentry_booking_id_key",
              "booking_queueentry_in_place_of_id_key", "booking_queueentry_sent_from_id_key"):
    acts.LAST_LINE[_name] = errors.QueueJustChanged
Kind = QueueEntry.Kind


def queue_up(booking, *, entered=False) -> QueueEntry:
    """Stand the holder of a coupon in the queue of his reception, inside an act that holds its lock (R90, R91)."""
    now = clock.now()
    entry = QueueEntry.objects.filter(booking=booking).first()
    if entry is None:
        entry = QueueEntry.objects.create(
            reception_id=booking.reception_id, kind=Kind.COUPON, number=booking.coupon.number, booking=booking,
            patient_id=booking.patient_id,
            came_at=booking.arrived_at, line_at=booking.arrived_at, turn_at=turn(booking.coupon.starts_at, booking.arrived_at,
                                                                                 grace_of(booking.coupon.minutes)))
    if entered and not entry.entered_at:
        close_room(entry.reception_id, now)
        entry.entered_at, entry.skipped_at, entry.gone_at, entry.gone_reason = now, None, None, ""
        entry.save(update_fields=["entered_at", "skipped_at", "gone_at", "gone_reason"])
    return entry


def close_room(reception, now):
    """Who was in the room has left it: at the end of his visit, else now."""
    for inside in QueueEntry.objects.filter(reception=reception, entered_at__isnull=False, left_at__isnull=True).select_related(
            "booking__encounter", "encounter"):
        inside.left_at = max(inside.out_at or now, inside.entered_at)
        inside.save(update_fields=["left_at"])


def grace_of(minutes) -> dt.timedelta:
    """How long a place is kept: the institution's grace, or one step if that is longer (A23)."""
    return dt.timedelta(minutes=max(setting().grace_minutes, minutes))


def lock_door(reception, by) -> Reception:
    """The reception whose door it is, locked. Raises NotFound, OfficeIsClosed, NotYourReception."""
    found = Reception.objects.select_for_update(no_key=True, of=("self",)).select_related("doctor", "department").filter(
        pk=getattr(reception, "pk", reception)).first()
    if found is None:
        raise NotFound()
    if found.cancelled_at or not found.published_at or found.day != clock.today():
        raise errors.OfficeIsClosed()
    for_everybody = by.kind == Staff.Kind.SYSTEM or by.role_names & DESK
    if not for_everybody and by.pk != found.doctor_id and found.department_id not in by.department_ids:
        raise NotYourReception(doctor=found.doctor or found.title)
    return found


def lock_entry(entry, by) -> QueueEntry:
    """One person at a door, the door being locked. Raises NotFound, OfficeIsClosed, NotYourReception."""
    found = QueueEntry.objects.filter(pk=getattr(entry, "pk", entry)).first()
    if found is None:
        raise NotFound()
    lock_door(found.reception_id, by)
    return QueueEntry.objects.select_related("booking__encounter", "booking__coupon", "encounter", "reception", "patient").get(
        pk=found.pk)


def refuse_unless_waiting(entry, states=("waiting",)):
    """Refuse what the queue has left behind."""
    if entry.state not in states:
        raise errors.IsNotWaiting(number=entry)


def needed(text, field="purpose") -> str:
    """What somebody wrote, trimmed. Raises ReasonMissing, TextTooLong."""
    text = (text or "").strip()
    if not text:
        raise ReasonMissing()
    fits(QueueEntry, **{field: text})
    return text


def say(entry, **data):
    """The journal row of an act at the door."""
    record(entry, patient=entry.patient_id, number=str(entry), reception=str(entry.reception_id), **data)
    return entry


@act("booking.add_to_queue")
def add_to_queue(reception, *, by, kind, patient=None, purpose="", acute_reason=""):
    """Somebody without a coupon comes to the door: to be received (`walk-in`, with the patient and what for) or just to ask
    (`asker`).

    `acute_reason`: acute by decision of staff, received next (R94). Raises NotFound, OfficeIsClosed, NotYourReception,
    ReasonMissing.
    """
    if kind not in (Kind.WALK_IN, Kind.ASKER):
        raise Malformed(problem="kind: walk-in or asker is needed")
    if kind == Kind.WALK_IN and patient is None:
        raise Malformed(problem="patient: name who comes")
    patient = lock_patient(patient) if patient is not None and kind == Kind.WALK_IN else None
    reception = lock_door(reception, by)
    acute_reason = needed(acute_reason, "acute_reason") if acute_reason and kind == Kind.WALK_IN else ""
    purpose = needed(purpose or acute_reason) if kind == Kind.WALK_IN else (purpose or "").strip()[:200]
    entry = _new(reception, kind, patient=patient, purpose=purpose, **_acute(acute_reason))
    return say(entry, kind=kind, purpose=purpose, **({"acute": acute_reason} if acute_reason else {}))


def _new(reception, kind, **values):
    number = QueueEntry.objects.filter(reception=reception, kind=kind).count() + 1
    return QueueEntry.objects.create(reception=reception, kind=kind, number=number, came_at=clock.now(),
                                     line_at=clock.now(), **values)


def _acute(reason):
    return {"acute_at": clock.now(), "acute_reason": reason} if reason else {}


@act("booking.mark_acute")
def mark_acute(entry, *, by, reason):
    """Staff decides that this patient is received next; the reason is kept (R94).

    Raises IsNotWaiting, AlreadyAcute, ReasonMissing, …
    """
    entry, reason = lock_entry(entry, by), needed(reason, "acute_reason")
    refuse_unless_waiting(entry, ("waiting", "missed"))
    _refuse_asker(entry)
    if entry.acute_at:
        raise errors.AlreadyAcute(number=entry)
    entry.acute_at, entry.acute_reason, entry.skipped_at = clock.now(), reason, None
    entry.save(update_fields=["acute_at", "acute_reason", "skipped_at"])
    return say(entry, reason=reason)


def _refuse_asker(entry):
    if entry.kind == Kind.ASKER:
        raise errors.AskersHaveTheirLane()


@act("booking.swap_places")
def swap_places(entry, other, *, by):
    """Two who wait change places by consent; nobody else's place changes (R96). Returns the first.

    Raises IsNotWaiting, AskersHaveTheirLane, …
    """
    entry, other = lock_entry(entry, by), lock_entry(other, by)
    if entry.pk == other.pk or entry.reception_id != other.reception_id:
        raise Malformed(problem="other: somebody else at the same office is needed")
    for one in (entry, other):
        refuse_unless_waiting(one)
        _refuse_asker(one)
    own = {name: getattr(entry, name) for name in ("turn_at", "line_at", "acute_at", "acute_reason")}
    for name in own:
        setattr(entry, name, getattr(other, name))
        setattr(other, name, own[name])
    entry.save(update_fields=list(own))
    other.save(update_fields=list(own))
    return say(entry, other=str(other))


@act("booking.return_to_queue")
def return_to_queue(entry, *, by):
    """Who stepped away is back: within the grace the place is kept, else behind those whose time has come (R91, R92).

    Raises IsNotSkipped, …
    """
    entry = lock_entry(entry, by)
    if entry.state != "missed":
        raise errors.IsNotSkipped(number=entry)
    entry.called_at = entry.recalled_at = entry.skipped_at = None
    if entry.turn_at:
        entry.turn_at = turn(entry.turn_at, clock.now(), grace_of(entry.booking.coupon.minutes if entry.booking_id else 0))
    entry.save(update_fields=["called_at", "recalled_at", "skipped_at", "turn_at"])
    return say(entry)


@act("booking.leave_queue")
def leave_queue(entry, *, by, reason):
    """Somebody who waited has gone, or has been answered at the door. Raises IsNotWaiting, ReasonMissing, NotFound, …"""
    entry, reason = lock_entry(entry, by), needed(reason, "gone_reason")
    refuse_unless_waiting(entry, ("waiting", "called", "missed"))
    entry.gone_at, entry.gone_reason = clock.now(), reason
    entry.save(update_fields=["gone_at", "gone_reason"])
    return say(entry, reason=reason)


@act("booking.send_to_office")
def send_to_office(entry, reception, *, by, reason=""):
    """Send who waits to another office of today: to a free doctor, or acute to the duty doctor (R77, R94). Returns the entry
    there.

    It stands there as somebody without a coupon, acute as before. Raises IsNotWaiting, SameOffice, OfficeIsClosed,
    AskersHaveTheirLane, …
    """
    found = QueueEntry.objects.filter(pk=getattr(entry, "pk", entry)).first()
    if found is None:
        raise NotFound()
    target = getattr(reception, "pk", reception)
    locked = {str(row.pk): row for row in Reception.objects.select_for_update(no_key=True, of=("self",)).filter(
        pk__in=[found.reception_id, target]).order_by("pk")}
    if str(target) not in locked:
        raise NotFound()
    if str(target) == str(found.reception_id):
        raise errors.SameOffice()
    entry, there = lock_entry(found, by), locked[str(target)]
    refuse_unless_waiting(entry, ("waiting", "missed"))
    _refuse_asker(entry)
    if there.cancelled_at or not there.published_at or there.day != clock.today():
        raise errors.OfficeIsClosed()
    reason = needed(reason or _("Sent to another office"), "gone_reason")
    entry.gone_at, entry.gone_reason = clock.now(), reason
    entry.save(update_fields=["gone_at", "gone_reason"])
    made = _new(there, Kind.WALK_IN, patient_id=entry.patient_id, purpose=entry.purpose or entry.acute_reason or reason,
                acute_at=entry.acute_at, acute_reason=entry.acute_reason, sent_from=entry)
    return say(made, sent_from=str(entry), reason=reason)
