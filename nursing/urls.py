"""Pages of this app; mounted by `emr.urls` under its own prefix."""
from django.urls import path

from nursing.web import chart, compliance, dose_escalation, dose_scan, execution, medication_administration, vitals, worklist

app_name = "nursing"
urlpatterns = [
    path("", worklist.page, name="worklist"),
    path("paper", worklist.paper, name="paper"),
    path("home", worklist.home_card, name="home_card"),
    path("compliance", compliance.page, name="compliance"),
    path("compliance/doses", compliance.rows, name="compliance_rows"),
    path("late", dose_escalation.page, name="escalations"),
    path("late/times", dose_escalation.set_times, name="set_waiting_times"),
    path("home-late", dose_escalation.home, name="home_late"),
    path("administrations/<uuid:administration_id>/effect", dose_escalation.effect, name="effect"),
    path("effects/<uuid:effect_id>/undo", dose_escalation.effect_undo, name="undo_effect"),
    path("scan", dose_scan.scan, name="scan"),
    path("packs", dose_scan.packs, name="packs"),
    path("packs/lots/<uuid:lot_id>", dose_scan.label, name="lot_label"),
    path("doses/<uuid:dose_id>", medication_administration.dose, name="dose"),
    path("doses/<uuid:dose_id>/administer", medication_administration.administer, name="administer"),
    path("doses/<uuid:dose_id>/refuse", medication_administration.refuse, name="refuse"),
    path("doses/<uuid:dose_id>/withhold", medication_administration.withhold, name="withhold"),
    path("orders/<uuid:request_id>/give", medication_administration.give_as_needed, name="give_as_needed"),
    path("administrations/<uuid:administration_id>/undo", medication_administration.undo, name="undo"),
    path("vitals", vitals.page, name="vitals"),
    path("encounters/<uuid:encounter_id>/vitals", vitals.record, name="record_vitals"),
    path("vitals/<uuid:panel_id>/undo", vitals.undo, name="undo_vitals"),
    path("patients/<uuid:patient_id>/tab", chart.tab, name="chart_tab"),
    path("patients/<uuid:patient_id>/execution", execution.page, name="execution"),
]
