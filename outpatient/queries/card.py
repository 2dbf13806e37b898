"""Outpatient cards and districts."""
from emr.access import chart_for
from outpatient.models import Card


def open_card_of(patient) -> Card | None:
    """The card that attaches the patient to our polyclinic now, or None."""
    return Card.objects.filter(patient=getattr(patient, "pk", patient), closed_at__isnull=True).select_related(
        "district", "opened_by").first()


def cards_of(actor, patient):
    """All cards of one patient, the newest first; the reading is logged. Raises ChartNotVisible."""
    chart = chart_for(actor, patient, "outpatient cards")
    return Card.objects.filter(patient=chart.patient).select_related("district", "opened_by").order_by("-opened_at")


def newest(limit=10):
    """The cards opened last, for the registry."""
    return Card.objects.select_related("patient", "opened_by").order_by("-opened_at")[:limit]
