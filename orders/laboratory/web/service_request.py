"""The bench, the collection list and the page on which values are entered."""
from decimal import Decimal, InvalidOperation

from django import forms
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from emr.access import chart_for
from emr.inputs import AmountInput
from emr.pages import cleaned, look, page_of, request_key
from orders.laboratory.actions.lab_result import record_result
from orders.laboratory.queries import lab_result as results
from orders.laboratory.queries import service_request as queries
from orders.laboratory.queries import specimen as tubes
from orders.laboratory.queries.lab_test import asked_for, catalogue
from orders.laboratory.web.banner import banner

FEW = 20  # values to be released beside the bench; the next stand there when these are released


class ResultForm(forms.Form):
    """One value, typed as the analyser shows it: 4.1, 4,1 or <0.5; or a text."""

    test = forms.SlugField()
    value = forms.CharField(label=gettext_lazy("Value"), required=False, max_length=30, widget=AmountInput())
    unit = forms.CharField(label=gettext_lazy("Unit"), required=False, max_length=40)
    value_text = forms.CharField(label=gettext_lazy("Text"), required=False, max_length=500)

    def clean(self):
        data = super().clean()
        typed = data.get("value", "").replace(",", ".").replace(" ", "").replace("≤", "<=").replace("≥", ">=")
        number = typed.lstrip("<>=")
        data["comparator"] = typed[:len(typed) - len(number)]
        try:
            data["value"] = Decimal(number) if number else None
        except InvalidOperation:
            self.add_error("value", _("a number is needed, such as 4.1 or <0.5"))
        return data


@look("laboratory.see_bench")
def bench(request):
    """What waits for a value, the most urgent and oldest first; a scanned tube opens at once."""
    if scanned := request.GET.get("scan", "").strip():
        return redirect("laboratory:tube", tubes.scanned(request.actor, scanned).pk)
    everything, urgent = request.GET.get("all") == "1", request.GET.get("urgent") == "1"
    page = page_of(request, queries.without_result(everything=everything, urgent=urgent))
    unreleased = results.unreleased()
    return render(request, "laboratory/service_request/bench.html", {
        "page": page, "unreleased": unreleased[:FEW], "to_release": unreleased.count(), "everything": everything,
        "urgent": urgent})


@look("laboratory.see_bench")
def home_bench(request):
    """The bench in a few lines, for the home page."""
    rows = queries.without_result()
    return render(request, "laboratory/service_request/_home.html", {"rows": rows[:6], "count": rows.count()})


@look("laboratory.see_collection")
def collection(request):
    """Tubes to label and to draw, ward by ward."""
    page = page_of(request, queries.to_collect(request.actor), size=100)
    return render(request, "laboratory/service_request/collection.html",
                  {"page": page, "groups": queries.collection_groups(page)})


@look("laboratory.see_bench")
def enter(request, request_id):
    """The values of one request: type, Enter, and the next field waits."""
    row = queries.to_enter(request.actor, pk=request_id)
    if request.method == "POST":
        data = cleaned(ResultForm(request.POST))
        record_result(row, by=request.actor, request_key=request_key(request), release=request.POST.get("release") != "no",
                      **{name: data[name] for name in ("test", "value", "comparator", "unit", "value_text")})
        return redirect(_next(row))
    chart_for(request.actor, row.patient, "result entry")
    found = {result.test_id: result for result in results.of_request(row)}
    tests = asked_for(row) or [found[key].test for key in found]
    lines = [{"test": test, "result": found.get(test.pk)} for test in tests]
    first = next((line for line in lines if not line["result"]), None)
    return render(request, "laboratory/service_request/enter.html", {
        "row": row, **banner(request.actor, row.patient), "lines": lines, "first": first and first["test"],
        "catalogue": catalogue() if not asked_for(row) else None,
        "crumbs": [{"label": _("Bench"), "url": reverse("laboratory:bench")}]})


def _next(row):
    """The same request while a value of its panel is missing, the bench afterwards."""
    found = {result.test_id for result in results.of_request(row)}
    missing = [test for test in asked_for(row) if test.pk not in found]
    return reverse("laboratory:enter", args=[row.pk]) if missing else reverse("laboratory:bench")


@look("laboratory.see_collection")
def home_collection(request):
    """Tubes to label and draw in a few lines, for the home page; those to be drawn again first."""
    rows = queries.to_collect(request.actor)
    groups = sorted(queries.collection_groups(rows[:60]), key=lambda group: (not group["redraw"], not group["urgent"]))
    return render(request, "laboratory/service_request/_home_collection.html", {"groups": groups[:6], "count": rows.count()})
