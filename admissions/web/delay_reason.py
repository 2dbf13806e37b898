"""Why a patient waits: what the board inferred, corrected by a person (A8)."""
from django import forms
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from admissions.actions.delay_reason import name_delay
from admissions.models import DelayReason
from emr.pages import cleaned, look, request_key


class DelayForm(forms.Form):
    reason = forms.ChoiceField(label=_("Why the patient waits"), choices=DelayReason.Reason.choices)
    note = forms.CharField(label=_("Remark"), max_length=200, required=False)


@require_POST
@look("admissions.name_delay")
def say(request, encounter_id):
    """Say why the patient waits for the present step."""
    name_delay(encounter_id, by=request.actor, request_key=request_key(request), **cleaned(DelayForm(request.POST)))
    return redirect("admissions:visit", encounter_id)
