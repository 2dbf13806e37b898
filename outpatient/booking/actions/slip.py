"""A coupon on paper: printed under a serial number, marked as a copy when printed again, noted when the printer failed."""
from django.utils.translation import get_language

from emr import acts, clock
from emr.acts import act
from emr.errors import NotFound, ReasonMissing
from emr.journal import record
from emr.numbering import next_number
from emr.rules.texts import fits
from outpatient.booking import errors
from outpatient.booking.actions.booking import check_in, lock_booking, refuse_over
from outpatient.booking.models import SlipPrint
from outpatient.booking.queries.setting import setting

acts.LAST_LINE["one_coupon_on_paper_per_booking"] = errors.CouponJustTaken
SERIES = "coupon slips"
Place = SlipPrint.Place


@act("booking.print_slip")
def print_slip(booking, *, by, language=""):
    """Log a print of the coupon; at the registry and the kiosk it is valid, and both papers look the same (R60).

    Where the institution wants coupons on paper, printing on the day is coming: the patient stands in the queue (R61).
    Returns the SlipPrint. Raises NotFound, BookingIsCancelled, VisitHasBegun.
    """
    booking = lock_booking(booking, by)
    if booking.patient_id is None:
        raise NotFound()
    refuse_over(booking)
    place = place_of(by)
    if setting().paper_required and place != Place.DOCTOR and booking.day == clock.today() and not booking.arrived_at:
        check_in(booking, by=by)
    made = SlipPrint.objects.create(
        booking=booking, channel=place, language=(language or get_language() or "en")[:5], printed_by=by,
        is_copy=SlipPrint.objects.filter(booking=booking, spoiled_at__isnull=True).exists(), serial=next_number(SERIES))
    record(made, patient=booking.patient_id, booking=str(booking.pk), number=str(made), channel=place)
    return made


@act("booking.spoil_slip")
def spoil_slip(slip, *, by, reason):
    """Note that the printer failed: this paper does not exist, so the next one is no copy.

    Raises NotFound, SlipIsSpoiled, ReasonMissing.
    """
    slip = SlipPrint.objects.select_for_update(no_key=True, of=("self",)).select_related("booking").filter(
        pk=getattr(slip, "pk", slip)).first()
    if slip is None:
        raise NotFound()
    if slip.spoiled_at:
        raise errors.SlipIsSpoiled(at=slip.spoiled_at)
    if not (reason or "").strip():
        raise ReasonMissing()
    fits(SlipPrint, spoil_reason=reason.strip())
    slip.spoiled_at, slip.spoil_reason = clock.now(), reason.strip()
    slip.save(update_fields=["spoiled_at", "spoil_reason"])
    record(slip, patient=slip.booking.patient_id, booking=str(slip.booking_id), number=str(slip), reason=slip.spoil_reason)
    return slip


def place_of(by) -> str:
    """Where this actor prints: a kiosk, the registry, or the doctor's office."""
    if "kiosk" in by.role_names:
        return Place.KIOSK
    return Place.DOCTOR if by.role_names & {"ward_doctor"} and not by.role_names & {"registrar"} else Place.REGISTRY
