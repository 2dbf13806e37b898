"""Stock: what lies where and until when; deliveries, issues to wards, returns, waste, undoing."""
import datetime as dt

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from emr import clock
from emr.errors import NotFound
from emr.pages import cleaned, look, page_of, request_key
from orders.actions import stock as acts
from orders.models import StockLot, StockMove
from orders.queries import register
from orders.queries import stock as queries
from orders.queries.stock import departments_of
from orders.web.forms import IssueForm, ReceiveForm, RestForm, ReturnForm, UndoForm, WasteForm
from orders.web.order import found, gone

SOON = 60  # days before its expiry from which a lot is pointed out


def tabs(request):
    """The parts of the stock between which its readers go."""
    parts = [("stock", _("What lies where"), "packages", "orders.see_stock"),
             ("counts", _("Counts"), "clipboard-check", "orders.see_stock"),
             ("register", _("Controlled drugs"), "lock", "orders.see_register")]
    here = request.resolver_match.url_name
    return [{"label": label, "url": reverse(f"orders:{name}"), "icon": icon, "current": name == here}
            for name, label, icon, needed in parts if request.actor.may(needed)]


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
        row["left_days"] = (row["expires_on"] - today).days
    return render(request, "orders/stock/page.html", {
        "page": shown, "departments": seen, "chosen": chosen, "soon": soon, "asked": request.GET.get("q", "")[:80],
        "tabs": tabs(request), "may": {name: request.actor.may(f"orders.{name}") for name in (
            "receive_stock", "issue_stock", "return_stock", "waste_stock", "add_medication")}})


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
    rows = queries.with_rests(StockMove.objects.filter(lot=lot, department=department)).select_related(
        "recorded_by", "witness", "mirrored_by")
    return render(request, "orders/stock/moves.html", {
        "lot": lot, "department": department, "left": queries.left(lot, department),
        "page": page_of(request, rows.order_by("-happened_at", "-pk")), "may_undo": request.actor.may("orders.undo_stock_move"),
        "may_rest": request.actor.may("orders.waste_rest"),
        "crumbs": [{"label": _("Stock"), "url": reverse("orders:stock")}]})


def second_people(request, lot, department):
    """Who may sign with the reader, for a controlled drug; None for others, whose forms then do not ask."""
    return register.signers(department, request.actor) if lot.medication.is_controlled else None


@look("orders.waste_stock")
def waste(request, lot_id, department_id):
    """Note that stock of a lot was thrown away."""
    lot, department = lot_and_department(request, lot_id, department_id)
    form = WasteForm(request.POST or None, signers=second_people(request, lot, department))
    if request.method == "POST":
        acts.waste_stock(lot, by=request.actor, department=department, request_key=request_key(request), **cleaned(form))
        return gone(request, reverse("orders:stock"))
    return render(request, "orders/stock/_waste.html", {"lot": lot, "department": department, "form": form})


@look("orders.issue_stock")
def issue(request, lot_id, department_id):
    """Send stock of a lot to another department; a lot that expires earlier is pointed out."""
    lot, department = lot_and_department(request, lot_id, department_id)
    form = IssueForm(request.POST or None)
    if request.method == "POST":
        acts.issue_stock(lot, by=request.actor, from_department=department, request_key=request_key(request), **cleaned(form))
        return gone(request, reverse("orders:stock"))
    first = queries.first_to_expire(lot.medication_id, department)
    return render(request, "orders/stock/_issue.html", {
        "lot": lot, "department": department, "form": form, "left": queries.left(lot, department),
        "first": first if first and first.expires_on < lot.expires_on else None})


@look("orders.return_stock")
def give_back(request, lot_id, department_id):
    """Send stock of a lot back to the pharmacy."""
    lot, department = lot_and_department(request, lot_id, department_id)
    form = ReturnForm(request.POST or None)
    if request.method == "POST":
        acts.return_stock(lot, by=request.actor, from_department=department, request_key=request_key(request), **cleaned(form))
        return gone(request, reverse("orders:stock"))
    return render(request, "orders/stock/_return.html", {"lot": lot, "department": department, "form": form,
                                                         "left": queries.left(lot, department)})


def move_of(request, move_id):
    """A move in a department whose stock the actor sees. Raises NotFound."""
    rows = StockMove.objects.filter(department__in=departments_of(request.actor)).select_related("lot__medication", "department")
    move = rows.filter(pk=move_id).first()
    if move is None:
        raise NotFound()
    return move


@look("orders.waste_rest")
def rest(request, move_id):
    """Throw away what remained of the unit opened for a dose."""
    move = move_of(request, move_id)
    form = RestForm(request.POST or None, signers=second_people(request, move.lot, move.department))
    if request.method == "POST":
        acts.waste_rest(move, by=request.actor, request_key=request_key(request), **cleaned(form))
        return gone(request, reverse("orders:moves", args=[move.lot_id, move.department_id]))
    return render(request, "orders/stock/_rest.html", {"move": move, "form": form, "remains": acts.rest_of(move)})


@look("orders.undo_stock_move")
def undo(request, move_id):
    """Undo a wrong move by its mirror."""
    move = move_of(request, move_id)
    form = UndoForm(request.POST or None, signers=second_people(request, move.lot, move.department))
    if request.method == "POST":
        acts.undo_stock_move(move, by=request.actor, request_key=request_key(request), **cleaned(form))
        return gone(request, reverse("orders:moves", args=[move.lot_id, move.department_id]))
    return render(request, "orders/stock/_undo.html", {"move": move, "form": form})
