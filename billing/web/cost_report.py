"""Cost by doctor; the cases behind any sum, and the case behind a row of them: figures for people who read no charts."""
import datetime as dt

from django import forms
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from billing.models import Account, Tariff
from billing.queries import case
from billing.queries import cost_report as queries
from billing.web.account import KINDS, named
from billing.web.charge_item import day_asked, report_tabs
from emr import clock
from emr.access import log_reading
from emr.errors import NotFound
from emr.models import Department, Encounter, Staff
from emr.pages import cleaned, look, page_of
from orders.models import Medication


class PartForm(forms.Form):
    """Which part of the ledger is asked for; a name that comes without a value means "without one"."""

    kind = forms.ChoiceField(choices=Tariff.Kind.choices, required=False)
    department = forms.UUIDField(required=False)
    diagnosis = forms.CharField(max_length=40, required=False)
    drug = forms.CharField(max_length=80, required=False)
    doctor = forms.UUIDField(required=False)


def _days(request):
    return day_asked(request, "since", clock.today() - dt.timedelta(days=30)), day_asked(request, "until", clock.today())


def _words(asked):
    """The part of the ledger as people say it: (what, which) pairs."""
    def name(model, pk):
        return model.objects.filter(pk=pk).first() or "—"

    say = {"kind": lambda value: (_("Kind"), KINDS.get(value, "—")),
           "department": lambda value: (_("Department"), name(Department, value)),
           "diagnosis": lambda value: (_("Diagnosis"), value or "—"), "doctor": lambda value: (_("Doctor"), name(Staff, value)),
           "drug": lambda value: (_("Drug"), Medication.objects.filter(code=value).first() or value)}
    return [say[key](value) for key, value in asked.items()]


@look("billing.see_statistics")
def doctors(request):
    """What the patients of each doctor cost."""
    since, until = _days(request)
    rows = queries.doctors(since, until)
    return render(request, "billing/cost_report/doctors.html", {
        "since": since, "until": until, "page": page_of(request, rows, size=100),
        "total": sum((row["amount"] for row in rows), 0), "tabs": report_tabs(request, "doctors")})


@look("billing.see_statistics")
def cases(request):
    """The cases that a sum is made of: of a kind, department, diagnosis, drug or doctor, or of several of these at once."""
    since, until = _days(request)
    asked = {name: value for name, value in cleaned(PartForm(request.GET)).items() if name in request.GET}
    rows, kinds = queries.cases(since, until, **asked)
    page = page_of(request, rows)
    for row in page:
        row["word"] = Encounter.Kind(row["kind"]).label
    return render(request, "billing/cost_report/cases.html", {
        "since": since, "until": until, "words": _words(asked), "kept": [(name, request.GET[name]) for name in asked],
        "kinds": named(kinds), "total": sum((row["amount"] for row in rows), 0),
        "page": page, "crumbs": [{"label": _("Costs"), "url": reverse("billing:totals")}]})


@look("billing.see_statistics")
def stay(request, encounter):
    """The case behind a row: times, places, doctors, diagnosis, cost, no name; with `?known=` as it was known on that day."""
    day = day_asked(request, "known", None) if request.GET.get("known") else None
    known = day and clock.start_of(day + dt.timedelta(days=1))
    row = queries.stay(encounter, known)
    if row is None:
        raise NotFound()
    log_reading(request.actor, Encounter.objects.get(pk=row["id"]).patient, "case behind a figure", "figures")
    kinds, drugs = queries.of_stay(row["id"], known)
    places, attending = queries.whereabouts(row["id"])
    return render(request, "billing/cost_report/stay.html", {
        "row": row, "word": Encounter.Kind(row["kind"]).label, "day": day, "kinds": named(kinds), "drugs": drugs,
        "left": row["disposition"] and Encounter.Disposition(row["disposition"]).label,
        "total": sum((kind["total"] for kind in kinds), 0), "places": places, "attending": attending,
        "diagnosis": case.diagnosis(row["id"]),
        "account": Account.objects.filter(encounter=row["id"]).first() if request.actor.may("billing.see_accounts") else None,
        "crumbs": [{"label": _("Statistics"), "url": reverse("billing:statistics")}]})
