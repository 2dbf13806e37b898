"""Doctors called home: the day's list for registry and doctor, printable; a call taken at the desk or by telephone."""
from django import forms
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from emr import clock
from emr.models import Patient
from emr.pages import cleaned, look, request_key
from emr.queries.patient import search
from outpatient.booking.actions import house_call as acts
from outpatient.booking.models import HouseCall
from outpatient.booking.queries import district as districts
from outpatient.booking.queries import house_call as queries
from outpatient.booking.queries.booking import DESK
from outpatient.booking.queries.setting import setting
from outpatient.booking.rules.house_call import is_open
from outpatient.booking.web.reception import asked_day

BY_DESK = [(value, label) for value, label in HouseCall.Channel.choices if value != HouseCall.Channel.WEB]


class CallForm(forms.Form):
    patient = forms.UUIDField()
    phone = forms.CharField(label=_("Telephone"), max_length=40, required=False)
    channel = forms.ChoiceField(label=_("How it came"), choices=BY_DESK)


class HandForm(forms.Form):
    doctor = forms.UUIDField(required=False)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=200)


@look("booking.see_house_calls")
def day(request):
    """The calls of a day in the order of the way, with the red list of those not visited in time above."""
    row, shown, may = setting(), asked_day(request), request.actor.may
    calls = list(queries.calls(request.actor, day=shown))
    return render(request, "booking/house_call/day.html", {
        "calls": calls, "day": shown, "is_today": shown == clock.today(),
        "red": list(queries.unvisited(request.actor, row.housecall_closing)),
        "to_tell": list(queries.to_tell(request.actor)), "setting": row, "is_open": is_open(row, clock.now()),
        "doctors": _doctors() if may("booking.hand_over_house_call") else [], "at_desk": bool(request.actor.role_names & DESK),
        "may_call": may("booking.request_house_call"), "may_hand": may("booking.hand_over_house_call"),
        "may_cancel": may("booking.cancel_house_call"), "may_visit": may("booking.begin_home_visit")})


def _doctors():
    return sorted({row.doctor for row in districts.doctors()}, key=str)


@look("booking.request_house_call")
def new(request):
    """Take a call: find the patient, note a telephone, done."""
    if isinstance(request.actor, Patient):
        return redirect("booking:my_bookings")
    if request.method == "POST":
        data = cleaned(CallForm(request.POST))
        acts.request_house_call(data["patient"], by=request.actor, channel=data["channel"], phone=data["phone"],
                                request_key=request_key(request))
        return redirect("booking:house_calls")
    asked = request.GET.get("q", "")[:80]
    found = list(search(request.actor, asked, limit=8)) if asked.strip() else []
    return render(request, "booking/house_call/new.html", {"asked": asked, "patients": found, "channels": BY_DESK,
                                                           "setting": setting(), "is_open": is_open(setting(), clock.now())})


@look("booking.hand_over_house_call")
def hand_over(request, call_id):
    """Hand the call to the chosen doctor, or to the doctor of the district."""
    data = cleaned(HandForm(request.POST))
    acts.hand_over_house_call(call_id, by=request.actor, doctor=data["doctor"], request_key=request_key(request))
    return redirect("booking:house_calls")


@look("booking.begin_home_visit")
def visit(request, call_id):
    """The doctor is with the patient: the visit opens."""
    call = acts.begin_home_visit(call_id, by=request.actor, request_key=request_key(request))
    return redirect("outpatient:visit", call.encounter_id)


@look("booking.cancel_house_call")
def cancel(request, call_id):
    """The patient took the call back by telephone."""
    acts.cancel_house_call(call_id, by=request.actor, reason=cleaned(ReasonForm(request.POST))["reason"],
                           request_key=request_key(request))
    return redirect("booking:house_calls")


@look("booking.note_doctor_told")
def told(request, call_id):
    """The doctor was rung up about the cancelled call."""
    acts.note_doctor_told(call_id, by=request.actor, request_key=request_key(request))
    return redirect("booking:house_calls")
