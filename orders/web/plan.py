"""What goes on with an order: renewed for some days more, begun by the event it waits for."""
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from emr.pages import cleaned, look, request_key
from orders.actions.order_event import start_order_on_event
from orders.actions.renewal import renew_medication
from orders.queries import encounter as encounters
from orders.queries import leave as leaves
from orders.queries import medication_request as queries
from orders.rules import frequency
from orders.web.forms import RenewForm, StartForm
from orders.web.order import done, of_chart

FEW = 50


@look("orders.renew_medication")
def renew(request, request_id):
    """Let an order go on for some days more."""
    row = of_chart(request, request_id, "orders:renew")
    form = RenewForm(request.POST or None, actor=request.actor)
    if request.method == "POST":
        days = cleaned(form)["days"]
        renew_medication(row, by=request.actor, days=days, request_key=request_key(request), **form.answers())
        return answered(request, row, _("Order renewed"))
    return render(request, "orders/order/_renew.html", shown(request, row, form))


@look("orders.start_order_on_event")
def start(request, request_id):
    """Tell that the event came for which an order waits."""
    row = of_chart(request, request_id, "orders:start")
    form = StartForm(request.POST or None)
    if request.method == "POST":
        at = cleaned(form)["at"]
        start_order_on_event(row, by=request.actor, at=at, request_key=request_key(request))
        return answered(request, row, _("Order started"))
    return render(request, "orders/order/_start.html", shown(request, row, form))


def shown(request, row, form):
    """The order in a dialog that was opened from the chart, or from a list (?list)."""
    return {"order": row, "form": form, "from_list": "list" in request.GET,
            "how_often": frequency.words(row.timing_text, row.timing)}


def answered(request, row, text):
    """The orders tab anew; where the dialog was opened from a list, the page of the list anew."""
    return HttpResponse(headers={"HX-Refresh": "true"}) if "from_list" in request.POST else done(request, row, text)


@look("orders.see_orders")
def waiting(request):
    """Orders of the reader's departments that wait for an event: a fragment of the worklist."""
    here = encounters.of_reader(request.actor)
    rows = list(queries.waiting(here)[:FEW])
    for row in rows:
        row.how_often = frequency.words(row.timing_text, row.timing)
    return render(request, "orders/order/_waiting.html", {
        "rows": rows, "may_start": request.actor.may("orders.start_order_on_event"),
        "leaves": leaves.open_in(here), "may_end": request.actor.may("orders.end_leave")})
