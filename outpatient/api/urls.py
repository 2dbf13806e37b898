"""REST addresses of this app: lists, rows, one POST per act."""
from django.urls import path

from emr.api.acts import act_view, list_view, row_view
from outpatient.actions.card import open_card, renew_permission
from outpatient.actions.visit import finish_visit, start_visit
from outpatient.api import serializers as s
from outpatient.queries import card as cards
from outpatient.queries import visit as visits

urlpatterns = [
    path("cards", list_view(cards.cards_of, s.CardOutput, look="outpatient.see_card", filters=s.PatientFilter)),
    path("patients/<uuid:row>/open-card", act_view(open_card, s.OpenCardInput, s.CardOutput)),
    path("cards/<uuid:row>/renew", act_view(renew_permission, s.RenewInput, s.CardOutput)),
    path("patients/<uuid:patient>/visits", list_view(visits.of_chart, s.VisitOutput, look="outpatient.start_visit")),
    path("patients/<uuid:row>/start-visit", act_view(start_visit, s.StartInput, s.EncounterOutput)),
    path("visits", list_view(visits.of_day, s.VisitOutput, look="outpatient.start_visit", filters=s.DayFilters)),
    path("visits/<uuid:pk>", row_view(visits.one, s.VisitOutput, look="outpatient.start_visit")),
    path("visits/<uuid:row>/finish", act_view(finish_visit, s.FinishInput, s.EncounterOutput)),
]
