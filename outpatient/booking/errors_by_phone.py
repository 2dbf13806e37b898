"""Refusals of the call centre and of dialling campaigns."""
from django.utils.translation import gettext_lazy as _

from emr.errors import Refusal


class SetIsTaken(Refusal):
    code = "booking.set_is_taken"
    message = _("{operator} sits at this telephone. Choose another one, or ask to leave it.")


class SetJustTaken(Refusal):
    code = "booking.set_just_taken"
    message = _("A colleague has just taken this telephone. Choose another one.")


class NoSet(Refusal):
    code = "booking.no_set"
    message = _("You sit at no telephone. Choose yours first.")


class UnknownLine(Refusal):
    code, status = "booking.unknown_line", 422
    message = _("The exchange named a line that is not set up here: {line}. Add it under Telephone lines.")


class NothingMissed(Refusal):
    code = "booking.nothing_missed"
    message = _("Nobody waits for a call under this number any more. The list was refreshed.")


class NotACampaignLine(Refusal):
    code, status = "booking.not_a_campaign_line", 422
    message = _("Campaigns are dialled on a line of their own. Choose a line for campaigns only.")


class NobodyToDial(Refusal):
    code, status = "booking.nobody_to_dial", 422
    message = _("Nobody on this list can be rung up: no telephone, or no wish to be. Choose other conditions.")


class CampaignIsOver(Refusal):
    code = "booking.campaign_is_over"
    message = _("This campaign was stopped at {at}.")


class HasOptedOut(Refusal):
    code = "booking.has_opted_out"
    message = _("It is noted already that this patient is not rung up by campaigns.")
