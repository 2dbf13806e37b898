"""Single lines, exceptions and totals."""
import datetime as dt

from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from billing.models import ChargeItem, Tariff
from billing.queries import charge_item as queries
from billing.rules.unpriced import waiting
from billing.web.account import KINDS
from emr import clock
from emr.errors import Malformed
from emr.pages import look, page_of


def report_tabs(request, current):
    """The reports of money that the reader may open."""
    names = (("totals", _("Sums"), "see_totals"), ("statistics", _("Statistics"), "see_statistics"),
             ("by_group", _("Cases by group"), "see_statistics"),
             ("doctors", _("Doctors"), "see_statistics"), ("drugs", _("Drugs"), "see_statistics"),
             ("reconciliation", _("Drugs five ways"), "see_books"))
    return [{"label": label, "url": reverse(f"billing:{name}"), "current": name == current} for name, label, needed in names
            if request.actor.may(f"billing.{needed}")]


@look("billing.see_accounts")
def line(request, line_id):
    """Why a line is there: the fact, the day, the price or lot, and its mirror."""
    row = queries.one(request.actor, pk=line_id)
    return render(request, "billing/charge_item/page.html", {
        "line": row, "patient": row.patient, "fact": queries.fact_of(row),
        "mirror": ChargeItem.objects.filter(reverses=row).first(),
        "crumbs": [{"label": _("Accounts"), "url": reverse("billing:accounts")},
                   {"label": row.account.number, "url": reverse("billing:account", args=[row.account_id])}]})


@look("billing.see_tariffs")
def exceptions(request):
    """Acts that were done and have no price."""
    facts = waiting()[1]
    page = page_of(request, [{"fact": fact, "kind": KINDS[fact.kind], "since": fact.day.isoformat()} for fact in facts])
    return render(request, "billing/charge_item/exceptions.html", {
        "page": page, "may_set": request.actor.may("billing.set_tariff"),
        "crumbs": [{"label": _("Tariffs"), "url": reverse("billing:tariffs")}]})


@look("billing.see_totals")
def totals(request):
    """What a span of days cost, by kind and by department."""
    since, until = day_asked(request, "since", clock.today().replace(day=1)), day_asked(request, "until", clock.today())
    kinds = [row | {"label": KINDS.get(row["kind"])} for row in queries.totals(since=since, until=until)]
    departments = queries.totals(since=since, until=until, by="department")
    return render(request, "billing/charge_item/totals.html", {
        "since": since, "until": until, "kinds": kinds, "departments": departments, "total": sum(row["total"] for row in kinds),
        "may_open": request.actor.may("billing.see_statistics"), "tabs": report_tabs(request, "totals")})


def day_asked(request, name, default):
    """The day asked for in the address, else the default. Raises Malformed."""
    text = request.GET.get(name)
    try:
        day = parse_date(text) if text else default
    except ValueError:
        day = None
    if day is None:
        raise Malformed(problem=f"{name}: a day such as 2026-11-23 is needed")
    return day


@look("billing.see_totals")
def home_card(request):
    """This month so far, for the home page."""
    today = clock.today()
    month, day = queries.totals(since=today.replace(day=1), until=today), queries.totals(since=today - dt.timedelta(days=1),
                                                                                         until=today)
    return render(request, "billing/charge_item/_home.html", {
        "month": sum(row["total"] for row in month), "day": sum(row["total"] for row in day),
        "lines": sum(row["lines"] for row in month), "drugs": sum(r["total"] for r in month if r["kind"] == Tariff.Kind.DRUG)})
