"""Outpatient cards and districts."""
import datetime as dt

from emr import clock
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


def permissions_ending(days=30):
    """Open cards whose permission ends within so many days, or ended within as many, the nearest first (R46)."""
    today, span = clock.today(), dt.timedelta(days=days)
    return Card.objects.filter(closed_at__isnull=True, valid_until__gte=today - span,
                               valid_until__lte=today + span).select_related(
        "patient", "district").order_by("valid_until", "patient__sort_key")
