"""A coupon given, taken back, and used: book, cancel, arrive, begin the visit."""
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from emr import acts, clock
from emr.actions.encounter import lock_patient
from emr.acts import act
from emr.errors import Busy, Malformed, NotFound, ReasonMissing
from emr.journal import record
from emr.models import Patient, Staff
from emr.rules.texts import fits
from outpatient.actions.visit import start_visit
from outpatient.booking import errors
from outpatient.booking.models import Booking, Coupon, Reception
from outpatient.booking.queries.booking import visible
from outpatient.booking.queries.reception import free_after
from outpatient.booking.rules.code import new_code
from outpatient.errors import PatientHasDied

acts.LAST_LINE["one_live_booking_per_coupon"] = errors.CouponJustTaken
acts.LAST_LINE["booking_booking_code_key"] = Busy  # the same random code twice: the next attempt draws another


@act("booking.book_coupon")
def book_coupon(coupon, patient=None, *, by, channel="registry"):
    """Give a coupon to a patient; a patient books for himself, by the channel `web`.

    Raises CouponTaken (naming times still free), ReceptionNotPublished, CouponInPast, AlreadyInReception, NotForOthers,
    PatientHasDied, PatientIsMerged.
    """
    patient, channel = _who(patient, channel, by)
    patient = lock_patient(patient)
    if patient.died_at:
        raise PatientHasDied(patient=patient.short_name, at=patient.died_at)
    coupon, reception = lock_reception_of(coupon)
    _refuse_unbookable(coupon, reception, patient)
    booking = Booking.objects.create(coupon=coupon, patient=patient, channel=channel, code=new_code(), booked_at=clock.now(),
                                     booked_by_staff=by if isinstance(by, Staff) else None)
    record(booking, patient=patient, coupon=str(coupon.pk), at=coupon.starts_at.isoformat(), channel=channel)
    return booking


def _who(patient, channel, by):
    """For whom and by which channel: a patient books only for himself and only by `web`."""
    if isinstance(by, Patient):
        if patient is not None and getattr(patient, "pk", patient) != by.pk:
            raise errors.NotForOthers()
        return by, Booking.Channel.WEB
    if patient is None:
        raise Malformed(problem="patient: name for whom the coupon is")
    if channel not in Booking.Channel.values:
        raise Malformed(problem=f"channel: one of {', '.join(Booking.Channel.values)} is needed")
    return patient, channel


def lock_reception_of(coupon) -> tuple[Coupon, Reception]:
    """The coupon and its reception, the reception locked: all who give out its coupons wait for each other."""
    coupon = Coupon.objects.get(pk=getattr(coupon, "pk", coupon))
    return coupon, Reception.objects.select_for_update(no_key=True).get(pk=coupon.reception_id)


def _refuse_unbookable(coupon, reception, patient):
    if reception.published_at is None:
        raise errors.ReceptionNotPublished()
    if coupon.is_past:
        raise errors.CouponInPast(at=coupon.starts_at)
    live = Booking.objects.filter(coupon__reception=reception, cancelled_at__isnull=True)
    if mine := live.filter(patient=patient).select_related("coupon").first():
        raise errors.AlreadyInReception(at=mine.coupon.starts_at, booking=mine.code)
    if live.filter(coupon=coupon).exists():
        free = [localtime(row.starts_at).strftime("%H:%M") for row in free_after(coupon)]
        raise errors.CouponTaken(at=coupon.starts_at, free=", ".join(free) or _("none"))


def _lock(booking, by) -> Booking:
    """The booking that the actor may know, with patient and reception locked before it. Raises NotFound."""
    found = visible(by).filter(pk=getattr(booking, "pk", booking)).first()
    if found is None:
        raise NotFound()
    lock_patient(found.patient_id)
    lock_reception_of(found.coupon_id)
    return Booking.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "patient", "coupon__reception__doctor", "coupon__reception__department", "encounter").get(pk=found.pk)


def _refuse_over(booking):
    if booking.cancelled_at:
        raise errors.BookingIsCancelled(at=booking.cancelled_at)
    if booking.encounter_id:
        raise errors.VisitHasBegun(number=booking.encounter.number)


def _refuse_other_day(booking):
    if clock.day_of(booking.coupon.starts_at) != clock.today():
        raise errors.NotToday(at=booking.coupon.starts_at)


@act("booking.cancel_booking")
def cancel_booking(booking, *, by, reason=""):
    """Take a coupon back, so that others may have it; the booking stays as history. A patient need not say why.

    Raises NotFound for a booking that is not the actor's business, BookingIsCancelled, VisitHasBegun, TooLateToCancel
    (patients), ReasonMissing (staff).
    """
    booking, reason = _lock(booking, by), (reason or "").strip()
    _refuse_over(booking)
    if isinstance(by, Patient):
        if booking.coupon.is_past:
            raise errors.TooLateToCancel(at=booking.coupon.starts_at)
        reason = reason or _("Cancelled by the patient")
    if not reason:
        raise ReasonMissing()
    fits(Booking, cancel_reason=reason)
    booking.cancelled_at, booking.cancel_reason = clock.now(), reason
    booking.save(update_fields=["cancelled_at", "cancel_reason"])
    record(booking, patient=booking.patient_id, coupon=str(booking.coupon_id), reason=reason)
    return booking


@act("booking.check_in")
def check_in(booking, *, by):
    """The patient has come to the polyclinic on the day of his coupon; the doctor sees him waiting.

    Raises NotFound, BookingIsCancelled, VisitHasBegun, AlreadyArrived, NotToday.
    """
    booking = _lock(booking, by)
    _refuse_over(booking)
    if booking.arrived_at:
        raise errors.AlreadyArrived(at=booking.arrived_at)
    _refuse_other_day(booking)
    booking.arrived_at = clock.now()
    booking.save(update_fields=["arrived_at"])
    record(booking, patient=booking.patient_id, coupon=str(booking.coupon_id))
    return booking


@act("booking.begin_visit")
def begin_visit(booking, *, by, complaint=""):
    """Coupon to visit in one key (F11): begin the visit, note the arrival if nobody did, and join the two.

    The doctor of the reception begins it, or a colleague of its department. Returns the booking; its `encounter` is the
    visit. Raises NotYourReception, NotFound, BookingIsCancelled, VisitHasBegun, NotToday and what start_visit raises.
    """
    booking = _lock(booking, by)
    reception = booking.coupon.reception
    if by.kind != Staff.Kind.SYSTEM and by.pk != reception.doctor_id and reception.department_id not in by.department_ids:
        raise errors.NotYourReception(doctor=reception.doctor or reception.title)
    _refuse_over(booking)
    _refuse_other_day(booking)
    doctor = reception.doctor or by if by.kind == Staff.Kind.SYSTEM else by
    booking.encounter = start_visit(booking.patient_id, by=by, department=reception.department, doctor=doctor, complaint=complaint)
    booking.arrived_at = booking.arrived_at or clock.now()
    booking.save(update_fields=["encounter", "arrived_at"])
    record(booking, patient=booking.patient_id, encounter=booking.encounter, coupon=str(booking.coupon_id))
    return booking
