"""Stock: what lies where and until when; deliveries, issues to wards, waste, undoing."""
import datetime as dt

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from emr import clock
from emr.errors import NotFound
from emr.models import Department
from emr.pages import cleaned, look, page_of, request_key
from orders.actions import stock as acts
from orders.models import StockLot, StockMove
from orders.queries import stock as queries
from orders.web.forms import IssueForm, ReasonForm, ReceiveForm, WasteForm
from orders.web.order import found, gone

SOON = 60  # days before its expiry from which a lot is pointed out


def departments_of(actor):
    """The departments whose stock the actor sees: the pharmacy sees all, a nurse those she works in."""
    if actor.may("orders.add_medication"):
        return Department.objects.all()
    return Department.objects.filter(pk__in=actor.department_ids)


@look("orders.see_stock")
def page(request):
    """What lies where, the first to expire first."""
    seen = departments_of(request.actor)
    chosen = seen.filter(code=request.GET.get("department", "")).first()
    soon = bool(request.GET.get("expiring"))
    rows = queries.lying([chosen.pk] if chosen else seen.values("pk"), text=request.GET.get("q", "")[:80],
                         expiring_days=SOON if soon else None)
    shown = page_of(request, rows)
    today = clock.today()
    for row in shown.object_list:
        row["tone"] = "bad" if row["expires_on"] < today else "warn" if row["expires_on"] <= today + dt.timedelta(SOON) else ""
    return render(request, "orders/stock/page.html", {
        "page": shown, "departments": seen, "chosen": chosen, "soon": soon, "asked": request.GET.get("q", "")[:80],
        "may": {name: request.actor.may(f"orders.{name}") for name in ("receive_stock", "issue_stock", "waste_stock",
                                                                       "add_medication")}})


@look("orders.receive_stock")
def receive(request):
    """Enter a delivery."""
    form = ReceiveForm(request.POST or None, departments=departments_of(request.actor))
    if request.method == "POST":
        data = cleaned(form)
        acts.receive_stock(data.pop("medication"), by=request.actor, request_key=request_key(request), **data)
        return gone(request, reverse("orders:stock"))
    return render(request, "orders/stock/receive.html", {"form": form, **found(request)})


def lot_and_department(request, lot_id, department_id):
    """The lot and a department whose stock the actor sees. Raises NotFound."""
    lot = StockLot.objects.select_related("medication").filter(pk=lot_id).first()
    department = departments_of(request.actor).filter(pk=department_id).first()
    if lot is None or department is None:
        raise NotFound()
    return lot, department


@look("orders.see_stock")
def moves(request, lot_id, department_id):
    """Every move of a lot in a department, newest first."""
    lot, department = lot_and_department(request, lot_id, department_id)
    rows = StockMove.objects.filter(lot=lot, department=department).select_related("recorded_by", "mirrored_by")
    return render(request, "orders/stock/moves.html", {
        "lot": lot, "department": department, "left": queries.left(lot, department),
        "page": page_of(request, rows.order_by("-happened_at", "-pk")), "may_undo": request.actor.may("orders.undo_stock_move"),
        "crumbs": [{"label": _("Stock"), "url": reverse("orders:stock")}]})


@look("orders.waste_stock")
def waste(request, lot_id, department_id):
    """Note that stock of a lot was thrown away."""
    lot, department = lot_and_department(request, lot_id, department_id)
    form = WasteForm(request.POST or None)
    if request.method == "POST":
        acts.waste_stock(lot, by=request.actor, department=department, request_key=request_key(request), **cleaned(form))
        return gone(request, reverse("orders:stock"))
    return render(request, "orders/stock/_waste.html", {"lot": lot, "department": department, "form": form})


@look("orders.issue_stock")
def issue(request, lot_id, department_id):
    """Send stock of a lot to another department."""
    lot, department = lot_and_department(request, lot_id, department_id)
    form = IssueForm(request.POST or None)
    if request.method == "POST":
        acts.issue_stock(lot, by=request.actor, from_department=department, request_key=request_key(request), **cleaned(form))
        return gone(request, reverse("orders:stock"))
    return render(request, "orders/stock/_issue.html", {"lot": lot, "department": department, "form": form})


@look("orders.undo_stock_move")
def undo(request, move_id):
    """Undo a wrong move by its mirror."""
    move = StockMove.objects.filter(pk=move_id).first()
    if move is None:
        raise NotFound()
    form = ReasonForm(request.POST or None)
    if request.method == "POST":
        acts.undo_stock_move(move, by=request.actor, reason=cleaned(form)["reason"], request_key=request_key(request))
        return gone(request, reverse("orders:moves", args=[move.lot_id, move.department_id]))
    return render(request, "orders/stock/_undo.html", {"move": move, "form": form})
