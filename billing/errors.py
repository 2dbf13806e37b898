"""Refusals about money: what happened and what to do next."""
from django.utils.translation import gettext_lazy as _

from emr.acts import LAST_LINE
from emr.errors import Refusal


class PriceOverlaps(Refusal):
    code = "billing.price_overlaps"
    message = _("There is already a price for this on some of these days. End that price first, or choose other days.")


class PriceInUse(Refusal):
    code = "billing.price_in_use"
    message = _("Lines up to {day} were already posted with the price until now. Let the new price begin after that day.")


class PriceNegative(Refusal):
    code, status = "billing.price_negative", 422
    message = _("A price cannot be negative or longer than two decimals: {price}. Enter it again.")


class DaysUpsideDown(Refusal):
    code, status = "billing.days_upside_down", 422
    message = _("The price would end ({until}) before it begins ({since}). Check both days.")


class PayerExists(Refusal):
    code = "billing.payer_exists"
    message = _("There is already a payer with the code {code}. Use that one, or choose another code.")


class AccountExists(Refusal):
    code = "billing.account_exists"
    message = _("This stay or visit already has the account {number}.")


class PayerUnknown(Refusal):
    code, status = "billing.payer_unknown", 422
    message = _("There is no payer {code}. Set it up first, or choose another.")


LAST_LINE["one_price_at_a_time"] = PriceOverlaps
LAST_LINE["one_common_price_at_a_time"] = PriceOverlaps
