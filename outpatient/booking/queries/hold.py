"""Coupons that are only kept for a visitor who fills in a form (A31), and in whose name that is done."""
from emr.models import Staff
from outpatient.booking.models import Booking

MOST_KEPT = 3  # coupons of one reception kept for visitors who have not said who they are


def kept_for(holder, coupon) -> Booking | None:
    """What this visitor keeps of this coupon, while it lasts."""
    if not holder:
        return None
    return Booking.objects.standing().filter(holder=holder, coupon=coupon, held_until__isnull=False).first()


def may_keep(reception) -> bool:
    """May one more coupon be kept for somebody unknown? A robot that opens many pages empties no reception."""
    return Booking.objects.standing().filter(reception=reception, held_until__isnull=False, patient__isnull=True).count(
        ) < MOST_KEPT


def system() -> Staff | None:
    """The system's own Staff row, in whose name the site acts for a visitor who has not said who he is."""
    return Staff.objects.filter(kind=Staff.Kind.SYSTEM).order_by("pk").first()
