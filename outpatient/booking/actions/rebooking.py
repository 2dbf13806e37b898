"""A coupon taken back, moved to another time, given to a family at once, or kept for a few minutes."""
import datetime as dt
import random

from django.utils.translation import gettext as _

from emr import acts, clock
from emr.actions.encounter import lock_patient
from emr.acts import act
from emr.errors import Malformed, ReasonMissing
from emr.journal import record
from emr.models import Patient, Staff
from emr.rules.texts import fits
from outpatient.booking import errors
from outpatient.booking.actions.booking import (
    book_coupon,
    end_holds,
    give,
    lock_booking,
    lock_reception_of,
    refuse_over,
)
from outpatient.booking.actions.notice import tell
from outpatient.booking.models import Booking, BookingNotice, Coupon, Reception
from outpatient.booking.queries import waiting
from outpatient.booking.queries.account import is_of
from outpatient.booking.queries.seats import seats
from outpatient.booking.queries.setting import setting, setting_of
from outpatient.booking.rules.asker import anybody
from outpatient.booking.rules.asker import asker as as_asker
from outpatient.booking.rules.code import new_code
from outpatient.booking.rules.offer import place_of, seat_of
from outpatient.booking.rules.reasons import reason
from outpatient.booking.rules.refusal import nearest_free, refusal
from outpatient.booking.rules.terms import terms_of
from outpatient.booking.rules.waiting import BEFORE_THE_PUBLIC

acts.LAST_LINE["one_hold_per_visitor"] = errors.CouponJustTaken
MOST_AT_ONCE = 6


@act("booking.cancel_booking")
def cancel_booking(booking, *, by, reason=""):
    """Take a coupon back, so that others may have it; the booking stays as history. A patient need not say why.

    A coupon freed before its day is offered online again, after the institution's random delay (A26). Raises NotFound for a
    booking that is not the actor's business, BookingIsCancelled, VisitHasBegun, TooLateToCancel (patients), ReasonMissing.
    """
    booking, reason = lock_booking(booking, by), (reason or "").strip()
    refuse_over(booking)
    if isinstance(by, Patient):
        if booking.coupon.is_past:
            raise errors.TooLateToCancel(at=booking.coupon.starts_at)
        reason = reason or _("Cancelled by the patient")
    if not reason:
        raise ReasonMissing()
    fits(Booking, cancel_reason=reason)
    take_back(booking, reason)
    record(booking, patient=booking.patient_id, coupon=str(booking.coupon_id), reason=reason)
    return booking


def take_back(booking, reason, *, by_clinic=False, is_move=False):
    """Cancel a locked booking, the further coupons of its visit with it, inside an act; the patient is told unless it is moved.
    """
    rows = [booking, *Booking.objects.filter(main=booking, cancelled_at__isnull=True)]
    Booking.objects.filter(pk__in=[row.pk for row in rows]).update(
        cancelled_at=clock.now(), cancel_reason=reason, cancelled_by_clinic=by_clinic)
    booking.refresh_from_db(fields=["cancelled_at", "cancel_reason", "cancelled_by_clinic"])
    if not is_move and booking.patient_id and not booking.held_until:
        tell(booking, BookingNotice.Kind.CANCELLED)
    if not by_clinic:
        _keep_back(booking, [row.coupon_id for row in rows])


def _keep_back(booking, coupons):
    """A freed coupon opens online after the institution's random delay (A26), and not before who waits was asked."""
    wait = dt.timedelta(seconds=random.randint(0, setting().reopen_delay_minutes * 60))
    if waiting.for_reception(booking.coupon.reception).exists():
        wait = max(wait, BEFORE_THE_PUBLIC)
    if wait:
        Coupon.objects.filter(pk__in=coupons).update(reopens_at=clock.now() + wait)


@act("booking.reschedule_booking")
def reschedule_booking(booking, coupon, *, by, override=""):
    """Move a booking to another coupon: the new one is given and the old one freed, or nothing changes at all.

    The channel stays, the place that is left does not count against the patient, limits count once. Raises what book_coupon
    raises, and BookingIsCancelled, VisitHasBegun, TooLateToCancel, NothingToMove.
    """
    first = lock_booking_and(booking, coupon, by)
    refuse_over(first)
    if isinstance(by, Patient) and first.coupon.is_past:
        raise errors.TooLateToCancel(at=first.coupon.starts_at)
    if str(first.coupon_id) == str(getattr(coupon, "pk", coupon)):
        raise errors.NothingToMove()
    places = 1 + Booking.objects.filter(main=first, cancelled_at__isnull=True).count()
    reception = lock_reception_of(coupon)
    take_back(first, _("Moved to another time"), is_move=True)
    moved = give(coupon, reception, first.patient, first.channel, by=by, override=override.strip(), places=places, moved=first)
    record(moved, patient=moved.patient_id, coupon=str(moved.coupon_id), instead_of=first.code,
           at=moved.coupon.starts_at.isoformat())
    return moved


def lock_booking_and(booking, coupon, by) -> Booking:
    """The booking, with its own reception and the coupon's locked in order of id, so that two who swap do not deadlock."""
    pks = Booking.objects.filter(pk=getattr(booking, "pk", booking)).values_list("patient", "coupon__reception")
    for patient, own in pks:
        if patient:
            lock_patient(patient)
        other = Coupon.objects.filter(pk=getattr(coupon, "pk", coupon)).values_list("reception", flat=True)
        lock_in_order({own, *other})
    return lock_booking(booking, by)


def lock_in_order(receptions):
    """Lock these receptions, the smallest id first."""
    list(Reception.objects.select_for_update(no_key=True).filter(pk__in=receptions).order_by("pk").values_list("pk"))


@act("booking.book_family")
def book_family(wanted, *, by, channel="registry", holder=""):
    """Give coupons to several patients at once: all of them get theirs, or nobody does (R22).

    `wanted`: (coupon, patient) pairs. The first booking is returned. Raises what book_coupon raises for the first who cannot.
    """
    wanted = [_pair(row) for row in wanted]
    if not 1 < len(wanted) <= MOST_AT_ONCE:
        raise Malformed(problem=f"wanted: two to {MOST_AT_ONCE} coupons, each with its patient")
    for patient in sorted({str(patient) for _coupon, patient in wanted}):
        lock_patient(patient)
    lock_in_order(set(Coupon.objects.filter(pk__in=[coupon for coupon, _patient in wanted]).values_list("reception", flat=True)))
    made = [book_coupon(coupon, patient, by=by, channel=channel, holder=holder) for coupon, patient in wanted]
    record(made[0], bookings=[str(row.pk) for row in made])
    return made[0]


@act("booking.hold_coupon")
def hold_coupon(coupon, *, by, holder, patient=None, channel="web", minutes=None):
    """Keep a coupon for a visitor while he fills in the form (A31); it ends by itself. One coupon per visitor: the last one.

    `holder`: a random key of the visitor's session. It counts against the online share like a booking. Raises what
    book_coupon raises for a patient nothing is known of.
    """
    if isinstance(by, Patient):
        if patient is not None and not is_of(by, patient):
            raise errors.NotForOthers()
        patient = patient or by
    elif by.kind != Staff.Kind.SYSTEM and channel == "web":
        raise errors.NotForOthers()
    if not holder or len(holder) > 64:
        raise Malformed(problem="holder: the key of the visitor, at most 64 characters")
    if patient is not None:
        patient = lock_patient(patient)
    release(holder)
    reception = lock_reception_of(coupon)
    row, rows = setting_of(reception), list(seats([reception]))
    found = next(one for one in rows if str(one.pk) == str(getattr(coupon, "pk", coupon)))
    asker = as_asker(patient, channel, holder=holder) if patient is not None else anybody(channel, holder)
    place, seat, terms = place_of(reception, rows, row, holder), seat_of(found, holder), terms_of(row)
    if code := reason(asker, place, seat, terms):
        error = refusal(code, asker, place, seat, terms, row)
        if code == "COUPON_TAKEN":
            error.data["free"] = nearest_free(rows, seat)
        raise error
    end_holds([found])
    held = Booking.objects.create(
        coupon=found, reception=reception, specialty_id=reception.specialty_id, day=reception.day, patient=patient,
        channel=channel,
        code=new_code(), booked_at=clock.now(), booked_by_staff=by if isinstance(by, Staff) else None, holder=holder,
        held_until=clock.now() + dt.timedelta(minutes=minutes or row.hold_minutes))
    record(held, patient=held.patient_id, coupon=str(found.pk), until=held.held_until.isoformat())
    return held


def _pair(row):
    coupon, patient = (row["coupon"], row["patient"]) if isinstance(row, dict) else row
    return getattr(coupon, "pk", coupon), getattr(patient, "pk", patient)


def release(holder):
    """End whatever this visitor keeps, inside an act."""
    Booking.objects.filter(holder=holder, held_until__isnull=False, cancelled_at__isnull=True).update(
        cancelled_at=clock.now(), cancel_reason=_("Let go"))
