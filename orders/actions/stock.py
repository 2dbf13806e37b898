"""Stock by lot: receiving, issuing to wards, returning, taking for a dose, wasting, undoing.

What is left is always counted from the moves under the lot's lock, so nothing can be taken twice. The lot is the last
lock of all (docs/locking.md). A wrong move is undone by its mirror; moves are never edited. Who moves stock by hand works in
the department it lies in (the pharmacy works with all). Of a controlled drug nothing is wasted or undone by one person alone.
"""
from decimal import ROUND_CEILING, Decimal, InvalidOperation

from django.db.models import Q, Sum
from django.utils.translation import gettext_lazy as _

from emr import clock
from emr.acts import act
from emr.errors import Malformed, NotFound, ReasonMissing, TimeInFuture
from emr.journal import record
from emr.models import Department, Staff
from emr.rules.texts import fits
from orders.errors import (
    AlreadyUndone,
    LotDiffers,
    LotIsExpired,
    NotADose,
    NotAPharmacy,
    NotByHand,
    NotEnoughStock,
    NothingRemains,
    QuantityNotPositive,
    SameDepartment,
    SecondPersonIsYou,
    SecondPersonMayNot,
    SecondPersonMissing,
    UnknownMedication,
)
from orders.models import Medication, StockLot, StockMove
from orders.queries import stock

Kind = StockMove.Kind
REST = _("rest of the opened unit")
WITNESS = {"witness": "witness_pin"}  # who signs too types his own PIN


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


def refuse_strange(department, by):
    """Raise NotFound for a department whose stock this person does not work with, exactly as for an absent one."""
    if not stock.departments_of(by).filter(pk=getattr(department, "pk", department)).exists():
        raise NotFound()


def second_person(witness, by, *, medication=None) -> Staff | None:
    """The colleague who signs too, checked. `medication`: the controlled drug because of which one is needed (else None).

    The system itself needs none. Raises SecondPersonMissing, SecondPersonIsYou, SecondPersonMayNot.
    """
    if witness is None:
        if medication is not None and by.kind != Staff.Kind.SYSTEM:
            raise SecondPersonMissing(medication=str(medication))
        return None
    if not isinstance(witness, Staff):
        witness = Staff.objects.filter(pk=witness).first()
        if witness is None:
            raise NotFound()
    if witness.pk == by.pk:
        raise SecondPersonIsYou()
    if not witness.may("orders.see_register"):
        raise SecondPersonMayNot(name=str(witness))
    return witness


def _watched(lot, witness, by):
    """The second person for a move that leaves a controlled drug without a trace."""
    return second_person(witness, by, medication=lot.medication if lot.medication.is_controlled else None)


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
    refuse_strange(department, by)
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


@act("orders.issue_stock", proofs=WITNESS)
def issue_stock(lot, *, by, from_department, to_department, quantity, witness=None, happened_at=None):
    """Send stock of a lot from one department to another; returns the move that left. Raises NotEnoughStock."""
    lot, quantity, moment = lock_lot(lot), _positive(quantity), _happened(happened_at)
    _refuse_absent(to_department)
    gone = _carry(lot, from_department, to_department, quantity, kind=Kind.ISSUE, by=by, happened_at=moment,
                  witness=second_person(witness, by))
    record(gone, lot=lot.lot_number, quantity=str(quantity), to=str(gone.issued_to.department_id))
    return gone


@act("orders.return_stock", proofs=WITNESS)
def return_stock(lot, *, by, from_department, quantity, reason, to_department=None, witness=None, happened_at=None):
    """Send what a ward does not need back to the pharmacy (the only one, unless named); returns the move that left.

    An expired lot may go back too. Raises NotEnoughStock, NotAPharmacy, ReasonMissing.
    """
    lot, quantity, moment = lock_lot(lot), _positive(quantity), _happened(happened_at)
    gone = _carry(lot, from_department, _pharmacy(to_department), quantity, kind=Kind.RETURN, by=by, happened_at=moment,
                  witness=second_person(witness, by), reason=_said(reason))
    record(gone, lot=lot.lot_number, quantity=str(quantity), to=str(gone.issued_to.department_id), reason=gone.reason)
    return gone


def _carry(lot, start, end, quantity, *, by, **values):
    """Two moves: out of one department, into the other."""
    if str(getattr(start, "pk", start)) == str(getattr(end, "pk", end)):
        raise SameDepartment()
    refuse_strange(start, by)
    _refuse_too_much(lot, start, quantity)
    gone = _move(lot, start, -quantity, by=by, **values)
    _move(lot, end, quantity, by=by, issued_from=gone, **values)
    return gone


def _pharmacy(department):
    found = Department.objects.filter(kind=Department.Kind.PHARMACY)
    if department is not None:
        found = found.filter(pk=getattr(department, "pk", department))
    found = list(found[:2])
    if len(found) != 1:
        raise NotAPharmacy()
    return found[0]


def _said(reason):
    if not (reason or "").strip():
        raise ReasonMissing()
    fits(StockMove, reason=reason.strip())
    return reason.strip()


@act("orders.waste_stock", proofs=WITNESS)
def waste_stock(lot, *, by, department, quantity, reason, witness=None, happened_at=None):
    """Note that stock was thrown away, broken or lost, with the reason; of a controlled drug with a second person.

    Raises NotEnoughStock, ReasonMissing, SecondPersonMissing, SecondPersonIsYou, SecondPersonMayNot.
    """
    lot, quantity, moment = lock_lot(lot), _positive(quantity), _happened(happened_at)
    reason = _said(reason)
    refuse_strange(department, by)
    _refuse_too_much(lot, department, quantity)
    move = _move(lot, department, -quantity, kind=Kind.WASTE, by=by, happened_at=moment, reason=reason,
                 witness=_watched(lot, witness, by))
    record(move, lot=lot.lot_number, quantity=str(quantity), reason=move.reason)
    return move


@act("orders.waste_rest", proofs=WITNESS)
def waste_rest(move, *, by, quantity=None, reason="", witness=None):
    """Throw away what remained of the unit opened for a dose (half an ampoule); all of it unless `quantity` says less.

    Stock units. Of a controlled drug with a second person. Raises NotADose, NothingRemains, NotEnoughStock and as waste_stock.
    """
    dose = StockMove.objects.get(pk=getattr(move, "pk", move))
    lot = lock_lot(dose.lot_id)
    if dose.kind != Kind.GIVEN or StockMove.objects.filter(mirrors=dose).exists():
        raise NotADose()
    refuse_strange(dose.department_id, by)
    remains = rest_of(dose)
    quantity = remains if quantity is None else _positive(quantity)
    if remains <= 0 or quantity > remains:
        raise NothingRemains(rest=f"{max(remains, Decimal(0)):f}")
    _refuse_too_much(lot, dose.department_id, quantity)
    gone = _move(lot, dose.department_id, -quantity, kind=Kind.WASTE, by=by, happened_at=clock.now(), rest_of=dose,
                 reason=_said(reason or str(REST)), patient_id=dose.patient_id, encounter_id=dose.encounter_id,
                 witness=_watched(lot, witness, by))
    record(gone, patient=dose.patient_id, encounter=dose.encounter_id, drug=str(lot.medication), amount=f"{quantity:f}",
           unit=lot.medication.stock_unit, lot=lot.lot_number, reason=gone.reason)
    return gone


def rest_of(dose) -> Decimal:
    """How much of the last unit opened for a dose was neither given nor thrown away yet, stock units."""
    used = -dose.quantity
    wasted = StockMove.objects.filter(rest_of=dose, mirrored_by__isnull=True).aggregate(all=Sum("quantity"))["all"] or 0
    return used.to_integral_value(ROUND_CEILING) - used + wasted


@act("orders.undo_stock_move", proofs=WITNESS)
def undo_stock_move(move, *, by, reason, witness=None):
    """Undo a receipt, issue, return, waste or difference by its mirror (an issue by two); returns that of the move named.

    Raises AlreadyUndone, ReasonMissing, NotEnoughStock (what came in is partly gone), NotByHand (a given dose), and for
    controlled drugs SecondPersonMissing, SecondPersonIsYou, SecondPersonMayNot.
    """
    row = StockMove.objects.get(pk=getattr(move, "pk", move))
    if row.kind in (Kind.GIVEN, Kind.MIRROR):
        raise NotByHand()
    lot, reason = lock_lot(row.lot_id), _said(reason)
    refuse_strange(row.department_id, by)
    witness = _watched(lot, witness, by)
    carried = row.kind in (Kind.ISSUE, Kind.RETURN)
    legs = StockMove.objects.filter(Q(issued_from=row) | Q(pk=row.issued_from_id)) if carried else []
    mirrors = [put_back(each, by=by, reason=reason, witness=witness) for each in (row, *legs)]
    record(mirrors[0], lot=lot.lot_number, quantity=str(row.quantity), reason=reason, mirrors=str(row.pk))
    return mirrors[0]


def take(lot, department, quantity, *, by, happened_at=None, kind="given", patient=None, encounter=None,
         witness=None) -> StockMove:
    """Take stock of a lot for a dose, inside the act that gives it. `quantity` in stock units.

    `patient`, `encounter`, `witness`: for whom and before whose eyes, as the controlled-drug register tells it. Raises
    NotEnoughStock, LotIsExpired (on the institution's day of giving), QuantityNotPositive, TimeInFuture.
    """
    lot, quantity, moment = lock_lot(lot), _positive(quantity), _happened(happened_at)
    if kind == Kind.GIVEN and lot.expires_on < clock.day_of(moment):
        raise LotIsExpired(lot=lot.lot_number, expires_on=lot.expires_on)
    _refuse_too_much(lot, department, quantity)
    return _move(lot, department, -quantity, kind=kind, by=by, happened_at=moment, witness=witness,
                 patient_id=getattr(patient, "pk", patient), encounter_id=getattr(encounter, "pk", encounter))


def put_back(move, *, by, reason, witness=None) -> StockMove:
    """Undo a move by its mirror, inside the act that corrects what it belonged to. Raises AlreadyUndone, ReasonMissing."""
    reason = _said(reason)
    lot = lock_lot(move.lot_id)
    if StockMove.objects.filter(mirrors=move).exists():
        raise AlreadyUndone()
    if move.quantity > 0:
        _refuse_too_much(lot, move.department_id, move.quantity)
    return _move(lot, move.department_id, -move.quantity, kind=Kind.MIRROR, by=by, happened_at=clock.now(), reason=reason,
                 mirrors=move, patient_id=move.patient_id, encounter_id=move.encounter_id, witness=witness)
