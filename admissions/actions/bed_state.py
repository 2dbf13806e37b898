"""What happens to a bed beside patients: cleaning, repair, kept for somebody; who must lie apart; when a bed will be free (B2).
"""
from django.utils.translation import gettext as _

from admissions.actions.bed import end_state
from admissions.actions.stay import lock_stay
from admissions.errors import BedHasAState, DayHasPassed, IsolatedAlready
from admissions.models import AdmissionRequest, BedState, ExpectedDischarge, Isolation
from admissions.queries.row import row_of
from admissions.rules.bed import free_of
from emr import acts, clock
from emr.acts import act
from emr.errors import Malformed, NotFound
from emr.journal import record
from emr.models import Bed
from emr.rules.texts import fits

acts.LAST_LINE["one_open_state_per_bed"] = lambda: BedHasAState(bed="", state=_("not free"))
acts.LAST_LINE["one_isolation_at_a_time"] = IsolatedAlready


@act("admissions.mark_bed")
def mark_bed(bed, *, by, state, note="", request=None):
    """Nobody may lie in this free bed for a while: `state` cleaning, repair or reserved (for the patient of `request`).

    Raises BedIsTaken naming the occupant, BedHasAState, Malformed, NotFound.
    """
    bed = Bed.objects.select_for_update(no_key=True).filter(pk=getattr(bed, "pk", bed)).first()
    if bed is None:
        raise NotFound()
    if state not in BedState.State.values or (request and state != BedState.State.RESERVED):
        raise Malformed(problem=f"state: one of {', '.join(BedState.State.values)}; a request belongs to a reserved bed only")
    note, request = (note or "").strip(), row_of(AdmissionRequest, request, "encounter")
    fits(BedState, note=note)
    free_of(bed)
    there = BedState.objects.live().filter(bed=bed, until__isnull=True).first()
    if there:
        raise BedHasAState(bed=bed.label, state=there.get_state_display())
    row = BedState.objects.create(bed=bed, state=state, since=clock.now(), note=note, request=request, recorded_by=by)
    record(row, bed=bed.label, state=state)
    return row


@act("admissions.ready_bed")
def ready_bed(state, *, by):
    """The bed is ready again: clean, mended, no longer kept. Ending it twice changes nothing. Raises NotFound."""
    row = row_of(BedState, state)
    Bed.objects.select_for_update(no_key=True).get(pk=row.bed_id)
    row = BedState.objects.live().select_related("bed").get(pk=row.pk)
    end_state(row, by=by)
    record(row, bed=row.bed.label, state=row.state)
    return row


@act("admissions.expect_discharge")
def expect_discharge(encounter, *, by, day):
    """Say on which day the patient is expected to go home; saying it again counts anew.

    Raises DayHasPassed, EncounterIsFinished.
    """
    patient, stay = lock_stay(encounter, by)
    if day < clock.today():
        raise DayHasPassed(day=day)
    row = ExpectedDischarge.objects.create(encounter=stay, day=day, happened_at=clock.now(), recorded_by=by)
    record(row, patient=patient, encounter=stay, day=day.isoformat())
    return row


@act("admissions.isolate_patient")
def isolate_patient(encounter, *, by, kind):
    """The patient must lie apart from now on. Moving him is the next thing to do; it is not done here. Raises IsolatedAlready."""
    patient, stay = lock_stay(encounter, by)
    if kind not in Isolation.Kind.values:
        raise Malformed(problem=f"kind: one of {', '.join(Isolation.Kind.values)} is needed")
    if Isolation.objects.live().filter(encounter=stay, until__isnull=True).exists():
        raise IsolatedAlready()
    row = Isolation.objects.create(encounter=stay, kind=kind, since=clock.now(), recorded_by=by)
    record(row, patient=patient, encounter=stay, kind=kind)
    return row


@act("admissions.end_isolation")
def end_isolation(encounter, *, by):
    """The patient need not lie apart any more. Raises NotFound when he did not."""
    patient, stay = lock_stay(encounter, by)
    row = Isolation.objects.live().filter(encounter=stay, until__isnull=True).first()
    if row is None:
        raise NotFound()
    row.until, row.ended_by = clock.now(), by
    row.save(update_fields=["until", "ended_by"])
    record(row, patient=patient, encounter=stay, kind=row.kind)
    return row
