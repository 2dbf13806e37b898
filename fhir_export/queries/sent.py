"""What was given to others, and whom a command means."""
from emr.models import Encounter, Patient
from fhir_export.models import SentDocument


def find_patient(text: str) -> Patient | None:
    """The patient by record number or id."""
    found = Patient.objects.filter(number=text).first()
    if found is None and len(text) == 36:
        found = Patient.objects.filter(pk=text).first()
    return found


def sent_of(patient):
    """Documents of this patient that left, newest first."""
    return SentDocument.objects.filter(patient=patient).select_related("made_by", "encounter").order_by("-made_at")


def documents():
    """All documents that left, newest first."""
    return SentDocument.objects.select_related("patient", "made_by", "encounter").order_by("-made_at", "-pk")


def stays_of(patient):
    """Stays and visits of which a discharge document can be made, newest first."""
    return Encounter.objects.live().filter(patient=patient, kind__in=("IMP", "EMER")).order_by("-started_at")
