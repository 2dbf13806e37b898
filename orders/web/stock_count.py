"""Counting stock: the sheet, signing it, what was counted before."""
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from emr.errors import NotFound, NotPermitted
from emr.pages import cleaned, look, page_of, request_key
from orders.actions import stock_count as acts
from orders.models import StockCount
from orders.queries import register
from orders.queries import stock as stores
from orders.queries import stock_count as queries
from orders.queries.stock import departments_of
from orders.web.forms import CountForm, counted_lines
from orders.web.order import gone
from orders.web.stock import tabs

SHEET = 100  # lots on one sheet; each sheet is signed by itself
ACTS = {"full": acts.take_stock, "shift": acts.count_shift}


@look("orders.see_stock")
def page(request):
    """Counts made in the reader's departments, newest first, and where to begin one."""
    seen = departments_of(request.actor)
    return render(request, "orders/stock_count/page.html", {
        "page": page_of(request, queries.counts(seen.values("pk"))), "tabs": tabs(request), "departments": seen,
        "may": {name: request.actor.may(f"orders.{name}") for name in ("take_stock", "count_shift")}})


@look("orders.see_stock")
def new(request):
    """The count sheet of a department: what is expected, room for what is found. Sent, it is signed."""
    asked = request.POST if request.method == "POST" else request.GET
    kind = "shift" if asked.get("kind") == "shift" else "full"
    if not request.actor.may(ACTS[kind].act):
        raise NotPermitted(act=ACTS[kind].act)
    department = departments_of(request.actor).filter(code=asked.get("department", "")).first()
    if department is None:
        raise NotFound()
    people = register.signers(department, request.actor)
    if request.method == "POST":
        form = CountForm(request.POST, signers=people)
        form.fields["witness"].required = False  # whether one is needed follows from what was counted: the act says so
        count = ACTS[kind](department, by=request.actor, lines=counted_lines(request.POST), request_key=request_key(request),
                           **cleaned(form))
        return gone(request, reverse("orders:count", args=[count.pk]))
    rows = stores.to_count(department, text=request.GET.get("q", "")[:80], controlled=True if kind == "shift" else None)
    shown = page_of(request, rows, SHEET)
    return render(request, "orders/stock_count/new.html", {
        "page": shown, "department": department, "kind": kind, "asked": request.GET.get("q", "")[:80],
        "form": CountForm(signers=people if any(row["is_controlled"] for row in shown) else None),
        "crumbs": [{"label": _("Counts"), "url": reverse("orders:counts")}]})


@look("orders.see_stock")
def one(request, count_id):
    """A count as it was signed: expected, found, and why they differed."""
    count = queries.counts(departments_of(request.actor).values("pk")).filter(pk=count_id).first()
    if count is None:
        raise NotFound()
    return render(request, "orders/stock_count/one.html", {
        "count": count, "page": page_of(request, queries.lines(count), SHEET), "kinds": StockCount.Kind,
        "crumbs": [{"label": _("Counts"), "url": reverse("orders:counts")}]})
