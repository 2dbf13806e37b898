"""The rows of this app, one file per noun."""
from outpatient.booking.models.booking import Booking
from outpatient.booking.models.coupon import Coupon
from outpatient.booking.models.reception import Reception

__all__ = [
    "Booking",
    "Coupon",
    "Reception",
]
