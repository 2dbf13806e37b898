"""Refusals of this app. Each says what to do next."""
from django.utils.translation import gettext_lazy as _

from emr.acts import LAST_LINE
from emr.errors import Busy, Refusal


class UnknownMedication(Refusal):
    code, status = "orders.unknown_medication", 422
    message = _("This drug is not in the formulary. Choose one from the list, or ask the pharmacy to add it.")


class DoseMissing(Refusal):
    code, status = "orders.dose_missing", 422
    message = _("Say how much to give: a number with its unit, or words such as “2 puffs”.")


class DoseNotPositive(Refusal):
    code, status = "orders.dose_not_positive", 422
    message = _("The dose must be more than nothing; {dose} was entered.")


class DoseUnitMissing(Refusal):
    code, status = "orders.dose_unit_missing", 422
    message = _("The dose {dose} has no unit. Write mg, ml, IU …")


class DoseTooLong(Refusal):
    code, status = "orders.dose_too_long", 422
    message = _("The dose has too many digits. Enter at most 12 of them.")


class AsNeededWithoutLimits(Refusal):
    code, status = "orders.as_needed_without_limits", 422
    message = _("An order as needed must say for what, how often a day at most and how many minutes apart at least.")


class EndBeforeStart(Refusal):
    code, status = "orders.end_before_start", 422
    message = _("The order would end before it begins. Check both times.")


class StartTooLongAgo(Refusal):
    code, status = "orders.start_too_long_ago", 422
    message = _("The order would begin more than {days} days ago. Enter when it begins now; record what was given before as "
                "given.")


class TimingNotUnderstood(Refusal):
    code, status = "orders.timing_not_understood", 422
    message = _("How often the drug is to be given could not be understood: {problem}.")


class TimingMissing(Refusal):
    code, status = "orders.timing_missing", 422
    message = _("Say how often the drug is to be given, or that it is given as needed.")


class OrderIsStopped(Refusal):
    code = "orders.already_stopped"
    message = _("This order was stopped at {at} ({reason}). Prescribe anew if the drug is needed.")


class OrderIsCompleted(Refusal):
    code = "orders.already_completed"
    message = _("This order ended at {at}. Prescribe anew if the drug is needed.")


class OrderIsError(Refusal):
    code = "orders.order_is_error"
    message = _("This order was marked as an error. Look for the right one.")


class AlreadyOnHold(Refusal):
    code = "orders.already_on_hold"
    message = _("This order is on hold already. Resume it first.")


class NotOnHold(Refusal):
    code = "orders.not_on_hold"
    message = _("This order is not on hold; there is nothing to resume.")


class NotBefore(Refusal):
    code, status = "orders.too_early", 422
    message = _("This cannot have happened before {before}. Check the time.")


class GivenSince(Refusal):
    code = "orders.given_since"
    message = _("A dose was given at {at} by {by}, after that moment. Choose a later time, or have that entry taken back first.")


class DoseAlreadyPlanned(Refusal):
    code = "orders.dose_already_planned"
    message = _("A dose of this order is planned for that time already.")


class AlreadyCancelled(Refusal):
    code = "orders.already_cancelled"
    message = _("This request was cancelled at {at} ({reason}).")


class TextMissing(Refusal):
    code, status = "orders.text_missing", 422
    message = _("Say what is asked for.")


class OtherEncounter(Refusal):
    code, status = "orders.other_encounter", 422
    message = _("The panel belongs to another stay or visit. Choose one of this patient's.")


class MedicationCodeTaken(Refusal):
    code = "orders.medication_code_taken"
    message = _("A product with this code is in the formulary already. Search it, or choose another code.")


class NameMissing(Refusal):
    code, status = "orders.name_missing", 422
    message = _("The product needs a code and a name.")


class FormularyFileUnreadable(Refusal):
    code, status = "orders.formulary_unreadable", 422
    message = _("The formulary file cannot be read: {problem}.")


class NotEnoughStock(Refusal):
    code = "orders.not_enough_stock"
    message = _("Only {left} of lot {lot} are left in this department, {wanted} are needed. Take another lot or order from the "
                "pharmacy.")


class QuantityNotPositive(Refusal):
    code, status = "orders.quantity_not_positive", 422
    message = _("The quantity must be more than nothing; {quantity} was entered.")


class LotIsExpired(Refusal):
    code, status = "orders.lot_expired", 422
    message = _("Lot {lot} expired on {expires_on}. Take another lot and waste this one.")


class LotDiffers(Refusal):
    code = "orders.lot_differs"
    message = _("Lot {lot} at this price is on record with the expiry date {expires_on}. Check the label.")


class SameDepartment(Refusal):
    code, status = "orders.same_department", 422
    message = _("The stock lies in that department already. Choose another one.")


class AlreadyUndone(Refusal):
    code = "orders.move_already_undone"
    message = _("This stock move was undone already.")


class NotByHand(Refusal):
    code, status = "orders.move_not_undone_by_hand", 422
    message = _("This stock move belongs to a given dose. Undo the administration instead.")


class DifferentChange(Refusal):
    code, status = "orders.nothing_to_change", 422
    message = _("Nothing would change. Say what is to be different.")


class SecondPersonMissing(Refusal):
    code, status = "orders.second_person_missing", 422
    message = _("{medication} is a controlled drug: a second person must sign. Name who counted or watched with you.")


class SecondPersonIsYou(Refusal):
    code, status = "orders.second_person_is_you", 422
    message = _("The second person must be somebody else. Ask a colleague.")


class SecondPersonMayNot(Refusal):
    code, status = "orders.second_person_may_not", 422
    message = _("{name} does not work with the drug register and cannot sign it. Ask a nurse or the pharmacist.")


class NotAPharmacy(Refusal):
    code, status = "orders.not_a_pharmacy", 422
    message = _("Stock is returned to a pharmacy. Choose one; to send it to another ward, issue it.")


class NothingRemains(Refusal):
    code, status = "orders.nothing_remains", 422
    message = _("Only {rest} of the unit opened for this dose remain. Check how much was thrown away.")


class NotADose(Refusal):
    code, status = "orders.not_a_dose", 422
    message = _("Only a dose that stands leaves a rest of its unit. Choose the line of the dose.")


class CountIsEmpty(Refusal):
    code, status = "orders.count_is_empty", 422
    message = _("Nothing was counted. Enter what was found of at least one lot; nothing found is 0.")


class DifferenceUnexplained(Refusal):
    code, status = "orders.difference_unexplained", 422
    message = _("Of lot {lot} {expected} are expected and {counted} were counted. Count again, or write down why they differ.")


class MovedMeanwhile(Refusal):
    code = "orders.moved_while_counting"
    message = _("Lot {lot} was used while it was counted: the sheet said {sheet}, now {expected} are expected. Open the sheet "
                "again and count this lot once more.")


class NotForShiftCount(Refusal):
    code, status = "orders.not_for_shift_count", 422
    message = _("{medication} is no controlled drug. The shift counts controlled drugs only; others belong to the stock-take.")


class ChecksUnanswered(Refusal):
    code, status = "orders.check_unanswered", 422
    message = _("{sentences} Choose another drug, or give the reason why this one is ordered all the same.")


class SecondSignatureMissing(Refusal):
    code, status = "orders.second_signature_missing", 422
    message = _("{sentences} This is a hard stop: choose another drug, or have a second doctor sign with you.")


class SecondSignatureIsYours(Refusal):
    code, status = "orders.second_signature_is_yours", 422
    message = _("The second signature must be another doctor's. Ask a colleague.")


class SecondSignerMayNot(Refusal):
    code, status = "orders.second_signer_may_not", 422
    message = _("{name} may not prescribe and cannot sign a hard stop. Ask another doctor.")


class SafetyFileUnreadable(Refusal):
    code, status = "orders.safety_file_unreadable", 422
    message = _("The file of safety rules cannot be read: {problem}.")


class UnknownTier(Refusal):
    code, status = "orders.unknown_tier", 422
    message = _("A check is to know, a warning or a hard stop. Choose one of them.")


class LineNotUnderstood(Refusal):
    code, status = "orders.line_not_understood", 422
    message = _("“{word}” is not understood. Write drug, dose, route, how often, how long: “ceftriaxone 1 g im bid 7d”.")


class LineSaysTwice(Refusal):
    code, status = "orders.line_says_twice", 422
    message = _("“{word}” says a second time what was said before ({what}). Leave one of them out.")


class LineNamesNoDrug(Refusal):
    code, status = "orders.line_names_no_drug", 422
    message = _("The line begins with the name of the drug: “ceftriaxone 1 g im bid 7d”.")


class NoSuchDrug(Refusal):
    code, status = "orders.no_such_drug", 422
    message = _("No drug of the formulary is called “{name}”. Check the spelling, or search the list.")


class DrugNotChosen(Refusal):
    code, status = "orders.drug_not_chosen", 422
    message = _("“{name}” is in the formulary {count} times. Choose the product.")


class DeviationUnexplained(Refusal):
    code, status = "orders.deviation_unexplained", 422
    message = _("Some orders of the set are left out. Say why.")


class OrderSetIsOld(Refusal):
    code = "orders.order_set_is_old"
    message = _("There is a newer version of this order set. Open it again.")


class OrderSetIsEmpty(Refusal):
    code, status = "orders.order_set_is_empty", 422
    message = _("The order set has no orders. Add at least one drug or request.")


class OrderSetLineWrong(Refusal):
    code, status = "orders.order_set_line_wrong", 422
    message = _("Order {position} of the set: {problem}")


class BagVolumeMissing(Refusal):
    code, status = "orders.bag_volume_missing", 422
    message = _("Say how many millilitres are in one bag or syringe.")


class RateNotPositive(Refusal):
    code, status = "orders.rate_not_positive", 422
    message = _("Say how fast it runs: a rate more than nothing ({value} was entered).")


class RateTooHigh(Refusal):
    code, status = "orders.rate_too_high", 422
    message = _("{rate} ml/h is more than any line carries ({highest} ml/h). Check rate, unit and what is in the bag.")


class RateUnitUnknown(Refusal):
    code, status = "orders.rate_unit_unknown", 422
    message = _("“{unit}” is no unit of a rate. Use one of these: {units}.")


class RateUnlikeBag(Refusal):
    code, status = "orders.rate_unlike_bag", 422
    message = _("The rate is in {unit}, but the drug in the bag is measured in {bag}. Order it in the same measure or in ml/h.")


class NoDropsOfADrug(Refusal):
    code, status = "orders.no_drops_of_a_drug", 422
    message = _("Drops a minute are for fluids. A drug in a bag is ordered in ml/h or as a dose rate.")


class WeightMissing(Refusal):
    code, status = "orders.weight_missing", 422
    message = _("{unit} needs the weight, and none is on record. Weigh the patient first, or order in ml/h.")


class NotAnInfusion(Refusal):
    code, status = "orders.not_an_infusion", 422
    message = _("This order does not run by a rate. Change the order itself.")


class InfusionChangesByRate(Refusal):
    code, status = "orders.infusion_changes_by_rate", 422
    message = _("An infusion is changed by ordering another rate. For another mixture stop it and prescribe anew.")


class StagesWrong(Refusal):
    code, status = "orders.stages_wrong", 422
    message = _("The stages of the dose could not be understood: {problem}.")


class StagesWithoutDays(Refusal):
    code, status = "orders.stages_without_days", 422
    message = _("“{doses}” may be a range or stages. Write one dose, or say how long each stage lasts: “40-30-20 mg … 3d each”.")


class OrderIsNotWaiting(Refusal):
    code = "orders.not_waiting"
    message = _("This order does not wait for an event. It has begun already.")


class OrderIsWaiting(Refusal):
    code = "orders.waiting"
    message = _("This order waits ({event}). Start it first, then its doses are planned.")


class OrderIsRenewed(Refusal):
    code = "orders.renewed_already"
    message = _("This order was renewed or changed already. Look at its successor.")


# Races that reach the database get the same sentences.
LAST_LINE["one_open_hold_per_order"] = AlreadyOnHold
LAST_LINE["orders_medicationrequest_replaces_id_key"] = OrderIsRenewed
LAST_LINE["one_dose_per_time_of_an_order"] = DoseAlreadyPlanned
LAST_LINE["an_order_as_needed_has_its_limits"] = AsNeededWithoutLimits
LAST_LINE["an_order_ends_after_it_begins"] = EndBeforeStart
LAST_LINE["an_order_says_how_much"] = DoseMissing
LAST_LINE["orders_medication_code_key"] = MedicationCodeTaken
LAST_LINE["orders_stockmove_mirrors_id_key"] = AlreadyUndone
LAST_LINE["a_count_is_signed_by_two_people"] = SecondPersonIsYou
LAST_LINE["one_row_per_version_of_a_set"] = Busy  # two publish the next version at once
LAST_LINE["the_witness_of_a_stock_move_is_another"] = SecondPersonIsYou
