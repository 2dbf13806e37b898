"""Counting what lies in a department: the stock-take of any drugs, the shift count of the controlled ones.

All lots of a count are locked in one order before what is expected is read, so a dose taken meanwhile is either in it or
waits. A difference moves stock with its reason, so that after a count exactly what was counted is left.
"""
from decimal import Decimal, InvalidOperation
from uuid import UUID

from emr import clock
from emr.acts import act
from emr.errors import Malformed, NotFound
from emr.journal import record
from emr.rules.texts import fits
from orders.actions.stock import WITNESS, refuse_strange, second_person
from orders.errors import CountIsEmpty, DifferenceUnexplained, MovedMeanwhile, NotForShiftCount
from orders.models import StockCount, StockCountLine, StockLot, StockMove
from orders.queries import stock

Kind = StockCount.Kind
MOST_LINES = 500
NOTHING = Decimal(0)


@act("orders.take_stock", proofs=WITNESS)
def take_stock(department, *, by, lines, witness=None, note=""):
    """Sign what was found in a department, lot by lot. With a controlled drug among them a second person signs too.

    `lines`: dictionaries {lot, counted, reason, expected}; stock units; `expected` is what the sheet said (optional, a guard
    against doses given while counting); `reason` is needed where the count differs. Lots not named are not touched.
    Raises CountIsEmpty, DifferenceUnexplained, MovedMeanwhile, SecondPersonMissing, SecondPersonIsYou, SecondPersonMayNot.
    """
    return _count(department, Kind.FULL, lines, by=by, witness=witness, note=note)


@act("orders.count_shift", proofs=WITNESS)
def count_shift(department, *, by, lines, witness=None, note=""):
    """Count the controlled drugs at the change of shift; who goes and who comes sign both.

    As take_stock; raises NotForShiftCount for a drug that is not controlled.
    """
    return _count(department, Kind.SHIFT, lines, by=by, witness=witness, note=note)


def _count(department, kind, lines, *, by, witness, note):
    refuse_strange(department, by)
    fits(StockCount, note=note)
    found = _read(lines)
    lots = _lock(found)
    expected = {str(lot): left for lot, left in stock.left_of(lots, department).items()}
    for key, line in found.items():
        _check(lots[key], line, expected.get(key, NOTHING), kind)
    controlled = next((lot.medication for lot in lots.values() if lot.medication.is_controlled), None)
    witness, moment = second_person(witness, by, medication=controlled), clock.now()
    count = StockCount.objects.create(department_id=getattr(department, "pk", department), kind=kind, counted_at=moment,
                                      witness=witness, note=note.strip(), recorded_by=by, recorded_at=moment)
    moves = {key: _difference(count, lots[key], line, expected.get(key, NOTHING), by) for key, line in found.items()
             if line["counted"] != expected.get(key, NOTHING)}
    StockMove.objects.bulk_create(moves.values())
    StockCountLine.objects.bulk_create(
        StockCountLine(count=count, lot=lots[key], expected=expected.get(key, NOTHING), counted=line["counted"],
                       reason=line["reason"], move=moves.get(key)) for key, line in found.items())
    record(count, kind=str(kind), lots=len(found), differing=len(moves), witness=str(witness.pk) if witness else "")
    return count


def _read(lines) -> dict:
    """{lot id: {counted, reason, expected}} of the lines as they came. Raises CountIsEmpty, Malformed."""
    if not lines:
        raise CountIsEmpty()
    if len(lines) > MOST_LINES:
        raise Malformed(problem=f"lines: at most {MOST_LINES} at once")
    found = {}
    for line in lines:
        key = _key(line["lot"])
        if key in found:
            raise Malformed(problem="lines: a lot stands on the sheet twice")
        expected = line.get("expected")
        found[key] = {"counted": _number(line["counted"]), "reason": (line.get("reason") or "").strip(),
                      "expected": None if expected in (None, "") else _number(expected)}
        fits(StockCountLine, reason=found[key]["reason"])
    return found


def _key(lot) -> str:
    try:
        return str(UUID(str(getattr(lot, "pk", lot))))
    except ValueError:
        raise NotFound() from None


def _number(value) -> Decimal:
    try:
        number = Decimal(str(value).strip().replace(",", "."))
    except InvalidOperation as error:
        raise Malformed(problem="counted: a number is needed") from error
    if not number.is_finite() or not 0 <= number <= 1_000_000_000:
        raise Malformed(problem="counted: nothing or more")
    return number


def _lock(found) -> dict:
    rows = StockLot.objects.select_for_update(no_key=True, of=("self",)).select_related("medication")
    lots = {str(lot.pk): lot for lot in rows.filter(pk__in=list(found)).order_by("pk")}
    if set(lots) != set(found):
        raise NotFound()
    return lots


def _check(lot, line, expected, kind):
    if kind == Kind.SHIFT and not lot.medication.is_controlled:
        raise NotForShiftCount(medication=str(lot.medication))
    if line["expected"] is not None and line["expected"] != expected:
        raise MovedMeanwhile(lot=lot.lot_number, sheet=f"{line['expected']:f}", expected=f"{expected:f}")
    if line["counted"] != expected and not line["reason"]:
        raise DifferenceUnexplained(lot=lot.lot_number, expected=f"{expected:f}", counted=f"{line['counted']:f}")


def _difference(count, lot, line, expected, by):
    return StockMove(lot=lot, department_id=count.department_id, kind=StockMove.Kind.COUNT, quantity=line["counted"] - expected,
                     happened_at=count.counted_at, recorded_at=count.counted_at, reason=line["reason"], witness=count.witness,
                     recorded_by=by)
