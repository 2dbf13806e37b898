"""Counting coupons that were asked for and refused (R100). Outside of the refused act, which left nothing behind."""
from functools import wraps

from emr import acts
from emr.errors import NotFound, NotPermitted, Refusal
from emr.models import Patient, Staff
from outpatient.booking.models import Booking, Coupon, RefusedOrder


def counted(book):
    """The act of booking, whose refusals are counted by reason; not the system's own.

    Inside another act nothing is counted, because that may be undone.
    """

    @wraps(book)
    def asked(coupon, *args, by, **kwargs):
        try:
            return book(coupon, *args, by=by, **kwargs)
        except (NotFound, NotPermitted):
            raise
        except Refusal as error:
            if not _inside_an_act() and getattr(by, "kind", None) != Staff.Kind.SYSTEM:
                _count(coupon, by, kwargs.get("channel", Booking.Channel.REGISTRY), error.code)
            raise

    return asked


def _inside_an_act() -> bool:
    try:
        return bool(acts.current())
    except RuntimeError:
        return False


def _count(coupon, by, channel, code):
    pk = getattr(coupon, "pk", coupon)
    if channel not in Booking.Channel.values or not Coupon.objects.filter(pk=pk).exists():
        return
    if isinstance(by, Patient) and channel != Booking.Channel.KIOSK:
        channel = Booking.Channel.WEB
    RefusedOrder.objects.create(coupon_id=pk, channel=channel, code=code)
