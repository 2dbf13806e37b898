"""The rows behind the live fields of phrases: newest values and results, running drugs (B5)."""
from emr.models import Observation
from orders.laboratory.models import LabResult
from orders.models import MedicationRequest

MOST_RESULTS = 12


def newest(patient, codes) -> dict:
    """The newest value of each of these signs, by code."""
    rows = Observation.objects.live().filter(patient=patient, code__in=codes, value__isnull=False)
    return {row.code: row for row in rows.order_by("code", "-effective_at").distinct("code")}


def values_between(patient, since, until):
    """Vital signs and scores measured in a time, oldest first."""
    return Observation.objects.live().filter(patient=patient, category__in=("vital-signs", "survey"), value__isnull=False,
                                             effective_at__gte=since, effective_at__lte=until).order_by("effective_at")


def last_results(patient):
    """The newest released result of each test, the tests with the newest results first, at most twelve."""
    rows = LabResult.objects.live().filter(patient=patient, released_at__isnull=False).select_related("test")
    newest_first = sorted(rows.order_by("test_id", "-found_at").distinct("test_id"), key=lambda row: row.found_at, reverse=True)
    return newest_first[:MOST_RESULTS]


def running_drugs(patient):
    """Drug orders that run, by name."""
    return MedicationRequest.objects.live().filter(
        patient=patient, stopped_at__isnull=True, category=MedicationRequest.Category.INPATIENT).select_related(
        "medication").order_by("medication__name")
