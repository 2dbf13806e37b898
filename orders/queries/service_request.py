"""Requests that are no drugs, with the status that follows from their times."""
from django.db.models import Case, CharField, Value, When

from orders.models import ServiceRequest


def with_status(rows=None):
    """Requests with `status`: entered-in-error, revoked (cancelled) or active. Upper floors know what was done."""
    rows = ServiceRequest.objects.all() if rows is None else rows
    return rows.annotate(status=Case(
        When(error_at__isnull=False, then=Value("entered-in-error")),
        When(cancelled_at__isnull=False, then=Value("revoked")), default=Value("active"), output_field=CharField()))


def of_encounter(encounter, category=None):
    """All requests of a stay or visit, newest first. One query."""
    rows = with_status().filter(encounter=getattr(encounter, "pk", encounter))
    if category:
        rows = rows.filter(category=category)
    return rows.select_related("requester", "performer").order_by("-authored_at", "-pk")


def of_patient(patient, category=None):
    """All requests for a patient, newest first. One query."""
    rows = with_status().filter(patient=getattr(patient, "pk", patient))
    if category:
        rows = rows.filter(category=category)
    return rows.select_related("requester", "performer", "encounter").order_by("-authored_at", "-pk")


def standing(category=None):
    """Requests that are neither cancelled nor an error, oldest first."""
    rows = ServiceRequest.objects.filter(cancelled_at__isnull=True, error_at__isnull=True)
    if category:
        rows = rows.filter(category=category)
    return rows.order_by("authored_at", "pk")
