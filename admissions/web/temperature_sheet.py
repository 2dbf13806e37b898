"""The temperature sheet on paper, a week at a time (B6)."""
import datetime as dt

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from admissions.queries.row import row_of
from admissions.queries.stay import present_place
from admissions.rules import temperature_sheet as rules
from emr import clock, printing
from emr.access import chart_for
from emr.errors import NotFound
from emr.models import Encounter
from emr.pages import cleaned, look
from emr.queries import institution


class WeekForm(forms.Form):
    since = forms.DateField(required=False, label=_("Day"))


@look("admissions.see_temperature_sheet")
def sheet(request, encounter_id):
    """A week of the stay; `?since=` its first day, `?pdf=1` as a file."""
    stay = row_of(Encounter, encounter_id, "patient", "department")
    if not chart_for(request.actor, stay.patient, "temperature sheet").shows("vitals"):
        raise NotFound()
    first = rules.first_day(stay, cleaned(WeekForm(request.GET))["since"])
    days, curves = rules.week(stay, first)
    context = {"stay": stay, "patient": stay.patient, "place": present_place(stay), "days": days, "curves": curves,
               "lines": rules.lines(),
               "width": rules.WIDTH, "height": rules.HEIGHT, "first": first, "last": first + dt.timedelta(days=rules.DAYS - 1),
               "columns": [rules.WIDTH * number / rules.DAYS for number in range(1, rules.DAYS)],
               "before": first - dt.timedelta(days=rules.DAYS)}
    if request.GET.get("pdf"):
        html = render_to_string("admissions/temperature_sheet/paper.html", context | {
            "institution": institution.current(), "now": clock.now(), "actor": request.actor})
        return HttpResponse(printing.pdf(html), content_type="application/pdf")
    return render(request, "admissions/temperature_sheet/paper.html", context)
