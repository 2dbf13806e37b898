"""An order in one line: read word for word, shown with every dose time, stock, price and check, then signed."""

from django.shortcuts import render
from django.views.decorators.http import require_POST

from emr.chart_tabs import page_address
from emr.errors import Refusal
from emr.pages import cleaned, look, origin, request_key
from orders.actions import medication_request as acts
from orders.errors import DrugNotChosen
from orders.rules import line as lines
from orders.rules import line_product
from orders.web.forms import LineForm
from orders.web.order import beside_orders, category_of, gone, opened, shown_to


@look("orders.prescribe_medication")
def page(request, encounter_id):
    """Write an order in one line and sign it. Nothing is saved until it is signed. `?line=`: what another page proposes."""
    encounter = opened(request, encounter_id, "orders:prescribe")
    back_to = origin(request, page_address(request.actor, encounter.patient_id, "orders"))
    form = LineForm(request.POST or None, actor=request.actor)
    if request.method == "POST":
        line = lines.read(cleaned(form)["line"])
        acts.prescribe_medication(
            encounter,
            medication=line_product.product(line, form.cleaned_data["medication"]),
            by=request.actor,
            request_key=request_key(request),
            category=category_of(encounter),
            **line.order(),
            **form.answers(),
        )
        return gone(request, back_to)
    return render(
        request,
        "orders/line/page.html",
        {
            **beside_orders(encounter),
            "form": form,
            "back_to": back_to,
            "proposed": request.GET.get("line", "")[:300],
            "crumbs": [{"label": encounter.patient.full_name, "url": back_to}],
        },
    )


@require_POST
@look("orders.prescribe_medication")
def preview(request, encounter_id):
    """What the line says, or the word that is not understood; the products to choose from; the order as it would be signed."""
    encounter = opened(request, encounter_id, "orders:prescribe")
    form, context = LineForm(request.POST, actor=request.actor), {}
    try:
        line = context["line"] = lines.read(cleaned(form)["line"])
        chosen = form.cleaned_data["medication"]
        context |= {"drugs": line_product.candidates(line), "chosen": chosen}
        context |= shown_to(request, encounter, line_product.product(line, chosen), line.order())
    except DrugNotChosen as refusal:
        context["choose"] = refusal
    except Refusal as refusal:  # the line is still being written: its gap is shown in place, not as an alarm
        context["missing"] = refusal
    return render(request, "orders/line/_preview.html", context)
