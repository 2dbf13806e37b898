"""What the start page shows of orders: what the reader must do next."""
from django.shortcuts import render

from emr.pages import look
from orders.queries import encounter as encounters
from orders.queries import medication_request as queries
from orders.queries import stock
from orders.queries.stock import departments_of
from orders.web.order import in_words
from orders.web.stock import SOON

FEW = 8


@look("orders.see_orders")
def home_card(request):
    """For pharmacy and head nurse: lots near their expiry and drugs running low.

    For a doctor: orders that end within 24 hours.
    """
    context = {}
    if request.actor.may("orders.receive_stock"):
        departments = list(departments_of(request.actor).values_list("pk", flat=True))
        context = {"expiring": list(stock.lying(departments, expiring_days=SOON)[:FEW]), "days": SOON,
                   "low": list(stock.running_low(departments)[:FEW])}
    elif request.actor.may("orders.prescribe_medication"):
        here = encounters.open_in(request.actor.department_ids)
        context = {"ending": in_words(list(queries.ending(here)[:FEW])),
                   "may_renew": request.actor.may("orders.renew_medication")}
    return render(request, "orders/home/_card.html", context)
