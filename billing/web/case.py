"""What a case cost, on paper; what drugs cost by department and diagnosis; the norms of the budget."""
import datetime as dt

from django import forms
from django.shortcuts import render
from django.utils.translation import gettext_lazy

from billing.actions.budget_norm import set_norm
from billing.queries import account as accounts
from billing.queries import case as queries
from billing.queries import settlement
from billing.web.account import named
from billing.web.charge_item import day_asked, report_tabs
from billing.web.payer import list_with_form
from billing.web.settlement import said
from emr import clock
from emr.inputs import AmountInput, DayInput
from emr.pages import look, page_of
from emr.printing import printed


class NormForm(forms.Form):
    """A norm of the budget."""

    diagnosis = forms.CharField(label=gettext_lazy("Diagnosis"), max_length=40,
                                help_text=gettext_lazy("Beginning of the code; * = any"))
    amount = forms.DecimalField(label=gettext_lazy("Amount"), min_value=0, max_digits=14, decimal_places=2, widget=AmountInput())
    source = forms.CharField(label=gettext_lazy("Source"), max_length=200,
                             help_text=gettext_lazy("The order or contract it comes from"))
    valid_from = forms.DateField(label=gettext_lazy("From"), widget=DayInput(), initial=clock.today)


@look("billing.see_accounts")
def sheet(request, account_id):
    """The cost sheet of a case: sums by kind and payer, then every line that stands, with its price and where that comes from."""
    row = accounts.one(request.actor, pk=account_id)
    main = queries.diagnosis(row.encounter)
    return printed(request, "billing/account/sheet_paper.html", {
        "account": row, "patient": row.patient, "kinds": named(accounts.totals_by_kind(row)), "parties": settlement.parties(row),
        "days": accounts.totals_by_day(row), "lines": accounts.standing(row), "diagnosis": main,
        "norm": queries.norm(main.code) if main else None, "words": said(row.total)}, name=f"cost-{row.number}")


@look("billing.see_accounts")
def cost(request, encounter_id):
    """What a stay or visit cost, in one line beside its story: a fragment of other apps' pages."""
    account = accounts.of_encounter(request.actor, encounter=encounter_id)
    return render(request, "billing/case/_cost.html", {"account": account})


@look("billing.see_statistics")
def drugs(request):
    """Department × diagnosis × drug."""
    since, until = day_asked(request, "since", clock.today() - dt.timedelta(days=30)), day_asked(request, "until", clock.today())
    rows = queries.drugs(since, until)
    return render(request, "billing/case/drugs.html", {
        "since": since, "until": until, "page": page_of(request, rows, size=100),
        "total": sum((row["amount"] for row in rows), 0), "tabs": report_tabs(request, "drugs")})


@look("billing.see_tariffs")
def norm_list(request):
    """Norms of the budget, and a new one."""
    return list_with_form(request, queries.norms(), NormForm, set_norm, tab="norms", template="billing/tariff/norms.html")
