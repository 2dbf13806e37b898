"""Allergies: record one, state that none is known, take an entry back."""
from django import forms
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from emr.access import chart_for
from emr.actions import allergy_intolerance as acts
from emr.chart_tabs import page_address
from emr.inputs import Segments
from emr.models import AllergyIntolerance
from emr.pages import look, request_key
from emr.web.chart import head


class AllergyForm(forms.Form):
    substance = forms.CharField(label=_("Substance"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), widget=Segments, initial="allergy",
                             choices=[choice for choice in AllergyIntolerance.Kind.choices if choice[0] != "none-known"])
    reaction = forms.CharField(label=_("Reaction"), max_length=300, required=False)
    criticality = forms.ChoiceField(label=_("How dangerous"), widget=Segments, initial="unable-to-assess",
                                    choices=AllergyIntolerance.Criticality.choices)


@look("emr.record_allergy")
def new(request, patient_id):
    """Record what the patient must not get."""
    chart = chart_for(request.actor, patient_id, "allergy:new")
    form = AllergyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        acts.record_allergy(chart.patient, by=request.actor, request_key=request_key(request), **form.cleaned_data)
        return redirect(page_address(request.actor, patient_id, "allergies"))
    return render(request, "emr/chart/allergy_new.html", head(chart, "allergies") | {"form": form},
                  status=422 if form.errors else 200)


@require_POST
@look("emr.record_no_known_allergy")
def none_known(request, patient_id):
    """State that the patient was asked and no allergy is known."""
    acts.record_no_known_allergy(patient_id, by=request.actor, request_key=request_key(request))
    return redirect(page_address(request.actor, patient_id, "allergies"))


@require_POST
@look("emr.withdraw_allergy")
def withdraw(request, allergy_id):
    """Take an allergy entry back, with the reason."""
    row = acts.withdraw_allergy(allergy_id, by=request.actor, reason=request.POST.get("reason", ""),
                                request_key=request_key(request))
    return redirect(page_address(request.actor, row.patient_id, "allergies"))
