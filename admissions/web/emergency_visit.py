"""The emergency room: board, one visit, and what is done about it."""
from django import forms
from django.http import HttpResponseNotModified
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from admissions.actions import emergency_visit as acts
from admissions.actions.admission_request import request_admission
from admissions.models import EmergencyMoment
from admissions.queries import departure as departures
from admissions.queries import emergency_visit as queries
from admissions.queries import transfer_receipt as receipts
from admissions.queries.stay import admitting_departments
from admissions.rules import emergency_visit as rules
from admissions.rules import triage as scales
from admissions.web.delay_reason import DelayForm
from admissions.web.departure import LeaveForm
from admissions.web.transfer_receipt import HandOverForm
from admissions.web.triage import visit_of
from emr import clock
from emr.access import log_reading
from emr.pages import cleaned, look, request_key
from emr.queries import chart as charts

Moment = EmergencyMoment.Kind
BY_HAND = [Moment.FIRST_CONTACT, Moment.DECISION, Moment.BED_READY]


class AskForm(forms.Form):
    department = forms.ModelChoiceField(admitting_departments(), label=_("Department"))
    reason = forms.CharField(label=_("Reason for admission"), max_length=300)


@look("admissions.see_board")
def board(request):
    """The emergency room live: who is here, how urgent, since when, waiting for what; `?tv=1` without names."""
    tv = bool(request.GET.get("tv"))
    etag = f'"{queries.version()}-{clock.now():%Y%m%d%H%M}-{get_language()}-{tv:d}"' if request.htmx else ""
    if request.htmx and request.headers.get("If-None-Match", "").removeprefix("W/") == etag:
        return HttpResponseNotModified()
    if not request.htmx:
        log_reading(request.actor, None, "emergency board", "role")
    page = "admissions/emergency_visit/tv.html" if tv else "admissions/emergency_visit/board.html"
    answer = render(request, "admissions/emergency_visit/_board.html" if request.htmx else page,
                    {"lines": rules.board(), "expected": list(queries.expected()), "tv": tv, "demo_minutes": scales.is_demo(),
                     "may_register": request.actor.may("admissions.register_arrival"),
                     "may_announce": request.actor.may("admissions.announce_arrival"),
                     "may_see_waits": request.actor.may("admissions.see_waits")})
    if request.htmx:
        answer["ETag"], answer["Cache-Control"] = etag, "private, no-cache"
    return answer


@look("admissions.see_board")
def page(request, encounter_id):
    """One emergency visit: what it waits for, its time stamps, and the acts that come next."""
    encounter, chart = visit_of(request, encounter_id, "emergency visit")
    line = rules.describe(queries.lines([encounter])[0])
    is_open = encounter.finished_at is None
    return render(request, "admissions/emergency_visit/page.html", {
        "chart": chart, "patient": encounter.patient, "encounter": encounter, "line": line, "is_open": is_open,
        "waits": line.waits if is_open else None, "allergies": charts.allergies(encounter.patient),
        "triages": queries.triages(encounter),
        "moments": queries.moments(encounter), "to_note": [kind for kind in BY_HAND if kind not in line.moments],
        "ask_form": AskForm(auto_id="ask_%s"),
        "leave_form": LeaveForm(auto_id="leave_%s"), "hand_form": HandOverForm(auto_id="hand_%s"),
        "departure": None if is_open else departures.of_visit(encounter), "receipt": receipts.of_encounter_family(encounter),
        "destination": receipts.destination(encounter) if is_open else None, "delay_form": DelayForm(auto_id="delay_%s"),
        "may": {name: request.actor.may(f"admissions.{name}") for name in (
            "triage_patient", "stamp_moment", "request_admission", "withdraw_admission_request", "leave_emergency",
            "admit_patient", "name_delay", "hand_over_patient", "withdraw_visit")},
        "crumbs": [{"label": _("Emergency board"), "url": reverse("admissions:board")}]})


@require_POST
@look("admissions.stamp_moment")
def stamp(request, encounter_id):
    """Note a time stamp now."""
    acts.stamp_moment(encounter_id, by=request.actor, kind=request.POST.get("kind", ""), request_key=request_key(request))
    return redirect("admissions:visit", encounter_id)


@require_POST
@look("admissions.undo_moment")
def undo_stamp(request, moment_id):
    """Take a time stamp back, with the reason."""
    moment = acts.undo_moment(moment_id, by=request.actor, reason=request.POST.get("reason", ""),
                              request_key=request_key(request))
    return redirect("admissions:visit", moment.encounter_id)


@require_POST
@look("admissions.request_admission")
def ask(request, encounter_id):
    """Ask a department to take the patient."""
    request_admission(encounter_id, by=request.actor, request_key=request_key(request), **cleaned(AskForm(request.POST)))
    return redirect("admissions:visit", encounter_id)
