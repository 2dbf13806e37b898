"""Recording what a patient drank and what left him (B8)."""
from admissions.actions.emergency_visit import refuse_finished
from admissions.models import FluidEntry
from admissions.queries.row import row_of
from emr import clock
from emr.actions.encounter import BackwardsInTime, lock_encounter
from emr.actions.fact import not_in_future, open_for_writing, withdraw
from emr.acts import act
from emr.errors import Malformed
from emr.journal import record
from emr.models import Encounter


@act("admissions.record_fluid")
def record_fluid(encounter, *, by, kind, ml, at=None):
    """Record millilitres that went in or out; `kind` of FluidEntry.Kind, `ml` 1 to 10,000, `at` aware, default now.

    Raises Malformed, TimeInFuture, BackwardsInTime, EncounterIsFinished.
    """
    encounter = row_of(Encounter, encounter)
    patient = open_for_writing(encounter.patient_id, by)
    encounter, at = lock_encounter(encounter), not_in_future(at)
    refuse_finished(encounter)
    if kind not in FluidEntry.Kind.values:
        raise Malformed(problem=f"kind: one of {', '.join(FluidEntry.Kind.values)} is needed")
    if isinstance(ml, bool) or not isinstance(ml, int) or not 1 <= ml <= 10_000:
        raise Malformed(problem="ml: a whole number from 1 to 10000 is needed")
    if at < encounter.started_at:
        raise BackwardsInTime(what=FluidEntry.Kind(kind).label, before=encounter.started_at)
    row = FluidEntry.objects.create(encounter=encounter, kind=kind, ml=ml, happened_at=at, recorded_by=by)
    record(row, patient=patient, encounter=encounter, text=str(row), at=clock.spoken(at))
    return row


@act("admissions.undo_fluid")
def undo_fluid(entry, *, by, reason):
    """Take an entry of the fluid balance back, with the reason. Raises ReasonMissing, AlreadyInError."""
    entry = row_of(FluidEntry, entry, "encounter")
    patient = open_for_writing(entry.encounter.patient_id, by)
    entry = FluidEntry.objects.select_for_update(no_key=True).get(pk=entry.pk)
    withdraw(entry, reason=reason, by=by)
    record(entry, patient=patient, encounter=entry.encounter_id, text=str(entry), reason=entry.error_reason)
    return entry
