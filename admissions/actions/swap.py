"""Two patients exchange their beds at one moment (B2)."""
from admissions.actions.bed import claim
from admissions.actions.emergency_visit import refuse_finished
from admissions.actions.stay import refuse_no_stay
from admissions.errors import NothingToSwap
from admissions.queries.row import row_of
from emr import clock
from emr.actions.encounter import leave, lock_encounter, place
from emr.actions.fact import open_for_writing
from emr.acts import act
from emr.journal import record
from emr.models import Bed, Encounter, EncounterLocation


@act("admissions.swap_patients")
def swap_patients(encounter, *, by, other, at=None):
    """Exchange the beds of two open stays; neither bed is free in between. `at`: aware, default now.

    Raises NothingToSwap when one of them lies in no bed, what giving a bed raises, EncounterIsFinished, BackwardsInTime,
    TimeInFuture.
    """
    wanted = [row_of(Encounter, encounter), row_of(Encounter, other)]
    if wanted[0].pk == wanted[1].pk:
        raise NothingToSwap()
    patients = {row.patient_id: open_for_writing(row.patient_id, by) for row in sorted(wanted, key=lambda row: row.patient_id)}
    stays = {pk: lock_encounter(pk) for pk in sorted(row.pk for row in wanted)}
    for stay in stays.values():
        refuse_no_stay(stay)
        refuse_finished(stay)
    first, second = (stays[row.pk] for row in wanted)
    beds = {row.encounter_id: row.bed for row in EncounterLocation.objects.live().filter(
        encounter__in=stays, during__upper_inf=True, bed__isnull=False).select_related("bed__room__ward__department")}
    if len(beds) < 2:
        raise NothingToSwap()
    at, moves = at or clock.now(), [(first, beds[second.pk]), (second, beds[first.pk])]
    for stay, bed in sorted(moves, key=lambda move: move[1].pk):
        claim(bed, patients[stay.patient_id], by=by, encounter=stay, without=list(stays))
    for stay, _bed in moves:
        leave(stay, at=at)
    for stay, bed in moves:
        _put(stay, bed, at, by)
    record(first, patient=first.patient_id, encounter=first, bed=beds[second.pk].label, other=second.number, at=at.isoformat())
    return first


def _put(stay, bed, at, by):
    place(stay, department=bed.room.ward.department, bed=Bed(pk=bed.pk), at=at, by=by)
    if stay.department_id != bed.room.ward.department_id:
        stay.department = bed.room.ward.department
        stay.save(update_fields=["department"])
