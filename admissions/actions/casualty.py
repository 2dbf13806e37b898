"""Many casualties at once: a scanned wristband makes the patient, one tap sets the colour (A5)."""
from admissions.actions.emergency_visit import open_visit, register_arrival
from admissions.actions.triage import triage_patient
from emr.actions.patient import register_unknown_patient
from emr.acts import act
from emr.errors import Malformed
from emr.journal import record
from emr.models import PatientIdentifier

SATS = "SATS"


@act("admissions.receive_casualty")
def receive_casualty(wristband, *, by, department, level=None):
    """Receive the wearer of a pre-printed wristband; `level` sets the colour (SATS 1 red to 4 green) at once or on a later scan.

    Scanning a wristband that is already worn opens its visit and may set another colour. Raises Malformed, NotAnEmergencyRoom,
    UnknownTriageLevel.
    """
    code = (wristband or "").strip().upper()
    if not code:
        raise Malformed(problem="wristband: a code is needed")
    worn = PatientIdentifier.objects.filter(kind="wristband", value=code).select_related("patient").first()
    visit = open_visit(worn.patient) if worn else None
    if visit is None:
        patient = worn.patient if worn else register_unknown_patient(by=by, wristband=code)
        visit = register_arrival(patient, by=by, department=department, arrival_mode="ambulance")
    if level is not None:
        triage_patient(visit, by=by, scale=SATS, level=level)
    record(visit, patient=visit.patient_id, encounter=visit, number=visit.number, **({"level": level} if level else {}))
    return visit
