"""Order sets: those offered for a stay or visit, and ordering by one in one act."""

from django.shortcuts import render

from emr.chart_tabs import page_address
from emr.errors import NotFound
from emr.pages import cleaned, look, request_key
from orders.actions.order_set import apply_order_set
from orders.queries import order_set as queries
from orders.rules import order_set as rules
from orders.web.forms import SetForm
from orders.web.order import beside_orders, category_of, gone, opened


@look("orders.see_order_sets")
def offered(request, encounter_id):
    """Sets for the patient's diagnoses and the department."""
    encounter = opened(request, encounter_id, "orders:sets")
    return render(
        request,
        "orders/order_set/offered.html",
        {
            **beside_orders(encounter),
            "sets": queries.offered(encounter),
            "crumbs": crumbs(request, encounter),
        },
    )


@look("orders.apply_order_set")
def apply(request, encounter_id, set_id):
    """Every order of the set with its dose times, cost and checks; what is not ticked is not ordered, and the reason is kept."""
    encounter = opened(request, encounter_id, "orders:sets")
    order_set = queries.with_lines(set_id)
    if order_set is None:
        raise NotFound()
    form = SetForm(request.POST or None, actor=request.actor)
    if request.method == "POST":
        data = cleaned(form)
        apply_order_set(
            encounter,
            order_set=order_set,
            by=request.actor,
            request_key=request_key(request),
            positions=request.POST.getlist("position"),
            deviation_reason=data["deviation_reason"],
            category=category_of(encounter),
            **form.answers(),
        )
        return gone(request, page_address(request.actor, encounter.patient_id, "orders"))
    lines = rules.shown(order_set, encounter, category_of(encounter))
    return render(
        request,
        "orders/order_set/apply.html",
        {
            **beside_orders(encounter),
            "order_set": order_set,
            "lines": lines,
            "form": form,
            "cost": rules.cost(lines),
            "back_to": page_address(request.actor, encounter.patient_id, "orders"),
            "crumbs": crumbs(request, encounter),
        },
    )


def crumbs(request, encounter):
    return [{"label": encounter.patient.full_name, "url": page_address(request.actor, encounter.patient_id, "orders")}]
