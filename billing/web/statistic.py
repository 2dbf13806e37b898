"""Statistics: figures of the registry, each opening to its formula and rows; drawings; all of it as known on a day."""
import datetime as dt

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from billing.models import Tariff
from billing.queries import statistic as queries
from billing.rules import chart
from billing.rules.statistic import REGISTRY, classes, figure, figures, ven_matrix
from billing.web.charge_item import day_asked, report_tabs
from emr import clock
from emr.errors import Malformed, NotFound
from emr.pages import look, page_of

LONGEST = 366
WEEK = "stays", "occupancy", "length", "mortality", "again-30", "emergency"  # what a manager reads first in the morning


def _span(request):
    """since, until and the moment of knowledge asked for; a year at most. Raises Malformed."""
    since, until = day_asked(request, "since", clock.today() - dt.timedelta(days=29)), day_asked(request, "until", clock.today())
    if not 0 <= (until - since).days < LONGEST:
        raise Malformed(problem=f"since, until: a span of 1 to {LONGEST} days is needed")
    known = day_asked(request, "known", None) if request.GET.get("known") else None
    moment = known and clock.start_of(known + dt.timedelta(days=1))
    return {"since": since, "until": until, "known": moment}, {"since": since, "until": until, "known": known}


@look("billing.see_statistics")
def overview(request):
    """All figures and drawings of a span of days."""
    asked, shown = _span(request)
    asked["today"] = clock.today()
    found = figures(**asked)
    kinds = [kind for kind, _word in Tariff.Kind.choices]
    cost = chart.columns(queries.by_day_and_kind(**asked), kinds)
    words = dict(Tariff.Kind.choices)
    for piece in cost["pieces"]:
        piece["word"] = words[piece["kind"]]
    abc = classes(queries.by_drug(**asked))
    lengths = next(row for row in found if row.formula.key == "length")
    return render(request, "billing/statistic/overview.html", shown | {
        "figures": found, "cost": cost, "legend": [(tone, words[kind]) for tone, kind in enumerate(kinds)
                                                   if any(piece["kind"] == kind for piece in cost["pieces"])],
        "abc": abc[:15], "ven": ven_matrix(abc), "heat": chart.heat(queries.occupancy(**asked)),
        "lengths": chart.histogram([row["value"] for row in lengths.rows]), "tabs": report_tabs(request, "statistics")})


@look("billing.see_statistics")
def formula(request, key):
    """One figure with its formula and the rows it is made of."""
    if key not in REGISTRY:
        raise NotFound()
    asked, shown = _span(request)
    found = figure(key, today=clock.today(), **asked)
    return render(request, "billing/statistic/formula.html", shown | {
        "figure": found, "page": page_of(request, found.rows),
        "crumbs": [{"label": _("Statistics"), "url": reverse("billing:statistics")}]})


@look("billing.see_statistics")
def home_card(request):
    """The last seven days in figures, for the home page; each opens to its rows."""
    today, cache = clock.today(), {}
    since = today - dt.timedelta(days=6)
    found = [figure(key, since=since, until=today, today=today, cache=cache) for key in WEEK]
    return render(request, "billing/statistic/_home.html", {"figures": found, "since": since, "until": today})
