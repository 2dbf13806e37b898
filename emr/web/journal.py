"""The journal and the access log for the administrator, the images of a row, and "who looked at my chart"."""
from django import forms
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from emr.access import chart_for
from emr.errors import NotFound
from emr.inputs import DayInput
from emr.pages import cleaned, look, page_of
from emr.queries import chart as charts
from emr.queries import journal as queries
from emr.rules import story
from emr.web.chart import head


class JournalFilter(forms.Form):
    act = forms.CharField(label=_("Act"), required=False, max_length=80)
    staff = forms.CharField(label=_("Personnel code"), required=False, max_length=80)
    day = forms.DateField(label=_("Day"), required=False, widget=DayInput)


class AccessFilter(forms.Form):
    patient = forms.CharField(label=_("Record number"), required=False, max_length=20)
    staff = forms.CharField(label=_("Personnel code"), required=False, max_length=80)
    day = forms.DateField(label=_("Day"), required=False, widget=DayInput)


@look("emr.see_audit")
def journal(request):
    """Every act of the house, newest first, without health content; and how far it is sealed."""
    form = JournalFilter(request.GET)
    rows = page_of(request, queries.entries(**cleaned(form)))
    items = [{"entry": entry, "sentence": story.sentence(entry.act)} for entry in rows]
    return render(request, "emr/journal/page.html", {"form": form, "page": rows, "items": items,
                                                     "seals": queries.last_seals()})


@look("emr.see_access_log")
def access_log(request):
    """Who looked at whose chart, newest first."""
    form = AccessFilter(request.GET)
    return render(request, "emr/journal/access.html", {"form": form, "page": page_of(request, queries.looks(**cleaned(form)))})


@look("emr.see_own_chart")
def my_readers(request):
    """The patient sees who looked at his chart."""
    chart = chart_for(request.actor, request.actor.pk, "who-looked")
    return render(request, "emr/journal/my_readers.html", head(chart, "") | {
        "page": page_of(request, charts.readings(chart.patient))})


@look("emr.see_journal")
def row_history(request, patient_id, row_id):
    """What one row of the chart said after each change."""
    chart = chart_for(request.actor, patient_id, "history")
    images = [{"row": row, "values": _plain(row.image)} for row in charts.images(chart.patient, row_id)]
    if not images or not {"notes", "orders"} <= chart.sections:
        raise NotFound()
    return render(request, "emr/journal/row_history.html", head(chart, "story") | {"images": images})


def _plain(image):
    return [(name, value) for name, value in image.items() if value not in (None, "", []) and not name.endswith("_id")]
