"""Refusals at the door of an office."""
from django.utils.translation import gettext_lazy as _

from emr.errors import Refusal


class NobodyWaits(Refusal):
    code = "booking.nobody_waits"
    message = _("Nobody waits at this office now. The registry sees that the doctor is free.")


class SomebodyIsCalled(Refusal):
    code = "booking.somebody_is_called"
    message = _("Number {number} is called already. Let it in, call again, or pass it over.")


class CallAgainFirst(Refusal):
    code, status = "booking.call_again_first", 422
    message = _("Number {number} was called once. Call again before you pass it over.")


class IsNotWaiting(Refusal):
    code = "booking.is_not_waiting"
    message = _("Number {number} does not wait any more. Look at the queue again.")


class IsNotCalled(Refusal):
    code = "booking.is_not_called"
    message = _("Number {number} is not called. Call it first.")


class IsNotSkipped(Refusal):
    code = "booking.is_not_skipped"
    message = _("Number {number} was not passed over. Look at the queue again.")


class IsNotInside(Refusal):
    code = "booking.is_not_inside"
    message = _("Number {number} is not in the room. Look at the queue again.")


class RoomIsOccupied(Refusal):
    code = "booking.room_is_occupied"
    message = _("Somebody is in the room. Say first that he has left.")


class NotHisTurn(Refusal):
    code = "booking.not_his_turn"
    message = _("It is the turn of number {number}. Call it, swap the two if both agree, or mark the patient as acute.")


class AskerJustWas(Refusal):
    code = "booking.asker_just_was"
    message = _("One question between two patients: let in number {number} first.")


class HolderIsOverdue(Refusal):
    code = "booking.holder_is_overdue"
    message = _("Number {number} waits {minutes} minutes beyond its time; no questions before it.")


class AskersHaveTheirLane(Refusal):
    code, status = "booking.askers_have_their_lane", 422
    message = _("Who just asks has no place in the line to be swapped or called. Let him in between two patients.")


class AlreadyAcute(Refusal):
    code = "booking.already_acute"
    message = _("Number {number} is marked as acute already and goes first.")


class OfficeIsClosed(Refusal):
    code, status = "booking.office_is_closed", 422
    message = _("This office does not receive today. Choose one that does.")


class SameOffice(Refusal):
    code, status = "booking.same_office", 422
    message = _("The patient waits at this office already. Choose another one.")


class QueueJustChanged(Refusal):
    """A race that only the database saw."""

    code = "booking.queue_just_changed"
    message = _("Somebody else changed the queue at this moment. Look at it again.")
