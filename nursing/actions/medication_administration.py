"""What a nurse does about a planned dose: give it, record that it was refused, withhold it, take a wrong entry back.

Locks: the order first, then what the decision rests on is read; the stock lot is locked last (docs/locking.md). So of
ten nurses with one dose one records it and nine read who did, and a dose is either given before the stop or refused.

The system itself (replays, imports) tells what happened elsewhere: it names the performer, needs no witness, and the
limits of drugs as needed do not bind it. All else holds for it too.
"""
import re
import sys
from decimal import Decimal, InvalidOperation

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Exists, OuterRef

from emr import clock
from emr.access import ChartNotVisible
from emr.acts import LAST_LINE, act
from emr.errors import AlreadyInError, Malformed, NotFound, ReasonMissing, TimeInFuture
from emr.journal import record
from emr.models import Staff
from emr.rules.texts import fits
from nursing.actions import dose_scan
from nursing.actions.patch_removal import refuse_second_patch
from nursing.actions.second_person import second_person
from nursing.errors import (
    AmountMissing,
    AmountNotPositive,
    BagOfInfusion,
    DailyMaximumReached,
    DoseAlreadyRecorded,
    GivenAsInfusion,
    GivenAsNeededOnly,
    LotOfAnotherDrug,
    NoStockLeft,
    NotAsNeeded,
    NotYourEntry,
    NotYourName,
    OneTimeAlreadyGiven,
    OrderIsNoOrder,
    OrderNotVerified,
    OrderWasHeld,
    OrderWasStopped,
    PatientOnLeave,
    TooSoon,
)
from nursing.models import InfusionEvent, MedicationAdministration
from nursing.queries import bedside
from nursing.rules import as_needed as limits
from nursing.rules.stay_times import check_within_stay
from nursing.rules.stock_use import units_of
from orders.actions import stock
from orders.actions.medication_request import lock_request
from orders.actions.planned_dose import plan_dose
from orders.errors import DoseAlreadyPlanned, NotEnoughStock
from orders.models import PlannedDose, StockLot
from orders.queries import scale as scales
from orders.queries import stock as stock_of
from orders.queries.infusion import of_request as bag_of
from orders.rules import scale as scale_rules

Status = MedicationAdministration.Status
MOST_DIGITS = 12


@act("nursing.administer_dose", proofs={"witness": "witness_pin"})
def administer_dose(dose, *, by, given_at=None, amount=None, lot=None, site="", witness=None, performer=None, own_drug=False,
                    reason="", wristband="", pack="", not_scanned=""):
    """Record a planned dose as given now, or earlier when it is written up late; takes it from the ward's stock.

    `given_at` aware, default now. `amount` in the dose's unit, default as planned. `lot`: the pack used, else the first to
    expire of the patient's department when that keeps the drug. `own_drug`: the patient's own, no stock. `witness`: the
    second person, needed for high-risk drugs and by students, with his `witness_pin`. `reason`: why less than planned was given.
    `wristband`, `pack`: what was scanned; `not_scanned`: why it could not be. A pack that names its lot is taken from that lot.

    Raises WrongPatient, WrongDrug, PackIsExpired, UnknownPack, UnreadableCode, OneTimeAlreadyGiven,
    DoseAlreadyRecorded (names who and when), OrderWasStopped, OrderWasHeld, OrderIsNoOrder, TimeInFuture,
    BeforeStay, StayHasEnded, GivenAsNeededOnly, WitnessMissing, WitnessIsGiver, WitnessMayNot, AmountNotPositive,
    NotEnoughStock, NoStockLeft, LotOfAnotherDrug, LotIsExpired, OrderNotVerified, ChartNotVisible; PatchStillOn;
    InstructorMissing (a student); GivenAsInfusion.
    """
    performer = performer_of(performer, by)
    _lock_order_of(dose)
    given_at = moment_of(given_at)
    row = _open_dose(dose, given_at, by)
    _refuse_as_needed(row, by)
    _refuse_infusion(row)
    scan = dose_scan.checked(row, wristband=wristband, scanned=pack, reason=not_scanned, at=given_at)
    fact = _give(row, by=by, given_at=given_at, amount=amount, lot=lot or scan.lot, site=site, witness=witness,
                 performer=performer, own_drug=own_drug, reason=reason.strip())
    dose_scan.keep(scan, fact, by)
    _tell(fact, row)
    return fact


@act("nursing.give_as_needed", proofs={"witness": "witness_pin"})
def give_as_needed(request, *, by, given_at=None, amount=None, reason="", lot=None, site="", witness=None, performer=None,
                   own_drug=False, wristband="", pack="", not_scanned=""):
    """Give a drug that is ordered as needed, within its interval and its most per 24 hours.

    `reason`: what it was given for; what the order says when empty. Doses of the same drug on another order as needed count
    too. Raises NotAsNeeded, TooSoon, DailyMaximumReached, and what administer_dose raises.
    """
    performer = performer_of(performer, by)
    request = lock_order(request)
    given_at = moment_of(given_at)
    if not request.as_needed or request.category != "inpatient":
        raise NotAsNeeded()
    if request.ends_at and request.ends_at <= given_at:
        raise OrderWasStopped(at=request.ends_at, reason="end")
    reason = (reason or request.as_needed_for).strip()
    if not reason:
        raise ReasonMissing()
    row = _open_dose(_dose_now(request, given_at, amount), given_at, by)
    if by.kind != Staff.Kind.SYSTEM:
        _check_limits(row.request, given_at)
    scan = dose_scan.checked(row, wristband=wristband, scanned=pack, reason=not_scanned, at=given_at)
    fact = _give(row, by=by, given_at=given_at, amount=amount, lot=lot or scan.lot, site=site, witness=witness,
                 performer=performer, own_drug=own_drug, reason=reason)
    dose_scan.keep(scan, fact, by)
    _tell(fact, row)
    return fact


@act("nursing.refuse_dose", proofs={"witness": "witness_pin"})
def refuse_dose(dose, *, by, reason, at=None, performer=None, witness=None):
    """Record that the patient refused a planned dose, with the reason. Raises ReasonMissing and as administer_dose."""
    return _not_given(dose, Status.REFUSED, by=by, reason=reason, at=at, performer=performer, witness=witness)


@act("nursing.withhold_dose", proofs={"witness": "witness_pin"})
def withhold_dose(dose, *, by, reason, at=None, performer=None, witness=None):
    """Record that a planned dose was withheld, with the reason; also while its order is on hold.

    Raises ReasonMissing and as administer_dose.
    """
    return _not_given(dose, Status.WITHHELD, by=by, reason=reason, at=at, performer=performer, witness=witness)


@act("nursing.undo_administration")
def undo_administration(administration, *, by, reason):
    """Take a wrong entry back: it stays readable as an error, its stock is put back, the dose is open again.

    Only who made the entry or gave the dose, or the head nurse. Raises NotYourEntry, AlreadyInError, ReasonMissing.
    """
    reason = said(reason)
    pk = getattr(administration, "pk", administration)
    found = MedicationAdministration.objects.filter(pk=pk).values_list("request_id", "dose_id").first()
    if found is None:
        raise NotFound()
    lock_order(found[0])
    bedside.dose_at(found[1], clock.now(), by)
    fact = MedicationAdministration.objects.select_for_update(no_key=True).annotate(is_bag=Exists(
        InfusionEvent.objects.live().filter(administration=OuterRef("pk")))).get(pk=pk)
    fits(MedicationAdministration, error_reason=reason)
    if fact.error_at:
        raise AlreadyInError(at=fact.error_at)
    if fact.is_bag:
        raise BagOfInfusion()
    if not may_undo(fact, by):
        raise NotYourEntry(by=str(fact.performer))
    take_back(fact, by=by, reason=reason)
    record(fact, patient=fact.patient_id, encounter=fact.encounter_id, dose=str(fact.dose_id), was=fact.status, reason=reason)
    return fact


def take_back(fact, *, by, reason):
    """Mark a given dose as an error and put its stock back, inside the act that corrects it; the order is locked."""
    fact.error_at, fact.error_by, fact.error_reason = clock.now(), by, reason
    fact.save(update_fields=["error_at", "error_by", "error_reason"])
    if fact.stock_move_id:
        stock.put_back(fact.stock_move, by=by, reason=reason)


def may_undo(fact, by) -> bool:
    """May this person take the entry back: who recorded it, who gave it, the head nurse, the system (P7)."""
    return by.pk in (fact.recorded_by_id, fact.performer_id) or by.kind == Staff.Kind.SYSTEM or "head_nurse" in by.role_names


def lock_order(request):
    """The order, locked: others who act on it wait. Raises ChartNotVisible for what is not there."""
    try:
        return lock_request(request)
    except ObjectDoesNotExist:
        raise ChartNotVisible() from None


def _lock_order_of(dose):
    """Lock the dose's order before anything is read, the clock included: what happens "now" happens after the lock."""
    lock_order(PlannedDose.objects.filter(pk=getattr(dose, "pk", dose)).values("request")[:1])


def _open_dose(dose, at, by, *, held_too=False):
    """The dose of a locked order as it stands now. Refuses what may not be recorded at that moment."""
    row = bedside.dose_at(dose, at, by)
    request = row.request
    if row.fact_id:
        raise already_recorded(bedside.live_fact(pk=row.fact_id))
    if request.error_at:
        raise OrderIsNoOrder()
    if request.stopped_at and request.stopped_at <= at:
        raise OrderWasStopped(at=request.stopped_at, reason=request.stop_reason)
    if row.held_since and not held_too:
        raise OrderWasHeld(since=row.held_since, reason=row.hold_reason)
    if row.left_since and not held_too:
        raise PatientOnLeave(since=row.left_since)
    check_within_stay(row.encounter, at)
    if request.timing.get("once") and by.kind != Staff.Kind.SYSTEM and (
            given := bedside.live_fact(request=request, status=Status.GIVEN)):
        raise OneTimeAlreadyGiven(at=given.happened_at, by=str(given.performer))
    return row


def _refuse_as_needed(row, by):
    if row.request.as_needed and by.kind != Staff.Kind.SYSTEM:
        raise GivenAsNeededOnly()


def _refuse_infusion(row):
    if row.request.timing.get("continuous") and bag_of(row.request_id):
        raise GivenAsInfusion()


def _dose_now(request, given_at, amount):
    """The dose row of a giving as needed; the row of one that was taken back is used again."""
    try:
        return plan_dose(request, given_at, None if amount is None else _positive(amount))
    except DoseAlreadyPlanned:
        return PlannedDose.objects.get(request=request, due_at=given_at)


def _check_limits(request, given_at):
    times, drug = bedside.given_times(request), str(request.medication)
    last = limits.too_soon(times, given_at, request.min_interval_minutes)
    if last:
        raise TooSoon(medication=drug, last=last, minutes=request.min_interval_minutes,
                      allowed=last + limits.dt.timedelta(minutes=request.min_interval_minutes))
    allowed = limits.full_day(times, given_at, request.max_per_day)
    if allowed:
        raise DailyMaximumReached(medication=drug, times=request.max_per_day, allowed=allowed)


def _give(row, *, by, given_at, amount, lot, site, witness, performer, own_drug, reason=""):
    if row.request.waits_for_verification and not row.is_verified and by.kind != Staff.Kind.SYSTEM:
        raise OrderNotVerified(policy=row.request.verified_by_policy.sentence)
    amount, basis = _by_scale(row, amount, given_at, by)
    if amount is None and not row.request.dose_text:
        raise AmountMissing()
    fits(MedicationAdministration, site=site, reason=reason)
    drug = row.request.medication
    witness = second_person(witness, performer, by, medication=drug if drug.is_high_risk else None)
    refuse_second_patch(row.request, by)
    move = None if own_drug else _take_stock(row, amount, lot, given_at, by, witness)
    return _write(row, Status.GIVEN, by=by, performer=performer, happened_at=given_at, amount=amount, witness=witness, site=site,
                  reason=reason, stock_move=move, own_drug=own_drug, basis=basis)


def _by_scale(row, amount, given_at, by):
    """How much is given, and for a dose by scale the value it follows from.

    Raises what `orders.rules.scale.follow` raises, DiffersFromScale.
    """
    scale = row.request.scale
    amount = row.amount if amount is None else _positive(amount)
    if not scale or (by.kind == Staff.Kind.SYSTEM and amount is not None):
        return amount, None
    reading = scales.last(row.patient_id, scale, given_at)
    dose = scale_rules.follow(scale, reading, given_at)
    if amount not in (None, dose):
        raise scale_rules.DiffersFromScale(value=f"{reading.value:f}", unit=scale["unit"], dose=f"{dose:f}", amount=f"{amount:f}")
    return dose, {"name": scale["name"], "value": f"{reading.value:f}", "unit": scale["unit"], "at": reading.at.isoformat(),
                  "row": str(reading.row)}


def give_bag(row, *, by, performer, at, amount, lot, site, witness, own_drug, wristband, pack, not_scanned):
    """Give the dose that is one bag of an infusion, inside the act that hangs it; the order is locked and may be given.

    `row`: the planned dose with its order, patient, stay and `department_id`. Raises what scanning, stock and witness refuse.
    """
    scan = dose_scan.checked(row, wristband=wristband, scanned=pack, reason=not_scanned, at=at)
    fact = _give(row, by=by, given_at=at, amount=amount, lot=lot or scan.lot, site=site, witness=witness, performer=performer,
                 own_drug=own_drug)
    dose_scan.keep(scan, fact, by)
    return fact


def _take_stock(row, amount, lot, given_at, by, witness):
    """Take the dose from a lot: the named one, else the first to expire of the department. None where no stock is kept."""
    drug = row.request.medication
    wanted = units_of(drug, amount, row.unit or row.request.dose_unit)
    told = {"by": by, "happened_at": given_at, "patient": row.patient_id, "encounter": row.encounter_id, "witness": witness}
    if lot is not None:
        found = StockLot.objects.filter(pk=getattr(lot, "pk", lot)).first()
        if found is None or found.medication_id != drug.pk:
            raise LotOfAnotherDrug(lot=getattr(found, "lot_number", "?"), medication=str(drug))
        return stock.take(found, row.department_id, wanted, **told)
    while chosen := stock_of.first_to_expire(drug, row.department_id, wanted, clock.day_of(given_at)):
        try:
            return stock.take(chosen, row.department_id, wanted, **told)
        except NotEnoughStock:
            continue  # a colleague took the last of it between looking and locking: look again
    if stock_of.is_kept(drug, row.department_id):
        raise NoStockLeft(medication=str(drug), wanted=f"{wanted:f}", unit=drug.stock_unit)
    return None


def _not_given(dose, status, *, by, reason, at, performer, witness=None):
    reason, performer = said(reason), performer_of(performer, by)
    fits(MedicationAdministration, reason=reason)
    _lock_order_of(dose)
    at = moment_of(at)
    row = _open_dose(dose, at, by, held_too=status == Status.WITHHELD)
    _refuse_as_needed(row, by)
    fact = _write(row, status, by=by, performer=performer, happened_at=at, reason=reason,
                  witness=second_person(witness, performer, by))
    _tell(fact, row)
    return fact


def _write(row, status, *, by, performer, happened_at, **values):
    return MedicationAdministration.objects.create(
        dose=row, request=row.request, patient=row.patient, encounter=row.encounter, department_id=row.department_id,
        status=status, happened_at=happened_at, performer=performer, recorded_by=by, unit=row.unit or row.request.dose_unit,
        route=row.request.route, **values)


def _tell(fact, row):
    told = {"dose": str(row.pk), "due": row.due_at.isoformat(), "happened": fact.happened_at.isoformat(),
            "drug": str(row.request.medication), "performer": str(fact.performer_id)}
    told |= {name: str(value) for name, value in (("amount", fact.amount), ("unit", fact.unit), ("reason", fact.reason),
                                                  ("witness", fact.witness_id)) if value}
    record(fact, patient=fact.patient_id, encounter=fact.encounter_id, **told)


def moment_of(moment):
    """The moment of an act at the bedside: now by default. Raises TimeInFuture."""
    moment = moment or clock.now()
    if moment > clock.now():
        raise TimeInFuture()
    return moment


def said(reason):
    """The reason, without blanks around it. Raises ReasonMissing."""
    if not (reason or "").strip():
        raise ReasonMissing()
    return reason.strip()


def performer_of(performer, by) -> Staff:
    """Who did it: the actor; only the system names another. Raises NotYourName."""
    if performer is None or getattr(performer, "pk", performer) == by.pk:
        return by
    if by.kind != Staff.Kind.SYSTEM:
        raise NotYourName()
    return performer if isinstance(performer, Staff) else Staff.objects.get(pk=performer)


def _positive(amount) -> Decimal:
    try:
        number = Decimal(str(amount).strip().replace(",", "."))
    except InvalidOperation as error:
        raise Malformed(problem="amount: a number is needed") from error
    if not number.is_finite():
        raise Malformed(problem="amount: a number is needed")
    if number <= 0:
        raise AmountNotPositive()
    if len(number.as_tuple().digits) > MOST_DIGITS or abs(number.adjusted()) > MOST_DIGITS:
        raise Malformed(problem=f"amount: at most {MOST_DIGITS} digits")
    return number


def already_recorded(fact) -> DoseAlreadyRecorded:
    """The refusal of the second nurse: what was recorded, when it happened and by whom (D11, P1)."""
    return DoseAlreadyRecorded(what=str(fact.get_status_display()), status=fact.status, at=fact.happened_at,
                               by=str(fact.performer), administration=str(fact.pk))


def _recorded_in_a_race():
    """The same sentence when only the database's constraint saw the race: the dose is named in its message."""
    diag = getattr(getattr(sys.exc_info()[1], "__cause__", None), "diag", None)
    found = re.search(r"\(dose_id\)=\(([0-9a-f-]{36})\)", getattr(diag, "message_detail", None) or "")
    fact = bedside.live_fact(dose=found[1]) if found else None
    return already_recorded(fact) if fact else DoseAlreadyRecorded(what="", at="", by="?")


LAST_LINE["one_live_fact_per_dose"] = _recorded_in_a_race
