"""Ordering care at the bedside, and ending it."""
from emr import clock
from emr.actions.encounter import lock_encounter_for_orders
from emr.acts import act
from emr.errors import Malformed, NotFound, ReasonMissing
from emr.journal import record
from emr.models import Staff
from emr.rules.texts import fits
from nursing.errors import (
    CareEndsBeforeStart,
    CareIsStopped,
    CareTextMissing,
    CareTimingMissing,
    FewerObservationsNeedDoctor,
)
from nursing.models import CarePlan
from nursing.queries import bedside
from orders.rules import timing as timings

DOCTORS = {"ward_doctor", "er_doctor"}


@act("nursing.plan_care")
def plan_care(encounter, *, by, kind, timing, text="", starts_at=None, ends_at=None, instead_of_score=False, reason=""):
    """Order care that comes again: turning every 2 hours, a dressing each morning, observations every 4 hours.

    `timing` is a rule of `orders.rules.timing` ({"every_hours": 2}, {"times": ["08:00"]}); times are aware. With
    `instead_of_score` (doctors only, with a reason) observations hold also where NEWS2 asks for more. Raises
    CareTimingMissing, CareTextMissing, CareEndsBeforeStart, FewerObservationsNeedDoctor, ReasonMissing,
    EncounterIsFinished, ChartNotVisible, Malformed, TextTooLong.
    """
    text, reason = (text or "").strip(), (reason or "").strip()
    if kind not in CarePlan.Kind.values:
        raise Malformed(problem=f"kind: one of {', '.join(CarePlan.Kind.values)} is needed")
    if kind == CarePlan.Kind.OTHER and not text:
        raise CareTextMissing()
    if instead_of_score:
        _check_fewer(kind, reason, by)
    fits(CarePlan, text=text, reason=reason)
    rule = _rule(timing)
    row = lock_encounter_for_orders(encounter, by=by)
    starts_at = starts_at or clock.now()
    if ends_at and ends_at <= starts_at:
        raise CareEndsBeforeStart()
    plan = CarePlan.objects.create(
        patient_id=row.patient_id, encounter=row, kind=kind, text=text, timing=rule, starts_at=starts_at, ends_at=ends_at,
        instead_of_score=instead_of_score, reason=reason, planned_by=by, recorded_by=by)
    record(plan, patient=row.patient_id, encounter=row, kind=kind, text=text, timing=timings.notation(rule))
    return plan


def _check_fewer(kind, reason, by):
    if kind != CarePlan.Kind.VITALS:
        raise Malformed(problem="instead_of_score: only of observations")
    if not by.role_names & DOCTORS and by.kind != Staff.Kind.SYSTEM:
        raise FewerObservationsNeedDoctor()
    if not reason:
        raise ReasonMissing()


def _rule(timing):
    try:
        rule = timings.normal(timing)
    except ValueError as error:
        raise CareTimingMissing(problem=str(error)) from error
    if not rule or rule.get("continuous"):
        raise CareTimingMissing(problem="–")
    return rule


@act("nursing.stop_care")
def stop_care(plan, *, by, reason):
    """End a plan of care from now on, with the reason. Raises CareIsStopped, ReasonMissing, ChartNotVisible."""
    reason = (reason or "").strip()
    if not reason:
        raise ReasonMissing()
    fits(CarePlan, stop_reason=reason)
    row = lock_plan(plan)
    bedside.encounter_at(row.encounter_id, clock.now(), by)
    if row.stopped_at:
        raise CareIsStopped(at=row.stopped_at, reason=row.stop_reason)
    row.stopped_at, row.stopped_by, row.stop_reason = clock.now(), by, reason
    row.save(update_fields=["stopped_at", "stopped_by", "stop_reason"])
    record(row, patient=row.patient_id, encounter=row.encounter_id, kind=row.kind, reason=reason)
    return row


def lock_plan(plan) -> CarePlan:
    """The plan as it is now; whoever does, skips or stops it meanwhile waits. Raises NotFound."""
    row = CarePlan.objects.select_for_update(no_key=True).filter(pk=getattr(plan, "pk", plan)).first()
    if row is None:
        raise NotFound()
    return row
