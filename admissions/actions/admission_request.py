"""Asking a department to take the patient, and its answer (B1)."""
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from admissions.actions.emergency_visit import Moment, moment_of, note_moment, refuse_finished
from admissions.errors import AdmissionAlreadyRequested, DepartmentDoesNotAdmit, NotAnEmergencyVisit, RequestIsClosed
from admissions.models import AdmissionRequest, EmergencyMoment
from admissions.queries.row import row_of
from emr import acts, clock
from emr.actions.encounter import lock_encounter
from emr.actions.fact import open_for_writing
from emr.acts import act
from emr.errors import ReasonMissing
from emr.journal import record
from emr.models import Department, Encounter
from emr.rules.texts import fits

acts.LAST_LINE["one_open_admission_request"] = AdmissionAlreadyRequested
STATES = {
    "accepted": pgettext_lazy("admission request", "accepted"), "declined": pgettext_lazy("admission request", "declined"),
    "withdrawn": pgettext_lazy("admission request", "withdrawn"), "admitted": pgettext_lazy("admission request", "fulfilled"),
    "entered-in-error": pgettext_lazy("admission request", "entered in error"),
    "requested": pgettext_lazy("admission request", "waiting for an answer"),
}


def admitting(department):
    """The department (row or id) if it has wards. Raises NotFound, DepartmentDoesNotAdmit."""
    department = row_of(Department, department)
    if department is not None and department.kind != Department.Kind.INPATIENT:
        raise DepartmentDoesNotAdmit(department=department.name)
    return department


def lock_request(request, by):
    """The admission request with patient and encounter, locked in this order. Raises NotFound, ChartNotVisible."""
    request = row_of(AdmissionRequest, request)
    encounter = row_of(Encounter, request.encounter_id)
    patient = open_for_writing(encounter.patient_id, by)
    encounter = lock_encounter(encounter)
    return patient, encounter, AdmissionRequest.objects.select_for_update(no_key=True).get(pk=request.pk)


@act("admissions.request_admission")
def request_admission(encounter, *, by, department, reason, at=None):
    """Ask a department to take the patient of an open emergency or polyclinic visit; in the emergency room this is the decision.

    Raises AdmissionAlreadyRequested, DepartmentDoesNotAdmit, ReasonMissing, EncounterIsFinished, BackwardsInTime.
    """
    encounter = row_of(Encounter, encounter)
    patient = open_for_writing(encounter.patient_id, by)
    encounter = lock_encounter(encounter)
    refuse_finished(encounter)
    department, reason = admitting(department), (reason or "").strip()
    _check_request(encounter, reason)
    at = moment_of(encounter, at, _("The admission request"))
    request = AdmissionRequest.objects.create(encounter=encounter, department=department, reason=reason, requested_at=at,
                                              requested_by=by, recorded_by=by)
    decided = EmergencyMoment.objects.live().filter(encounter=encounter, kind=Moment.DECISION)
    if encounter.kind == Encounter.Kind.EMERGENCY and not decided.exists():
        note_moment(encounter, Moment.DECISION, at=at, by=by)
    record(request, patient=patient, encounter=encounter, department=str(department.pk), at=at.isoformat())
    return request


def _check_request(encounter, reason):
    if encounter.kind == Encounter.Kind.INPATIENT:
        raise NotAnEmergencyVisit(number=encounter.number)
    if not reason:
        raise ReasonMissing()
    fits(AdmissionRequest, reason=reason)
    standing = AdmissionRequest.objects.live().filter(encounter=encounter, withdrawn_at__isnull=True, decline_reason="")
    if standing.exists():
        raise AdmissionAlreadyRequested()


@act("admissions.withdraw_admission_request")
def withdraw_admission_request(asked, *, by, reason):
    """Take back an admission request that led to no stay yet. Raises RequestIsClosed, ReasonMissing."""
    patient, encounter, request = lock_request(asked, by)
    if request.state not in ("requested", "accepted"):
        raise RequestIsClosed(state=STATES[request.state])
    reason = (reason or "").strip()
    if not reason:
        raise ReasonMissing()
    fits(AdmissionRequest, withdraw_reason=reason)
    request.withdrawn_at, request.withdrawn_by, request.withdraw_reason = clock.now(), by, reason
    request.save(update_fields=["withdrawn_at", "withdrawn_by", "withdraw_reason"])
    record(request, patient=patient, encounter=encounter, reason=reason)
    return request


@act("admissions.answer_admission")
def answer_admission(asked, *, by, accept, reason=""):
    """The department accepts the patient, or declines with the reason; accepting does not give a bed yet.

    Raises RequestIsClosed, ReasonMissing (a refusal needs one), EncounterIsFinished.
    """
    patient, encounter, request = lock_request(asked, by)
    refuse_finished(encounter)
    if request.state != "requested":
        raise RequestIsClosed(state=STATES[request.state])
    reason = (reason or "").strip()
    if not accept and not reason:
        raise ReasonMissing()
    fits(AdmissionRequest, decline_reason=reason)
    request.answered_at, request.answered_by = clock.now(), by
    request.decline_reason = "" if accept else reason
    request.save(update_fields=["answered_at", "answered_by", "decline_reason"])
    record(request, patient=patient, encounter=encounter, accept=bool(accept), reason=reason)
    return request
