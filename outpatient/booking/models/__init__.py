"""The rows of this app, one file per noun."""
from outpatient.booking.models.booking import Booking
from outpatient.booking.models.booking_setting import BookingSetting, DoctorSetting
from outpatient.booking.models.coupon import Coupon
from outpatient.booking.models.online_pause import OnlinePause
from outpatient.booking.models.reception import Reception
from outpatient.booking.models.specialty import Specialty

__all__ = [
    "Booking",
    "BookingSetting",
    "Coupon",
    "DoctorSetting",
    "OnlinePause",
    "Reception",
    "Specialty",
]
