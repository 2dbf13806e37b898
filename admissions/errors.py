"""Refusals of the hospital's door. Each says what to do next."""
from django.utils.translation import gettext_lazy as _

from emr.errors import Refusal


class AlreadyInEmergency(Refusal):
    code = "admissions.already_in_emergency"
    message = _("The patient is already in the emergency room since {since} ({number}). Open that visit.")


class PatientHasDied(Refusal):
    code, status = "admissions.patient_has_died", 422
    message = _("{patient} is recorded as died at {at}. Check that this is the right patient.")


class NotAnEmergencyRoom(Refusal):
    code, status = "admissions.not_an_emergency_room", 422
    message = _("{department} is no emergency room. Choose the department where the patient is received.")


class NotAnEmergencyVisit(Refusal):
    code, status = "admissions.not_an_emergency_visit", 422
    message = _("{number} is no emergency visit. Open the patient's visit on the emergency board.")


class NotAStay(Refusal):
    code, status = "admissions.not_a_stay", 422
    message = _("{number} is no stay in a ward. Open the patient's stay on the ward page.")


class UnknownTriageLevel(Refusal):
    code, status = "admissions.unknown_triage_level", 422
    message = _("The scale {scale} has no level {level}. Choose one of: {levels}.")


class AnotherLevelNeedsReason(Refusal):
    code, status = "admissions.another_level_needs_reason", 422
    message = _("The rules suggest level {suggested} ({why}). Say in the reason why you choose {level}, or take the suggestion.")


class TriageIsIncomplete(Refusal):
    code, status = "admissions.triage_is_incomplete", 422
    message = _("The rules cannot suggest a level yet; needed: {missing}. Enter it, or choose the level yourself.")


class MomentAlreadyNoted(Refusal):
    code = "admissions.moment_already_noted"
    message = _("{moment} was already noted at {at}. Undo that time first if it is wrong.")


class MomentOfAnotherAct(Refusal):
    code, status = "admissions.moment_of_another_act", 422
    message = _("“{moment}” is noted by itself when the patient is registered or leaves. Choose another time stamp.")


class AnnouncementIsClosed(Refusal):
    code = "admissions.announcement_is_closed"
    message = _("This announcement is already closed: they have come, or it was cancelled. Look at the board again.")


class NobodyBoards(Refusal):
    code, status = "admissions.nobody_boards", 422
    message = _("Only a patient of an open emergency visit can wait for his bed in the emergency room. Give a bed of the ward.")


class DepartmentDoesNotAdmit(Refusal):
    code, status = "admissions.department_does_not_admit", 422
    message = _("{department} has no beds of its own kind. Choose an in-patient department.")


class AdmissionAlreadyRequested(Refusal):
    code = "admissions.admission_already_requested"
    message = _("An admission is already asked for. Wait for the answer, or withdraw that request first.")


class RequestIsClosed(Refusal):
    code = "admissions.request_is_closed"
    message = _("This admission request is already {state}. Open the visit again and look at its newest request.")


class RequestWasDeclined(Refusal):
    code = "admissions.request_was_declined"
    message = _("The department declined this admission: {reason}. Ask another department first.")


class BelongsToAnotherPatient(Refusal):
    code, status = "admissions.belongs_to_another_patient", 422
    message = _("The visit {number} belongs to another patient. Open the patient again and start from there.")


class RoomOfOtherSex(Refusal):
    code, status = "admissions.room_of_other_sex", 422
    message = _("Room {room} is for {sex} only. Choose a bed in another room.")


class BedIsNotReady(Refusal):
    code = "admissions.bed_is_not_ready"
    message = _("Bed {bed}: {state} since {since}. Choose another bed, or mark it as ready first.")


class BedIsKept(Refusal):
    code = "admissions.bed_is_kept"
    message = _("Bed {bed} is kept for {patient}. Choose another bed.")


class BedHasAState(Refusal):
    code = "admissions.bed_has_a_state"
    message = _("Bed {bed} is already marked: {state}. Mark it as ready first.")


class RoomIsNotForIsolation(Refusal):
    code, status = "admissions.room_is_not_for_isolation", 422
    message = _("The patient must lie apart ({kind}), and room {room} is no isolation room. Choose a bed of an isolation room.")


class RoomIsIsolated(Refusal):
    code, status = "admissions.room_is_isolated", 422
    message = _("In room {room} the patients do not fit together: {kind}. Choose a bed in another room.")


class IsolatedAlready(Refusal):
    code = "admissions.isolated_already"
    message = _("The patient already lies apart. End that isolation first.")


class DayHasPassed(Refusal):
    code, status = "admissions.day_has_passed", 422
    message = _("{day} has passed. Choose today or a later day.")


class NothingToSwap(Refusal):
    code, status = "admissions.nothing_to_swap", 422
    message = _("Two different patients must each lie in a bed to exchange them. Move one of them instead.")


class BedMissing(Refusal):
    code, status = "admissions.bed_missing", 422
    message = _("Say where to: choose a bed or a department.")


class AlreadyInThatBed(Refusal):
    code = "admissions.already_in_that_bed"
    message = _("The patient already lies in {place}. Choose another bed.")


class DispositionDoesNotFit(Refusal):
    code, status = "admissions.disposition_does_not_fit", 422
    message = _("“{disposition}” cannot end this visit. To admit the patient, give him a bed; otherwise choose how he left.")


class DepartureIsIncomplete(Refusal):
    code, status = "admissions.departure_is_incomplete", 422
    message = _("The paper “{paper}” needs: {missing}. Fill it in and send again.")


class VisitHasFacts(Refusal):
    code, status = "admissions.visit_has_facts", 422
    message = _("Something was already done in this visit ({what}). It was no mistake of registration; end it in another way.")


class CalledAlready(Refusal):
    code = "admissions.called_already"
    message = _("{name} reached this patient at {at}. Nothing more is to be done.")


class ReceiptIsOpen(Refusal):
    code = "admissions.receipt_is_open"
    message = _("The patient is already handed over and the other side has not taken him yet. Wait for its signature.")


class ReceiptIsTaken(Refusal):
    code = "admissions.receipt_is_taken"
    message = _("{name} already took this patient at {at}.")


class TakenByTheGiver(Refusal):
    code, status = "admissions.taken_by_the_giver", 422
    message = _("Who hands a patient over cannot take him too. A colleague of the other side signs.")


class NothingToHandOver(Refusal):
    code, status = "admissions.nothing_to_hand_over", 422
    message = _("The patient is not on the way to another department. Move him or give him a bed first.")


class AlertIsSeen(Refusal):
    code = "admissions.alert_is_seen"
    message = _("Somebody has already answered this. Look at the patient's chart for what was decided.")


class StayIsOpen(Refusal):
    code = "admissions.stay_is_open"
    message = _("The stay {number} is open. Nothing is to be opened again.")


class ReopenedTooLate(Refusal):
    code, status = "admissions.reopened_too_late", 422
    message = _("The stay {number} ended more than {hours} hours ago. Admit the patient anew.")


class ConsultIsClosed(Refusal):
    code = "admissions.consult_is_closed"
    message = _("This consult was already answered or is no longer asked for. Look at the chart.")


class ConsultSaysNothing(Refusal):
    code, status = "admissions.consult_says_nothing", 422
    message = _("Write what you advise before signing the consult.")


class ChecklistIsOpen(Refusal):
    code = "admissions.checklist_is_open"
    message = _("Before the discharge: {problems}. Open the checklist; each line leads to what mends it.")


class DischargeIsIncomplete(Refusal):
    code, status = "admissions.discharge_is_incomplete", 422
    message = _("The discharge summary cannot be signed yet; missing: {missing}.")


class SummaryIsOutdated(Refusal):
    code = "admissions.summary_is_outdated"
    message = _("The draft was built before the patient was discharged. Refresh it from the record, read it and sign.")


class SummaryIsSigned(Refusal):
    code = "admissions.summary_is_signed"
    message = _("The discharge summary {number} is already signed. Correct it with an amendment.")


class NotADischargeSummary(Refusal):
    code, status = "admissions.not_a_discharge_summary", 422
    message = _("{number} is no discharge summary. Sign it on its own page.")
