"""Pages of this app; mounted by `emr.urls` under its own prefix."""
from django.urls import path
from django.views.decorators.http import require_POST

from orders.laboratory.web import lab_result, service_request, specimen, trend

app_name = "laboratory"
urlpatterns = [
    path("", service_request.bench, name="bench"),
    path("home-bench", service_request.home_bench, name="home_bench"),
    path("home-collection", service_request.home_collection, name="home_collection"),
    path("collection", service_request.collection, name="collection"),
    path("requests/<uuid:request_id>/result", service_request.enter, name="enter"),
    path("encounters/<uuid:encounter_id>/label", require_POST(specimen.label), name="label_specimen"),
    path("specimens/<uuid:specimen_id>", specimen.page, name="tube"),
    path("specimens/<uuid:specimen_id>/label", specimen.print_label, name="label"),
    path("specimens/<uuid:specimen_id>/draw", specimen.draw, name="draw"),
    path("specimens/<uuid:specimen_id>/receive", require_POST(specimen.receive), name="receive"),
    path("specimens/<uuid:specimen_id>/reject", require_POST(specimen.reject), name="reject"),
    path("inbox", lab_result.inbox, name="inbox"),
    path("home-inbox", lab_result.home_inbox, name="home_inbox"),
    path("results/<uuid:result_id>/seen", require_POST(lab_result.seen), name="seen"),
    path("results/<uuid:result_id>/release", require_POST(lab_result.release), name="release"),
    path("results/<uuid:result_id>/correct", lab_result.correct, name="correct"),
    path("patients/<uuid:patient_id>/tab", lab_result.chart_tab, name="chart_tab"),
    path("patients/<uuid:patient_id>/trend", trend.trend, name="trend"),
    path("patients/<uuid:patient_id>/tests/<slug:key>", lab_result.history, name="history"),
]
