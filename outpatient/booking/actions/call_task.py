"""Telephone calls about cancelled coupons, done by the registry."""
from emr import clock
from emr.acts import act
from emr.errors import Malformed
from emr.journal import record
from outpatient.booking import errors
from outpatient.booking.models import CallTask


@act("booking.close_call")
def close_call(task, *, by, outcome):
    """The patient was told by telephone, or could not be reached. Raises CallIsMade, Malformed."""
    task = CallTask.objects.select_for_update(no_key=True, of=("self",)).select_related("booking").get(
        pk=getattr(task, "pk", task))
    if outcome not in CallTask.Outcome.values:
        raise Malformed(problem=f"outcome: one of {', '.join(CallTask.Outcome.values)} is needed")
    if task.done_at:
        raise errors.CallIsMade(at=task.done_at)
    task.done_at, task.done_by, task.outcome = clock.now(), by, outcome
    task.save(update_fields=["done_at", "done_by", "outcome"])
    record(task, patient=task.booking.patient_id, outcome=outcome)
    return task
