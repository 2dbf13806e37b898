"""Many casualties: a field for the scanner, colours to tap, the wearers of today (A5)."""
from django import forms
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from admissions.actions.casualty import receive_casualty
from admissions.queries import emergency_visit as queries
from admissions.rules import emergency_visit as rules
from admissions.rules import triage as scales
from admissions.web.announcement import my_emergency_room
from emr.access import log_reading
from emr.pages import cleaned, look, request_key

LEVELS = (1, 2, 3, 4)


class ScanForm(forms.Form):
    wristband = forms.CharField(label=_("Wristband"), max_length=60)
    level = forms.TypedChoiceField(required=False, coerce=int, empty_value=None, choices=[(level, level) for level in LEVELS])


@look("admissions.receive_casualty")
def page(request):
    """Scan, tap the colour, scan the next."""
    log_reading(request.actor, None, "casualties", "role")
    lines = queries.lines(queries.open_visits().filter(patient__is_unknown=True).order_by("-started_at")[:60])
    for line in lines:
        rules.describe(line)
    return render(request, "admissions/casualty/page.html", {
        "bands": queries.wristbands(lines), "last": request.GET.get("last", ""),
        "colours": [(level, scales.levels("SATS")[level], scales.tone(level)) for level in LEVELS]})


@require_POST
@look("admissions.receive_casualty")
def scan(request):
    """A wristband came from the scanner, or a colour was tapped."""
    values = cleaned(ScanForm(request.POST))
    visit = receive_casualty(values["wristband"], by=request.actor, department=my_emergency_room(request.actor),
                             level=values["level"], request_key=request_key(request))
    response = redirect("admissions:casualties")
    response["Location"] += f"?last={visit.pk}"
    return response
