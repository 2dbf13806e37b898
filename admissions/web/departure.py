"""Leaving the emergency room: the form that asks what its paper needs; the journal; the calls of the next day (A9, A10)."""
from django import forms
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from admissions.actions.departure import leave_emergency, note_call, withdraw_visit
from admissions.models import Departure, FollowUpCall
from admissions.queries import departure as queries
from admissions.rules.departure_paper import CALLED_NEXT_DAY, FIELDS
from admissions.web.diagnosis import DiagnosisForm
from emr import clock
from emr.access import log_reading
from emr.inputs import DayInput, MomentInput, Segments
from emr.models import Encounter
from emr.pages import cleaned, look, page_of, request_key


class LeaveForm(DiagnosisForm):
    """One form for all ways to leave; departure.css shows the questions of the chosen way."""

    disposition = forms.ChoiceField(label=_("How the patient leaves"), widget=Segments, initial="home", choices=[
        choice for choice in Encounter.Disposition.choices if choice[0] != Encounter.Disposition.ADMITTED])
    risks = forms.CharField(label=_("Risks told to the patient"), max_length=1000, required=False,
                            widget=forms.Textarea({"rows": 3}))
    signature = forms.ChoiceField(label=_("Who signed"), required=False, widget=Segments, choices=Departure.Signature.choices)
    witness = forms.CharField(label=_("Witness"), max_length=200, required=False)
    destination = forms.CharField(label=_("Where to, and with whom"), max_length=300, required=False)
    note = forms.CharField(label=_("What happened; recommendations"), max_length=1000, required=False,
                           widget=forms.Textarea({"rows": 3}))
    at = forms.DateTimeField(label=_("Time"), required=False, widget=MomentInput, help_text=_("Empty: now"))


@require_POST
@look("admissions.leave_emergency")
def leave(request, encounter_id):
    """End the visit and sign its paper."""
    form = LeaveForm(request.POST)
    values = cleaned(form)
    leave_emergency(encounter_id, by=request.actor, disposition=values["disposition"], at=values["at"],
                    conditions=form.conditions(), request_key=request_key(request), **{name: values[name] for name in FIELDS})
    return redirect("admissions:visit", encounter_id)


@require_POST
@look("admissions.withdraw_visit")
def withdraw(request, encounter_id):
    """The visit was registered by mistake."""
    withdraw_visit(encounter_id, by=request.actor, reason=request.POST.get("reason", ""), request_key=request_key(request))
    return redirect("admissions:board")


class DayForm(forms.Form):
    day = forms.DateField(label=_("Day"), required=False, widget=DayInput)


@look("admissions.see_journal")
def journal(request):
    """The journal of admissions and refusals of one day, on a page and on paper."""
    day = cleaned(DayForm(request.GET))["day"] or clock.today()
    log_reading(request.actor, None, "journal of admissions", "role")
    rows = queries.journal(day)
    context = {"day": day, "form": DayForm(initial={"day": day})}
    if request.GET.get("print"):
        return render(request, "admissions/departure/journal_paper.html", context | {"rows": rows})
    return render(request, "admissions/departure/journal.html", context | {"page": page_of(request, rows)})


@look("admissions.note_call")
def calls(request):
    """Who left without being treated to the end and is to be called today."""
    log_reading(request.actor, None, "calls", "role")
    return render(request, "admissions/departure/calls.html", {
        "page": page_of(request, queries.to_call(CALLED_NEXT_DAY)), "outcomes": FollowUpCall.Outcome.choices})


class CallForm(forms.Form):
    outcome = forms.ChoiceField(label=_("Outcome"), choices=FollowUpCall.Outcome.choices)
    note = forms.CharField(label=_("Remark"), max_length=300, required=False)


@require_POST
@look("admissions.note_call")
def call(request, departure_id):
    """Note a call."""
    note_call(departure_id, by=request.actor, request_key=request_key(request), **cleaned(CallForm(request.POST)))
    return redirect("admissions:calls")
