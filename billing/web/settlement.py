"""The cashier's desk: who owes what, invoices, deposits, payments, refunds and their papers."""
from django import forms
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from billing.actions.invoice import cancel_invoice, issue_invoice
from billing.actions.payment import refund_payment, take_payment
from billing.models import Payer, Payment
from billing.queries import account as accounts
from billing.queries import settlement as queries
from billing.rules.words import in_words
from emr.inputs import AmountInput, Segments
from emr.pages import cleaned, look, page_of, request_key
from emr.printing import printed
from emr.queries import institution

TAKEN = [choice for choice in Payment.Kind.choices if choice[0] != Payment.Kind.REFUND]


class PaymentForm(forms.Form):
    """Money that comes in."""

    payer = forms.ModelChoiceField(label=gettext_lazy("Payer"), queryset=Payer.objects.none(), empty_label=None)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=TAKEN, widget=Segments, initial=Payment.Kind.PAYMENT)
    method = forms.ChoiceField(label=gettext_lazy("How"), choices=Payment.Method.choices, widget=Segments,
                               initial=Payment.Method.CASH)
    amount = forms.DecimalField(label=gettext_lazy("Amount"), min_value=0, max_digits=14, decimal_places=2,
                                widget=AmountInput({"autofocus": True}))

    def __init__(self, *args, parties, **values):
        super().__init__(*args, **values)
        self.fields["payer"].queryset = Payer.objects.filter(pk__in=[party["payer"].pk for party in parties])


class RefundForm(forms.Form):
    """Money that goes back."""

    amount = forms.DecimalField(label=gettext_lazy("Amount"), min_value=0, max_digits=14, decimal_places=2,
                                widget=AmountInput({"autofocus": True}))
    method = forms.ChoiceField(label=gettext_lazy("How"), choices=Payment.Method.choices, widget=Segments)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300)


class CancelForm(forms.Form):
    """Why an invoice is taken back."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300)


def said(amount):
    """An amount in words, in the reader's language and our currency."""
    return in_words(amount, institution.current().currency, get_language())


@look("billing.see_desk")
def desk(request):
    """Accounts that somebody pays, those who owe first when asked; the search finds every account."""
    text, owing = request.GET.get("q", ""), request.GET.get("owing") == "1"
    rows = page_of(request, queries.desk(text=text, owing=owing))
    for row in rows:
        row.due = row.invoiced - row.paid
    return render(request, "billing/settlement/desk.html", {
        "page": rows, "text": text, "owing": owing, "may_open": request.actor.may("billing.open_account")})


def _crumbs(account):
    return [{"label": _("Cashier's desk"), "url": reverse("billing:desk")},
            {"label": account.number, "url": reverse("billing:account", args=[account.pk])}]


@look("billing.issue_invoice")
def issue(request, account_id):
    """Invoice what is not invoiced yet to one payer."""
    account = accounts.one(request.actor, pk=account_id)
    made = issue_invoice(account, by=request.actor, request_key=request_key(request), payer=request.POST.get("payer") or None)
    return redirect("billing:invoice", made.pk)


@look("billing.see_accounts")
def invoice(request, invoice_id):
    """An invoice as a page or PDF, in the reader's language."""
    row = queries.invoice(request.actor, pk=invoice_id)
    context = {"invoice": row, "account": row.account, "patient": row.account.patient, "lines": queries.invoice_lines(row),
               "crumbs": _crumbs(row.account), "form": CancelForm(), "may_cancel": request.actor.may("billing.cancel_invoice"),
               "may_take": request.actor.may("billing.take_payment"), "words": said(row.amount)}
    if request.GET.get("format"):
        return printed(request, "billing/settlement/invoice_paper.html", context, name=f"invoice-{row.number}")
    return render(request, "billing/settlement/invoice.html", context | {"page": page_of(request, context["lines"], size=100)})


@look("billing.cancel_invoice")
def cancel(request, invoice_id):
    """Take an invoice back."""
    made = cancel_invoice(queries.invoice(request.actor, pk=invoice_id), by=request.actor, request_key=request_key(request),
                          **cleaned(CancelForm(request.POST)))
    return redirect("billing:invoice", made.pk)


@look("billing.take_payment")
def pay(request, account_id):
    """Take a payment or deposit."""
    account = accounts.one(request.actor, pk=account_id)
    parties = queries.parties(account)
    owing = max(parties, key=lambda party: party["due"])
    kind = Payment.Kind.PAYMENT if owing["due"] > 0 else Payment.Kind.DEPOSIT
    form = PaymentForm(request.POST or None, parties=parties, initial={
        "payer": owing["payer"], "amount": owing["due"] if owing["due"] > 0 else None, "kind": kind})
    if request.method == "POST" and form.is_valid():
        made = take_payment(account, by=request.actor, request_key=request_key(request), **cleaned(form))
        return redirect("billing:receipt", made.pk)
    return render(request, "billing/settlement/pay.html", {
        "form": form, "account": account, "patient": account.patient, "parties": parties, "crumbs": _crumbs(account)},
        status=422 if form.errors else 200)


@look("billing.refund_payment")
def refund(request, payment_id):
    """Give money back."""
    row = queries.payment(request.actor, pk=payment_id)
    form = RefundForm(request.POST or None, initial={"method": row.method})
    if request.method == "POST" and form.is_valid():
        made = refund_payment(row, by=request.actor, request_key=request_key(request), **cleaned(form))
        return redirect("billing:receipt", made.pk)
    return render(request, "billing/settlement/refund.html", {
        "form": form, "payment": row, "account": row.account, "patient": row.account.patient, "crumbs": _crumbs(row.account),
        "free": -queries.balance(row.account, row.payer)}, status=422 if form.errors else 200)


@look("billing.see_accounts")
def receipt(request, payment_id):
    """A receipt as a page or PDF."""
    row = queries.payment(request.actor, pk=payment_id)
    context = {"payment": row, "account": row.account, "patient": row.account.patient, "crumbs": _crumbs(row.account),
               "amount": abs(row.amount), "words": said(abs(row.amount)),
               "may_refund": request.actor.may("billing.refund_payment")}
    if request.GET.get("format"):
        return printed(request, "billing/settlement/receipt_paper.html", context, name=f"receipt-{row.number}")
    return render(request, "billing/settlement/receipt.html", context)
