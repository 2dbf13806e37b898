"""Months of the books."""
import datetime as dt

from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date

from billing.actions.period import close_month
from billing.queries import period as queries
from emr import clock
from emr.errors import Malformed
from emr.pages import look, page_of, request_key


def next_to_close() -> dt.date:
    """The month that is to be closed next: the first open one, or the last that is over."""
    return queries.open_since() or (clock.today().replace(day=1) - dt.timedelta(days=1)).replace(day=1)


@look("billing.see_books")
def periods(request):
    """Closed months, and the next one to close."""
    month = next_to_close()
    return render(request, "billing/period/list.html", {
        "page": page_of(request, queries.listed()), "month": month, "over": clock.today() >= queries.next_month(month),
        "after": queries.next_month(month), "may_export": request.actor.may("billing.export_month"),
        "may_close": request.actor.may("billing.close_month")})


@look("billing.close_month")
def close(request):
    """Close the month that the page showed."""
    try:
        month = parse_date(request.POST.get("month", ""))
    except ValueError:
        month = None
    if month is None:
        raise Malformed(problem="month: a day such as 2026-11-01 is needed")
    close_month(month, by=request.actor, request_key=request_key(request))
    return redirect("billing:periods")
