"""Refusals about money: what happened and what to do next."""
from django.utils.translation import gettext_lazy as _

from emr.acts import LAST_LINE
from emr.errors import Refusal


class PriceOverlaps(Refusal):
    code = "billing.price_overlaps"
    message = _("There is already a price for this on some of these days. End that price first, or choose other days.")


class PriceInUse(Refusal):
    code = "billing.price_in_use"
    message = _("Lines up to {day} were already posted with the price until now. Let the new price begin after that day, or set "
                "it as a late price and price those lines anew.")


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
    message = _("A second payer needs a share of up to 100 per cent and is another than the first; a discount of up to 100 per "
                "cent needs a reason. Check the terms.")


class GradeOverlaps(Refusal):
    code = "billing.grade_overlaps"
    message = _("{staff} already has a grade on some of these days. Choose a later day.")


class CentreUnclear(Refusal):
    code, status = "billing.centre_unclear", 422
    message = _("This line cannot be read: “{line}”. Write: name; cost; receiver=units, receiver=units. Receivers are centres "
                "further down or codes of departments.")


class NormOverlaps(Refusal):
    code = "billing.norm_overlaps"
    message = _("There is already a norm for this diagnosis on some of these days. Choose a later day.")


class MonthClosed(Refusal):
    code = "billing.month_closed"
    message = _("This month is closed already, so nothing is booked in it any more. Choose a later one.")


class MonthNotOver(Refusal):
    code, status = "billing.month_not_over", 422
    message = _("The month is not over yet. Close it from {day} on.")


class DryRunStale(Refusal):
    code, status = "billing.dry_run_stale", 412
    message = _("What would change is no longer what was shown ({shown}, now {now}). Look at it again, then decide.")


class ExportChanged(Refusal):
    code = "billing.export_changed"
    message = _("The month no longer gives what batch {number} was made of. Nothing was sent; let the administrator run "
                "verify_audit.")


class NothingToInvoice(Refusal):
    code = "billing.nothing_to_invoice"
    message = _("Everything was invoiced to {payer} already; the last invoice is {number}. There is nothing to do until more is "
                "charged.")


class NotThePayer(Refusal):
    code, status = "billing.not_the_payer", 422
    message = _("This payer has no part in the account {account}. Choose one of its payers, or change its terms first.")


class InvoiceTakenBack(Refusal):
    code = "billing.invoice_taken_back"
    message = _("The invoice {number} was taken back already (by {mirror}). Issue a new one if something is still owed.")


class AmountNotPositive(Refusal):
    code, status = "billing.amount_not_positive", 422
    message = _("An amount above zero is needed. Enter it again.")


class PaymentTooLarge(Refusal):
    code, status = "billing.payment_too_large", 422
    message = _("Only {owed} is owed. Take that much, or take the rest as a deposit.")


class RefundTooLarge(Refusal):
    code, status = "billing.refund_too_large", 422
    message = _("Only {free} of this can go back; the rest is already owed. Take the invoice back first, or refund less.")


class NothingPlanned(Refusal):
    code, status = "billing.nothing_planned", 422
    message = _("The estimate has no line. Say what is expected, each thing once, with a quantity above zero.")


class PlanUnpriced(Refusal):
    code, status = "billing.plan_unpriced", 422
    message = _("These have no price on {day}: {what}. Set the prices first, or leave them out.")


class EstimateReplaced(Refusal):
    code = "billing.estimate_replaced"
    message = _("The estimate {number} was replaced already. Change the newest one.")


class EstimateHasStay(Refusal):
    code = "billing.estimate_has_stay"
    message = _("The estimate {number} belongs to {stay} already. Make a new one for another stay.")


class EstimateOfAnother(Refusal):
    code, status = "billing.estimate_of_another", 422
    message = _("This is the stay or estimate of another patient. Choose one of the same patient.")


class GroupsOverlap(Refusal):
    code = "billing.groups_overlap"
    message = _("There is already a version of {system} on some of these days. Choose other days, or end that version first.")


class GroupFileWrong(Refusal):
    code, status = "billing.group_file_wrong", 422
    message = _("Line {line} of the file: {problem}. Nothing was loaded.")


class GrouperMissing(Refusal):
    code, status = "billing.grouper_missing", 422
    message = _("No version of {system} holds on {day}. Load one for that day first.")


class GroupUnknown(Refusal):
    code, status = "billing.group_unknown", 422
    message = _("{version} has no group {code}. Look the code up in the list of its groups.")


class NotAStay(Refusal):
    code, status = "billing.not_a_stay", 422
    message = _("Only stays in a ward are grouped.")


class RateOverlaps(Refusal):
    code = "billing.rate_overlaps"
    message = _("There is already a base rate of {system} on some of these days. Choose a later day.")


class VenOverlaps(Refusal):
    code = "billing.ven_overlaps"
    message = _("There is already a VEN list that begins on this day or later. Choose a later day.")


LAST_LINE["one_ven_class_at_a_time"] = VenOverlaps
LAST_LINE["one_version_of_a_grouper_at_a_time"] = lambda: GroupsOverlap(system="—")
LAST_LINE["one_base_rate_at_a_time"] = lambda: RateOverlaps(system="—")
LAST_LINE["billing_estimate_replaces_id_key"] = lambda: EstimateReplaced(number="—")
LAST_LINE["one_norm_at_a_time"] = NormOverlaps
LAST_LINE["a_line_is_invoiced_once"] = lambda: NothingToInvoice(payer="—", number="—")
LAST_LINE["a_closed_month_never_changes"] = MonthClosed
LAST_LINE["one_grade_at_a_time"] = lambda: GradeOverlaps(staff="—")
LAST_LINE["one_price_at_a_time"] = PriceOverlaps
LAST_LINE["one_common_price_at_a_time"] = PriceOverlaps
