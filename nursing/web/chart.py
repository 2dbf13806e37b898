"""The tab of a chart: which doses were really given, on one time axis with the vital signs (D9)."""
import datetime as dt

from django.shortcuts import render

from emr import clock
from emr.access import chart_for
from emr.errors import NotFound
from emr.pages import look
from emr.queries.chart import vitals
from emr.rules.vitals import trends
from nursing.rules.infusion_board import of_patient
from nursing.rules.ribbon import ribbon

DAYS = {"1": 1, "3": 3, "7": 7}
SHOWN = ["news2", "8310-5", "8867-4", "8480-6", "59408-5", "72514-3"]


@look("nursing.see_doses")
def tab(request, patient_id):
    """The dose ribbon of each order and the trends beneath, for the last days."""
    chart = chart_for(request.actor, patient_id, "doses")
    if not chart.shows("doses"):
        raise NotFound()
    days = DAYS.get(request.GET.get("days"), 3)
    now = clock.now()
    since = clock.start_of(clock.day_of(now) - dt.timedelta(days=days - 1))
    until = clock.start_of(clock.day_of(now) + dt.timedelta(days=1))
    lines = [line for line in trends(vitals(chart.patient, since=since)) if line.code in SHOWN] if chart.shows("vitals") else []
    lines.sort(key=lambda line: SHOWN.index(line.code))
    return render(request, "nursing/chart/_tab.html", {
        "chart": chart, "patient": chart.patient, "ribbon": ribbon(chart.patient, since=since, until=until, now=now),
        "trends": lines, "days": days, "choices": DAYS, "running": of_patient(chart.patient, now)})
