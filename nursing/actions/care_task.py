"""Saying what became of one time of a care plan."""
import datetime as dt

from django.utils import timezone

from emr import clock
from emr.acts import LAST_LINE, act
from emr.errors import AlreadyInError, NotFound, ReasonMissing, TimeInFuture
from emr.journal import record
from emr.rules.texts import fits
from nursing.actions.care_plan import lock_plan
from nursing.actions.medication_administration import may_undo
from nursing.errors import CareAlreadyRecorded, CareIsStopped, MeasureInstead, NoSuchCareTime, NotYourEntry
from nursing.models import CarePlan, CareTask
from nursing.queries import bedside
from nursing.rules.stay_times import check_within_stay
from orders.rules.timing import dose_times

MOMENT = dt.timedelta(microseconds=1)


@act("nursing.do_care")
def do_care(plan, *, by, due_at, done_at=None, note=""):
    """Record that planned care was done, now or earlier when written up late.

    `due_at`: the time of the plan, aware. Raises CareAlreadyRecorded (names who and when), NoSuchCareTime, CareIsStopped,
    MeasureInstead (observations are done by measuring), TimeInFuture, BeforeStay, StayHasEnded, ChartNotVisible.
    """
    return _write(plan, CareTask.Status.DONE, by=by, due_at=due_at, at=done_at, note=note)


@act("nursing.skip_care")
def skip_care(plan, *, by, due_at, reason, at=None):
    """Record that planned care was not done, and why: a code of rules.reasons.NOT_DONE or words.

    Raises ReasonMissing and as do_care.
    """
    reason = (reason or "").strip()
    if not reason:
        raise ReasonMissing()
    return _write(plan, CareTask.Status.SKIPPED, by=by, due_at=due_at, at=at, reason=reason)


@act("nursing.undo_care")
def undo_care(task, *, by, reason):
    """Take a wrong entry back; the care is open again. Only who made it, or the head nurse.

    Raises NotYourEntry, AlreadyInError, ReasonMissing, ChartNotVisible.
    """
    reason = (reason or "").strip()
    if not reason:
        raise ReasonMissing()
    fits(CareTask, error_reason=reason)
    found = CareTask.objects.filter(pk=getattr(task, "pk", task)).first()
    if found is None:
        raise NotFound()
    lock_plan(found.plan_id)
    bedside.encounter_at(found.encounter_id, clock.now(), by)
    row = CareTask.objects.select_for_update(no_key=True).get(pk=found.pk)
    if row.error_at:
        raise AlreadyInError(at=row.error_at)
    if not may_undo(row, by):
        raise NotYourEntry(by=str(row.performer))
    row.error_at, row.error_by, row.error_reason = clock.now(), by, reason
    row.save(update_fields=["error_at", "error_by", "error_reason"])
    record(row, patient=row.patient_id, encounter=row.encounter_id, was=row.status, due=row.due_at.isoformat(), reason=reason)
    return row


def _write(plan, status, *, by, due_at, at, note="", reason=""):
    note = (note or "").strip()
    fits(CareTask, reason=reason, note=note)
    row = lock_plan(plan)
    at = at or clock.now()
    if at > clock.now():
        raise TimeInFuture()
    encounter = bedside.encounter_at(row.encounter_id, at, by)
    check_within_stay(encounter, at)
    _check_open(row, due_at, status)
    task = CareTask.objects.create(plan=row, patient_id=row.patient_id, encounter_id=row.encounter_id, due_at=due_at,
                                   status=status, happened_at=at, performer=by, recorded_by=by, reason=reason, note=note)
    told = {name: value for name, value in (("reason", reason), ("note", note)) if value}
    record(task, patient=row.patient_id, encounter=row.encounter_id, kind=row.kind, text=row.text, due=due_at.isoformat(), **told)
    return task


def _check_open(plan: CarePlan, due_at, status):
    if plan.error_at or (plan.stopped_at and plan.stopped_at <= due_at):
        raise CareIsStopped(at=plan.stopped_at or plan.error_at, reason=plan.stop_reason or plan.error_reason)
    if status == CareTask.Status.DONE and plan.kind == CarePlan.Kind.VITALS:
        raise MeasureInstead()
    ended = plan.ends_at and plan.ends_at <= due_at
    if ended or not dose_times(plan.timing, starts_at=plan.starts_at, since=due_at, until=due_at + MOMENT,
                               zone=timezone.get_default_timezone()):
        raise NoSuchCareTime(at=due_at)
    fact = CareTask.objects.live().filter(plan=plan, due_at=due_at).select_related("performer").first()
    if fact:
        raise CareAlreadyRecorded(what=str(fact.get_status_display()), at=fact.happened_at, by=str(fact.performer),
                                  task=str(fact.pk))


LAST_LINE["one_live_fact_per_care_time"] = lambda: CareAlreadyRecorded(what="", at="", by="?")
