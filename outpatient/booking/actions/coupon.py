"""Single coupons held back with a named reason, and given back (R89). Such a coupon is in no channel's count (A27)."""
from emr import clock
from emr.acts import act
from emr.errors import NotFound, ReasonMissing
from emr.journal import record
from emr.rules.texts import fits
from outpatient.booking import errors
from outpatient.booking.actions.booking import lock_reception_of
from outpatient.booking.models import Booking, Coupon


def _lock(coupon) -> Coupon:
    reception = lock_reception_of(coupon)
    row = Coupon.objects.filter(pk=getattr(coupon, "pk", coupon), reception=reception).first()
    if row is None:
        raise NotFound()
    if row.is_past:
        raise errors.CouponInPast(at=row.starts_at)
    return row


@act("booking.withdraw_coupon")
def withdraw_coupon(coupon, *, by, reason):
    """Hold a free coupon back from all channels; the reason is named and stays visible.

    Raises ReasonMissing, CouponIsGiven, CouponInPast.
    """
    reason = (reason or "").strip()
    if not reason:
        raise ReasonMissing()
    fits(Coupon, withdrawn_reason=reason)
    row = _lock(coupon)
    if Booking.objects.standing().filter(coupon=row).exists():
        raise errors.CouponIsGiven(at=row.starts_at)
    row.withdrawn_at, row.withdrawn_reason = clock.now(), reason
    row.save(update_fields=["withdrawn_at", "withdrawn_reason"])
    record(row, reason=reason, at=row.starts_at.isoformat())
    return row


@act("booking.give_back_coupon")
def give_back_coupon(coupon, *, by):
    """A coupon that was held back is given out again. Raises CouponIsNotWithdrawn, CouponInPast."""
    row = _lock(coupon)
    if row.withdrawn_at is None or not row.reception.starts_at <= row.starts_at < row.reception.ends_at:
        raise errors.CouponIsNotWithdrawn(at=row.starts_at)
    why, row.withdrawn_at, row.withdrawn_reason = row.withdrawn_reason, None, ""
    row.save(update_fields=["withdrawn_at", "withdrawn_reason"])
    record(row, reason=why, at=row.starts_at.isoformat())
    return row
