"""The administration's inbox: what people ask after a refusal (R6)."""
from django.shortcuts import redirect, render

from emr.pages import look, page_of, request_key
from outpatient.booking.actions.appeal import answer_appeal
from outpatient.booking.queries import appeal as queries


@look("booking.answer_appeal")
def inbox(request):
    """What waits for an answer, the oldest first; `?answered=1`: what was answered."""
    answered = bool(request.GET.get("answered"))
    return render(request, "booking/appeal/inbox.html", {"page": page_of(request, queries.appeals(answered=answered)),
                                                         "answered": answered})


@look("booking.answer_appeal")
def answer(request, appeal_id):
    """Answer, or close without an answer."""
    answer_appeal(appeal_id, by=request.actor, answer=request.POST.get("answer", ""), request_key=request_key(request))
    return redirect("booking:appeals")
