"""The controlled-drug register: what is kept, its lines with the running balance, the journal to print.

Nothing is edited here.
"""
import datetime as dt

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from emr import clock
from emr.access import log_reading
from emr.errors import Malformed, NotFound
from emr.pages import cleaned, look, page_of
from orders.queries import register as queries
from orders.queries.stock import departments_of
from orders.web.forms import PeriodForm
from orders.web.stock import tabs

USUAL, MOST = dt.timedelta(days=30), dt.timedelta(days=366)


@look("orders.see_register")
def page(request):
    """The controlled drugs of the departments the reader works with, and what is left of each."""
    rows = queries.kept(departments_of(request.actor).values("pk"))
    return render(request, "orders/register/page.html", {
        "page": page_of(request, rows), "tabs": tabs(request), "may_count": request.actor.may("orders.count_shift")})


def _book(request, medication_id, department_id):
    """The drug, the department, the period and its lines; who reads names of patients leaves a trace."""
    medication = queries.controlled(medication_id)
    department = departments_of(request.actor).filter(pk=department_id).first()
    if medication is None or department is None:
        raise NotFound()
    period = cleaned(PeriodForm(request.GET))
    until = period["until"] or clock.today()
    since = period["since"] or until - USUAL
    if not dt.timedelta() <= until - since <= MOST:
        raise Malformed(problem=_("The period ends before it begins, or is longer than a year."))
    begin, end = clock.start_of(since), clock.start_of(until + dt.timedelta(days=1))
    log_reading(request.actor, None, "drug register", "department")
    return {"medication": medication, "department": department, "since": since, "until": until,
            "lines": queries.lines(medication, department, since=begin, until=end),
            "opening": queries.balance(medication, department, begin), "closing": queries.balance(medication, department, end)}


@look("orders.see_register")
def book(request, medication_id, department_id):
    """The lines of one drug in one department, oldest first, with what was left after each."""
    context = _book(request, medication_id, department_id)
    return render(request, "orders/register/book.html", context | {
        "page": page_of(request, context["lines"]), "form": PeriodForm(initial=context),
        "counts": queries.last_counts(medication_id, department_id), "may_rest": request.actor.may("orders.waste_rest"),
        "query": f"since={context['since']:%Y-%m-%d}&until={context['until']:%Y-%m-%d}",
        "crumbs": [{"label": _("Controlled drugs"), "url": reverse("orders:register")}]})


@look("orders.see_register")
def paper(request, medication_id, department_id):
    """The same as a page to print, with room for signatures."""
    return render(request, "orders/register/paper.html", _book(request, medication_id, department_id))
