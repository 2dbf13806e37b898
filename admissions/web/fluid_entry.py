"""The fluid balance of a stay: entry in one line, the shift and 24 hours (B8)."""
from django import forms
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from admissions.actions.fluid_entry import record_fluid, undo_fluid
from admissions.models import FluidEntry
from admissions.queries import fluid_balance as queries
from admissions.queries.row import row_of
from admissions.rules.fluid_balance import DAY, shown
from emr import clock
from emr.access import chart_for
from emr.inputs import MomentInput
from emr.models import Encounter
from emr.pages import cleaned, look, request_key
from emr.queries import chart as charts


class FluidForm(forms.Form):
    kind = forms.ChoiceField(label=_("What"), choices=FluidEntry.Kind.choices)
    ml = forms.IntegerField(label=_("Amount"), min_value=1, max_value=10_000, widget=forms.NumberInput({"inputmode": "numeric"}))
    at = forms.DateTimeField(label=_("Time"), required=False, widget=MomentInput, help_text=_("Empty: now"))


@look("admissions.see_fluids")
def page(request, encounter_id):
    """Entries of the last 24 hours with the balance of the shift and of the day; a new entry."""
    stay = row_of(Encounter, encounter_id, "patient", "department")
    chart_for(request.actor, stay.patient, "fluid balance")
    if request.method == "POST":
        record_fluid(stay, by=request.actor, request_key=request_key(request), **cleaned(FluidForm(request.POST)))
        return redirect("admissions:fluids", stay.pk)
    now = clock.now()
    return render(request, "admissions/fluid/page.html", {
        "stay": stay, "patient": stay.patient, "allergies": charts.allergies(stay.patient), "form": FluidForm(),
        "balances": shown(stay),
        "rows": queries.entries(stay, now - DAY, now + DAY)[:100], "may_record": request.actor.may("admissions.record_fluid")})


@require_POST
@look("admissions.undo_fluid")
def undo(request, entry_id):
    """Take an entry back."""
    row = undo_fluid(entry_id, by=request.actor, reason=request.POST.get("reason", ""), request_key=request_key(request))
    return redirect("admissions:fluids", row.encounter_id)
