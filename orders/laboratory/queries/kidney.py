"""Kidney function as the checks of orders need it; this app puts itself in there (see `apps`)."""

from orders.laboratory.models import LabResult
from orders.queries.safety import EGFR


def last_egfr(patient_id):
    """The last released eGFR of our laboratory: (value, found_at), or None. One query."""
    return (
        LabResult.objects.live()
        .filter(patient=patient_id, test__loinc__in=EGFR, value__isnull=False, released_at__isnull=False)
        .order_by("-found_at")
        .values_list("value", "found_at")
        .first()
    )
