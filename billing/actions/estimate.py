"""Estimates: what a stay will probably cost, told before the treatment; frozen, replaced by a new one that says why."""
from decimal import Decimal

from billing.actions.account import default_payer
from billing.errors import EstimateHasStay, EstimateOfAnother, EstimateReplaced, NothingPlanned, PayerUnknown, PlanUnpriced
from billing.models import Account, Estimate, EstimateLine, Payer, Tariff
from billing.queries import estimate as queries
from billing.rules.estimate import expected
from emr import clock
from emr.actions.encounter import lock_encounter, lock_patient
from emr.acts import act
from emr.errors import Malformed, NotFound, ReasonMissing
from emr.journal import record
from emr.models import Encounter, Patient
from emr.numbering import next_number
from emr.queries.patient import same_person
from emr.rules.texts import fits

LONGEST = 200  # lines


@act("billing.make_estimate")
def make_estimate(patient, *, by, lines, payer=None, encounter=None, diagnosis="", priced_on=None, replaces=None, reason=""):
    """Say what a stay will probably cost by the prices of a day (default: today), for a payer, before it or while it lasts.

    `lines`: {kind, code, quantity} of what is expected: bed-days by department, tests, drugs, procedures; overhead follows by
    itself. `diagnosis`: the beginning of a code; the newest finished stays with it are kept beside the estimate. `replaces`:
    the estimate that no longer holds, with a `reason`; its stay is taken over. Raises NothingPlanned, PlanUnpriced,
    EstimateReplaced, EstimateOfAnother, PayerUnknown, ReasonMissing, NotFound.
    """
    row = Patient.objects.filter(pk=getattr(patient, "pk", patient)).first()
    if row is None:
        raise NotFound()
    row = lock_patient(row)
    earlier, reason = _replaced(replaces, row), (reason or "").strip()
    if earlier and not reason:
        raise ReasonMissing()
    stay = _stay_of(row, encounter if encounter is not None else earlier and earlier.encounter_id)
    diagnosis, day = (diagnosis or "").strip().upper(), priced_on or clock.today()
    fits(Estimate, diagnosis=diagnosis, reason=reason)
    payer = payer_of(payer, stay)
    rows = plan_of(lines, payer=payer, day=day)
    beside = queries.cases(diagnosis, encounter=stay)
    now = clock.now()
    made = Estimate.objects.create(
        number=f"E{now.year}-{next_number(f'estimate-{now.year}'):06d}", patient=row, encounter=stay, payer=payer,
        diagnosis=diagnosis,
        priced_on=day, amount=sum((line.amount for line in rows), Decimal("0.00")), cases=[pk for pk, _amount in beside],
        case_amounts=[amount for _pk, amount in beside], made_at=now, made_by=by, replaces=earlier, reason=reason)
    EstimateLine.objects.bulk_create([
        EstimateLine(estimate=made, kind=line.kind, code=line.code, text=line.text, quantity=line.quantity, unit=line.unit,
                     unit_price=line.unit_price, amount=line.amount, tariff=line.tariff, lot=line.lot) for line in rows])
    record(made, patient=row, encounter=stay, number=made.number, amount=str(made.amount), payer=payer.code,
           replaces=earlier.number if earlier else "", reason=reason)
    return made


@act("billing.assign_estimate")
def assign_estimate(estimate, *, by, encounter):
    """Name the stay that an estimate was made for, once it has begun. Raises EstimateHasStay, EstimateOfAnother, NotFound."""
    found = Estimate.objects.filter(pk=getattr(estimate, "pk", estimate)).first()
    if found is None:
        raise NotFound()
    lock_patient(Patient.objects.get(pk=same_person(found.patient_id)[0]))
    stay = _stay_of(found.patient, encounter)
    row = Estimate.objects.select_for_update(no_key=True).get(pk=found.pk)
    if row.encounter_id:
        raise EstimateHasStay(number=row.number, stay=row.encounter.number)
    row.encounter = stay
    row.save(update_fields=["encounter"])
    record(row, patient=row.patient_id, encounter=stay, number=row.number)
    return row


def plan_of(lines, *, payer, day) -> list:
    """The priced lines of a plan. Raises Malformed, NothingPlanned, PlanUnpriced."""
    wanted = []
    for line in lines or ():
        kind, code, quantity = line.get("kind"), (line.get("code") or "").strip(), line.get("quantity")
        if kind not in Tariff.Kind.values or not code:
            raise Malformed(problem=f"lines: each needs a code and a kind of {', '.join(Tariff.Kind.values)}")
        fits(EstimateLine, code=code)
        wanted.append((kind, code, _quantity(quantity)))
    rows = expected(wanted, payer=payer, day=day)
    if not rows or len(rows) > LONGEST:
        raise NothingPlanned()
    if missing := [row.text for row in rows if row.unit_price is None]:
        raise PlanUnpriced(day=day, what=", ".join(missing))
    return rows


def _quantity(value) -> Decimal:
    try:
        number = Decimal(str(value))
    except ArithmeticError as error:
        raise Malformed(problem="quantity: a number is needed") from error
    if not number.is_finite() or not 0 < number < 10 ** 6 or number != number.quantize(Decimal("0.0001")):
        raise NothingPlanned()
    return number


def payer_of(payer, encounter=None) -> Payer:
    """Who will pay: as asked (row or code), else the payer of the stay's account, else the usual one. Raises PayerUnknown."""
    if payer is None:
        account = encounter and Account.objects.select_related("payer").filter(encounter=encounter).first()
        return account.payer if account else default_payer()
    found = payer if isinstance(payer, Payer) else Payer.objects.filter(code=payer).first()
    if found is None:
        raise PayerUnknown(code=payer)
    return found


def _stay_of(patient, encounter):
    if not encounter:
        return None
    stay = Encounter.objects.live().filter(pk=getattr(encounter, "pk", encounter)).first()
    if stay is None:
        raise NotFound()
    if stay.patient_id not in same_person(patient):
        raise EstimateOfAnother()
    return lock_encounter(stay)


def _replaced(estimate, patient):
    if not estimate:
        return None
    row = Estimate.objects.select_for_update(no_key=True).filter(pk=getattr(estimate, "pk", estimate)).first()
    if row is None:
        raise NotFound()
    if row.patient_id not in same_person(patient):
        raise EstimateOfAnother()
    if Estimate.objects.filter(replaces=row).exists():
        raise EstimateReplaced(number=row.number)
    return row
