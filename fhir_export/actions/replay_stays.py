"""Replayed arrivals, triages, admissions, visits and departures, through the acts of the two doors."""
from admissions.actions.admission import admit_patient
from admissions.actions.discharge import discharge_patient
from admissions.actions.emergency_visit import close_emergency_visit, register_arrival
from admissions.actions.triage import triage_patient
from emr.actions.encounter import BedIsTaken
from emr.models import Bed, Encounter
from fhir_export.actions.replay_people import ICD10CM
from fhir_export.errors import EventMalformed, NameUsedTwice
from outpatient.actions.visit import finish_visit, start_visit

ARRIVAL_MODES = {"walk-in", "ambulance", "helicopter", "police", "transfer", "private-vehicle"}


def _begin(replay, event):
    """What all arrivals share: the patient, known by now, and a name not used before."""
    if replay.known("encounter", event.encounter):
        raise NameUsedTwice(name=event.encounter)
    return replay.patient(event)


def _begun(replay, event, encounter):
    replay.learn("encounter", event.encounter, encounter)
    return encounter


def ed_arrival(replay, event):
    patient, doctor = _begin(replay, event), replay.staff(event.data.get("attending_physician_id"))
    encounter = register_arrival(
        patient, department=replay.people.department(event), complaint=event.data.get("chief_complaint") or "",
        arrival_mode="walk-in", arrived_at=event.happened_at, attending=doctor, by=doctor)
    return _begun(replay, event, encounter), ""


def triage(replay, event):
    encounter, data = replay.encounter(event), event.data
    mode = str(data.get("arrival_mode") or "walk-in").replace("_", "-")
    doctor = encounter.participants.filter(part="ATND").first()
    row = triage_patient(encounter, scale=data["level_system"], level=int(data["level"]), at=event.happened_at,
                         arrival_mode=mode if mode in ARRIVAL_MODES else "walk-in",
                         by=doctor.staff if doctor else replay.people.system)
    return row, ""


def admit(replay, event):
    """Admission to the log's bed, or to a free bed of the same ward when somebody lies in it, as a clerk would do."""
    patient, data = _begin(replay, event), event.data
    doctor = replay.staff(data.get("attending_physician_id"))
    nurse = replay.staff(data.get("primary_nurse_id")) if data.get("primary_nurse_id") else None

    def into(bed):
        return admit_patient(patient, department=replay.people.department(event), bed=bed, started_at=event.happened_at,
                             reason=data.get("chief_complaint") or "", attending=doctor, nurse=nurse, by=doctor)

    bed, note = Bed.objects.filter(label=str(data.get("bed_number"))[:20]).first(), ""
    try:
        encounter = into(bed)
    except BedIsTaken:
        other = replay.people.free_bed(data.get("ward_id"))
        encounter, note = into(other), f"bed {bed} was taken; the clerk chose {other}"
    return _begun(replay, event, encounter), note


def visit_start(replay, event):
    patient, data = _begin(replay, event), event.data
    doctor = replay.staff(data.get("attending_physician_id"))
    encounter = start_visit(patient, doctor=doctor, department=replay.people.department(event),
                            complaint=data.get("chief_complaint") or "", started_at=event.happened_at, by=doctor)
    return _begun(replay, event, encounter), ""


def _conditions(replay, diagnosis):
    """Admitting and final diagnosis of a departing event."""
    if not isinstance(diagnosis, dict):
        raise EventMalformed(what="its diagnosis")
    for stage, name in (("admitting", "admission_diagnosis_code"), ("final", "discharge_diagnosis_code")):
        if code := diagnosis.get(name):
            yield {"text": replay.people.title(code), "code": code, "system": ICD10CM, "stage": stage}


def discharge(replay, event):
    encounter = replay.encounter(event)
    doctor = encounter.participants.filter(part="ATND").first()
    by = doctor.staff if doctor else replay.people.system
    act = discharge_patient if encounter.kind == Encounter.Kind.INPATIENT else close_emergency_visit
    act(encounter, disposition=event.data.get("disposition") or "home", at=event.happened_at,
        conditions=list(_conditions(replay, event.data.get("diagnosis"))), by=by)
    replay.encounters.pop(event.encounter, None)
    return encounter, ""


def visit_end(replay, event):
    encounter = replay.encounter(event)
    doctor = encounter.participants.filter(part="ATND").first()
    finish_visit(encounter, at=event.happened_at, disposition=event.data.get("disposition") or "home",
                 conditions=list(_conditions(replay, event.data.get("diagnosis"))),
                 by=doctor.staff if doctor else replay.people.system)
    replay.encounters.pop(event.encounter, None)
    return encounter, ""
