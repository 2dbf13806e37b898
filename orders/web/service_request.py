"""Requests that are no drugs: asking and cancelling."""
from django.shortcuts import render
from django.utils.translation import gettext as _

from emr.chart_tabs import page_address
from emr.errors import NotFound
from emr.pages import cleaned, look, request_key
from orders.actions import service_request as acts
from orders.models import ServiceRequest
from orders.web.forms import ReasonForm, RequestForm
from orders.web.order import done, gone, opened


@look("orders.request_service")
def new(request, encounter_id):
    """Ask for a laboratory test, an image, a procedure, a diet, a consult."""
    encounter = opened(request, encounter_id, "orders:request")
    back_to = page_address(request.actor, encounter.patient_id, "orders")
    form = RequestForm(request.POST or None)
    if request.method == "POST":
        acts.request_service(encounter, by=request.actor, request_key=request_key(request), **cleaned(form))
        return gone(request, back_to)
    return render(request, "orders/request/new.html", {
        "encounter": encounter, "patient": encounter.patient, "form": form, "back_to": back_to,
        "crumbs": [{"label": encounter.patient.full_name, "url": back_to}]})


@look("orders.cancel_request")
def cancel(request, request_id):
    """Cancel a request, with the reason."""
    row = ServiceRequest.objects.select_related("encounter__patient").filter(pk=request_id).first()
    if row is None:
        raise NotFound()
    opened(request, row.encounter_id, "orders:cancel")
    form = ReasonForm(request.POST or None)
    if request.method == "POST":
        acts.cancel_request(row, by=request.actor, reason=cleaned(form)["reason"], request_key=request_key(request))
        return done(request, row, _("Request cancelled"))
    return render(request, "orders/request/_cancel.html", {"row": row, "form": form})
