"""The polyclinic visit: it begins when the doctor receives the patient and ends with diagnoses and a conclusion (F1)."""
from emr import clock
from emr.actions.condition import add_condition
from emr.actions.document import sign
from emr.actions.encounter import assign, begin, finish, lock_open_encounter, lock_patient, place
from emr.actions.fact import open_for_writing
from emr.acts import act
from emr.errors import Malformed, NotFound, TimeInFuture
from emr.journal import record
from emr.models import Department, Document, Encounter, EncounterParticipant, Staff
from emr.rules.texts import fits
from outpatient.errors import NotAVisit, PatientHasDied
from outpatient.models import Visit

KINDS = (Encounter.Kind.OUTPATIENT, Encounter.Kind.HOME, Encounter.Kind.VIRTUAL)


@act("outpatient.start_visit")
def start_visit(patient, *, by, department, doctor=None, complaint="", started_at=None, is_first=True,
                kind=Encounter.Kind.OUTPATIENT):
    """Begin a visit: the doctor receives the patient. `doctor` defaults to `by`; `started_at`: aware, default now.

    `kind`: AMB at the polyclinic, HH at the patient's home, VR by telephone or video. Raises PatientHasDied, PatientIsMerged,
    TimeInFuture, TextTooLong.
    """
    patient, started_at = lock_patient(patient), started_at or clock.now()
    doctor, department = _row(Staff, doctor or by), _row(Department, department)
    if patient.died_at and patient.died_at < started_at:
        raise PatientHasDied(patient=patient.short_name, at=patient.died_at)
    fits(Visit, complaint=complaint)
    if kind not in KINDS:
        raise Malformed(problem=f"kind: one of {', '.join(KINDS)} is needed")
    encounter = begin(patient, kind=kind, department=department, started_at=started_at,
                      reason=complaint, by=by)
    place(encounter, department=department, at=started_at, by=by)
    assign(encounter, doctor, EncounterParticipant.Part.ATTENDING, since=started_at, by=by)
    Visit.objects.create(encounter=encounter, doctor=doctor, complaint=complaint, is_first=is_first)
    record(encounter, patient=patient, encounter=encounter, complaint=complaint)
    return encounter


@act("outpatient.finish_visit")
def finish_visit(encounter, *, by, at=None, conclusion="", conditions=(), disposition="home", note=None, edited=None):
    """End a visit with its diagnoses ({text, code, system, stage}; final where no stage is given) and conclusion.

    `note`: one's own draft of the visit note, to be signed with it; `edited`: the edit counter of the text that was read.
    Orders of the visit may be added until midnight: the procedure room works them off. `at`: aware, default now.
    Raises NotAVisit, EncounterIsFinished, ChartNotVisible, TimeInFuture, BackwardsInTime, StaleDraft, NothingToSign.
    """
    patient, encounter = _lock_visit(encounter, by)
    at = at or clock.now()
    if at > clock.now():
        raise TimeInFuture()
    if disposition not in Encounter.Disposition.values:
        raise Malformed(problem=f"disposition: one of {', '.join(Encounter.Disposition.values)} is needed")
    fits(Visit, conclusion=conclusion)
    for condition in conditions:
        add_condition(patient, **{"stage": "final", **condition}, encounter=encounter, asserted_at=at, by=by)
    more = {"signed": sign(_lock_note(encounter, note), by=by, edited=edited).number} if note else {}
    finish(encounter, at=at, disposition=disposition)
    visit = Visit.objects.select_for_update(no_key=True).get(pk=encounter.pk)
    visit.conclusion = conclusion
    visit.save(update_fields=["conclusion"])
    record(encounter, patient=patient, encounter=encounter, diagnoses=len(conditions), **more)
    return encounter


def _lock_visit(encounter, by):
    """The patient and his open visit, locked in this order. Raises NotFound, NotAVisit, EncounterIsFinished."""
    found = Encounter.objects.live().filter(pk=getattr(encounter, "pk", encounter)).first()
    if found is None:
        raise NotFound()
    if found.kind not in KINDS or not Visit.objects.filter(pk=found.pk).exists():
        raise NotAVisit(number=found.number)
    return open_for_writing(found.patient_id, by), lock_open_encounter(found)


def _lock_note(encounter, note):
    return Document.objects.select_for_update(no_key=True).get(
        pk=getattr(note, "pk", note), encounter=encounter, kind=Document.Kind.VISIT_NOTE)


def _row(model, value):
    """The row itself, or the row of this id. Raises the model's DoesNotExist, told as NotFound."""
    return value if isinstance(value, model) else model.objects.get(pk=value)
