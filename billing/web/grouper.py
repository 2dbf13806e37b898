"""The grouper: its versions and base rates, the group of a case with the reason, cases by group beside the ledger."""
import datetime as dt

from django import forms
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.actions.grouper import assign_group, set_base_rate
from billing.models import CaseGroup
from billing.queries import account as accounts
from billing.queries import grouper as queries
from billing.rules.grouper import Why, cases, groupings, report, said
from billing.web.charge_item import day_asked, report_tabs
from billing.web.payer import list_with_form
from emr import clock
from emr.errors import Malformed, NotFound
from emr.inputs import AmountInput, DayInput
from emr.pages import cleaned, look, page_of, request_key

LONGEST = 366


class RateForm(forms.Form):
    """What weight 1 is worth from a day on."""

    system = forms.ChoiceField(label=gettext_lazy("System"))
    amount = forms.DecimalField(label=gettext_lazy("Amount"), min_value=0, max_digits=14, decimal_places=2, widget=AmountInput())
    source = forms.CharField(label=gettext_lazy("Source"), max_length=200,
                             help_text=gettext_lazy("The order or contract it comes from"))
    valid_from = forms.DateField(label=gettext_lazy("From"), widget=DayInput(), initial=clock.today)

    def __init__(self, *args, **values):
        super().__init__(*args, **values)
        self.fields["system"].choices = [(system, system) for system in queries.systems()]


class AssignForm(forms.Form):
    """A person's word on the group of a case."""

    system = forms.ChoiceField(label=gettext_lazy("System"))
    code = forms.CharField(label=gettext_lazy("Code of the group"), max_length=20, required=False,
                           help_text=gettext_lazy("Empty: the tables decide again."))
    care = forms.ChoiceField(label=gettext_lazy("Care"), choices=CaseGroup.Care.choices)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300)

    def __init__(self, *args, **values):
        super().__init__(*args, **values)
        self.fields["system"].choices = [(system, system) for system in queries.systems()]


@look("billing.see_tariffs")
def groupers(request):
    """Versions of the grouper and base rates, and a new rate."""
    return list_with_form(request, queries.listed(), RateForm, set_base_rate, tab="groupers",
                          template="billing/grouper/list.html", rates=queries.rates())


@look("billing.see_tariffs")
def version(request, version_id):
    """One version: its groups, and the rules that lead to them."""
    row = queries.one(version_id)
    if row is None:
        raise NotFound()
    text, rules = request.GET.get("q", ""), {}
    page = page_of(request, queries.groups(row, text=text))
    for rule in queries.rules(row):
        rules.setdefault(rule.group_id, []).append(said(rule))
    for group in page:
        group.said = rules.get(group.pk, [])
    return render(request, "billing/grouper/version.html", {
        "version": row, "page": page, "text": text, "crumbs": [{"label": _("Case groups"), "url": reverse("billing:groupers")}]})


@look("billing.assign_group")
def assign(request, account_id):
    """Say the group of a case by hand, or leave it to the tables again."""
    account = accounts.one(request.actor, pk=account_id)
    form = AssignForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        assign_group(account.encounter, by=request.actor, request_key=request_key(request), **cleaned(form))
        return redirect("billing:account", account.pk)
    return render(request, "billing/grouper/assign.html", {
        "form": form, "account": account, "patient": account.patient, "groupings": groupings(account.encounter_id),
        "told": queries.told(account.encounter), "crumbs": [
            {"label": _("Accounts"), "url": reverse("billing:accounts")},
            {"label": account.number, "url": reverse("billing:account", args=[account.pk])}]}, status=422 if form.errors else 200)


@look("billing.see_statistics")
def by_group(request):
    """Finished stays by group: weight × base rate beside the ledger; who has no group by the reason.

    Each row opens to its cases.
    """
    since, until = day_asked(request, "since", clock.today() - dt.timedelta(days=29)), day_asked(request, "until", clock.today())
    if not 0 <= (until - since).days < LONGEST:
        raise Malformed(problem=f"since, until: a span of 1 to {LONGEST} days is needed")
    systems = queries.systems()
    system = request.GET.get("system") if request.GET.get("system") in systems else (systems or [""])[0]
    found, of = cases(system, since=since, until=until) if system else [], request.GET.get("of", "")
    context = {"since": since, "until": until, "systems": systems, "system": system, "tabs": report_tabs(request, "by_group")}
    if of:
        rows = [row for row in found if of == (str(row.group.pk) if row.group else row.why.value)]
        return render(request, "billing/grouper/cases.html", context | {
            "page": page_of(request, rows), "title": rows[0].group if rows and rows[0].group else Why(of)
            .label if of in Why.values else ""})
    return render(request, "billing/grouper/report.html", context | {"page": page_of(request, report(found), size=100),
                                                                     "cases": len(found)})
