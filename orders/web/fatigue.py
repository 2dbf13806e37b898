"""The fatigue table: which checks speak, and which are signed away."""

import datetime as dt

from django.shortcuts import render

from emr import clock
from emr.pages import cleaned, look, page_of
from orders.queries.safety_finding import fatigue
from orders.web.forms import MonthForm


@look("orders.see_fatigue")
def page(request):
    """Each rule of one month: how often shown, how many of them signed all the same. A rule nobody heeds wants another tier."""
    form = MonthForm(request.GET or None)
    first = (cleaned(form)["month"] if request.GET.get("month") else None) or clock.today()
    first = first.replace(day=1)
    following = (first + dt.timedelta(days=32)).replace(day=1)
    page = page_of(request, fatigue(clock.start_of(first), clock.start_of(following)))
    return render(request, "orders/fatigue/page.html", {"page": page, "form": form, "first": first})
