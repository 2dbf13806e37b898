"""The open stay: locked for the acts about it, and moved between beds and departments (B3)."""
from admissions.actions.admission_request import admitting
from admissions.actions.bed import claim
from admissions.actions.emergency_visit import refuse_finished
from admissions.errors import AlreadyInThatBed, BedMissing, NotAStay
from admissions.queries.row import row_of
from emr import clock
from emr.actions.encounter import lock_encounter, place
from emr.actions.fact import open_for_writing
from emr.acts import act
from emr.journal import record
from emr.models import Bed, Encounter, EncounterLocation


def lock_any_stay(encounter, by):
    """A stay, open or ended, and its patient, locked. Raises NotFound, ChartNotVisible, NotAStay."""
    encounter = row_of(Encounter, encounter)
    patient = open_for_writing(encounter.patient_id, by)
    encounter = lock_encounter(encounter)
    refuse_no_stay(encounter)
    return patient, encounter


def refuse_no_stay(encounter):
    """Raises NotAStay for a visit."""
    if encounter.kind != Encounter.Kind.INPATIENT:
        raise NotAStay(number=encounter.number)


def lock_stay(encounter, by):
    """The open stay and its patient, locked. Raises NotFound, ChartNotVisible, NotAStay, EncounterIsFinished."""
    patient, encounter = lock_any_stay(encounter, by)
    refuse_finished(encounter)
    return patient, encounter


def where_to(bed, department, request=None):
    """The bed (or None) and the department that treats; a bed of another department than the treating one is allowed."""
    bed = row_of(Bed, bed) and Bed.objects.select_related("room__ward__department").get(pk=getattr(bed, "pk", bed))
    department = admitting(department)
    if department is None:
        department = bed.room.ward.department if bed else request and request.department
    if department is None:
        raise BedMissing()
    return bed, department


@act("admissions.transfer_patient")
def transfer_patient(encounter, *, by, bed=None, department=None, at=None):
    """Move the patient of an open stay to another bed or department, inside the same stay (B3).

    `at`: aware, default now, not before the present place began. In another department the orders must be looked through
    next (queries.stay.needs_review). Raises BedIsTaken (naming the occupant), AlreadyInThatBed, what bed.claim refuses,
    BedMissing, EncounterIsFinished, BackwardsInTime, TimeInFuture.
    """
    patient, stay = lock_stay(encounter, by)
    if bed is None and department is None:
        raise BedMissing()
    at = at or clock.now()
    bed, department = where_to(bed, department)
    present = EncounterLocation.objects.live().filter(encounter=stay, during__upper_inf=True).first()
    if present and (present.bed_id == bed.pk if bed else present.department_id == department.pk):
        raise AlreadyInThatBed(place=str(bed or department))
    if bed:
        claim(bed, patient, by=by, encounter=stay)
    place(stay, department=department, bed=bed, at=at, by=by)
    if stay.department_id != department.pk:
        stay.department = department
        stay.save(update_fields=["department"])
    record(stay, patient=patient, encounter=stay, department=str(department.pk), bed=bed.label if bed else "",
           at=at.isoformat(), left=str(present) if present else "")
    return stay
