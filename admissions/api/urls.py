"""REST addresses of this app: lists, rows, one POST per act."""
from django.urls import path

from admissions.actions.admission import admit_patient
from admissions.actions.admission_request import answer_admission, request_admission, withdraw_admission_request
from admissions.actions.announced_arrival import receive_announced
from admissions.actions.announcement import announce_arrival, cancel_announcement
from admissions.actions.bed_state import end_isolation, expect_discharge, isolate_patient, mark_bed, ready_bed
from admissions.actions.casualty import receive_casualty
from admissions.actions.consult import answer_consult
from admissions.actions.delay_reason import name_delay
from admissions.actions.departure import leave_emergency, note_call, withdraw_visit
from admissions.actions.deterioration_alert import answer_alert
from admissions.actions.discharge_summary import draft_discharge, sign_discharge
from admissions.actions.emergency_visit import register_arrival, stamp_moment, undo_moment
from admissions.actions.fluid_entry import record_fluid, undo_fluid
from admissions.actions.reopening import reopen_stay
from admissions.actions.rounds import draft_rounds
from admissions.actions.stay import transfer_patient
from admissions.actions.swap import swap_patients
from admissions.actions.transfer_receipt import hand_over_patient, take_patient
from admissions.actions.triage import triage_patient
from admissions.api import admission_request as asked
from admissions.api import emergency_visit as visit
from admissions.api import stay
from emr.api.acts import act_view, list_view

VISIT, STAY = "emergency-visits/<uuid:encounter>", "stays/<uuid:encounter>"
urlpatterns = [
    path("emergency-visits", list_view(visit.open_visits, visit.EncounterOutput, look="admissions.see_board")),
    path("emergency-visits/register", act_view(register_arrival, visit.ArrivalInput, visit.EncounterOutput, key=True)),
    path("announcements", list_view(visit.expected, visit.AnnouncementOutput, look="admissions.see_board")),
    path("announcements/announce", act_view(announce_arrival, visit.AnnounceInput, visit.AnnouncementOutput, key=True)),
    path("announcements/<uuid:announcement>/receive", act_view(receive_announced, Output=visit.EncounterOutput, key=True)),
    path("announcements/<uuid:announcement>/cancel", act_view(cancel_announcement, visit.ReasonInput, visit.AnnouncementOutput)),
    path(f"{VISIT}/name-delay", act_view(name_delay, visit.DelayInput, visit.DelayOutput)),
    path(f"{VISIT}/triage", act_view(triage_patient, visit.TriageInput, visit.TriageOutput)),
    path(f"{VISIT}/stamp", act_view(stamp_moment, visit.MomentInput, visit.MomentOutput)),
    path(f"{VISIT}/close", act_view(leave_emergency, visit.LeaveInput, visit.DepartureOutput)),
    path(f"{VISIT}/withdraw", act_view(withdraw_visit, visit.ReasonInput, visit.EncounterOutput)),
    path("departures/<uuid:departure>/note-call", act_view(note_call, visit.CallInput, visit.CallOutput)),
    path("encounters/<uuid:encounter>/hand-over", act_view(hand_over_patient, visit.HandOverInput, visit.ReceiptOutput)),
    path("receipts/<uuid:receipt>/take", act_view(take_patient, visit.TakeInput, visit.ReceiptOutput)),
    path(f"{VISIT}/request-admission", act_view(request_admission, asked.AskInput, asked.RequestOutput)),
    path("moments/<uuid:moment>/undo", act_view(undo_moment, visit.ReasonInput, visit.MomentOutput)),
    path("admission-requests", list_view(asked.standing_requests, asked.RequestOutput, look="admissions.see_ward")),
    path("admission-requests/<uuid:asked>/answer", act_view(answer_admission, asked.AnswerInput, asked.RequestOutput)),
    path("admission-requests/<uuid:asked>/withdraw",
         act_view(withdraw_admission_request, visit.ReasonInput, asked.RequestOutput)),
    path("beds/free", list_view(stay.free_beds, stay.BedOutput, look="admissions.see_beds")),
    path("stays", list_view(stay.open_stays, visit.EncounterOutput, look="admissions.see_ward")),
    path("stays/admit", act_view(admit_patient, stay.AdmitInput, visit.EncounterOutput, key=True)),
    path(f"{STAY}/transfer", act_view(transfer_patient, stay.MoveInput, visit.EncounterOutput)),
    path("casualties/receive", act_view(receive_casualty, visit.CasualtyInput, visit.EncounterOutput, key=True)),
    path(f"{STAY}/reopen", act_view(reopen_stay, stay.ReopenInput, visit.EncounterOutput)),
    path("consults/<uuid:consult>/answer", act_view(answer_consult, stay.ConsultInput, stay.SummaryOutput)),
    path(f"{STAY}/swap", act_view(swap_patients, stay.SwapInput, visit.EncounterOutput)),
    path(f"{STAY}/expect-discharge", act_view(expect_discharge, stay.ExpectInput, stay.ExpectOutput)),
    path(f"{STAY}/isolate", act_view(isolate_patient, stay.IsolateInput, stay.IsolationOutput)),
    path(f"{STAY}/end-isolation", act_view(end_isolation, Output=stay.IsolationOutput)),
    path("beds/<uuid:bed>/mark", act_view(mark_bed, stay.MarkInput, stay.StateOutput)),
    path("bed-states/<uuid:state>/ready", act_view(ready_bed, Output=stay.StateOutput)),
    path(f"{STAY}/draft-rounds", act_view(draft_rounds, Output=stay.SummaryOutput)),
    path("encounters/<uuid:encounter>/record-fluid", act_view(record_fluid, stay.FluidInput, stay.FluidOutput)),
    path("fluids/<uuid:entry>/undo", act_view(undo_fluid, visit.ReasonInput, stay.FluidOutput)),
    path("alerts", list_view(stay.my_alerts, stay.AlertOutput, look="admissions.answer_alert")),
    path("alerts/<uuid:alert>/answer", act_view(answer_alert, stay.AnswerAlertInput, stay.AlertOutput)),
    path(f"{STAY}/discharge", act_view(stay.discharge_with_checklist, stay.DischargeInput, visit.EncounterOutput)),
    path(f"{STAY}/draft-discharge", act_view(draft_discharge, stay.DraftInput, stay.SummaryOutput)),
    path("summaries/<uuid:document>/sign", act_view(sign_discharge, stay.SignInput, stay.SummaryOutput)),
]
