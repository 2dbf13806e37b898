"""Stock by lot: receiving, issuing to wards, taking for a dose, wasting, undoing.

What is left is always counted from the moves under the lot's lock, so nothing can be taken twice. The lot is the last
lock of all (docs/locking.md). A wrong move is undone by its mirror; moves are never edited.
"""
from decimal import Decimal, InvalidOperation

from django.db.models import Q

from emr import clock
from emr.acts import act
from emr.errors import Malformed, NotFound, ReasonMissing, TimeInFuture
from emr.journal import record
from emr.models import Department
from orders.errors import (
    AlreadyUndone, LotDiffers, LotIsExpired, NotByHand, NotEnoughStock, QuantityNotPositive, SameDepartment, UnknownMedication,
)
from orders.models import Medication, StockLot, StockMove
from orders.queries import stock

Kind = StockMove.Kind


def lock_lot(lot) -> StockLot:
    """The lot as it is now; others who move it wait."""
    return StockLot.objects.select_for_update(no_key=True).get(pk=getattr(lot, "pk", lot))


def _positive(quantity) -> Decimal:
    try:
        number = Decimal(str(quantity))
    except InvalidOperation as error:
        raise Malformed(problem="quantity: a number is needed") from error
    if not number.is_finite() or number <= 0 or number > 1_000_000_000:
        raise QuantityNotPositive(quantity=str(quantity))
    return number


def _happened(moment):
    moment = moment or clock.now()
    if moment > clock.now():
        raise TimeInFuture()
    return moment


def _refuse_absent(department):
    if not Department.objects.filter(pk=getattr(department, "pk", department)).exists():
        raise NotFound()


def _refuse_too_much(lot, department, quantity):
    left = stock.left(lot, department)
    if left < quantity:
        raise NotEnoughStock(left=str(left), lot=lot.lot_number, wanted=str(quantity))


def _move(lot, department, quantity, *, kind, by, happened_at, reason="", **links):
    return StockMove.objects.create(lot=lot, department_id=getattr(department, "pk", department), kind=kind, quantity=quantity,
                                    happened_at=happened_at, reason=reason, recorded_by=by, **links)


@act("orders.receive_stock")
def receive_stock(medication, *, by, department, lot_number, expires_on, unit_cost, quantity, supplier="", happened_at=None):
    """Take a delivery into a department: product, lot, expiry date, cost of one stock unit, number of stock units.

    Raises UnknownMedication, QuantityNotPositive, LotDiffers (same lot and price, other expiry), TimeInFuture.
    """
    drug = Medication.objects.filter(pk=getattr(medication, "pk", medication)).first()
    if drug is None:
        raise UnknownMedication()
    quantity, moment, cost = _positive(quantity), _happened(happened_at), _cost(unit_cost)
    if not lot_number.strip():
        raise Malformed(problem="lot_number: the number on the pack is needed")
    _refuse_absent(department)
    lot, is_new = StockLot.objects.get_or_create(
        medication=drug, lot_number=lot_number.strip(), unit_cost=cost,
        defaults={"expires_on": expires_on, "supplier": supplier, "received_at": moment})
    if not is_new:
        lot = lock_lot(lot)
        if lot.expires_on != expires_on:
            raise LotDiffers(lot=lot.lot_number, expires_on=lot.expires_on)
    move = _move(lot, department, quantity, kind=Kind.RECEIPT, by=by, happened_at=moment)
    record(move, medication=str(drug), lot=lot.lot_number, quantity=str(quantity), unit_cost=str(cost))
    return move


def _cost(value):
    try:
        cost = Decimal(str(value)).quantize(Decimal("0.0001"))
    except InvalidOperation as error:
        raise Malformed(problem="unit_cost: a number is needed") from error
    if not 0 <= cost < 10_000_000_000:
        raise Malformed(problem="unit_cost: nothing or more")
    return cost


@act("orders.issue_stock")
def issue_stock(lot, *, by, from_department, to_department, quantity, happened_at=None):
    """Send stock of a lot from one department to another; returns the move that left. Raises NotEnoughStock."""
    lot, quantity, moment = lock_lot(lot), _positive(quantity), _happened(happened_at)
    if str(getattr(from_department, "pk", from_department)) == str(getattr(to_department, "pk", to_department)):
        raise SameDepartment()
    _refuse_absent(to_department)
    _refuse_too_much(lot, from_department, quantity)
    gone = _move(lot, from_department, -quantity, kind=Kind.ISSUE, by=by, happened_at=moment)
    come = _move(lot, to_department, quantity, kind=Kind.ISSUE, by=by, happened_at=moment, issued_from=gone)
    record(gone, lot=lot.lot_number, quantity=str(quantity), to=str(come.department_id))
    return gone


@act("orders.waste_stock")
def waste_stock(lot, *, by, department, quantity, reason, happened_at=None):
    """Note that stock was thrown away, broken or lost, with the reason. Raises NotEnoughStock, ReasonMissing."""
    lot, quantity, moment = lock_lot(lot), _positive(quantity), _happened(happened_at)
    if not reason.strip():
        raise ReasonMissing()
    _refuse_too_much(lot, department, quantity)
    move = _move(lot, department, -quantity, kind=Kind.WASTE, by=by, happened_at=moment, reason=reason.strip())
    record(move, lot=lot.lot_number, quantity=str(quantity), reason=move.reason)
    return move


@act("orders.undo_stock_move")
def undo_stock_move(move, *, by, reason):
    """Undo a receipt, issue or waste by its mirror (an issue by two); returns the mirror of the move named.

    Raises AlreadyUndone, ReasonMissing, NotEnoughStock (what came in is partly gone), NotByHand (a given dose).
    """
    row = StockMove.objects.get(pk=getattr(move, "pk", move))
    if row.kind in (Kind.GIVEN, Kind.MIRROR):
        raise NotByHand()
    lock_lot(row.lot_id)
    legs = StockMove.objects.filter(Q(issued_from=row) | Q(pk=row.issued_from_id)) if row.kind == Kind.ISSUE else []
    mirrors = [put_back(each, by=by, reason=reason) for each in (row, *legs)]
    record(mirrors[0], lot=row.lot.lot_number, quantity=str(row.quantity), reason=reason.strip(), mirrors=str(row.pk))
    return mirrors[0]


def take(lot, department, quantity, *, by, happened_at=None, kind="given") -> StockMove:
    """Take stock of a lot for a dose, inside the act that gives it. `quantity` in stock units.

    Raises NotEnoughStock, LotIsExpired (on the institution's day of giving), QuantityNotPositive, TimeInFuture.
    """
    lot, quantity, moment = lock_lot(lot), _positive(quantity), _happened(happened_at)
    if kind == Kind.GIVEN and lot.expires_on < clock.day_of(moment):
        raise LotIsExpired(lot=lot.lot_number, expires_on=lot.expires_on)
    _refuse_too_much(lot, department, quantity)
    return _move(lot, department, -quantity, kind=kind, by=by, happened_at=moment)


def put_back(move, *, by, reason) -> StockMove:
    """Undo a move by its mirror, inside the act that corrects what it belonged to. Raises AlreadyUndone, ReasonMissing."""
    if not reason.strip():
        raise ReasonMissing()
    lot = lock_lot(move.lot_id)
    if StockMove.objects.filter(mirrors=move).exists():
        raise AlreadyUndone()
    if move.quantity > 0:
        _refuse_too_much(lot, move.department_id, move.quantity)
    return _move(lot, move.department_id, -move.quantity, kind=Kind.MIRROR, by=by, happened_at=clock.now(), reason=reason.strip(),
                 mirrors=move)
