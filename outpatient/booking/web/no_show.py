"""Missed visits: what counting proposes, what a person decides, what the patient objects (R75)."""
from django import forms
from django.shortcuts import redirect, render

from emr.errors import NotFound
from emr.pages import cleaned, look, page_of, request_key
from outpatient.booking.actions.no_show import (
    answer_objection,
    confirm_booking,
    decide_pause,
    lift_pause,
    object_to_decision,
    require_confirmation,
    send_notice,
)
from outpatient.booking.queries import no_show as queries
from outpatient.booking.queries.setting import setting
from outpatient.booking.rules import link as links
from outpatient.booking.rules.no_show import proposed
from outpatient.booking.web.link import again, asked_booking

STEPS = {"notice": send_notice, "confirm": require_confirmation}


class TextForm(forms.Form):
    text = forms.CharField(max_length=300)


class ObjectionForm(forms.Form):
    text = forms.CharField(max_length=500)


@look("booking.see_no_shows")
def page(request):
    """Whom counting proposes, and objections that wait for an answer."""
    page = page_of(request, queries.proposals())
    return render(request, "booking/no_show/page.html", {
        "page": page, "rows": [(row, proposed(row.missed)) for row in page], "objections": list(queries.objections()[:50]),
        "is_on": setting().no_show_ladder, "may_decide": request.actor.may("booking.decide_pause")})


@look("booking.see_no_shows")
def decide(request, patient_id):
    """A person decides: notice, confirmation or pause."""
    step = request.POST.get("step")
    if step == "pause":
        decide_pause(patient_id, by=request.actor, reason=request.POST.get("reason", ""), request_key=request_key(request))
    elif step in STEPS:
        STEPS[step](patient_id, by=request.actor, request_key=request_key(request))
    else:
        raise NotFound()
    return redirect("booking:no_shows")


@look("booking.see_no_shows")
def answer(request, decision_id):
    """Lift it, or say why it stands."""
    text, key = cleaned(TextForm(request.POST))["text"], request_key(request)
    if request.POST.get("lift"):
        lift_pause(decision_id, by=request.actor, reason=text, request_key=key)
    else:
        answer_objection(decision_id, by=request.actor, answer=text, request_key=key)
    return redirect("booking:no_shows")


@look("booking.object_to_decision")
def object_to(request, decision_id):
    """The patient says why the decision is wrong."""
    object_to_decision(decision_id, by=request.actor, request_key=request_key(request), **cleaned(ObjectionForm(request.POST)))
    return redirect("booking:account")


def confirm(request):
    """I come: by the button of the reminder's page only."""
    booking = asked_booking(request, links.VISIT)
    confirm_booking(booking, by=booking.patient, request_key=request_key(request))
    return again(links.VISIT, request.POST["t"])
