"""Who was told when of late doses; what is told to me; whether drugs as needed helped."""
from django import forms
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from emr.pages import back, cleaned, look, page_of, request_key
from nursing.actions.dose_effect import record_effect, undo_effect
from nursing.actions.dose_escalation import set_waiting_times
from nursing.queries import dose_escalation as queries
from nursing.queries.bedside_setting import current
from nursing.web.answers import done


class WaitingForm(forms.Form):
    effect_after = forms.IntegerField(label=_("Ask whether a drug as needed helped, after minutes"))
    senior_after = forms.IntegerField(label=_("Tell the senior nurse of a late time-critical dose, after minutes"))
    doctor_after = forms.IntegerField(label=_("Tell the doctor on duty, after minutes"))


@look("nursing.see_compliance")
def page(request):
    """The log of late time-critical doses: who was told when; the waiting times."""
    times = current()
    return render(request, "nursing/escalation/page.html", {
        "page": page_of(request, queries.log_for(request.actor)), "times": times,
        "may_read": request.actor.may("nursing.see_doses"),
        "may_set": request.actor.may("nursing.set_waiting_times"), "form": WaitingForm(initial={
            "effect_after": times.effect_after_minutes, "senior_after": times.senior_after_minutes,
            "doctor_after": times.doctor_after_minutes})})


@require_POST
@look("nursing.set_waiting_times")
def set_times(request):
    """Set the waiting times."""
    set_waiting_times(by=request.actor, request_key=request_key(request), **cleaned(WaitingForm(request.POST)))
    return back(request, "nursing:escalations")


@look("nursing.see_worklist")
def home(request):
    """For the first page: late doses that I was told of and that are still to be given."""
    rows = list(queries.told_to(request.actor)[:9])
    return render(request, "nursing/escalation/_home.html", {"rows": rows[:8], "more": len(rows) > 8})


@require_POST
@look("nursing.record_effect")
def effect(request, administration_id):
    """Say whether the drug helped."""
    record_effect(administration_id, by=request.actor, effect=request.POST.get("effect", ""), note=request.POST.get("note", ""),
                  request_key=request_key(request))
    return done(request, _("Recorded"))


@require_POST
@look("nursing.undo_effect")
def effect_undo(request, effect_id):
    """Take a wrong answer back."""
    undo_effect(effect_id, by=request.actor, reason=request.POST.get("reason", ""), request_key=request_key(request))
    return done(request, _("Taken back"))
