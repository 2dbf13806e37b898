"""What was asked of the institution after a refusal."""
import datetime as dt

from emr import clock
from outpatient.booking.models import Appeal

HOUR = dt.timedelta(hours=1)


def appeals(actor=None, *, answered=False):
    """Appeals that wait for an answer, the oldest first; or the answered ones, the last first."""
    rows = Appeal.objects.select_related("patient", "specialty", "doctor", "answered_by").filter(answered_at__isnull=not answered)
    return rows.order_by("-answered_at", "pk") if answered else rows.order_by("sent_at", "pk")


def sent_within_the_hour(sender="", patient=None) -> int:
    """How many this sender, or anybody for this patient, has sent within the last hour."""
    rows = Appeal.objects.filter(sent_at__gt=clock.now() - HOUR)
    return rows.filter(patient=patient).count() if patient else rows.filter(sender=sender, patient__isnull=True).count()
