"""All rows of one patient, or of one stay, in a number of queries that does not grow with the chart. Live rows only."""
from dataclasses import dataclass, field

from django.db.models import F, Prefetch, Q

from emr.models import (
    AllergyIntolerance,
    AttachmentFile,
    Bed,
    Condition,
    Department,
    Document,
    DocumentRendering,
    Encounter,
    EncounterLocation,
    EncounterParticipant,
    Institution,
    Observation,
    Patient,
    Staff,
    Ward,
)
from emr.queries import institution
from nursing.models import MedicationAdministration, Procedure
from orders.laboratory.models import LabResult, Specimen
from orders.models import Medication, MedicationRequest, MedicationStatement, ServiceRequest
from orders.models.medication_request import MedicationHold


@dataclass
class Gathered:
    """Rows, oldest first; `stay` is the encounter that a discharge document is about."""

    patient: Patient
    institution: Institution
    stay: Encounter | None = None
    encounters: list = field(default_factory=list)
    conditions: list = field(default_factory=list)
    allergies: list = field(default_factory=list)
    observations: list = field(default_factory=list)
    requests: list = field(default_factory=list)
    administrations: list = field(default_factory=list)
    statements: list = field(default_factory=list)
    services: list = field(default_factory=list)
    results: list = field(default_factory=list)
    specimens: list = field(default_factory=list)
    procedures: list = field(default_factory=list)
    documents: list = field(default_factory=list)
    renderings: list = field(default_factory=list)
    files: list = field(default_factory=list)


def person(patient) -> Patient:
    """The patient with everything that belongs to the person; a joined record stands for the one it was joined to."""
    row = Patient.objects.get(pk=getattr(patient, "pk", patient))
    return Patient.objects.prefetch_related("identifiers", "other_names", "contacts", "addresses").get(
        pk=row.merged_into_id or row.pk)


def whole_record(patient) -> Gathered:
    """Every live row of the patient that has a FHIR form."""
    row = person(patient)
    return _fill(Gathered(row, institution.current()), Q(patient=row), Q(patient=row))


def one_stay(encounter) -> Gathered:
    """Every live row of a stay and of the emergency visit that led to it, and the patient's allergies."""
    stay = Encounter.objects.get(pk=getattr(encounter, "pk", encounter))
    row, ours = person(stay.patient_id), Q(encounter__in=[pk for pk in (stay.pk, stay.part_of_id) if pk])
    gathered = _fill(Gathered(row, institution.current()), Q(patient=row) & ours,
                     Q(pk__in=[pk for pk in (stay.pk, stay.part_of_id) if pk]))
    gathered.stay = next(found for found in gathered.encounters if found.pk == stay.pk)
    return gathered


def _fill(to, mine, encounters) -> Gathered:
    live = Q(error_at__isnull=True)
    to.encounters = list(Encounter.objects.filter(encounters & live).select_related("department").prefetch_related(
        Prefetch("conditions", Condition.objects.live().order_by("pk")),
        Prefetch("participants", EncounterParticipant.objects.live().order_by("since", "pk")),
        Prefetch("locations", EncounterLocation.objects.live().order_by("during", "pk"))).order_by("started_at", "pk"))
    to.conditions = list(Condition.objects.live().filter(mine).order_by("asserted_at", "pk"))
    to.allergies = list(AllergyIntolerance.objects.live().filter(patient=to.patient).order_by("asserted_at", "pk"))
    to.observations = list(Observation.objects.live().filter(mine).order_by("effective_at", "pk"))
    to.requests = list(MedicationRequest.objects.live().filter(mine).select_related("medication").prefetch_related(
        Prefetch("holds", MedicationHold.objects.live())).order_by("authored_at", "pk"))
    to.administrations = list(MedicationAdministration.objects.live().filter(mine).select_related(
        "request__medication").order_by("happened_at", "pk"))
    to.statements = list(MedicationStatement.objects.live().filter(mine).order_by("asserted_at", "pk"))
    to.services = list(ServiceRequest.objects.live().filter(mine).order_by("authored_at", "pk"))
    to.results = list(LabResult.objects.live().filter(mine).select_related("test").order_by("found_at", "pk"))
    to.specimens = list(Specimen.objects.live().filter(mine).prefetch_related("links").order_by(
        F("collected_at").asc(nulls_last=True), "pk"))
    to.procedures = list(Procedure.objects.live().filter(mine).order_by("started_at", "pk"))
    to.documents = list(Document.objects.filter(mine, status=Document.Status.SIGNED).order_by("happened_at", "pk"))
    to.renderings = list(DocumentRendering.objects.filter(document__in=[row.pk for row in to.documents]).order_by("pk"))
    to.files = list(AttachmentFile.objects.live().filter(mine).order_by("recorded_at", "pk"))
    return to


def cited(kind_ids: dict) -> dict:
    """{kind: rows} of the people, places and drugs that resources refer to; `kind_ids` is {kind: set of ids}."""
    organisations = kind_ids.get("Organization", set())
    wards = set(kind_ids.get("Location", set()))
    beds = list(Bed.objects.filter(pk__in=wards).select_related("room__ward").order_by("pk")) if wards else []
    wards |= {bed.room.ward_id for bed in beds}
    ward_rows = list(Ward.objects.filter(pk__in=wards).order_by("pk")) if wards else []
    departments = organisations | {ward.department_id for ward in ward_rows}
    found = list(Department.objects.filter(pk__in=departments).order_by("pk")) if departments else []
    institutions = organisations | {row.institution_id for row in found}
    return {
        "practitioners": list(Staff.objects.filter(pk__in=kind_ids.get("Practitioner", ())).order_by("pk")),
        "medications": list(Medication.objects.filter(pk__in=kind_ids.get("Medication", ())).prefetch_related(
            "ingredients__ingredient").order_by("pk")),
        "beds": beds, "wards": ward_rows, "departments": found,
        "institutions": list(Institution.objects.filter(pk__in=institutions).order_by("pk"))}
