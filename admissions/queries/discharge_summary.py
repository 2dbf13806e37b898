"""The rows that a discharge summary is built from: one statement per kind, whatever their number (B10)."""
from dataclasses import dataclass, field

from django.db.models import Q

from admissions.queries import stay as stays
from emr.models import AllergyIntolerance, Condition, Document, Encounter, Observation
from nursing.models import MedicationAdministration, Procedure
from orders.laboratory.models import LabResult
from orders.models import MedicationRequest
from orders.queries.reconciliation import kept_at_home

NOTES = [Document.Kind.ADMISSION_NOTE, Document.Kind.PROGRESS_NOTE, Document.Kind.CONSULT_NOTE,
         Document.Kind.PROCEDURE_NOTE]


@dataclass
class Material:
    """Everything the record knows that belongs into the summary of one stay."""

    stay: Encounter
    attending: object = None
    places: list = field(default_factory=list)
    conditions: list = field(default_factory=list)
    allergies: list = field(default_factory=list)
    notes: list = field(default_factory=list)
    administrations: list = field(default_factory=list)
    results: list = field(default_factory=list)
    values: list = field(default_factory=list)
    procedures: list = field(default_factory=list)
    discharge_orders: list = field(default_factory=list)
    kept_at_home: list = field(default_factory=list)


def material(stay) -> Material:
    """The rows of the stay and of the emergency visit that led to it, oldest first."""
    both = [stay.pk, stay.part_of_id] if stay.part_of_id else [stay.pk]
    of_both = Q(encounter__in=both)
    return Material(
        stay=stay, attending=stays.attending(stay), places=list(stays.places(stay)),
        conditions=list(Condition.objects.live().filter(of_both).order_by("asserted_at")),
        allergies=list(AllergyIntolerance.objects.live().filter(patient=stay.patient_id, ended_at__isnull=True)
                       .order_by("substance")),
        notes=list(Document.objects.filter(encounter=stay, kind__in=NOTES, status=Document.Status.SIGNED,
                                           replaced_by__isnull=True).select_related("signed_by").order_by("happened_at")),
        administrations=list(MedicationAdministration.objects.live().filter(of_both).select_related(
            "request__medication").order_by("happened_at")),
        results=list(LabResult.objects.live().filter(of_both, released_at__isnull=False).select_related("test")
                     .order_by("found_at")),
        values=list(Observation.objects.live().filter(of_both, category__in=("vital-signs", "survey"))
                    .order_by("effective_at")),
        procedures=list(Procedure.objects.live().filter(of_both).select_related("performer").order_by("started_at")),
        discharge_orders=list(MedicationRequest.objects.live().filter(
            encounter=stay, category=MedicationRequest.Category.DISCHARGE, stopped_at__isnull=True).select_related("medication")),
        kept_at_home=list(kept_at_home(stay)))


def summaries(stay):
    """Discharge summaries of the stay, drafts and signed versions, newest first."""
    return Document.objects.filter(encounter=stay, kind=Document.Kind.DISCHARGE_SUMMARY).exclude(
        status=Document.Status.ABANDONED).select_related("author", "signed_by").order_by("-created_at")
