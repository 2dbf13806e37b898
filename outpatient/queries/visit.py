"""Visits of a doctor's day, of a department and of a patient; one visit with all that its screen shows."""
from django.db.models import Q

from emr import clock
from emr.access import chart_for
from emr.errors import NotFound
from emr.models import Condition, Department, Document, Observation, Staff
from emr.permissions import INSTITUTION_WIDE
from orders.queries import medication_request, service_request
from outpatient.models import Visit


def visits():
    """Visits that stand, with patient, department and doctor beside them."""
    return Visit.objects.filter(encounter__error_at__isnull=True).select_related(
        "encounter__patient", "encounter__department", "doctor")


def open_visits(actor=None, *, doctor=None, departments=None):
    """Visits under way, the one that began first at the top."""
    return _of(visits().filter(encounter__finished_at__isnull=True), doctor, departments).order_by("encounter__started_at")


def finished_today(actor=None, *, doctor=None, departments=None):
    """Visits that ended on the institution's present day, the last one first."""
    rows = visits().filter(encounter__finished_at__gte=clock.start_of(clock.today()))
    return _of(rows, doctor, departments).order_by("-encounter__finished_at")


def of_day(actor, *, doctor=None, department=None):
    """The day in one list: visits under way and those finished today, of the actor and his departments."""
    rows = visits().filter(Q(encounter__finished_at__isnull=True)
                           | Q(encounter__finished_at__gte=clock.start_of(clock.today())))
    if not actor.role_names & INSTITUTION_WIDE and actor.kind != Staff.Kind.SYSTEM:
        rows = rows.filter(Q(doctor=actor) | Q(encounter__department__in=actor.department_ids))
    return _of(rows, doctor, [department] if department else None).order_by("encounter__started_at")


def _of(rows, doctor, departments):
    if doctor is not None:
        rows = rows.filter(doctor=doctor)
    if departments is not None:
        rows = rows.filter(encounter__department__in=departments)
    return rows


def of_patient(patient):
    """All visits of one patient, the newest first. Open the chart before."""
    return visits().filter(encounter__patient=getattr(patient, "pk", patient)).order_by("-encounter__started_at")


def of_chart(actor, patient):
    """All visits of one patient, the newest first; the reading is logged. Raises ChartNotVisible."""
    return of_patient(chart_for(actor, patient, "visits").patient)


def find(encounter_id) -> Visit:
    """One visit; open the chart of its patient before showing it. Raises NotFound."""
    row = visits().filter(pk=encounter_id).first()
    if row is None:
        raise NotFound()
    return row


def one(actor, pk) -> Visit:
    """One visit whose chart the actor reads; the reading is logged. Raises NotFound, ChartNotVisible."""
    row = find(pk)
    chart_for(actor, row.encounter.patient, "visit")
    return row


def conditions(encounter):
    """Diagnoses stated in this visit, in the order of their statement; errors and replaced views left out."""
    return Condition.objects.live().filter(encounter=encounter, replaced_by__isnull=True).order_by("asserted_at")


def problems(patient, encounter):
    """Diagnoses that stand from other visits and stays: offered for this one, never copied by themselves (F2)."""
    rows = Condition.objects.live().filter(patient=patient, replaced_by__isnull=True, ended_at__isnull=True)
    return rows.exclude(encounter=encounter).exclude(clinical_status__in=("inactive", "resolved")).exclude(
        verification="refuted").select_related("encounter__department").order_by("-asserted_at")[:30]


def problem(patient, condition_id) -> Condition:
    """One diagnosis of the patient that stands. Raises NotFound."""
    row = Condition.objects.live().filter(patient=patient, pk=condition_id).first()
    if row is None:
        raise NotFound()
    return row


def draft_of(encounter, document_id, author):
    """The author's own draft of the visit note, or None."""
    return Document.objects.filter(pk=document_id, encounter=encounter, kind=Document.Kind.VISIT_NOTE, author=author,
                                   status=Document.Status.DRAFT).first()


def note_of(encounter):
    """The visit note that stands: the draft, else the newest signed version; None when nobody wrote one."""
    return Document.objects.filter(encounter=encounter, kind=Document.Kind.VISIT_NOTE, replaced_by__isnull=True).exclude(
        status=Document.Status.ABANDONED).select_related("author", "signed_by").order_by("status", "-created_at").first()


def signed_notes(encounter):
    """Signed visit notes in their newest version, as the extract prints them."""
    return Document.objects.filter(encounter=encounter, kind=Document.Kind.VISIT_NOTE, status=Document.Status.SIGNED,
                                   replaced_by__isnull=True).select_related("signed_by").order_by("signed_at")


def vitals_of(encounter):
    """The newest value of each sign measured in this visit."""
    return Observation.objects.live().filter(encounter=encounter, category__in=("vital-signs", "survey")).order_by(
        "name", "-effective_at").distinct("name")


def prescriptions(encounter) -> list:
    """Drug orders of the visit that were not marked as errors."""
    return [row for row in medication_request.of_encounter(encounter) if row.status != "entered-in-error"]


def requests(encounter) -> list:
    """What else was asked for in the visit and not cancelled."""
    return [row for row in service_request.of_encounter(encounter) if row.status == "active"]


def departments():
    """Departments that receive out-patients."""
    return Department.objects.filter(kind=Department.Kind.OUTPATIENT)
