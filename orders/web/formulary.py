"""The formulary: searching it and adding a product."""
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from emr.pages import cleaned, look, page_of, request_key
from orders.actions.medication import add_medication
from orders.queries import medication as queries
from orders.web.forms import MedicationForm
from orders.web.order import gone


@look("orders.see_formulary")
def page(request):
    """Products of the formulary by words."""
    asked = request.GET.get("q", "")[:80]
    rows = queries.search(asked)
    template = "orders/formulary/_rows.html" if request.htmx else "orders/formulary/page.html"
    return render(request, template, {"page": page_of(request, rows), "asked": asked,
                                      "may_add": request.actor.may("orders.add_medication")})


@look("orders.add_medication")
def new(request):
    """Add a product."""
    form = MedicationForm(request.POST or None)
    if request.method == "POST":
        data = {name: value for name, value in cleaned(form).items() if value not in (None, "")}
        add_medication(by=request.actor, request_key=request_key(request), **data)
        return gone(request, reverse("orders:formulary"))
    return render(request, "orders/formulary/new.html", {
        "form": form, "crumbs": [{"label": _("Formulary"), "url": reverse("orders:formulary")}]})
