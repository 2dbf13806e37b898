"""Accounts as the accountant and the cashier read them. Reading posts nothing; "Post now" is an act of its own."""
from django import forms
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.actions.account import open_account
from billing.actions.charge_item import post_charges
from billing.models import Payer, Tariff
from billing.queries import account as queries
from billing.queries import case, estimate, payer, settlement
from billing.rules.grouper import groupings
from billing.rules.unpriced import waiting
from emr.access import log_reading
from emr.pages import back, cleaned, look, page_of, request_key

KINDS = dict(Tariff.Kind.choices)



class OpenForm(forms.Form):
    """Whose account is opened, and who pays."""

    encounter = forms.UUIDField()
    payer = forms.ModelChoiceField(label=gettext_lazy("Payer"), queryset=Payer.objects.all())


def named(totals):
    """Sums by kind with the word of the kind."""
    return [row | {"label": KINDS.get(row["kind"], row["kind"])} for row in totals]


@look("billing.see_accounts")
def accounts(request):
    """All accounts, the newest first."""
    text, open_only = request.GET.get("q", ""), request.GET.get("open") == "1"
    page = page_of(request, queries.listed(text=text, open_only=open_only))
    return render(request, "billing/account/list.html", {
        "page": page, "text": text, "open_only": open_only, "may_post": request.actor.may("billing.post_charges")})


@look("billing.see_accounts")
def account(request, account_id):
    """One account: what it comes to, by kind and day, who pays, each line with its reason.

    What is not posted yet, and what such cases cost, come into the page after it: they look at more than this case.
    """
    row = queries.one(request.actor, pk=account_id)
    return render(request, "billing/account/page.html", {
        "account": row, "patient": row.patient, "page": page_of(request, queries.lines(row)),
        "kinds": named(queries.totals_by_kind(row)), "days": queries.totals_by_day(row),
        "parties": settlement.parties(row), "invoices": settlement.invoices(account=row),
        "payments": settlement.payments(account=row),
        "may_post": request.actor.may("billing.post_charges"), "may_issue": request.actor.may("billing.issue_invoice"),
        "may_take": request.actor.may("billing.take_payment"),
        "crumbs": [{"label": _("Accounts"), "url": reverse("billing:accounts")}]})


@look("billing.open_account")
def open_by_hand(request):
    """Somebody who pays: his visit or stay is found, and its account opened before anything is charged to the default payer."""
    if request.method == "POST":
        asked = cleaned(OpenForm(request.POST))
        made = open_account(asked["encounter"], by=request.actor, request_key=request_key(request), payer=asked["payer"])
        return redirect("billing:account", made.pk)
    text = request.GET.get("q", "")
    log_reading(request.actor, None, "visits without an account", "money")
    return render(request, "billing/account/open.html", {
        "page": page_of(request, queries.to_open(request.actor, text=text)), "text": text,
        "payers": payer.who_pays_himself_first(), "crumbs": [{"label": _("Cashier's desk"), "url": reverse("billing:desk")}]})


@look("billing.see_accounts")
def pending(request, account_id):
    """What was done and is not posted yet, what has no price, what a stay opened again cost since: loaded into the account's
    page.
    """
    row = queries.one(request.actor, pk=account_id)
    priced, unpriced = waiting(row.encounter)
    return render(request, "billing/account/_waiting.html", {
        "account": row, "priced": priced, "unpriced": unpriced, "again": queries.opened_again(row),
        "may_post": request.actor.may("billing.post_charges")})


@look("billing.see_accounts")
def comparison(request, account_id):
    """The case beside the median of its diagnosis and the norm of the budget: loaded into the page of the account."""
    row = queries.one(request.actor, pk=account_id)
    main = case.diagnosis(row.encounter)
    norm = case.norm(main.code) if main else None
    return render(request, "billing/case/_comparison.html", {
        "account": row, "diagnosis": main, "likes": case.likes(row.encounter, main.code) if main else None, "norm": norm,
        "above": norm and row.total - norm.amount, "estimates": estimate.of_stay(row.encounter),
        "may_make": request.actor.may("billing.make_estimate"), "groupings": groupings(row.encounter_id),
        "may_assign": request.actor.may("billing.assign_group")})


@look("billing.see_accounts")
def post(request, account_id=None):
    """Post what is not posted yet, of one account or of all. The request needs no key: posting twice posts once."""
    encounter = queries.one(request.actor, pk=account_id).encounter if account_id else None
    post_charges(encounter, by=request.actor)
    return back(request, reverse("billing:account", args=[account_id]) if account_id else reverse("billing:accounts"))


@look("billing.see_accounts")
def chart_tab(request, patient_id):
    """The money part of a chart: the accounts of the patient."""
    rows = queries.of_patient(request.actor, patient=patient_id)
    return render(request, "billing/account/_chart.html", {"page": page_of(request, rows), "patient": {"pk": patient_id}})
