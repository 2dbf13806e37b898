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


class RoomIsUsed(Refusal):
    code = "booking.room_is_used"
    message = _("Another reception takes place in this room at that time. Choose another room or time.")


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


class AlreadyRegistered(Refusal):
    """One coupon per specialty and day (R34), and one per reception."""

    code = "booking.already_registered"
    message = _("The patient is already registered: {at} (code {booking}). Move that coupon to another time, or cancel it first.")


class RegisteredMeanwhile(Refusal):
    """A race that only the database saw."""

    code = "booking.already_registered"
    message = _("The patient was registered with this specialty for this day at this moment. Look at his coupons again.")


class OnlineClosed(Refusal):
    code, status = "booking.online_closed", 422
    message = _("Orders are not taken online now; they are again from {opens}. You may look at the free times meanwhile.")


class NotPublished(Refusal):
    code, status = "booking.not_published", 404
    message = _("This reception is not given out here. Choose another doctor or day.")


class NotIdentified(Refusal):
    code, status = "booking.not_identified", 403
    message = _("To order a coupon, enter the patient's data; a card at this institution is needed. Without one, ask the "
                "registry.")


class AttachmentEnds(Refusal):
    code, status = "booking.attachment_ends", 422
    message = _("The permission to be served here ends on {until}, before that day. Ask the registry to renew it.")


class AgeLimit(Refusal):
    code, status = "booking.age_limit", 422
    message = _("The institution does not receive patients of that age. Choose another institution, or ask the registry.")


class OnlinePaused(Refusal):
    code, status = "booking.online_paused", 422
    message = _("Ordering online is paused for this patient until {until}. The registry, the telephone and the kiosk give "
                "coupons.")


class SameDay(Refusal):
    code, status = "booking.same_day", 422
    message = _("Coupons for today are not given online. The registry, the telephone and the kiosk give them.")


class TooFar(Refusal):
    code, status = "booking.too_far", 422
    message = _("This day can be ordered from {opens}. Choose an earlier day, or come back then.")


class ReceptionCancelled(Refusal):
    code, status = "booking.session_cancelled", 422
    message = _("This coupon is no longer given out: the reception was cancelled or shortened. Choose another time.")


class ReferralViaRegistry(Refusal):
    code, status = "booking.referral_via_registry", 422
    message = _("Coupons of this doctor are given by the registry only. Come with the referral, or telephone.")


class ReferralRequired(Refusal):
    code, status = "booking.referral_required", 422
    message = _("The first visit to this specialist needs a referral of the local doctor. Visit the local doctor first.")


class TimeClash(Refusal):
    code, status = "booking.time_clash", 422
    message = _("The patient has another coupon at that time ({at}). Choose another time.")


class MonthLimit(Refusal):
    code, status = "booking.month_limit", 422
    message = _("The patient has his {limit} online orders of that month. The doctor or the registry can add a visit.")


class AdvanceQuotaSpent(Refusal):
    code, status = "booking.advance_quota_spent", 422
    message = _("Free, but the coupons given out in advance for that day are used up. The rest opens at {opens}.")


class OnlineQuotaSpent(Refusal):
    code, status = "booking.online_quota_spent", 422
    message = _("Free, but the online coupons of this reception are used up. The registry gives the rest; one may open when "
                "somebody cancels.")


class NotAdjacent(Refusal):
    code = "booking.not_adjacent"
    message = _("A visit of this length needs {places} free coupons one after the other. Choose another time.")


class OverrideNotYours(Refusal):
    code, status = "booking.override_not_yours", 403
    message = _("Only the registry and the doctor go over a rule, and they say why.")


class NothingToMove(Refusal):
    code, status = "booking.nothing_to_move", 422
    message = _("This is the coupon the patient has already. Choose another time.")


class NotForOthers(Refusal):
    code, status = "booking.not_for_others", 403
    message = _("You may book for yourself and the patients of your account. Add the patient to it first, or ask the registry.")


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


class TooEarlyForNoShow(Refusal):
    code, status = "booking.too_early_for_no_show", 422
    message = _("The patient may still come: the place is kept until {until}.")


class HasArrived(Refusal):
    code = "booking.has_arrived"
    message = _("The patient came at {at}; this is no missed visit.")


class NotYourReception(Refusal):
    code, status = "booking.not_your_reception", 403
    message = _("{doctor} receives here. Only this doctor, or a colleague of the department, begins the visit.")


class NothingToMake(Refusal):
    code = "booking.nothing_to_make"
    message = _("All receptions of this template have been made already, or another reception stands in their way.")


class ReceptionIsCancelled(Refusal):
    code = "booking.reception_is_cancelled"
    message = _("This reception was already cancelled at {at}. Look at the day again.")


class ReceptionIsOver(Refusal):
    code, status = "booking.reception_is_over", 422
    message = _("This reception ended at {at}; nothing of it can be changed any more.")


class HitsHaveChanged(Refusal):
    code = "booking.hits_have_changed"
    message = _("Somebody took a coupon of this reception meanwhile. Look at the list again and answer for all patients.")


class NothingShortened(Refusal):
    code, status = "booking.nothing_shortened", 422
    message = _("The new times must lie between {since} and {until}, take at least one coupon away and leave one. Else cancel "
                "the reception.")


class NothingMoved(Refusal):
    code, status = "booking.nothing_moved", 422
    message = _("The reception is held there already. Enter another room or building.")


class HasAccount(Refusal):
    code = "booking.has_account"
    message = _("This person has an account already: {username}. Give out a new password for it.")


class LoginTaken(Refusal):
    code = "booking.login_taken"
    message = _("This user name is taken. Choose another one.")


class AlreadyInAccount(Refusal):
    code = "booking.already_in_account"
    message = _("This patient belongs to the account already. Choose him above.")


class AccountIsFull(Refusal):
    code, status = "booking.account_is_full", 422
    message = _("One account orders for at most {most} patients. Remove one, or ask the registry.")


class LinkIsOver(Refusal):
    code, status = "booking.link_is_over", 404
    message = _("This link no longer leads to a coupon: its time has passed. Phone the registry, or open “My coupons”.")


class AlreadyTold(Refusal):
    code = "booking.already_told"
    message = _("The patient was told of this already.")


class NothingToRemind(Refusal):
    code, status = "booking.nothing_to_remind", 422
    message = _("This coupon no longer stands; nobody is reminded of it.")


class AlreadyWaiting(Refusal):
    code = "booking.already_waiting"
    message = _("The patient is on this waiting list already and keeps his place.")


class NothingToOffer(Refusal):
    code, status = "booking.nothing_to_offer", 422
    message = _("This coupon cannot be offered to this patient now. Offer it to the next one.")


class OfferIsOver(Refusal):
    code = "booking.offer_is_over"
    message = _("The coupon that was kept for you is no longer kept. Choose another one, or ask the registry.")


class CallIsMade(Refusal):
    code = "booking.call_is_made"
    message = _("Somebody made this call at {at}. Look at the list again.")


class CouponIsGiven(Refusal):
    code = "booking.coupon_is_given"
    message = _("Somebody has the coupon of {at}. Move that booking first, or hold back another coupon.")


class CouponIsNotWithdrawn(Refusal):
    code = "booking.coupon_is_not_withdrawn"
    message = _("The coupon of {at} is not held back, or lies outside the reception. Look at the reception again.")


class NothingChanged(Refusal):
    code, status = "booking.nothing_changed", 422
    message = _("These are the values that hold already. Change one, or leave the page.")


class TooManyAppeals(Refusal):
    code, status = "booking.too_many_appeals", 429
    message = _("You have sent {most} messages within the hour. Wait for the answer, or telephone.")


class AppealIsAnswered(Refusal):
    code = "booking.appeal_is_answered"
    message = _("Somebody answered this message at {at}. Look at the list again.")


class DutyJustChanged(Refusal):
    code = "booking.duty_just_changed"
    message = _("Somebody changed this duty at this moment. Look at the roster again.")


class WaitingOfferIsOver(Refusal):
    code = "booking.offer_is_over"
    message = _("The coupon was kept for you until {at}. You keep your place on the list and are told of the next one.")


class SlipIsSpoiled(Refusal):
    code = "booking.slip_is_spoiled"
    message = _("This print was already noted as failed at {at}. Print the coupon again.")


class PrinterFails(Refusal):
    """The printer of receipts does not take the coupon; the booking stands."""

    code, status = "booking.printer_fails", 503
    message = _("The printer does not answer. The coupon stands all the same: its code is {booking}. Ask the registry for the "
                "paper.")


class KioskSessionOver(Refusal):
    code, status = "booking.kiosk_session_over", 403
    message = _("Nobody touched the screen for a while, so your data were put away. Begin again.")


class PageNotFound(Refusal):
    code, status = "booking.page_not_found", 404
    message = _("There is no such page of information. Choose one from the list.")


class NotFoundInFile(Refusal):
    """One answer for every miss (R42): it never says which requisite failed."""

    code, status = "booking.not_found_in_file", 422
    message = _("The patient with the given data was not found in the institution's file. Either something was mistyped; or the "
                "patient is not "
                "registered here; or the institution's record has an error. Check what you typed, or ask the registry.")


class WidenNames(Refusal):
    code, status = "booking.widen_names", 422
    message = _("These data fit more than one record. Enter the first name and the patronymic in full.")


class RecordIsDuplicated(Refusal):
    code, status = "booking.record_is_duplicated", 422
    message = _("The record is duplicated. Please contact the registry: it has been told, and gives the coupon meanwhile.")


class TooManyTries(Refusal):
    code, status = "booking.too_many_tries", 429
    message = _("Too many tries. Wait {seconds} seconds and try again, or ask the registry.")


class BirthDateUnreadable(Refusal):
    code, status = "booking.birth_date_unreadable", 422
    message = _("This birth date does not exist. Pick it, or type day, month and year, such as 01.02.1990.")


class RequisitesMissing(Refusal):
    code, status = "booking.requisites_missing", 422
    message = _("Fill in: {missing}.")


class DuplicateIsSettled(Refusal):
    code = "booking.duplicate_is_settled"
    message = _("A colleague has settled this at {at}.")
