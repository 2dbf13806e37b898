"""Diagnoses: the form with its search in the classification, and taking one back."""
from django import forms
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from emr.access import chart_for
from emr.actions import condition as acts
from emr.chart_tabs import page_address
from emr.inputs import Segments
from emr.models import Condition
from emr.pages import look, request_key
from emr.queries import chart as queries
from emr.queries import code as codes
from emr.rules.codes import DIAGNOSES, code_variants, synonym_codes, title
from emr.web.chart import head


class ConditionForm(forms.Form):
    code = forms.CharField(required=False, max_length=170, widget=forms.HiddenInput)
    text = forms.CharField(label=_("Diagnosis in words"), max_length=500, required=False,
                           help_text=_("Empty: the title of the chosen code."))
    stage = forms.ChoiceField(label=_("Stage"), choices=Condition.Stage.choices, widget=Segments, initial="clinical")
    verification = forms.ChoiceField(label=_("How certain"), choices=Condition.Verification.choices, initial="confirmed")
    onset = forms.RegexField(r"^\d{4}(-\d{2}(-\d{2})?)?$", label=_("Since"), required=False,
                             help_text=_("As precisely as known: 2019, 2019-04 or 2019-04-12."))

    def clean(self):
        data = super().clean()
        system, _bar, code = (data.get("code") or "").partition("|")
        entry = codes.by_key(system, code) if code else None
        if code and entry is None:
            self.add_error("text", _("This code is not loaded. Search again."))
        elif not data.get("text") and entry is None:
            self.add_error("text", _("Choose a code or write the diagnosis in words."))
        data["entry"] = entry
        return data


@look("emr.record_condition")
def new(request, patient_id):
    """Record a diagnosis: search the code, choose the stage."""
    chart = chart_for(request.actor, patient_id, "condition:new")
    place = queries.place_of(chart.patient)
    form = ConditionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        entry = form.cleaned_data.pop("entry")
        values = {name: form.cleaned_data[name] for name in ("stage", "verification", "onset")}
        acts.record_condition(
            chart.patient, by=request.actor, request_key=request_key(request), encounter=place.encounter if place else None,
            text=form.cleaned_data["text"] or title(entry, get_language()[:2]), code=entry.code if entry else "",
            system=entry.system if entry else "", **values)
        return redirect(page_address(request.actor, patient_id, "diagnoses"))
    context = head(chart, "diagnoses") | {"form": form} | _found(request)
    return render(request, "emr/chart/condition_new.html", context, status=422 if form.errors else 200)


@look("emr.record_condition")
def search(request):
    """Entries of the classification by code, word or wrong keyboard layout: a fragment."""
    return render(request, "emr/chart/_codes.html", _found(request))


def _found(request):
    asked = request.GET.get("q", "")[:80]
    rows = codes.search(asked, code_variants(asked), also=synonym_codes(asked), systems=DIAGNOSES) if asked.strip() else []
    language = (get_language() or "en")[:2]
    return {"asked": asked, "codes": [{"key": f"{row.system}|{row.code}", "code": row.code, "title": title(row, language)}
                                      for row in rows]}


@require_POST
@look("emr.withdraw_condition")
def withdraw(request, condition_id):
    """Take a diagnosis back, with the reason."""
    row = acts.withdraw_condition(condition_id, by=request.actor, reason=request.POST.get("reason", ""),
                                  request_key=request_key(request))
    return redirect(page_address(request.actor, row.patient_id, "diagnoses"))
