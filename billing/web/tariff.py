"""The price list."""
from urllib.parse import urlencode

from django import forms
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.actions.tariff import set_tariff
from billing.models import Payer, Tariff
from billing.queries import tariff as queries
from billing.web.payer import tabs
from emr import clock
from emr.inputs import AmountInput, DayInput
from emr.pages import back, cleaned, look, page_of, request_key


class TariffForm(forms.Form):
    """A price from a day on."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Tariff.Kind.choices)
    code = forms.CharField(label=gettext_lazy("Code"), max_length=80, help_text=gettext_lazy(
        "Department, test, procedure, product or grade; * = any of the kind"))
    name = forms.CharField(label=gettext_lazy("Name"), max_length=300)
    price = forms.DecimalField(label=gettext_lazy("Price"), min_value=0, max_digits=14, decimal_places=2, widget=AmountInput())
    valid_from = forms.DateField(label=gettext_lazy("From"), widget=DayInput(), initial=clock.today)
    valid_until = forms.DateField(label=gettext_lazy("Until (not included)"), widget=DayInput(), required=False)
    payer = forms.ModelChoiceField(label=gettext_lazy("Payer"), queryset=Payer.objects.order_by("name"), required=False,
                                   empty_label=gettext_lazy("all payers"))
    late = forms.BooleanField(label=gettext_lazy("A late price"), required=False, help_text=gettext_lazy(
        "Lines may be posted already with the price until now; they stay until they are priced anew."))


@look("billing.see_tariffs")
def tariffs(request):
    """Prices with their days."""
    kind = request.GET.get("kind", "")
    page = page_of(request, queries.listed(kind=kind if kind in Tariff.Kind.values else "",
                                           on=None if request.GET.get("all") else clock.today()))
    return render(request, "billing/tariff/list.html", {
        "page": page, "kinds": Tariff.Kind.choices, "kind": kind, "all": bool(request.GET.get("all")), "today": clock.today(),
        "may_set": request.actor.may("billing.set_tariff"),
        "tabs": tabs("tariffs")})


@look("billing.see_tariffs")
def add(request):
    """Set a price: for an act of the list of exceptions from its own day on; a late one leads to what would change."""
    known = {name: request.GET[name] for name in ("kind", "code", "name", "valid_from") if name in request.GET}
    form = TariffForm(request.POST or None, initial=known)
    form.fields["price" if "code" in known else "kind"].widget.attrs["autofocus"] = True
    if request.method == "POST" and form.is_valid():
        asked = cleaned(form)
        set_tariff(by=request.actor, request_key=request_key(request), **asked)
        if asked["late"]:  # what stands with the price until now: the dry run
            return redirect("{}?{}".format(reverse("billing:repricing"), urlencode(
                {"since": asked["valid_from"], "until": "", "kind": asked["kind"]})))
        return back(request, reverse("billing:tariffs"))
    return render(request, "billing/tariff/add.html", {
        "form": form, "crumbs": [{"label": _("Tariffs"), "url": reverse("billing:tariffs")}]}, status=422 if form.errors else 200)
