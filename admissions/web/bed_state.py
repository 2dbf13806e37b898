"""Beds beside patients: cleaning, repair, kept; lying apart; the day of going home (B2)."""
from django import forms
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from admissions.actions import bed_state as acts
from admissions.actions.swap import swap_patients
from admissions.models import BedState, Isolation
from emr.inputs import DayInput
from emr.pages import back, cleaned, look, request_key


class StateForm(forms.Form):
    state = forms.ChoiceField(choices=BedState.State.choices)
    note = forms.CharField(max_length=200, required=False)
    request = forms.UUIDField(required=False)


@require_POST
@look("admissions.mark_bed")
def mark(request, bed_id):
    """Cleaning, repair, or kept for somebody."""
    acts.mark_bed(bed_id, by=request.actor, request_key=request_key(request), **cleaned(StateForm(request.POST)))
    return back(request, "admissions:beds")


@require_POST
@look("admissions.ready_bed")
def ready(request, state_id):
    """The bed is ready again."""
    acts.ready_bed(state_id, by=request.actor, request_key=request_key(request))
    return back(request, "admissions:beds")


class ExpectForm(forms.Form):
    day = forms.DateField(label=_("Goes home on"), widget=DayInput)


@require_POST
@look("admissions.expect_discharge")
def expect(request, encounter_id):
    """The day on which the patient is expected to go home."""
    acts.expect_discharge(encounter_id, by=request.actor, request_key=request_key(request), **cleaned(ExpectForm(request.POST)))
    return redirect("admissions:stay", encounter_id)


class IsolateForm(forms.Form):
    kind = forms.ChoiceField(label=_("Must lie apart"), choices=Isolation.Kind.choices)


@require_POST
@look("admissions.isolate_patient")
def isolate(request, encounter_id):
    """The patient must lie apart."""
    acts.isolate_patient(encounter_id, by=request.actor, request_key=request_key(request), **cleaned(IsolateForm(request.POST)))
    return redirect("admissions:stay", encounter_id)


@require_POST
@look("admissions.end_isolation")
def end_isolation(request, encounter_id):
    """The patient need not lie apart any more."""
    acts.end_isolation(encounter_id, by=request.actor, request_key=request_key(request))
    return redirect("admissions:stay", encounter_id)


class SwapForm(forms.Form):
    other = forms.UUIDField()


@require_POST
@look("admissions.swap_patients")
def swap(request, encounter_id):
    """Exchange the beds of two patients."""
    swap_patients(encounter_id, by=request.actor, request_key=request_key(request), **cleaned(SwapForm(request.POST)))
    return back(request, "admissions:beds")
