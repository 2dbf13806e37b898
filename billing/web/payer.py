"""Who pays, on what terms, and what each pays for what."""
from django import forms
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.actions.account import set_payer, set_terms
from billing.actions.staff_grade import set_grade
from billing.models import Payer
from billing.queries import account as accounts
from billing.queries import payer as payers
from billing.queries import staff_grade as grades
from billing.queries import tariff as queries
from emr import clock
from emr.inputs import AmountInput, DayInput
from emr.models import Staff
from emr.pages import cleaned, look, page_of, request_key


class PayerForm(forms.Form):
    """Somebody who pays."""

    code = forms.SlugField(label=gettext_lazy("Code"), max_length=40)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Payer.Kind.choices)


class TermsForm(forms.Form):
    """Who pays what is posted from now on."""

    payer = forms.ModelChoiceField(label=gettext_lazy("Payer"), queryset=Payer.objects.order_by("name"))
    co_payer = forms.ModelChoiceField(label=gettext_lazy("Second payer"), queryset=Payer.objects.order_by("name"), required=False,
                                      empty_label="—")
    co_share = forms.DecimalField(label=gettext_lazy("Share of the second payer"), min_value=0, max_value=100, decimal_places=2,
                                  required=False, widget=AmountInput())
    discount = forms.DecimalField(label=gettext_lazy("Discount"), min_value=0, max_value=100, decimal_places=2, required=False,
                                  widget=AmountInput(), help_text=gettext_lazy("Of everything that has a tariff; a lot costs "
                                                                               "what it cost."))
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300, required=False)


class GradeForm(forms.Form):
    """The pay grade of a member of staff."""

    staff = forms.ModelChoiceField(label=gettext_lazy("Member of staff"),
                                   queryset=Staff.objects.filter(kind=Staff.Kind.PERSON, left_on=None))
    grade = forms.SlugField(label=gettext_lazy("Grade"), max_length=40)
    valid_from = forms.DateField(label=gettext_lazy("From"), widget=DayInput(), initial=clock.today)


def tabs(current):
    """The parts of the price list."""
    names = (("tariffs", _("Prices")), ("matrix", _("By payer")), ("payers", _("Payers")), ("grades", _("Pay grades")),
             ("norms", _("Norms of the budget")),
             ("overhead", _("Overhead")), ("groupers", _("Case groups")), ("repricing", _("Price lines anew")))
    return [{"label": label, "url": reverse(f"billing:{name}"), "current": name == current} for name, label in names]


@look("billing.see_tariffs")
def matrix(request):
    """Payer × tariff: what each pays today."""
    columns, rows = queries.matrix()
    return render(request, "billing/tariff/matrix.html", {"payers": columns, "page": page_of(request, rows, size=100),
                                                          "tabs": tabs("matrix")})


def list_with_form(request, rows, Form, act, *, tab, template, **more):
    """A part of the price list: its rows, and the form that adds one for whoever may."""
    form = Form(request.POST or None)
    if request.method == "POST" and form.is_valid():
        act(by=request.actor, request_key=request_key(request), **cleaned(form))
        return redirect(f"billing:{tab}")
    return render(request, template,
                  {"page": page_of(request, rows), "form": form, "may_set": request.actor.may(act.act), "tabs": tabs(tab)} | more,
                  status=422 if form.errors else 200)


@look("billing.see_tariffs")
def payer_list(request):
    """Payers, and a new one."""
    return list_with_form(request, payers.listed(), PayerForm, set_payer, tab="payers", template="billing/tariff/payers.html")


@look("billing.see_tariffs")
def grade_list(request):
    """Pay grades, and a new one."""
    return list_with_form(request, grades.listed(), GradeForm, set_grade, tab="grades", template="billing/tariff/grades.html")


@look("billing.set_terms")
def terms(request, account_id):
    """The terms of an account."""
    row = accounts.one(request.actor, pk=account_id)
    form = TermsForm(request.POST or None, initial={"payer": row.payer_id, "co_payer": row.co_payer_id, "co_share": row.co_share,
                                                    "discount": row.discount, "reason": row.terms_reason})
    if request.method == "POST" and form.is_valid():
        set_terms(row, by=request.actor, request_key=request_key(request), **cleaned(form))
        return redirect("billing:account", row.pk)
    return render(request, "billing/account/terms.html", {
        "form": form, "account": row, "patient": row.patient, "crumbs": [
            {"label": _("Accounts"), "url": reverse("billing:accounts")},
            {"label": row.number, "url": reverse("billing:account", args=[row.pk])}]}, status=422 if form.errors else 200)
