"""Refusals of the coupon desk."""
from django.utils.translation import gettext_lazy as _

from emr.errors import Refusal


class NoRoomForACoupon(Refusal):
    code, status = "booking.no_room_for_a_coupon", 422
    message = _("Between the beginning and the end there is no room for a coupon of {minutes} minutes. Check the times.")


class ReceptionTooLong(Refusal):
    code, status = "booking.reception_too_long", 422
    message = _("A reception lasts one shift of one day, at most {hours} hours. Publish one for each day.")


class ReceptionInPast(Refusal):
    code, status = "booking.reception_in_past", 422
    message = _("This reception would end at {at}, which is over. Choose a time to come.")


class DoctorReceivesThen(Refusal):
    code = "booking.doctor_receives_then"
    message = _("{doctor} already receives from {since} to {until}. Choose another time.")


class DoctorReceivesAtThatTime(Refusal):
    """A race that only the database saw."""

    code = "booking.doctor_receives_then"
    message = _("A reception of this doctor at this time was published at this moment. Look at the day again.")


class CouponTaken(Refusal):
    code = "booking.coupon_taken"
    message = _("The coupon of {at} is already taken. Still free in this reception: {free}.")


class CouponJustTaken(Refusal):
    """A race that only the database saw."""

    code = "booking.coupon_taken"
    message = _("The coupon was given to somebody else at this moment. Look at the day again and choose another time.")


class ReceptionNotPublished(Refusal):
    code, status = "booking.reception_not_published", 422
    message = _("This reception is not published yet, so its coupons are not given out. Choose another day.")


class CouponInPast(Refusal):
    code, status = "booking.coupon_in_past", 422
    message = _("The time of this coupon, {at}, has passed. Choose a later one.")


class AlreadyInReception(Refusal):
    code = "booking.already_in_reception"
    message = _("The patient already has the coupon of {at} in this reception (code {booking}). Cancel it first to change the time.")


class NotForOthers(Refusal):
    code, status = "booking.not_for_others", 403
    message = _("You may book for yourself only. The registry books for others.")


class BookingIsCancelled(Refusal):
    code = "booking.booking_is_cancelled"
    message = _("This coupon was cancelled at {at}. Book a new one.")


class VisitHasBegun(Refusal):
    code = "booking.visit_has_begun"
    message = _("The visit {number} has already begun with this coupon. Open it.")


class AlreadyArrived(Refusal):
    code = "booking.already_arrived"
    message = _("The patient was already checked in at {at}.")


class NotToday(Refusal):
    code, status = "booking.not_today", 422
    message = _("This coupon is for {at}. Check in and receive the patient on that day, or book another coupon.")


class TooLateToCancel(Refusal):
    code, status = "booking.too_late_to_cancel", 422
    message = _("The time of this coupon, {at}, has passed; it can no longer be cancelled. Ask the registry.")


class NotYourReception(Refusal):
    code, status = "booking.not_your_reception", 403
    message = _("{doctor} receives here. Only this doctor, or a colleague of the department, begins the visit.")
