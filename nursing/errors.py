"""Refusals of this app. Each says what to do next."""
from django.utils.translation import gettext_lazy as _

from emr.errors import Refusal


class DoseAlreadyRecorded(Refusal):
    code = "nursing.dose_already_recorded"
    message = _("This dose is recorded already: {what} {at} by {by}. Look at the sheet again; undo that entry first if it is "
                "wrong.")


class BeforeStay(Refusal):
    code, status = "nursing.before_the_stay", 422
    message = _("The stay or visit began at {started}. This cannot have happened so long before; check the time.")


class StayHasEnded(Refusal):
    code = "nursing.stay_has_ended"
    message = _("The stay or visit ended at {ended}. Only what was done before that can still be entered, with its own time.")


class OrderWasStopped(Refusal):
    code = "nursing.order_was_stopped"
    message = _("The doctor stopped this order at {at} ({reason}). Do not give it. What was given before that can be entered "
                "with its own time.")


class PatientOnLeave(Refusal):
    code = "nursing.patient_on_leave"
    message = _("The patient is on leave since {since}. Record first that he is back, then give it.")


class OrderWasHeld(Refusal):
    code = "nursing.order_on_hold"
    message = _("This order is on hold since {since} ({reason}). Do not give it; ask the doctor, or record it as withheld.")


class OrderNotVerified(Refusal):
    code = "nursing.order_not_verified"
    message = _("The pharmacist has not verified this order yet: {policy} Do not give it; call the pharmacist, or ask the "
                "doctor to order it STAT.")


class OrderIsNoOrder(Refusal):
    code = "nursing.order_in_error"
    message = _("This order was entered in error. Do not give it; look at the sheet again.")


class WitnessMissing(Refusal):
    code, status = "nursing.witness_missing", 422
    message = _("{medication} is a high-risk drug: a second person must check it. Name a colleague as witness.")


class WitnessIsGiver(Refusal):
    code, status = "nursing.witness_is_giver", 422
    message = _("The witness must be another person than the one who gives. Ask a colleague.")


class WitnessMayNot(Refusal):
    code, status = "nursing.witness_may_not", 422
    message = _("{witness} may not give drugs, so cannot be the witness. Ask a nurse of the ward.")


class InstructorMissing(Refusal):
    code, status = "nursing.instructor_missing", 422
    message = _("You are learning: an instructor stands beside you and signs too. Choose who, and let the PIN be typed here.")


class PatchStillOn(Refusal):
    code = "nursing.patch_still_on"
    message = _("The old patch is still on: {medication}, put on {at} by {by} ({site}). Take it off and record that; then give "
                "the new one.")


class PatchAlreadyOff(Refusal):
    code = "nursing.patch_already_off"
    message = _("This patch was taken off already: {at} by {by}.")


class PatchOffBeforeOn(Refusal):
    code, status = "nursing.patch_off_before_on", 422
    message = _("The patch was put on at {at}; it cannot have been taken off before. Check the time.")


class NotAPatch(Refusal):
    code, status = "nursing.not_a_patch", 422
    message = _("Only a patch that was given can be taken off. Look at the list of doses again.")


class NotYourName(Refusal):
    code, status = "nursing.not_your_name", 403
    message = _("You can only record what you did yourself. Ask the colleague to sign in and record it.")


class AmountNotPositive(Refusal):
    code, status = "nursing.amount_not_positive", 422
    message = _("The amount must be more than nothing. If nothing was given, record the dose as refused or withheld.")


class AmountMissing(Refusal):
    code, status = "nursing.amount_missing", 422
    message = _("Say how much was given.")


class GivenAsNeededOnly(Refusal):
    code, status = "nursing.given_as_needed_only", 422
    message = _("This drug is given as needed. Give it from the list “as needed”, where its limits are checked.")


class NotAsNeeded(Refusal):
    code, status = "nursing.not_as_needed", 422
    message = _("This order is not one as needed. Give its planned dose from the sheet.")


class TooSoon(Refusal):
    code = "nursing.too_soon"
    message = _("{medication} was given at {last}; the next is allowed {minutes} minutes later, at {allowed}. Wait, or ask the "
                "doctor.")


class DailyMaximumReached(Refusal):
    code = "nursing.daily_maximum_reached"
    message = _("{medication} was given {times} times within 24 hours, the most that is allowed. The next may be given at "
                "{allowed}; ask the doctor if that is too late.")


class NotYourEntry(Refusal):
    code, status = "nursing.not_your_entry", 403
    message = _("Only {by}, who made this entry, or the head nurse may take it back. Ask one of them.")


class NoStockLeft(Refusal):
    code = "orders.not_enough_stock"
    message = _("There is not enough {medication} on the ward: {wanted} {unit} are needed. Order from the pharmacy, or say that "
                "the patient's own drug was given.")


class LotOfAnotherDrug(Refusal):
    code, status = "nursing.lot_of_another_drug", 422
    message = _("Lot {lot} is not {medication}. Check the package before you give it.")


class NothingMeasured(Refusal):
    code, status = "nursing.nothing_measured", 422
    message = _("Nothing was entered. Enter at least one value.")


class ImplausibleValue(Refusal):
    code, status = "nursing.implausible_value", 422
    message = _("{name} {value} {unit} cannot be right: values from {low} to {high} are taken. Check for a typing error.")


class ProcedureTextMissing(Refusal):
    code, status = "nursing.procedure_text_missing", 422
    message = _("Say what was done.")


class ProcedureEndsBeforeStart(Refusal):
    code, status = "nursing.procedure_ends_before_start", 422
    message = _("The procedure would end before it began. Check both times.")


class RequestOfAnother(Refusal):
    code, status = "nursing.request_of_another", 422
    message = _("This request belongs to another patient or was cancelled. Choose one of this patient's.")


class OneTimeAlreadyGiven(Refusal):
    code = "nursing.one_time_already_given"
    message = _("This drug was ordered once and was given {at} by {by}. The order is done; ask the doctor for a new one.")


class WrongPatient(Refusal):
    code = "nursing.wrong_patient"
    message = _("Stop: this wristband ({scanned}) is not that of {patient} (№ {number}), for whom the dose is. Do not give it.")


class WrongDrug(Refusal):
    code = "nursing.wrong_drug"
    message = _("Stop: this pack is {scanned}, the order says {medication}. Do not give it; take the right pack.")


class PackIsExpired(Refusal):
    code = "nursing.pack_expired"
    message = _("This pack ({lot}) expired on {expired}. Do not give it; take another one and put this one aside.")


class UnreadableCode(Refusal):
    code, status = "nursing.unreadable_code", 422
    message = _("This code says neither a patient nor a pack ({problem}). Scan it again; if it cannot be read, choose the "
                "reason.")


class UnknownPack(Refusal):
    code, status = "nursing.unknown_pack", 422
    message = _("Nobody entered yet which drug the pack {gtin} is. Compare the name by eye and give it with the reason "
                "“the pack is not known”; the pharmacy can enter its number.")


class NothingDueOfIt(Refusal):
    code, status = "nursing.nothing_due_of_it", 422
    message = _("Stop: {patient} has no dose of {scanned} due now. Look at the list of doses again.")


class NoSuchProduct(Refusal):
    code, status = "nursing.no_such_product", 422
    message = _("There is no such product in the formulary. Choose one of the list.")


class PackCodeTaken(Refusal):
    code = "nursing.pack_code_taken"
    message = _("The number {gtin} is entered for this product already.")


class EffectAlreadyTold(Refusal):
    code = "nursing.effect_already_told"
    message = _("It is recorded already: {effect}, {at}, by {by}. Take that entry back first if it is wrong.")


class EffectOfNothing(Refusal):
    code, status = "nursing.effect_of_nothing", 422
    message = _("Only of a drug that was given as needed it is asked whether it helped.")


class EffectBeforeGiving(Refusal):
    code, status = "nursing.effect_before_giving", 422
    message = _("The drug was given at {given}; its effect cannot have been seen before. Check the time.")


class NoSuchEffect(Refusal):
    code, status = "nursing.no_such_effect", 422
    message = _("Say whether it helped: helped, partly, none or worse.")


class WaitingTimesWrong(Refusal):
    code, status = "nursing.waiting_times_wrong", 422
    message = _("The times must be between 5 minutes and 12 hours, and the doctor is not told before the senior nurse.")


class CareTimingMissing(Refusal):
    code, status = "nursing.care_timing_missing", 422
    message = _("Say how often the care is to be done, such as every 2 hours, or at which times of the day ({problem}).")


class CareTextMissing(Refusal):
    code, status = "nursing.care_text_missing", 422
    message = _("Say in words what is to be done.")


class CareEndsBeforeStart(Refusal):
    code, status = "nursing.care_ends_before_start", 422
    message = _("The care would end before it begins. Check both times.")


class FewerObservationsNeedDoctor(Refusal):
    code, status = "nursing.fewer_observations_need_a_doctor", 403
    message = _("Only a doctor decides that the patient is measured less often than NEWS2 asks. Ask the doctor of the ward.")


class CareIsStopped(Refusal):
    code = "nursing.care_is_stopped"
    message = _("This care was stopped at {at} ({reason}). Look at the list again.")


class NoSuchCareTime(Refusal):
    code, status = "nursing.no_such_care_time", 422
    message = _("This care is not planned for {at}. Look at the list again.")


class CareAlreadyRecorded(Refusal):
    code = "nursing.care_already_recorded"
    message = _("This is recorded already: {what} {at} by {by}. Take that entry back first if it is wrong.")


class MeasureInstead(Refusal):
    code, status = "nursing.measure_instead", 422
    message = _("Observations are done by entering what was measured. Open the vital signs of the patient.")


class RemarkMissing(Refusal):
    code, status = "nursing.remark_missing", 422
    message = _("Write what the next shift must know, or leave the patient without a remark.")


class NotOnThisWard(Refusal):
    code, status = "nursing.not_on_this_ward", 422
    message = _("The patient does not lie in this department any more. Look at the list again.")


class ShiftTooLong(Refusal):
    code, status = "nursing.shift_too_long", 422
    message = _("A hand-over covers at most {hours} hours up to now. Check when the shift began.")


class HandedOverAlready(Refusal):
    code = "nursing.handed_over_already"
    message = _("{by} handed this department over at {at}, and nobody has taken it over yet. Sign that one, or let it be "
                "withdrawn.")


class TakenOverAlready(Refusal):
    code = "nursing.taken_over_already"
    message = _("{by} took this department over at {at}. Nothing more is to be signed.")


class HandOverWithdrawn(Refusal):
    code = "nursing.hand_over_withdrawn"
    message = _("This hand-over was withdrawn at {at} ({reason}). Look for the newer one.")


class SamePersonTakesOver(Refusal):
    code, status = "nursing.same_person_takes_over", 422
    message = _("You handed the department over yourself. The nurse who comes must sign.")


class GivenAsInfusion(Refusal):
    code, status = "nursing.given_as_infusion", 422
    message = _("This is an infusion. Start it: its rate, its pauses and its bags are recorded then.")


class BagOfInfusion(Refusal):
    code = "nursing.bag_of_infusion"
    message = _("This is a bag of an infusion. Take back the entry of the infusion: the bag goes with it.")


class InfusionRuns(Refusal):
    code = "nursing.infusion_runs"
    message = _("This infusion was started at {at} by {by} and is not ended. Change its bag or its rate instead.")


class InfusionNotRunning(Refusal):
    code = "nursing.infusion_not_running"
    message = _("Nothing of this order runs now: it was not started, or was ended already. Start it first.")


class InfusionPaused(Refusal):
    code = "nursing.infusion_paused"
    message = _("The infusion is paused since {since} ({reason}).")


class InfusionNotPaused(Refusal):
    code = "nursing.infusion_not_paused"
    message = _("The infusion is not paused; it runs.")


class InfusionNotBegun(Refusal):
    code, status = "nursing.infusion_not_begun", 422
    message = _("It is ordered from {since} on. Wait until then, or ask the doctor.")


class InfusionIsOver(Refusal):
    code = "nursing.infusion_is_over"
    message = _("{run} of the {total} ml that were ordered have run. Ask the doctor before another bag is hung.")


class RateAboveOrder(Refusal):
    code, status = "nursing.rate_above_order", 422
    message = _("{rate} ml/h is faster than ordered ({ordered} ml/h). Ask the doctor to order another rate first.")


class RateBelowOrder(Refusal):
    code, status = "nursing.rate_below_order", 422
    message = _("{rate} ml/h is slower than ordered ({ordered} ml/h). Say why.")


class RemainingWrong(Refusal):
    code, status = "nursing.remaining_wrong", 422
    message = _("{remaining} ml cannot remain: the bag held {volume} ml. Measure again.")


class BeforeLastEntry(Refusal):
    code, status = "nursing.before_last_entry", 422
    message = _("At {at} a later entry of this infusion was made ({what}). Take it back first, or check the time.")


class NotTheLastEntry(Refusal):
    code = "nursing.not_the_last_entry"
    message = _("Later entries of this infusion rest on this one. Take back the last one first.")


class InfusionChanged(Refusal):
    code = "nursing.infusion_changed"
    message = _("A colleague recorded something about this infusion at the same moment. Look again.")
