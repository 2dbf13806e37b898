"""The polyclinic visit: it begins when the doctor receives the patient and ends with diagnoses and a conclusion (F1)."""
from emr import clock
from emr.actions.condition import add_condition
from emr.actions.encounter import assign, begin, finish, lock_open_encounter, lock_patient, place
from emr.acts import act
from emr.errors import TimeInFuture
from emr.journal import record
from emr.models import Encounter, EncounterParticipant
from emr.rules.texts import fits
from outpatient.errors import NotAVisit, PatientHasDied
from outpatient.models import Visit


@act("outpatient.start_visit")
def start_visit(patient, *, by, department, doctor=None, complaint="", started_at=None, is_first=True):
    """Begin a visit: the doctor receives the patient. `started_at`: aware, default now.

    Raises PatientHasDied, PatientIsMerged, TimeInFuture.
    """
    patient, started_at, doctor = lock_patient(patient), started_at or clock.now(), doctor or by
    if patient.died_at and patient.died_at < started_at:
        raise PatientHasDied(patient=patient.short_name, at=patient.died_at)
    fits(Visit, complaint=complaint)
    encounter = begin(patient, kind=Encounter.Kind.OUTPATIENT, department=department, started_at=started_at,
                      reason=complaint, by=by)
    place(encounter, department=department, at=started_at, by=by)
    assign(encounter, doctor, EncounterParticipant.Part.ATTENDING, since=started_at, by=by)
    Visit.objects.create(encounter=encounter, doctor=doctor, complaint=complaint, is_first=is_first)
    record(encounter, patient=patient, encounter=encounter, complaint=complaint)
    return encounter


@act("outpatient.finish_visit")
def finish_visit(encounter, *, by, at=None, conclusion="", conditions=(), disposition="home"):
    """End a visit with its diagnoses ({text, code, system, stage}; final where no stage is given) and conclusion.

    Orders of the visit run on until midnight: the procedure room works them off. `at`: aware, default now.
    Raises NotAVisit, EncounterIsFinished, TimeInFuture, BackwardsInTime.
    """
    encounter = lock_open_encounter(encounter)
    if encounter.kind not in (Encounter.Kind.OUTPATIENT, Encounter.Kind.HOME, Encounter.Kind.VIRTUAL):
        raise NotAVisit(number=encounter.number)
    at = at or clock.now()
    if at > clock.now():
        raise TimeInFuture()
    fits(Visit, conclusion=conclusion)
    for condition in conditions:
        add_condition(encounter.patient, **{"stage": "final", **condition}, encounter=encounter, asserted_at=at, by=by)
    finish(encounter, at=at, disposition=disposition)
    visit = Visit.objects.select_for_update(no_key=True).get(pk=encounter.pk)
    visit.conclusion = conclusion
    visit.save(update_fields=["conclusion"])
    record(encounter, patient=encounter.patient_id, encounter=encounter, diagnoses=len(conditions))
    return encounter
