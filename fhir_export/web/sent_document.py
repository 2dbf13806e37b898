"""Giving a record to others: what left, and making a document to take along."""
from django.http import HttpResponse
from django.shortcuts import render

from emr.pages import look, page_of
from fhir_export.actions.export_patient import export_patient
from fhir_export.queries import sent as queries


@look("fhir_export.see_sent")
def sent(request):
    """All documents that left the institution, newest first."""
    return render(request, "fhir_export/sent_document/list.html", {"page": page_of(request, queries.documents())})


@look("fhir_export.export_patient")
def download(request, patient_id):
    """Make a document and hand it out as a file; the disclosure is recorded."""
    made = export_patient(patient_id, by=request.actor, kind=request.POST.get("kind", ""), purpose="download",
                          encounter=request.POST.get("encounter") or None, recipient=request.POST.get("recipient", "").strip())
    response = HttpResponse(made.body, content_type="application/fhir+json")
    response["Content-Disposition"] = f'attachment; filename="{made.kind}-{made.patient.number}.json"'
    return response
