"""A coupon given and used: book, arrive, miss, begin the visit.

One function gives coupons by every channel; what each channel may do stands in rules.reasons. Locks: patient, then the
receptions in order of id; everything the decision rests on is read after them (docs/locking.md).
"""
import datetime as dt
import itertools

from emr import acts, clock
from emr.actions.encounter import lock_patient
from emr.acts import act
from emr.errors import Busy, Malformed, NotFound
from emr.journal import record
from emr.models import Patient, Staff
from emr.rules.texts import fits
from outpatient.actions.visit import start_visit
from outpatient.booking import errors
from outpatient.booking.actions.notice import tell
from outpatient.booking.actions.queue_entry import queue_up
from outpatient.booking.actions.refused_order import counted
from outpatient.booking.models import Booking, BookingNotice, Coupon, Reception, WaitingEntry
from outpatient.booking.queries.account import is_of
from outpatient.booking.queries.booking import visible
from outpatient.booking.queries.seats import seats
from outpatient.booking.queries.setting import WITH_SETTING, setting, setting_of
from outpatient.booking.queries.waiting import for_reception as waiting_for_reception
from outpatient.booking.rules.asker import asker as as_asker
from outpatient.booking.rules.code import new_code
from outpatient.booking.rules.offer import place_of, seat_of
from outpatient.booking.rules.reasons import reason
from outpatient.booking.rules.refusal import nearest_free, refusal
from outpatient.booking.rules.terms import terms_of
from outpatient.errors import PatientHasDied

acts.LAST_LINE["one_live_booking_per_coupon"] = errors.CouponJustTaken
acts.LAST_LINE["one_coupon_per_specialty_and_day"] = errors.RegisteredMeanwhile
acts.LAST_LINE["one_booking_per_referral"] = errors.ReferralRequired
acts.LAST_LINE["booking_booking_code_key"] = Busy  # the same random code twice: the next attempt draws another
Channel = Booking.Channel
HOLD_OVER = "no longer held"
MOST_PLACES = 8


@counted
@act("booking.book_coupon")
def book_coupon(coupon, patient=None, *, by, channel="registry", override="", holder="", places=1):
    """Give a coupon to a patient. A patient books for himself and those of his account, by `web` or, in the building, by `kiosk`.

    `override`: why the registry or the doctor goes over a rule that lets itself be gone over. `holder`: the key under which
    the visitor keeps the coupon meanwhile. `places`: how many adjacent coupons the visit needs; the first one is returned.

    Raises one refusal per reason of rules.reasons (spec booking 15), such as CouponTaken naming times still free,
    AlreadyRegistered, MonthLimit, OnlineQuotaSpent; and NotForOthers, OverrideNotYours, NotAdjacent, PatientHasDied,
    PatientIsMerged.
    """
    patient, channel = _who(patient, channel, by)
    patient = lock_patient(patient)
    if patient.died_at:
        raise PatientHasDied(patient=patient.short_name, at=patient.died_at)
    reception = lock_reception_of(coupon)
    booking = give(coupon, reception, patient, channel, by=by, override=_override(override, channel), holder=holder,
                   places=_count(places))
    record(booking, patient=patient, coupon=str(booking.coupon_id), at=booking.coupon.starts_at.isoformat(), channel=channel,
           **{name: value for name, value in (("override", booking.override), ("places", places if places > 1 else "")) if value})
    return booking


def give(coupon, reception, patient, channel, *, by, override="", holder="", places=1, moved=None) -> Booking:
    """Write the booking inside an act, patient and reception being locked. `moved`: the booking it takes the place of."""
    row, rows = setting_of(reception), list(seats([reception]))
    wanted = _adjacent(rows, getattr(coupon, "pk", coupon), places)
    asker = as_asker(patient, channel, override=override, holder=holder, places=places, without=moved)
    place, terms = place_of(reception, [found for found in rows if moved is None or found.booked_id != moved.pk], row,
                            holder), terms_of(row)
    for found in wanted:
        _refuse(asker, place, found, terms, row, rows)
    second = bool(override) and any(own.specialty == place.specialty is not None and own.day == place.day for own in asker.own)
    told = {"reception": reception, "specialty_id": reception.specialty_id, "day": reception.day, "patient": patient,
            "channel": channel,
            "booked_at": clock.now(), "booked_by_staff": by if isinstance(by, Staff) else None, "override": override,
            "is_second": second}
    end_holds(wanted)
    first = Booking.objects.create(coupon=wanted[0], code=new_code(), referral_id=_referral(asker, place, moved),
                                   rescheduled_from=moved, **told)
    for found in wanted[1:]:
        Booking.objects.create(coupon=found, code=new_code(), main=first, **told)
    if asker.waits:
        _end_waiting(patient, reception)
    tell(first, BookingNotice.Kind.CHANGED if moved else BookingNotice.Kind.ORDERED, by_mail=asker.has_mail)
    return first


def _end_waiting(patient, reception):
    """Whoever has a coupon no longer waits for one; what the list kept for him besides is free again."""
    waited = list(waiting_for_reception(reception).filter(patient=patient))
    if waited:
        WaitingEntry.objects.filter(pk__in=[row.pk for row in waited]).update(ended_at=clock.now(),
                                                                              end_reason=WaitingEntry.End.BOOKED)
        Booking.objects.filter(holder__in=[row.holder for row in waited], held_until__isnull=False,
                               cancelled_at__isnull=True).update(
            cancelled_at=clock.now(), cancel_reason=HOLD_OVER)


def _refuse(asker, place, coupon, terms, row, rows):
    seat = seat_of(coupon, asker.holder)
    code = reason(asker, place, seat, terms)
    if code:
        error = refusal(code, asker, place, seat, terms, row)
        if code == "COUPON_TAKEN":
            error.data["free"] = nearest_free(rows, seat)
        raise error


def _adjacent(rows, pk, places):
    """The wanted coupon and those that follow it without a gap. Raises NotFound, NotAdjacent."""
    found = next((number for number, row in enumerate(rows) if str(row.pk) == str(pk)), None)
    if found is None:
        raise NotFound()
    wanted = rows[found:found + places]
    if len(wanted) < places or any(one.ends_at != other.starts_at for one, other in itertools.pairwise(wanted)):
        raise errors.NotAdjacent(places=places)
    return wanted


def end_holds(wanted):
    """Close what only held these free coupons of `seats`: expired holds, and the visitor's own that becomes the booking."""
    held = [found.booked_id for found in wanted if found.booked_id]
    if held:
        Booking.objects.filter(pk__in=held).update(cancelled_at=clock.now(), cancel_reason=HOLD_OVER)


def _referral(asker, place, moved):
    """The id of the referral that this booking uses, where the specialty asks for one (R37)."""
    if moved is not None and moved.referral_id:
        return moved.referral_id
    return asker.referrals.get(place.specialty) if place.needs_referral else None


def _who(patient, channel, by):
    """For whom and by which channel: a patient books for himself and those of his account (R72), only by `web` or `kiosk`."""
    if isinstance(by, Patient):
        if patient is not None and not is_of(by, patient):
            raise errors.NotForOthers()
        return patient or by, Channel.KIOSK if channel == Channel.KIOSK else Channel.WEB
    if patient is None:
        raise Malformed(problem="patient: name for whom the coupon is")
    if channel not in Channel.values:
        raise Malformed(problem=f"channel: one of {', '.join(Channel.values)} is needed")
    return patient, channel


def _override(override, channel):
    override = (override or "").strip()
    fits(Booking, override=override)
    if override and channel not in (Channel.REGISTRY, Channel.DOCTOR, Channel.PHONE):
        raise errors.OverrideNotYours()
    return override


def _count(places):
    if not 1 <= places <= MOST_PLACES:
        raise Malformed(problem=f"places: a whole number from 1 to {MOST_PLACES} is needed")
    return places


def lock_reception_of(coupon) -> Reception:
    """The reception of a coupon, locked: all who give out its coupons wait for each other. Raises NotFound."""
    asked = Coupon.objects.filter(pk=getattr(coupon, "pk", coupon)).order_by().values("reception")[:1]
    found = Reception.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "specialty", "doctor__booking_setting", WITH_SETTING).filter(pk=asked).first()
    if found is None:
        raise NotFound()
    return found


def lock_booking(booking, by) -> Booking:
    """The booking that the actor may know, with patient and reception locked before it. Raises NotFound."""
    found = visible(by).filter(pk=getattr(booking, "pk", booking)).first()
    if found is None:
        raise NotFound()
    if found.patient_id:
        lock_patient(found.patient_id)
    lock_reception_of(found.coupon_id)
    return Booking.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "patient", "coupon__reception__doctor", "coupon__reception__department", "encounter").get(pk=found.pk)


def refuse_over(booking):
    """Refuse what was cancelled or has become a visit."""
    if booking.cancelled_at:
        raise errors.BookingIsCancelled(at=booking.cancelled_at)
    if booking.encounter_id:
        raise errors.VisitHasBegun(number=booking.encounter.number)


def _refuse_other_day(booking):
    if booking.day != clock.today():
        raise errors.NotToday(at=booking.coupon.starts_at)


@act("booking.check_in")
def check_in(booking, *, by):
    """The patient has come to the polyclinic on the day of his coupon; the doctor sees him waiting.

    Raises NotFound, BookingIsCancelled, VisitHasBegun, AlreadyArrived, NotToday.
    """
    booking = lock_booking(booking, by)
    refuse_over(booking)
    if booking.arrived_at:
        raise errors.AlreadyArrived(at=booking.arrived_at)
    _refuse_other_day(booking)
    booking.arrived_at, booking.no_show_at = clock.now(), None
    booking.save(update_fields=["arrived_at", "no_show_at"])
    queue_up(booking)
    record(booking, patient=booking.patient_id, coupon=str(booking.coupon_id))
    return booking


@act("booking.note_no_show")
def note_no_show(booking, *, by):
    """The patient did not come within the time of grace; his place may go to who waits (R77, R91).

    Raises NotFound, BookingIsCancelled, VisitHasBegun, HasArrived, TooEarlyForNoShow.
    """
    booking = lock_booking(booking, by)
    refuse_over(booking)
    if booking.arrived_at:
        raise errors.HasArrived(at=booking.arrived_at)
    kept = booking.coupon.starts_at + grace(setting(), booking.coupon)
    if clock.now() < kept:
        raise errors.TooEarlyForNoShow(until=kept)
    booking.no_show_at = booking.no_show_at or clock.now()
    booking.save(update_fields=["no_show_at"])
    record(booking, patient=booking.patient_id, coupon=str(booking.coupon_id))
    return booking


def grace(row, coupon) -> dt.timedelta:
    """How long a place is kept: the institution's grace, or one step if that is longer (A23)."""
    return dt.timedelta(minutes=max(row.grace_minutes, coupon.minutes))


@act("booking.begin_visit")
def begin_visit(booking, *, by, complaint=""):
    """Coupon to visit in one key (F11): begin the visit, note the arrival if nobody did, and join the two.

    The doctor of the reception begins it, or a colleague of its department. Returns the booking; its `encounter` is the
    visit. Raises NotYourReception, NotFound, BookingIsCancelled, VisitHasBegun, NotToday and what start_visit raises.
    """
    booking = lock_booking(booking, by)
    reception = booking.coupon.reception
    if by.kind != Staff.Kind.SYSTEM and by.pk != reception.doctor_id and reception.department_id not in by.department_ids:
        raise errors.NotYourReception(doctor=reception.doctor or reception.title)
    refuse_over(booking)
    _refuse_other_day(booking)
    doctor = reception.doctor or by if by.kind == Staff.Kind.SYSTEM else by
    booking.encounter = start_visit(booking.patient_id, by=by, department=reception.department, doctor=doctor,
                                    complaint=complaint)
    booking.arrived_at, booking.no_show_at = booking.arrived_at or clock.now(), None
    booking.save(update_fields=["encounter", "arrived_at", "no_show_at"])
    queue_up(booking, entered=True)
    record(booking, patient=booking.patient_id, encounter=booking.encounter, coupon=str(booking.coupon_id))
    return booking
