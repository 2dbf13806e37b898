"""Pages of this app; mounted by `emr.urls` under its own prefix."""
from django.urls import path

from admissions.web import admission_request, announcement, arrival, bed, delay_reason, emergency_visit, home, stay, triage

app_name = "admissions"
urlpatterns = [
    path("emergency", emergency_visit.board, name="board"),
    path("emergency/arrive", arrival.page, name="arrive"),
    path("emergency/<uuid:encounter_id>", emergency_visit.page, name="visit"),
    path("emergency/announce", announcement.announce, name="announce"),
    path("announcements/<uuid:announcement_id>/arrived", announcement.arrived, name="arrived"),
    path("announcements/<uuid:announcement_id>/cancel", announcement.cancel, name="cancel_announcement"),
    path("emergency/<uuid:encounter_id>/delay", delay_reason.say, name="name_delay"),
    path("emergency/waits", triage.waits, name="waits"),
    path("emergency/<uuid:encounter_id>/triage", triage.page, name="triage"),
    path("emergency/<uuid:encounter_id>/triage/suggest", triage.suggest, name="suggest_triage"),
    path("emergency/<uuid:encounter_id>/moment", emergency_visit.stamp, name="stamp"),
    path("emergency/<uuid:encounter_id>/admission", emergency_visit.ask, name="ask"),
    path("emergency/<uuid:encounter_id>/close", emergency_visit.close, name="close"),
    path("moments/<uuid:moment_id>/undo", emergency_visit.undo_stamp, name="undo_moment"),
    path("requests", admission_request.requests, name="requests"),
    path("requests/<uuid:request_id>/answer", admission_request.answer, name="answer"),
    path("requests/<uuid:request_id>/withdraw", admission_request.withdraw, name="withdraw"),
    path("beds", bed.board, name="beds"),
    path("patients/<uuid:patient_id>/admit", bed.admit, name="admit"),
    path("ward", stay.ward, name="ward"),
    path("stays/<uuid:encounter_id>", stay.page, name="stay"),
    path("stays/<uuid:encounter_id>/move", bed.move, name="move"),
    path("stays/<uuid:encounter_id>/discharge", stay.discharge, name="discharge"),
    path("stays/<uuid:encounter_id>/summary", stay.draft, name="draft_discharge"),
    path("summaries/<uuid:document_id>/sign", stay.sign, name="sign_discharge"),
    path("home/emergency", home.emergency, name="home_emergency"),
    path("home/ward", home.ward, name="home_ward"),
    path("home/beds", home.beds, name="home_beds"),
]
