"""Leave from the ward: begin it, end it."""
from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from emr.chart_tabs import page_address
from emr.inputs import MomentInput
from emr.pages import cleaned, look, request_key
from orders.actions.leave import end_leave, start_leave
from orders.web.order import done, opened


class LeaveForm(forms.Form):
    since = forms.DateTimeField(label=gettext_lazy("From"), required=False, widget=MomentInput,
                                help_text=gettext_lazy("Empty = now"))
    expected_until = forms.DateTimeField(label=gettext_lazy("Back at"), widget=MomentInput)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300)


@look("orders.start_leave")
def start(request, encounter_id):
    """Let the patient go on leave."""
    encounter = opened(request, encounter_id, "orders:leave")
    form = LeaveForm(request.POST or None)
    if request.method == "POST":
        row = start_leave(encounter, by=request.actor, request_key=request_key(request), **cleaned(form))
        return done(request, row, _("The patient is on leave"))
    return render(request, "orders/leave/_start.html", {"encounter": encounter, "form": form})


@require_POST
@look("orders.end_leave")
def end(request, encounter_id):
    """The patient is back."""
    encounter = opened(request, encounter_id, "orders:leave")
    row = end_leave(encounter, by=request.actor, request_key=request_key(request))
    if "from_list" in request.POST:
        return HttpResponse(headers={"HX-Refresh": "true"}) if request.htmx else redirect(page_address(
            request.actor, row.patient_id, "orders"))
    return done(request, row, _("The patient is back from leave"))
