"""Pages of this app; mounted by `emr.urls` under its own prefix."""
from django.urls import path
from django.views.decorators.http import require_POST

from fhir_export.web import received_document, sent_document

app_name = "fhir_export"
urlpatterns = [
    path("received", received_document.received, name="received"),
    path("home-inbox", received_document.home_inbox, name="home_inbox"),
    path("received/upload", require_POST(received_document.upload), name="upload"),
    path("received/<uuid:document_id>", received_document.received_document, name="received_document"),
    path("received/<uuid:document_id>/retry", require_POST(received_document.retry), name="retry"),
    path("resources/<uuid:resource_id>", received_document.resource, name="resource"),
    path("sent", sent_document.sent, name="sent"),
    path("patients/<uuid:patient_id>/tab", received_document.chart_tab, name="chart_tab"),
    path("patients/<uuid:patient_id>/download", require_POST(sent_document.download), name="download"),
]
