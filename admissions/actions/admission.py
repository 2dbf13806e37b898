"""Admission to a department and a bed (B1)."""
from django.utils.translation import gettext as _

from admissions.actions.admission_request import STATES
from admissions.actions.bed import claim
from admissions.actions.condition import add_conditions
from admissions.actions.emergency_visit import end_visit, open_visit, refuse_dead
from admissions.actions.stay import where_to
from admissions.errors import BelongsToAnotherPatient, NobodyBoards, RequestIsClosed, RequestWasDeclined
from admissions.models import AdmissionRequest
from admissions.queries.row import row_of
from emr import clock
from emr.actions.encounter import BackwardsInTime, assign, begin, lock_encounter, place
from emr.actions.patient import locked
from emr.acts import act
from emr.journal import record
from emr.models import Encounter, EncounterParticipant, Staff
from emr.rules.texts import fits

Part = EncounterParticipant.Part


@act("admissions.admit_patient")
def admit_patient(patient, *, by, department=None, bed=None, reason="", started_at=None, attending=None, nurse=None,
                  part_of=None, request=None, conditions=(), boarding=False):
    """Admit a patient to a department and, when one is chosen, to a bed; an open emergency visit ends at the same moment.

    `part_of`: the visit that led here (default: the patient's open emergency visit); its running orders are stopped, the ward
    orders anew. `request`: the admission request this fulfils (default: the one standing for that visit). `boarding`: no bed
    yet; the patient stays in the emergency room, where the orders of the ward run, until he is moved (A12): the bed-days begin
    with the ward. `started_at`: aware, default now. `conditions`: admitting diagnoses as {text, code, system, stage}. Raises
    BedIsTaken (naming the occupant), what bed.claim refuses, PatientHasOpenStay, RequestIsClosed, RequestWasDeclined,
    DepartmentDoesNotAdmit, BedMissing, NobodyBoards, BackwardsInTime, TimeInFuture.
    """
    patient, started_at = locked(patient), started_at or clock.now()
    refuse_dead(patient, started_at)
    visit, request = _what_led_here(patient, part_of, request)
    bed, department = where_to(bed, department, request)
    emergency = _emergency_room(visit, bed) if boarding else None
    if visit and visit.finished_at is None and visit.kind == Encounter.Kind.EMERGENCY:
        end_visit(visit, at=started_at, disposition=Encounter.Disposition.ADMITTED, by=by, reason="admission to a ward")
    reason = reason.strip() or (request.reason if request else "")
    fits(Encounter, reason=reason)
    stay = begin(patient, kind=Encounter.Kind.INPATIENT, department=department, started_at=started_at, by=by,
                 reason=reason, part_of=visit)
    if bed:
        claim(bed, patient, by=by, request=request)
    place(stay, department=emergency or department, bed=bed, at=started_at, by=by)
    for person, part in ((attending, Part.ATTENDING), (nurse, Part.NURSE)):
        if person:
            assign(stay, row_of(Staff, person), part, since=started_at, by=by)
    _fulfil(request, stay, started_at, by)
    add_conditions(patient, stay, conditions, stage="admitting", at=started_at, by=by)
    record(stay, patient=patient, encounter=stay, number=stay.number, department=str(department.pk),
           bed=bed.label if bed else "", at=started_at.isoformat(), **({"boarding": True} if boarding else {}))
    return stay


def _emergency_room(visit, bed):
    """Where a boarding patient stays. Raises NobodyBoards."""
    if bed is not None or visit is None or visit.kind != Encounter.Kind.EMERGENCY or visit.finished_at:
        raise NobodyBoards()
    return visit.department


def _what_led_here(patient, part_of, request):
    request, visit = row_of(AdmissionRequest, request), row_of(Encounter, part_of)
    if visit is None:
        visit = row_of(Encounter, request.encounter_id) if request else open_visit(patient)
    if visit is None:
        return None, None
    visit = lock_encounter(visit)
    if visit.patient_id != patient.pk or (request and request.encounter_id != visit.pk):
        raise BelongsToAnotherPatient(number=visit.number)
    standing = AdmissionRequest.objects.select_for_update(no_key=True).filter(encounter=visit)
    if request:
        request = standing.get(pk=request.pk)
        if request.state == "declined":
            raise RequestWasDeclined(reason=request.decline_reason)
        if request.state not in ("requested", "accepted"):
            raise RequestIsClosed(state=STATES[request.state])
    else:
        request = standing.filter(stay__isnull=True, withdrawn_at__isnull=True, error_at__isnull=True,
                                  decline_reason="").first()
    return visit, request


def _fulfil(request, stay, at, by):
    """The request led to this stay; admitting without an answer given before is the answer."""
    if request is None:
        return
    if at < request.requested_at:
        raise BackwardsInTime(what=_("The admission"), before=request.requested_at)
    request.stay = stay
    if request.answered_at is None:
        request.answered_at, request.answered_by = clock.now(), by
    request.save(update_fields=["stay", "answered_at", "answered_by"])
