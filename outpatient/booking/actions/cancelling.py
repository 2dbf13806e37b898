"""A reception cancelled, shortened or moved, a doctor absent for days: who is hit is told, offered a substitute, or moved (R19).

One act, one transaction per reception. Locks: all patients in order of id, then all receptions in order of id.
"""
import datetime as dt
import uuid

from django.utils.translation import gettext as _

from emr import clock
from emr.actions.encounter import lock_patient
from emr.acts import act
from emr.errors import Malformed, NotFound, ReasonMissing, Refusal
from emr.journal import record
from emr.models import Patient
from emr.rules.texts import fits
from outpatient.booking import errors
from outpatient.booking.actions.booking import give, lock_reception_of
from outpatient.booking.actions.notice import tell_all
from outpatient.booking.actions.rebooking import lock_in_order, take_back
from outpatient.booking.actions.timetable import add_exception
from outpatient.booking.models import Booking, CallTask, Coupon, Reception
from outpatient.booking.queries import hits as queries
from outpatient.booking.rules.code import new_code

OFFERED_FOR = dt.timedelta(hours=24)
ANSWERS = ("notify", "offer", "move")


@act("booking.cancel_reception")
def cancel_reception(reception, *, by, reason, answers=None, seen=None):
    """Cancel a reception: its coupons disappear, its bookings are cancelled by the clinic, each patient is told (R19).

    `answers`: booking id -> {"answer": "notify" | "offer" | "move", "coupon": id}; who is not named is notified. `seen`: the
    bookings that were looked at before; a new one refuses. A visit that has begun stays. Raises ReasonMissing,
    ReceptionIsCancelled, ReceptionIsOver, HitsHaveChanged and, for a move, what book_coupon raises.
    """
    reason = _reason(reason)
    row, hit = _lock(reception, answers or {}, seen, lambda: Coupon.objects.filter(reception=getattr(reception, "pk", reception)))
    row.cancelled_at, row.cancelled_by, row.cancel_reason = clock.now(), by, reason
    row.save(update_fields=["cancelled_at", "cancelled_by", "cancel_reason"])
    told = _answer(hit, answers or {}, reason, by)
    record(row, reason=reason, bookings=len(hit), **told)
    return row


@act("booking.shorten_reception")
def shorten_reception(reception, *, by, reason, starts_at=None, ends_at=None, answers=None, seen=None):
    """Let a reception begin later or end earlier; what lies outside is withdrawn and its patients are told, as in
    cancel_reception.

    Raises NothingShortened, and what cancel_reception raises.
    """
    reason = _reason(reason)
    known = Reception.objects.filter(pk=getattr(reception, "pk", reception)).first()
    if known is None:
        raise NotFound()
    starts_at, ends_at = starts_at or known.starts_at, ends_at or known.ends_at
    row, hit = _lock(known, answers or {}, seen, lambda: queries.removed_by(known, starts_at, ends_at))
    removed = queries.removed_by(row, starts_at, ends_at)
    left = row.coupons.filter(withdrawn_at__isnull=True).count() - len(removed)
    if not (row.starts_at <= starts_at < ends_at <= row.ends_at) or not removed or left < 1:
        raise errors.NothingShortened(since=row.starts_at, until=row.ends_at)
    Coupon.objects.filter(pk__in=[coupon.pk for coupon in removed]).update(withdrawn_at=clock.now(), withdrawn_reason=reason)
    row.starts_at, row.ends_at = starts_at, ends_at
    row.save(update_fields=["starts_at", "ends_at"])
    told = _answer(hit, answers or {}, reason, by)
    record(row, reason=reason, bookings=len(hit), starts_at=starts_at.isoformat(), ends_at=ends_at.isoformat(), **told)
    return row


@act("booking.move_reception")
def move_reception(reception, *, by, room, place=""):
    """Let a reception be held in another room or building; everybody who has a coupon of it is told (R74).

    `place`: address of the building, empty for the head office. Raises NotFound, ReceptionIsCancelled, ReceptionIsOver,
    NothingMoved, RoomIsUsed, TextTooLong.
    """
    row = _ahead(Reception.objects.select_for_update(no_key=True).get(pk=getattr(reception, "pk", reception)))
    former = row.room, row.place
    row.room, row.place = room.strip(), place.strip()
    if (row.room, row.place) == former:
        raise errors.NothingMoved()
    fits(Reception, room=row.room, place=row.place)
    row.save(update_fields=["room", "place"])
    record(row, room=row.room, place=row.place, bookings=tell_all(row))
    return row


def note_absence(*, by, doctor, first, last, reason, answers=None, seen=None, request_key=None):
    """Enter a doctor's absence and cancel his receptions of these days, each in its own act.

    Returns (the exception, cancelled receptions, [(reception, refusal)] of those that somebody changed meanwhile).
    """
    exception = add_exception(by=by, kind="absence", doctor=doctor, first=first, last=last, reason=reason,
                              request_key=request_key)
    cancelled, refused = [], []
    for reception in queries.receptions_of(doctor, first, last):
        key = request_key and uuid.uuid5(request_key, str(reception.pk))
        try:
            cancelled.append(cancel_reception(reception.pk, by=by, reason=reason, answers=answers, seen=seen, request_key=key))
        except Refusal as refusal:
            refused.append((reception, refusal))
    return exception, cancelled, refused


@act("booking.accept_offer")
def accept_offer(booking, *, by):
    """Take the substitute's coupon that is kept for the patient whose coupon the clinic cancelled; the month limit is not
    charged.

    Raises NotFound, OfferIsOver.
    """
    first = Booking.objects.filter(pk=getattr(booking, "pk", booking), cancelled_by_clinic=True).first()
    if first is None or (isinstance(by, Patient) and first.patient_id != by.pk):
        raise NotFound()
    patient = lock_patient(first.patient_id)
    held = queries.offer_for(first)
    reception = lock_reception_of(held.coupon_id) if held else None
    if held is None or queries.offer_for(first) is None:
        raise errors.OfferIsOver()
    taken = give(held.coupon_id, reception, patient, Booking.Channel.REGISTRY, by=by, holder=held.holder, moved=first,
                 override=_("Instead of {code}, which the clinic cancelled").format(code=first.code))
    record(taken, patient=patient, coupon=str(taken.coupon_id), instead_of=first.code, at=taken.coupon.starts_at.isoformat())
    return taken


def _ahead(row) -> Reception:
    """The reception, if it can still be changed. Raises ReceptionIsCancelled, ReceptionIsOver."""
    if row.cancelled_at:
        raise errors.ReceptionIsCancelled(at=row.cancelled_at)
    if row.ends_at <= clock.now():
        raise errors.ReceptionIsOver(at=row.ends_at)
    return row


def _reason(reason) -> str:
    reason = (reason or "").strip()
    if not reason:
        raise ReasonMissing()
    fits(Reception, cancel_reason=reason)
    return reason


def _lock(reception, answers, seen, removed):
    """(reception, the bookings hit), all patients and receptions concerned being locked. `removed()`: coupons that disappear."""
    pk = getattr(reception, "pk", reception)
    before = {hit.pk: hit.patient_id for hit in queries.hits([pk], coupons=removed())}
    for patient in sorted(before.values(), key=str):
        lock_patient(patient)
    targets = [given["coupon"] for given in map(_checked, answers.values()) if given.get("coupon")]
    lock_in_order({pk, *Coupon.objects.filter(pk__in=targets).values_list("reception", flat=True)})
    row = Reception.objects.filter(pk=pk).first()
    if row is None:
        raise NotFound()
    _ahead(row)
    coupons = removed()
    hit = list(queries.hits([pk], coupons=coupons))
    known = before.keys() if seen is None else before.keys() & {uuid.UUID(str(one)) for one in seen}
    if any(one.pk not in known for one in hit):
        raise errors.HitsHaveChanged()
    Booking.objects.filter(coupon__in=coupons, held_until__isnull=False, cancelled_at__isnull=True).update(
        cancelled_at=clock.now(), cancelled_by_clinic=True, cancel_reason=_("The reception was cancelled"))
    return row, hit


def _checked(given):
    if given.get("answer") not in ANSWERS or (given["answer"] != "notify" and not given.get("coupon")):
        raise Malformed(problem=f"answers: each says one of {', '.join(ANSWERS)}, the last two with a coupon")
    return given


def _answer(hit, answers, reason, by) -> dict:
    """Cancel each booking, then offer, move or only tell; how many of each."""
    answers, told = {str(pk): given for pk, given in answers.items()}, {"offered": 0, "moved": 0, "by_mail": 0, "to_call": 0}
    further = {one.pk: Booking.objects.filter(main=one, cancelled_at__isnull=True).count() for one in hit}
    for one in hit:  # all first, so that nobody's own place stands in the way of another's
        take_back(one, reason, by_clinic=True, is_move=answers.get(str(one.pk), {}).get("answer") == "move")
    for one in hit:
        given = answers.get(str(one.pk), {"answer": "notify"})
        if given["answer"] == "move":
            give(given["coupon"], lock_reception_of(given["coupon"]), one.patient, Booking.Channel.REGISTRY, by=by, moved=one,
                 places=1 + further[one.pk], override=_("Instead of {code}, which the clinic cancelled").format(code=one.code))
            told["moved"] += 1
        elif given["answer"] == "offer":
            _offer(one, given["coupon"], by)
            told["offered"] += 1
        if one.has_email:  # take_back and give have written the message
            told["by_mail"] += 1
        else:
            CallTask.objects.create(booking=one)
            told["to_call"] += 1
    return told


def _offer(booking, coupon, by):
    """Keep a substitute's coupon for this patient for 24 hours, or until it begins; nobody else gets it meanwhile."""
    reception = lock_reception_of(coupon)
    found = Coupon.objects.get(pk=getattr(coupon, "pk", coupon))
    if Booking.objects.standing().filter(coupon=found).exists():
        raise errors.CouponJustTaken()
    if found.withdrawn_at or reception.cancelled_at or found.is_past:
        raise errors.ReceptionCancelled()
    Booking.objects.filter(coupon=found, held_until__lte=clock.now(), cancelled_at__isnull=True).update(
        cancelled_at=clock.now(), cancel_reason=_("Let go"))
    Booking.objects.create(
        coupon=found, reception=reception, specialty_id=reception.specialty_id, day=reception.day, patient=booking.patient,
        channel=Booking.Channel.REGISTRY, code=new_code(), booked_at=clock.now(), booked_by_staff=by,
        holder=queries.holder_of(booking), held_until=min(clock.now() + OFFERED_FOR, found.starts_at))
