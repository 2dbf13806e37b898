"""The doctor's view of execution: a dose ribbon per order above vital signs and laboratory values, on one time axis (D9)."""
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse

from emr.access import chart_for
from emr.errors import NotFound
from emr.pages import look, page_of
from emr.queries.chart import allergies
from nursing.queries import execution as queries
from nursing.rules import execution as rules
from nursing.rules.rate_line import rate_lines

ORDERS_ON_A_PAGE = 40


@look("nursing.see_doses")
def page(request, patient_id):
    """What was given when, and what the patient's values did meanwhile."""
    chart = chart_for(request.actor, patient_id, "execution")
    if not chart.shows("doses"):
        raise NotFound()
    window = request.GET.get("window") if request.GET.get("window") in rules.WINDOWS else "3d"
    axis = rules.axis_of(chart.patient, window)
    text = request.GET.get("drug", "")[:80]
    orders = page_of(request, queries.orders(chart.patient, since=axis.since, until=axis.until, text=text), ORDERS_ON_A_PAGE)
    lines = rules.ribbons(orders.object_list, axis)
    _put_rates(lines, axis)
    spot, line = _marked(lines, request.GET.get("mark"))
    axis.mark = spot.at if spot else None
    drawn = rules.lanes(chart.patient, axis) if chart.shows("vitals") else []
    return render(request, "nursing/execution/_body.html" if request.htmx else "nursing/execution/page.html", {
        "chart": chart, "patient": chart.patient, "allergies": allergies(chart.patient) if chart.shows("allergies") else None,
        "window": window, "windows": rules.WINDOWS, "axis": axis, "page": orders, "lines": lines, "drawn": drawn, "text": text,
        "spot": spot, "spot_line": line, "around": rules.around(drawn, spot.at) if spot else None,
        "laboratory": _laboratory(request.actor, chart, axis)})


def _put_rates(lines, axis):
    """Beside the line of an infusion its rate as a step line."""
    found = rate_lines([line.request for line in lines], axis)
    for line in lines:
        line.rate = found.get(line.request.pk)


def _marked(lines, wanted):
    """The dose that the reader chose, with its line."""
    return next(((spot, line) for line in lines for spot in line.spots if wanted and str(spot.dose) == wanted), (None, None))


def _laboratory(actor, chart, axis):
    """Where the laboratory draws its lanes on the same axis; empty when it is switched off or not for this reader."""
    if not chart.shows("laboratory") or not actor.may("laboratory.see_results"):
        return ""
    try:
        return f"{reverse('laboratory:trend', args=[chart.patient.pk])}?{axis.query}"
    except NoReverseMatch:
        return ""
