"""The books: files of closed months, pricing anew with a dry run, drugs five ways."""
import datetime as dt

from django import forms
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy

from billing.actions.export import export_month
from billing.actions.repricing import reprice
from billing.models import Tariff
from billing.queries import drug_reconciliation
from billing.queries import export as exports
from billing.rules import export as files
from billing.rules.repricing import by_case_and_payer, differences
from billing.web.charge_item import day_asked, report_tabs
from billing.web.payer import tabs
from emr import clock
from emr.inputs import DayInput
from emr.pages import cleaned, look, page_of, request_key

WORDS = {
    "given-not-charged": gettext_lazy("Given, not charged"),
    "given-without-lot": gettext_lazy("Given without a lot though stock is kept"),
    "charged-not-given": gettext_lazy("Charged, not given"),
    "charged-otherwise": gettext_lazy("Charged with another quantity or lot"),
    "ordered-nothing-recorded": gettext_lazy("Ordered, nothing recorded for a day"),
    "less-than-nothing-left": gettext_lazy("More taken than there was")}


class RepriceForm(forms.Form):
    """Which lines are priced anew."""

    since = forms.DateField(label=gettext_lazy("From"), widget=DayInput(), required=False)
    until = forms.DateField(label=gettext_lazy("Up to"), widget=DayInput(), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=[("", gettext_lazy("all")), *Tariff.Kind.choices],
                             required=False)


class DecideForm(RepriceForm):
    """What the dry run showed, and why it is done."""

    expected = forms.IntegerField(min_value=0)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300, widget=forms.TextInput({"autofocus": True}))


@look("billing.reprice")
def repricing(request):
    """The dry run: what would change for each case and payer; then the decision."""
    if request.method == "POST":
        reprice(by=request.actor, request_key=request_key(request), **cleaned(DecideForm(request.POST)))
        return redirect("billing:repricing")
    form = RepriceForm(request.GET or None)
    asked = cleaned(form) if request.GET else {}
    found = differences(**asked) if asked else []
    cases = by_case_and_payer(found)
    return render(request, "billing/books/repricing.html", {
        "form": form, "asked": request.GET, "lines": len(found), "page": page_of(request, cases), "shown": bool(asked),
        "before": sum((row["before"] for row in cases), 0), "after": sum((row["after"] for row in cases), 0),
        "delta": sum((row["delta"] for row in cases), 0), "tabs": tabs("repricing"),
        "decide": DecideForm(initial={"expected": len(found)})})


@look("billing.see_books")
def reconciliation(request):
    """Drugs ordered, issued, given, wasted and charged, and what does not agree."""
    since, until = day_asked(request, "since", clock.today() - dt.timedelta(days=6)), day_asked(request, "until", clock.today())
    odd = [row | {"word": WORDS[row["kind"]]} for row in drug_reconciliation.exceptions(since, until, clock.now())]
    return render(request, "billing/books/reconciliation.html", {
        "since": since, "until": until, "page": page_of(request, odd), "ways": drug_reconciliation.five_ways(since, until)[:200],
        "tabs": report_tabs(request, "reconciliation")})


@look("billing.export_month")
def export(request, period_id):
    """Make the batch of a closed month."""
    export_month(period_id, by=request.actor, request_key=request_key(request))
    return redirect("billing:periods")


@look("billing.export_month")
def batch_file(request, batch_id):
    """The batch as CSV, or with `?format=xlsx` as a workbook."""
    batch = exports.batch(batch_id)
    rows = exports.rows(batch.period)
    if request.GET.get("format") == "xlsx":
        answer = HttpResponse(files.xlsx(rows, batch),
                              content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
        answer["Content-Disposition"] = f'attachment; filename="batch-{batch.number:05d}.xlsx"'
        return answer
    answer = StreamingHttpResponse(files.csv_parts(rows, batch.number), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="batch-{batch.number:05d}.csv"'
    return answer
