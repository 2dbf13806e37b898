"""Pairs of records that no requisite tells apart: the registry joins them, or says why not (R44)."""
from django.shortcuts import redirect, render

from emr.pages import look, page_of, request_key
from outpatient.booking.actions.identification import settle_duplicate
from outpatient.booking.queries.identification import duplicate_reports


@look("booking.see_duplicates")
def duplicates(request):
    """The pairs that visitors ran into, the oldest first."""
    return render(request, "booking/identification/duplicates.html", {"page": page_of(request, duplicate_reports())})


@look("booking.settle_duplicate")
def settle(request, report_id):
    """They are two persons, and this is why."""
    settle_duplicate(report_id, by=request.actor, reason=request.POST.get("reason", "")[:300], request_key=request_key(request))
    return redirect("booking:duplicates")
