"""What came from other institutions, as people read it."""
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from emr.access import chart_for
from emr.errors import Malformed, NotFound
from emr.pages import look, page_of, request_key
from fhir_export.actions.import_bundle import ACT, import_bundle, retry_received
from fhir_export.queries import received as queries
from fhir_export.queries import sent
from fhir_export.rules.received_access import check_document, check_resource
from fhir_export.rules.received_text import MOST_BYTES, readable

RETRY = "fhir_export.retry_received"


@look("fhir_export.see_inbox")
def received(request):
    """All received documents, newest first; those with refused resources stand out."""
    page = page_of(request, queries.documents())
    return render(request, "fhir_export/received_document/inbox.html", {"page": page, "may_import": request.actor.may(ACT)})


@look("fhir_export.see_inbox")
def home_inbox(request):
    """The newest received documents in a few lines, for the home page."""
    return render(request, "fhir_export/received_document/_home.html", {"rows": queries.documents()[:6]})


@look("fhir_export.see_received")
def received_document(request, document_id):
    """One document: what became of each of its resources."""
    document = queries.find_document(document_id)
    if document is None:
        raise NotFound()
    check_document(request.actor, document)
    outcome = request.GET.get("outcome", "")
    rows = page_of(request, queries.resources_of(document, outcome=outcome), 100)
    return render(request, "fhir_export/received_document/page.html", {
        "document": document, "page": rows, "outcome": outcome, "table": queries.outcomes([document]),
        "outcomes": queries.OUTCOMES, "may_retry": document.refused and request.actor.may(RETRY),
        "crumbs": [{"label": _("Received"), "url": reverse("fhir_export:received")}]
        if request.actor.may("fhir_export.see_inbox") else []})


@look("fhir_export.see_received")
def resource(request, resource_id):
    """One resource as it was received, its own text first."""
    row = queries.find_resource(resource_id)
    if row is None:
        raise NotFound()
    check_resource(request.actor, row)
    text, body = readable(row.body)
    return render(request, "fhir_export/received_document/resource.html", {
        "row": row, "text": text, "body": body, "crumbs": [
            {"label": row.document.name, "url": reverse("fhir_export:received_document", args=[row.document_id])}]})


@look(ACT)
def upload(request):
    """Take in a file chosen on the page."""
    file = request.FILES.get("file")
    if file is None:
        raise Malformed(problem=_("choose a file"))
    document = import_bundle(file.read(MOST_BYTES + 1), name=file.name, by=request.actor)
    return redirect("fhir_export:received_document", document.pk)


@look(RETRY)
def retry(request, document_id):
    """Try what was refused again."""
    retry_received(document_id, by=request.actor, request_key=request_key(request))
    return redirect("fhir_export:received_document", document_id)


@look("fhir_export.see_received")
def chart_tab(request, patient_id):
    """What others told about the patient, and what was given to others."""
    chart = chart_for(request.actor, patient_id, "received")
    if not chart.shows("notes"):
        raise NotFound()
    return render(request, "fhir_export/received_document/_chart.html", {
        "patient": chart.patient, "documents": queries.documents_about(chart.patient)[:50],
        "kept": page_of(request, queries.received_about(chart.patient), 50), "sent": sent.sent_of(chart.patient)[:50],
        "stays": sent.stays_of(chart.patient)[:20], "may_export": request.actor.may("fhir_export.export_patient")})

