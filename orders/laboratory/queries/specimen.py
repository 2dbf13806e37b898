"""Tubes."""
from emr.access import chart_for
from emr.errors import NotFound
from emr.numbering import checks
from orders.laboratory.models import Specimen


def one(actor, *, pk):
    """One tube with its requests. Raises NotFound, ChartNotVisible."""
    return _shown(actor, Specimen.objects.live().filter(pk=pk))


def scanned(actor, accession: str):
    """The tube with this accession number. Raises NotFound, also for a number whose check digit is wrong."""
    accession = accession.strip()
    if not checks(accession):
        raise NotFound()
    return _shown(actor, Specimen.objects.live().filter(accession=accession))


def _shown(actor, rows):
    specimen = rows.select_related("patient", "encounter__department", "collected_by", "received_by",
                                   "rejected_by").prefetch_related(
        "links__request").first()
    if specimen is None:
        raise NotFound()
    if not chart_for(actor, specimen.patient, "specimen").shows("laboratory"):
        raise NotFound()
    return specimen


def of_patient(actor, *, patient):
    """Tubes of a patient, newest first; opening them is logged. Raises ChartNotVisible."""
    if not chart_for(actor, patient, "specimens").shows("laboratory"):
        raise NotFound()
    return Specimen.objects.live().filter(patient=patient).prefetch_related("links__request").order_by("-recorded_at")
