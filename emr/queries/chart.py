"""What the pages of a chart show, one statement each. Open the chart with `chart_for` first and pass its patient."""
import datetime as dt

from emr import clock
from emr.models import (
    AccessEntry,
    AllergyIntolerance,
    AttachmentFile,
    Condition,
    Document,
    Encounter,
    EncounterLocation,
    JournalEntry,
    Observation,
    Patient,
    RowHistory,
)

TREND = dt.timedelta(days=30)  # how far back the trends of vital signs reach
MOST_VALUES = 600


def allergies(patient):
    """Allergies and statements that stand, the dangerous ones first."""
    rows = AllergyIntolerance.objects.live().filter(patient=patient, ended_at__isnull=True)
    return sorted(rows, key=lambda row: (row.criticality != "high", row.substance))


def allergy_entries(patient):
    """Every allergy entry, ended ones and errors included, newest first."""
    return AllergyIntolerance.objects.filter(patient=patient).select_related(
        "recorded_by", "error_by").order_by("-asserted_at")


def place_of(patient):
    """Where the patient is now: the place of his open encounter, or None."""
    return EncounterLocation.objects.live().filter(
        encounter__patient=patient, encounter__finished_at__isnull=True, during__upper_inf=True).select_related(
        "encounter", "department", "ward", "bed").order_by("-encounter__started_at").first()


def conditions(patient):
    """Diagnoses and problems, newest first; errors included, they are shown struck out."""
    return Condition.objects.filter(patient=patient).select_related("encounter", "recorded_by", "replaced_by").order_by(
        "-asserted_at")


def standing_conditions(patient, limit=12):
    """Diagnoses that stand: not taken back, not replaced by a later view, not over."""
    return Condition.objects.live().filter(patient=patient, replaced_by__isnull=True, ended_at__isnull=True).exclude(
        clinical_status__in=("inactive", "resolved")).exclude(verification="refuted").order_by("-asserted_at")[:limit]


def encounters(patient):
    """Stays and visits, newest first."""
    return Encounter.objects.filter(patient=patient).select_related("department").order_by("-started_at")


def vitals(patient, *, encounter=None, since=None):
    """Vital signs and scores that stand, newest first, at most 600 values."""
    rows = Observation.objects.live().filter(patient=patient, category__in=("vital-signs", "survey"),
                                             effective_at__gte=since or clock.now() - TREND)
    if encounter:
        rows = rows.filter(encounter=encounter)
    return rows.order_by("-effective_at")[:MOST_VALUES]


def last_vitals(patient):
    """The newest value of each vital sign."""
    return Observation.objects.live().filter(patient=patient, category__in=("vital-signs", "survey")).order_by(
        "name", "-effective_at").distinct("name")


def documents(patient, actor):
    """Papers of the chart, newest first; a patient sees signed ones only."""
    rows = Document.objects.filter(patient=patient).select_related("author", "signed_by", "replaced_by", "encounter")
    if isinstance(actor, Patient):
        rows = rows.filter(status=Document.Status.SIGNED)
    return rows.defer("sections").order_by("-happened_at", "-version")


def files(patient):
    """Files of the chart without their bodies, newest first."""
    return AttachmentFile.objects.filter(patient=patient).defer("body").select_related("recorded_by").order_by("-recorded_at")


def file(patient, pk):
    """One file with its body, or None; what was entered in error is not handed out."""
    return AttachmentFile.objects.live().filter(patient=patient, pk=pk).first()


def story(*, patient=None, encounter=None, acts=None):
    """Journal rows of a patient or an encounter, newest first; `acts`: only these names."""
    rows = JournalEntry.objects.select_related("by_staff", "by_patient").order_by("-at", "-pk")
    rows = rows.filter(encounter=encounter) if encounter else rows.filter(patient=patient)
    return rows if acts is None else rows.filter(act__in=acts)


def readings(patient):
    """Who looked at the chart, newest first."""
    return AccessEntry.objects.filter(patient=patient).select_related("by_staff", "by_patient").order_by("-at", "-pk")


def images(patient, row_id):
    """The images of one row of this patient's chart, oldest first: what it said after each change."""
    return RowHistory.objects.filter(row_id=str(row_id), image__patient_id=str(patient.pk)).order_by("pk")
