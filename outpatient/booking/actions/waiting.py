"""The waiting list: who waits is offered what becomes free, one after the other, before the public (spec booking 18).

An offer is a coupon kept for the entry: nobody else can have it meanwhile, it counts as given online, and it is used once.
"""
import datetime as dt
from dataclasses import replace

from django.utils.translation import gettext as _

from emr import acts, clock
from emr.actions.encounter import lock_patient
from emr.acts import act
from emr.errors import Malformed, NotFound, ReasonMissing, Refusal
from emr.journal import record
from emr.models import Patient, Staff
from emr.rules.texts import fits
from outpatient.booking import errors
from outpatient.booking.actions.booking import end_holds, give, lock_reception_of
from outpatient.booking.actions.notice import tell
from outpatient.booking.actions.rebooking import release
from outpatient.booking.models import Booking, BookingNotice, Coupon, Specialty, WaitingEntry
from outpatient.booking.queries import waiting as queries
from outpatient.booking.queries.account import is_of
from outpatient.booking.queries.seats import seats
from outpatient.booking.queries.setting import setting, setting_of
from outpatient.booking.rules.asker import anybody
from outpatient.booking.rules.asker import asker as as_asker
from outpatient.booking.rules.code import new_code
from outpatient.booking.rules.offer import offers, place_of, seat_of
from outpatient.booking.rules.reasons import reason
from outpatient.booking.rules.terms import terms_of
from outpatient.booking.rules.waiting import BEFORE_THE_PUBLIC, suits

acts.LAST_LINE["a_patient_waits_once_for_a_specialty"] = errors.AlreadyWaiting
acts.LAST_LINE["a_patient_waits_once_for_a_doctor"] = errors.AlreadyWaiting
WEB = Booking.Channel.WEB


@act("booking.join_waiting_list")
def join_waiting_list(patient, *, by, specialty, doctor=None, weekdays=(), time_from=None, time_until=None):
    """Wait for a coupon of the specialty, or of one doctor; `weekdays` ISO, times of the institution. One entry each.

    Raises AlreadyWaiting, AlreadyRegistered when he has such a coupon to come, NotForOthers, Malformed.
    """
    if isinstance(by, Patient) and not is_of(by, patient):
        raise errors.NotForOthers()
    if not set(weekdays) <= set(range(1, 8)):
        raise Malformed(problem="weekdays: numbers from 1 (Monday) to 7 are needed")
    if time_from and time_until and time_from >= time_until:
        raise Malformed(problem=_("the hours end before they begin"))
    patient = lock_patient(patient)
    specialty = Specialty.objects.get(pk=getattr(specialty, "pk", specialty))
    doctor = Staff.objects.get(pk=getattr(doctor, "pk", doctor)) if doctor else None
    own = Booking.objects.standing().filter(patient=patient, specialty=specialty, held_until__isnull=True,
                                            coupon__starts_at__gt=clock.now())
    if first := own.select_related("coupon").first():
        raise errors.AlreadyRegistered(at=first.coupon.starts_at, booking=first.code)
    if WaitingEntry.objects.filter(patient=patient, specialty=specialty, doctor=doctor, ended_at__isnull=True).exists():
        raise errors.AlreadyWaiting()
    entry = WaitingEntry.objects.create(patient=patient, specialty=specialty, doctor=doctor, weekdays=sorted(set(weekdays)),
                                        time_from=time_from, time_until=time_until)
    record(entry, patient=patient, specialty=specialty.code, doctor=doctor and str(doctor.pk))
    return entry


@act("booking.leave_waiting_list")
def leave_waiting_list(entry, *, by):
    """No longer wait; what is kept for the entry is let go. Raises NotFound."""
    entry = _lock(entry, by)
    release(entry.holder)
    entry.ended_at, entry.end_reason = clock.now(), WaitingEntry.End.LEFT
    entry.save(update_fields=["ended_at", "end_reason"])
    record(entry, patient=entry.patient_id)
    return entry


@act("booking.set_waiting_priority")
def set_waiting_priority(entry, *, by, priority, reason):
    """Say, for a medical reason, that somebody is offered freed coupons before others.

    Raises ReasonMissing, Malformed, NotFound.
    """
    entry, reason = _lock(entry, by), (reason or "").strip()
    if priority not in WaitingEntry.Priority.values:
        raise Malformed(problem="priority: 0 routine, 1 soon or 2 urgent is needed")
    if not reason:
        raise ReasonMissing()
    fits(WaitingEntry, priority_reason=reason)
    entry.priority, entry.priority_reason = priority, reason
    entry.save(update_fields=["priority", "priority_reason"])
    record(entry, patient=entry.patient_id, priority=priority, reason=reason)
    return entry


def _lock(entry, by) -> WaitingEntry:
    found = queries.one(by, getattr(entry, "pk", entry))
    lock_patient(found.patient_id)
    return WaitingEntry.objects.select_for_update(no_key=True).get(pk=found.pk, ended_at__isnull=True)


@act("booking.offer_coupon")
def offer_coupon(entry, coupon, *, by):
    """Keep a free coupon for who waits, for as long as the institution says, and tell him. Returns the hold.

    Raises NotFound for an ended entry, CouponTaken, NothingToOffer when he has an offer, had this one, or may not order it.
    """
    entry = _lock(entry, by)
    reception = lock_reception_of(coupon)
    row, rows = setting_of(reception), list(seats([reception]))
    found = next(one for one in rows if one.pk == getattr(coupon, "pk", coupon))
    if queries.has_offer(entry) or found.pk in queries.offered_to(entry.holder) or not suits(entry, found):
        raise errors.NothingToOffer()
    seat = replace(seat_of(found, entry.holder), reopens_at=None)
    if seat.is_taken:
        raise errors.CouponJustTaken()
    if reason(as_asker(entry.patient_id, WEB, holder=entry.holder), place_of(reception, rows, row, entry.holder), seat,
              terms_of(row)):
        raise errors.NothingToOffer()
    release(entry.holder)
    end_holds([found])
    until = min(clock.now() + dt.timedelta(minutes=row.offer_minutes), found.starts_at)
    held = Booking.objects.create(
        coupon=found, reception=reception, specialty_id=reception.specialty_id, day=reception.day, patient_id=entry.patient_id,
        channel=WEB,
        code=new_code(), booked_at=clock.now(), booked_by_staff=by if isinstance(by, Staff) else None, holder=entry.holder,
        held_until=until)
    Coupon.objects.filter(pk=found.pk).update(reopens_at=until + BEFORE_THE_PUBLIC)
    tell(held, BookingNotice.Kind.OFFER)
    record(held, patient=entry.patient_id, coupon=str(found.pk), until=until.isoformat())
    return held


@act("booking.accept_waiting_offer")
def accept_offer(held, *, by):
    """Take the coupon that the waiting list keeps; the entry ends.

    Raises NotFound, WaitingOfferIsOver and what book_coupon raises.
    """
    held, reception = _lock_offer(held, by)
    booking = give(held.coupon_id, reception, held.patient, WEB, by=by, holder=held.holder)
    record(booking, patient=booking.patient_id, coupon=str(booking.coupon_id), at=booking.coupon.starts_at.isoformat())
    return booking


@act("booking.decline_waiting_offer")
def decline_offer(held, *, by):
    """Not this coupon: it is offered to the next one; the entry goes on waiting. Raises NotFound, WaitingOfferIsOver."""
    held, _reception = _lock_offer(held, by)
    Booking.objects.filter(pk=held.pk).update(cancelled_at=clock.now(), cancel_reason=_("Declined"))
    Coupon.objects.filter(pk=held.coupon_id).update(reopens_at=clock.now() + BEFORE_THE_PUBLIC)
    held.refresh_from_db(fields=["cancelled_at", "cancel_reason"])
    record(held, patient=held.patient_id, coupon=str(held.coupon_id))
    return held


def _lock_offer(held, by):
    pk = getattr(held, "pk", held)
    found = Booking.objects.filter(pk=pk, holder__startswith=queries.OFFERED).first()
    if found is None or (isinstance(by, Patient) and not is_of(by, found.patient_id)):
        raise NotFound()
    patient = lock_patient(found.patient_id)
    reception = lock_reception_of(found.coupon_id)
    held = Booking.objects.select_for_update(no_key=True).get(pk=pk)
    if held.cancelled_at or held.held_until <= clock.now():
        raise errors.WaitingOfferIsOver(at=held.held_until)
    held.patient = patient
    return held, reception


def offer_freed(*, by) -> int:
    """Offer every free coupon to who waits for it longest and most urgently, one each; how many offers were made. By the system.

    A coupon that an entry had is not offered to it again; whoever may not order it (limit, quota, age) is passed over.
    """
    made, row = 0, setting()
    last = clock.today() + dt.timedelta(days=row.horizon_days)
    for specialty in queries.specialties_waited_for():
        entries = [entry for entry in queries.waiting().filter(specialty=specialty) if not queries.has_offer(entry)]
        had = {entry.pk: queries.offered_to(entry.holder) for entry in entries}
        day = clock.today() if row.same_day_online else clock.today() + dt.timedelta(days=1)
        while entries and day <= last:
            for coupon in _free_online(day, specialty, row):
                taker = next((entry for entry in entries if suits(entry, coupon) and coupon.pk not in had[entry.pk]
                              and _offered(entry, coupon, by)), None)
                if taker is not None:
                    entries.remove(taker)
                    made += 1
            day += dt.timedelta(days=1)
    return made


def _free_online(day, specialty, row):
    """The free coupons of a day that both quotas leave to the web, the earliest first, those kept back for the list too."""
    return sorted((offer.coupon for found in offers(anybody("registry"), day, row, specialty=specialty)
                   if found.place.share.orderable_online
                   for offer in found.coupons if offer.is_free), key=lambda coupon: coupon.starts_at)


def _offered(entry, coupon, by) -> bool:
    try:
        return bool(offer_coupon(entry, coupon.pk, by=by))
    except (Refusal, WaitingEntry.DoesNotExist):
        return False  # another worker was quicker, or he may not have this one: it is offered to the next
