"""Refusals of the decisions after missed visits."""
from django.utils.translation import gettext_lazy as _

from emr.errors import Refusal


class LadderIsOff(Refusal):
    code, status = "booking.ladder_is_off", 422
    message = _("This institution takes no measures after missed visits. The administration may switch them on in the settings.")


class NotEnoughMissed(Refusal):
    code, status = "booking.not_enough_missed", 422
    message = _("For this step {needed} missed visits in {days} days are needed; there are {missed}, and none of them is "
                "undecided.")


class DecisionIsOver(Refusal):
    code = "booking.decision_is_over"
    message = _("This decision was lifted already at {at}.")


class AlreadyObjected(Refusal):
    code = "booking.already_objected"
    message = _("Your objection was received at {at} and is being looked at.")


class NothingToConfirm(Refusal):
    code, status = "booking.nothing_to_confirm", 422
    message = _("This coupon needs no confirmation.")
