"""Infusions at the bedside: start, set the rate, pause, go on, change the bag, end, take an entry back.

Each entry follows the one before; the order is locked first, so that two nurses never make two states of one infusion
(docs/locking.md). A bag is a given dose: its lot is taken from the ward's stock in the same act, its price is swept from it, and
it is put back with the entry. To pause and to end is always possible, also after the order was stopped; nothing else is then.
"""
import datetime as dt
from decimal import Decimal
from uuid import UUID

from emr import clock
from emr.acts import LAST_LINE, act
from emr.errors import AlreadyInError, Malformed, NotFound
from emr.journal import record
from emr.models import Staff
from emr.rules.texts import fits
from nursing.actions import medication_administration as giving
from nursing.actions.second_person import second_person
from nursing.errors import (
    BeforeLastEntry,
    InfusionChanged,
    InfusionIsOver,
    InfusionNotBegun,
    InfusionNotPaused,
    InfusionNotRunning,
    InfusionPaused,
    InfusionRuns,
    NotTheLastEntry,
    NotYourEntry,
    OrderIsNoOrder,
    OrderWasHeld,
    OrderWasStopped,
    RateAboveOrder,
    RateBelowOrder,
    RemainingWrong,
    WitnessMissing,
)
from nursing.infusion_flow import run_by, told
from nursing.models import InfusionEvent
from nursing.queries import bedside
from nursing.queries import infusion as queries
from nursing.rules.infusion import state_of
from nursing.rules.stay_times import check_within_stay
from orders.actions.planned_dose import plan_dose
from orders.errors import DoseAlreadyPlanned
from orders.models import PlannedDose
from orders.rules import infusion as rates

Kind = InfusionEvent.Kind


@act("nursing.start_infusion", proofs={"witness": "witness_pin"})
def start_infusion(request, *, by, rate=None, at=None, volume=None, lot=None, site="", witness=None, performer=None,
                   own_drug=False, reason="", wristband="", pack="", not_scanned=""):
    """Hang the first bag of an infusion and let it run, at the ordered rate unless a slower one is said with its reason.

    `at` aware, default now. `rate` ml/h. `volume` ml in the bag, default as ordered. `lot`, `site`, `witness` (the second person,
    needed for high-risk drugs and by students, with his `witness_pin`), `own_drug`, `wristband`, `pack`, `not_scanned` as for a
    dose. Returns the InfusionEvent.
    Raises InfusionRuns, InfusionNotBegun, InfusionIsOver, RateAboveOrder, RateBelowOrder, OrderWasStopped, OrderWasHeld,
    OrderIsNoOrder, NotAnInfusion, BeforeLastEntry, TimeInFuture, BeforeStay, StayHasEnded, ChartNotVisible, WitnessMissing and
    what scanning and stock refuse.
    """
    performer = giving.performer_of(performer, by)
    row, events, at = _opened(request, at, by)
    last = events[-1] if events else None
    if last and last.kind != Kind.END:
        begun = next(event for event in reversed(events) if event.kind == Kind.START)
        raise InfusionRuns(at=begun.happened_at, by=str(begun.performer))
    _refuse_ended(row, at)
    rate = _rate(row, rate, reason)
    hung = _hang(row, events, at=at, volume=volume, lot=lot, site=site, witness=witness, performer=performer,
                 own_drug=own_drug, by=by, wristband=wristband, pack=pack, not_scanned=not_scanned)
    return _write(row, events, Kind.START, at=at, by=by, performer=performer, rate=rate, reason=reason, **hung)


@act("nursing.set_infusion_rate", proofs={"witness": "witness_pin"})
def set_infusion_rate(request, *, by, rate=None, at=None, witness=None, performer=None, reason=""):
    """Set the pump to the ordered rate (or to a slower one, with the reason). A paused infusion stays paused.

    High-risk drugs need a second person, with his `witness_pin`. Raises InfusionNotRunning, RateAboveOrder, RateBelowOrder,
    WitnessMissing and as start_infusion.
    """
    performer = giving.performer_of(performer, by)
    row, events, at = _opened(request, at, by)
    _running(events)
    _refuse_ended(row, at)
    rate = _rate(row, rate, reason)
    witness = second_person(witness, performer, by, medication=row.medication if row.medication.is_high_risk else None)
    return _write(row, events, Kind.RATE, at=at, by=by, performer=performer, rate=rate, reason=reason, witness=witness)


@act("nursing.pause_infusion", proofs={"witness": "witness_pin"})
def pause_infusion(request, *, by, reason, at=None, performer=None, witness=None):
    """Let nothing run, with the reason.

    Raises InfusionNotRunning, InfusionPaused, ReasonMissing, TimeInFuture, BeforeLastEntry.
    """
    performer, reason = giving.performer_of(performer, by), giving.said(reason)
    row, events, at = _opened(request, at, by)
    if paused := _paused(_running(events)):
        raise InfusionPaused(since=paused.happened_at, reason=paused.reason)
    return _write(row, events, Kind.PAUSE, at=at, by=by, performer=performer, reason=reason,
                  witness=second_person(witness, performer, by))


@act("nursing.resume_infusion", proofs={"witness": "witness_pin"})
def resume_infusion(request, *, by, at=None, performer=None, witness=None):
    """Let a paused infusion go on at the rate that was set. Raises InfusionNotPaused, RateAboveOrder and as start_infusion."""
    performer = giving.performer_of(performer, by)
    row, events, at = _opened(request, at, by)
    if not _paused(_running(events)):
        raise InfusionNotPaused()
    _refuse_ended(row, at)
    rate = next(event.rate for event in reversed(events) if event.rate is not None)
    _refuse_faster(row, rate)
    return _write(row, events, Kind.RESUME, at=at, by=by, performer=performer, rate=rate,
                  witness=second_person(witness, performer, by))


@act("nursing.change_bag", proofs={"witness": "witness_pin"})
def change_bag(request, *, by, remaining=None, at=None, volume=None, lot=None, witness=None, performer=None, own_drug=False,
               wristband="", pack="", not_scanned=""):
    """Hang the next bag. `remaining` ml: what was left in the old one and is thrown away, when somebody measured it.

    The rate stays; a paused infusion stays paused. Raises InfusionNotRunning, RemainingWrong, InfusionIsOver and as
    start_infusion.
    """
    performer = giving.performer_of(performer, by)
    row, events, at = _opened(request, at, by)
    hanging = _bag_of(_running(events))
    _refuse_ended(row, at)
    remaining = _left(remaining, hanging)
    _refuse_alone(row, remaining, witness, by)
    hung = _hang(row, events, at=at, volume=volume, lot=lot, site="", witness=witness, performer=performer,
                 own_drug=own_drug, by=by, wristband=wristband, pack=pack, not_scanned=not_scanned)
    return _write(row, events, Kind.BAG, at=at, by=by, performer=performer, remaining=remaining, **hung)


@act("nursing.end_infusion", proofs={"witness": "witness_pin"})
def end_infusion(request, *, by, remaining=None, reason="", at=None, witness=None, performer=None):
    """Take the infusion down. `remaining` ml: what was left and is thrown away, when somebody measured it.

    What is left of a controlled drug is thrown away before a second person. Raises InfusionNotRunning (also when it was ended
    before), RemainingWrong, WitnessMissing, TimeInFuture, BeforeLastEntry.
    """
    performer = giving.performer_of(performer, by)
    row, events, at = _opened(request, at, by)
    remaining = _left(remaining, _bag_of(_running(events)))
    witness = second_person(witness, performer, by, medication=row.medication if row.medication.is_controlled
                            and remaining else None)
    return _write(row, events, Kind.END, at=at, by=by, performer=performer, remaining=remaining, reason=reason, witness=witness)


@act("nursing.undo_infusion_event")
def undo_infusion_event(event, *, by, reason):
    """Take the last entry of an infusion back: it stays readable as an error; a bag goes back to its lot.

    Only who made the entry, or the head nurse. Raises NotTheLastEntry, NotYourEntry, AlreadyInError, ReasonMissing.
    """
    reason = giving.said(reason)
    fits(InfusionEvent, error_reason=reason)
    request = InfusionEvent.objects.filter(pk=getattr(event, "pk", event)).values_list("request", flat=True).first()
    if request is None:
        raise NotFound()
    row, events, _at = _opened(request, None, by, within=False)
    found = InfusionEvent.objects.select_related("administration", "performer").get(pk=getattr(event, "pk", event))
    if found.error_at:
        raise AlreadyInError(at=found.error_at)
    if events[-1].pk != found.pk:
        raise NotTheLastEntry()
    if not giving.may_undo(found, by):
        raise NotYourEntry(by=str(found.performer))
    found.error_at, found.error_by, found.error_reason = clock.now(), by, reason
    found.save(update_fields=["error_at", "error_by", "error_reason"])
    if found.administration:
        giving.take_back(found.administration, by=by, reason=reason)
    record(found, patient=row.patient_id, encounter=row.encounter_id, drug=str(row.medication), was=found.kind, reason=reason)
    return found


def _opened(request, at, by, *, within=True):
    """Lock the order; the order as it stands at that moment, its events so far, the moment.

    Refuses a moment that does not fit.
    """
    giving.lock_order(request)
    at = giving.moment_of(at)
    row = bedside.infusion_at(request, at, by)
    events = queries.chain_of(row.pk)
    if within:
        check_within_stay(row.encounter, at)
        if events and at < events[-1].happened_at:
            raise BeforeLastEntry(at=events[-1].happened_at, what=str(events[-1].get_kind_display()))
    return row, events, at


def _running(events):
    """The events of the infusion that is not over. Raises InfusionNotRunning."""
    if not events or events[-1].kind == Kind.END:
        raise InfusionNotRunning()
    return events


def _paused(events):
    """The pause in which the infusion is, or None."""
    last = next(event for event in reversed(events) if event.kind in (Kind.START, Kind.PAUSE, Kind.RESUME))
    return last if last.kind == Kind.PAUSE else None


def _bag_of(events):
    return next(event for event in reversed(events) if event.volume is not None)


def _refuse_ended(row, at):
    """Nothing is begun, hung or set on an order that is stopped, held, at its end, or whose volume has run."""
    if row.error_at:
        raise OrderIsNoOrder()
    if row.stopped_at and row.stopped_at <= at:
        raise OrderWasStopped(at=row.stopped_at, reason=row.stop_reason)
    if row.ends_at and row.ends_at <= at:
        raise OrderWasStopped(at=row.ends_at, reason="end")
    if row.held_since:
        raise OrderWasHeld(since=row.held_since, reason=row.hold_reason)
    if row.is_waiting or row.ordered_ml is None:
        raise InfusionNotBegun(since=row.starts_at)


def _rate(row, rate, reason) -> Decimal:
    """The rate to set: as ordered, or slower with a reason."""
    rate = row.ordered_ml if rate in (None, "") else rates.number(rate, "rate")
    _refuse_faster(row, rate)
    if rate < row.ordered_ml and not reason.strip():
        raise RateBelowOrder(rate=str(rate), ordered=str(row.ordered_ml))
    return rate


def _refuse_faster(row, rate):
    if rate > row.ordered_ml:
        raise RateAboveOrder(rate=str(rate), ordered=str(row.ordered_ml))


def _left(remaining, bag) -> Decimal | None:
    """What was measured in the bag that comes down: nothing or more, to the hundredth, at most what it held."""
    if remaining in (None, ""):
        return None
    if str(remaining).strip().replace(",", ".").strip("0.") == "" and str(remaining).strip():
        return Decimal(0)
    found = rates.number(remaining, "remaining") if not str(remaining).strip().startswith("-") else None
    if found is None or found > bag.volume:
        raise RemainingWrong(remaining=str(remaining), volume=str(bag.volume))
    if found != found.quantize(Decimal("0.01")):
        raise Malformed(problem="remaining: to the hundredth of a millilitre")
    return found


def _refuse_alone(row, remaining, witness, by):
    """The rest of a controlled drug is not thrown away by one person alone."""
    if row.medication.is_controlled and remaining and witness is None and by.kind != Staff.Kind.SYSTEM:
        raise WitnessMissing(medication=str(row.medication))


def _hang(row, events, *, at, volume, by, **how):
    """Give the dose that is this bag; what the event says of it."""
    total = row.infusion.total_volume
    if total is not None and (run := told(run_by(events, at))) >= total:
        raise InfusionIsOver(run=str(run), total=str(total))
    held = row.infusion.bag_volume
    volume = held if volume in (None, "") else rates.volume(volume, "volume")
    dose = _dose(row, at)
    amount = None if volume == held or dose.amount is None else rates.plain((dose.amount * volume / held)
                                                                            .quantize(Decimal("0.000001")))
    fact = giving.give_bag(dose, by=by, at=at, amount=amount, **how)
    return {"administration": fact, "volume": volume, "witness": fact.witness}


def _dose(row, at) -> PlannedDose:
    """The planned dose that this bag is: the first that nobody recorded, else one of its own at this moment."""
    if row.open_dose:
        planned = row.open_dose
        dose = PlannedDose(pk=UUID(planned["id"]), due_at=dt.datetime.fromisoformat(planned["due_at"]), unit=planned["unit"],
                           amount=planned["amount"] and Decimal(planned["amount"]))
    else:
        dose = None
        while dose is None:
            try:
                dose = plan_dose(row, at)
            except DoseAlreadyPlanned:  # another bag was hung in the same minute: a second later is a line of its own
                at += dt.timedelta(seconds=1)
    dose.request, dose.patient, dose.encounter, dose.department_id = row, row.patient, row.encounter, row.department_id
    dose.is_verified = row.is_verified
    return dose


def _write(row, events, kind, *, at, by, performer, reason="", **values):
    reason = reason.strip()
    fits(InfusionEvent, reason=reason)
    event = InfusionEvent.objects.create(
        request=row, follows=events[-1] if events else None, kind=kind, happened_at=at, performer=performer, recorded_by=by,
        recorded_at=clock.now(), reason=reason, **values)
    state = state_of([*events, event], at)
    told_of = {"drug": str(row.medication), "happened": at.isoformat(), "performer": str(performer.pk), "run": str(state.run),
               "rate": str(state.rate)}
    told_of |= {name: str(value) for name, value in (("volume", event.volume), ("remaining", event.remaining), ("reason", reason),
                                                     ("witness", event.witness_id)) if value not in (None, "")}
    record(event, patient=row.patient_id, encounter=row.encounter_id, **told_of)
    return event


LAST_LINE["one_live_infusion_state_per_order"] = InfusionChanged
