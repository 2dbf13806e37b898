"""Why a patient waits: a person corrects what the board inferred (A8)."""
from admissions.actions.emergency_visit import lock_visit
from admissions.models import DelayReason
from admissions.queries import emergency_visit as queries
from admissions.rules import emergency_visit as rules
from emr import clock
from emr.acts import act
from emr.errors import Malformed
from emr.journal import record
from emr.rules.texts import fits


@act("admissions.name_delay")
def name_delay(encounter, *, by, reason, note=""):
    """Say why the patient waits for his present step; it holds until the step is done. Raises Malformed, EncounterIsFinished."""
    patient, encounter = lock_visit(encounter, by)
    note = (note or "").strip()
    if reason not in DelayReason.Reason.values:
        raise Malformed(problem=f"reason: one of {', '.join(DelayReason.Reason.values)} is needed")
    fits(DelayReason, note=note)
    [line] = queries.lines([encounter])
    row = DelayReason.objects.create(encounter=encounter, step=rules.waits_for(line).step, reason=reason, note=note,
                                     happened_at=clock.now(), recorded_by=by)
    record(row, patient=patient, encounter=encounter, step=row.step, reason=reason)
    return row
