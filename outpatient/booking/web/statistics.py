"""Figures of the receptions; each opens to its rows (R100)."""
import datetime as dt

from django import forms
from django.shortcuts import render

from emr import clock
from emr.errors import Malformed, NotFound
from emr.models import Staff
from emr.pages import cleaned, look, page_of
from outpatient.booking.models import DoctorSetting, Specialty
from outpatient.booking.rules.figures import figures, rows_of
from outpatient.booking.rules.statistics import LONGEST, statistics


class PeriodForm(forms.Form):
    first = forms.DateField(required=False)
    last = forms.DateField(required=False)
    doctor = forms.ModelChoiceField(Staff.objects.filter(pk__in=DoctorSetting.objects.values("doctor")), required=False)
    specialty = forms.ModelChoiceField(Specialty.objects.all(), required=False)


def asked(request) -> dict:
    """Which days, whose; the last week when nothing is said. Raises Malformed for a period too long or turned round."""
    data, today = cleaned(PeriodForm(request.GET)), clock.today()
    last = data["last"] or today
    first = data["first"] or last - dt.timedelta(days=6)
    if not dt.timedelta(0) <= last - first < dt.timedelta(days=LONGEST):
        raise Malformed(problem=f"first, last: up to {LONGEST} days, the first one before the last")
    return {"first": first, "last": last, "doctor": data["doctor"], "specialty": data["specialty"]}


@look("booking.see_statistics")
def page(request):
    """All figures of the period."""
    period = asked(request)
    return render(request, "booking/statistics/page.html", period | {
        "figures": figures(statistics(**period)),
        "doctors": PeriodForm.base_fields["doctor"].queryset.order_by("family", "given"),
        "specialties": Specialty.objects.order_by("name")})


@look("booking.see_statistics")
def rows(request, key):
    """The rows of one figure; no names, the booking's page tells them to who may know."""
    period = asked(request)
    figure = rows_of(statistics(**period), key)
    if figure is None:
        raise NotFound()
    return render(request, "booking/statistics/rows.html", period | {"figure": figure, "page": page_of(request, figure.rows)})
