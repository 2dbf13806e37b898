"""When patients are told of their coupons, and whether a message is still true when it is sent (R74)."""
import datetime as dt

from django.utils import timezone

from emr import clock
from outpatient.booking.models import Booking, BookingNotice, BookingSetting

Kind = BookingNotice.Kind
EARLY_DAYS = 5  # before the visit; long lead times are where visits are missed most (spec booking 19)
LONG_LEAD = 7  # days between order and visit from which on there is a first reminder
STEPS = (Kind.ORDERED, Kind.CHANGED, Kind.CANCELLED)  # what changes the entry in the patient's calendar
AFTERWARDS = dt.timedelta(hours=1)


def reminder_moment(row: BookingSetting, day: dt.date) -> dt.datetime:
    """The reminder hour of the eve of that day, in the institution's zone."""
    return timezone.make_aware(dt.datetime.combine(day - dt.timedelta(days=1), row.reminder_time))


def early_moment(row: BookingSetting, day: dt.date) -> dt.datetime:
    """The reminder hour five days before that day."""
    return reminder_moment(row, day - dt.timedelta(days=EARLY_DAYS - 1))


def says_both(row: BookingSetting, booking: Booking) -> bool:
    """Was it ordered after the reminder hour, so that one mail orders and reminds?"""
    return booking.booked_at >= reminder_moment(row, booking.day)


def is_late_cancel(row: BookingSetting, booking: Booking) -> bool:
    """Taken back after the eve's reminder hour: counted apart, never as a missed visit (A25)."""
    return bool(booking.cancelled_at) and not booking.cancelled_by_clinic and booking.cancelled_at >= reminder_moment(
        row, booking.day)


def is_true(notice: BookingNotice) -> bool:
    """Is the message still worth sending? Nobody is reminded of a cancelled visit, nor told of one that is over."""
    booking, now = notice.booking, clock.now()
    if notice.kind == Kind.MISSED:
        return booking.no_show_at is not None
    if notice.kind == Kind.CANCELLED:
        return booking.coupon.starts_at + AFTERWARDS > now
    if booking.cancelled_at or booking.no_show_at or booking.encounter_id or booking.coupon.starts_at <= now:
        return False
    return notice.kind != Kind.OFFER or (booking.held_until is not None and booking.held_until > now)
