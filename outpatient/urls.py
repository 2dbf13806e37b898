"""Pages of this app; mounted by `emr.urls` under its own prefix."""
from django.urls import path
from django.views.decorators.http import require_POST

from outpatient.web import card, home, visit

app_name = "outpatient"
urlpatterns = [
    path("", visit.day, name="visits"),
    path("visits/<uuid:encounter_id>", visit.page, name="visit"),
    path("visits/<uuid:encounter_id>/note", require_POST(visit.write_note), name="write_note"),
    path("visits/<uuid:encounter_id>/diagnosis", require_POST(visit.diagnose), name="diagnose"),
    path("visits/<uuid:encounter_id>/finish", require_POST(visit.finish), name="finish"),
    path("visits/<uuid:encounter_id>/extract", visit.extract, name="extract"),
    path("patients/<uuid:patient_id>", card.page, name="card"),
    path("patients/<uuid:patient_id>/tab", card.chart_tab, name="chart_tab"),
    path("patients/<uuid:patient_id>/open-card", require_POST(card.open_new), name="open_card"),
    path("patients/<uuid:patient_id>/start", require_POST(visit.start), name="start"),
    path("permissions", card.permissions, name="permissions"),
    path("cards/<uuid:card_id>/renew", require_POST(card.renew), name="renew_permission"),
    path("home/doctor", home.doctor, name="home_doctor"),
    path("home/registry", home.registry, name="home_registry"),
    path("home/patient", home.patient, name="home_patient"),
]
