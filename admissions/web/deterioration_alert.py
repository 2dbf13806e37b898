"""Alerts of early warning scores: a fragment that renews itself, and the answer (B7)."""
from django.shortcuts import render
from django.views.decorators.http import require_POST

from admissions.actions.deterioration_alert import answer_alert
from admissions.queries import deterioration_alert as queries
from emr.pages import back, look, request_key


@look("admissions.answer_alert")
def mine(request):
    """What I was told and nobody has answered yet: on the first page and above the ward."""
    return render(request, "admissions/alert/_mine.html", {"alerts": queries.unseen(request.actor)[:20],
                                                           "back": request.GET.get("back", "/")})


@require_POST
@look("admissions.answer_alert")
def answer(request, alert_id):
    """The doctor has seen it and says what he does."""
    answer_alert(alert_id, by=request.actor, note=request.POST.get("note", ""), request_key=request_key(request))
    return back(request, "admissions:ward")
