"""Refusals about money: what happened and what to do next."""
from django.utils.translation import gettext_lazy as _

from emr.acts import LAST_LINE
from emr.errors import Refusal


class PriceOverlaps(Refusal):
    code = "billing.price_overlaps"
    message = _("There is already a price for this on some of these days. End that price first, or choose other days.")


class PriceInUse(Refusal):
    code = "billing.price_in_use"
    message = _("Lines up to {day} were already posted with the price until now. Let the new price begin after that day, or set it as a late price and price those lines anew.")


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


class TermsWrong(Refusal):
    code, status = "billing.terms_wrong", 422
    message = _("A second payer needs a share of up to 100 per cent and is another than the first; a discount of up to 100 per cent needs a "
                "reason. Check the terms.")


class GradeOverlaps(Refusal):
    code = "billing.grade_overlaps"
    message = _("{staff} already has a grade on some of these days. Choose a later day.")


class MonthClosed(Refusal):
    code = "billing.month_closed"
    message = _("This month is closed already, so nothing is booked in it any more. Choose a later one.")


class MonthNotOver(Refusal):
    code, status = "billing.month_not_over", 422
    message = _("The month is not over yet. Close it from {day} on.")


class DryRunStale(Refusal):
    code, status = "billing.dry_run_stale", 412
    message = _("What would change is no longer what was shown ({shown}, now {now}). Look at it again, then decide.")


LAST_LINE["a_closed_month_never_changes"] = MonthClosed
LAST_LINE["one_grade_at_a_time"] = GradeOverlaps
LAST_LINE["one_price_at_a_time"] = PriceOverlaps
LAST_LINE["one_common_price_at_a_time"] = PriceOverlaps
