"""Admission requests that stand, and the care link they make: the asked department reads the chart it shall answer for."""
from django.db.models import Q

from admissions.models import AdmissionRequest
from emr.access import care_link


def standing(departments=None):
    """Requests not yet answered, or accepted and waiting for a bed; oldest first."""
    rows = AdmissionRequest.objects.live().filter(
        Q(answered_at__isnull=True) | Q(decline_reason=""), stay__isnull=True, withdrawn_at__isnull=True,
        encounter__error_at__isnull=True)
    if departments is not None:
        rows = rows.filter(department__in=departments)
    return rows.select_related("encounter__patient", "encounter__department", "department",
                               "requested_by", "answered_by").order_by("requested_at")


@care_link("admission-request")
def asked_to_admit(staff, patient) -> bool:
    """A department that is asked to take the patient may read his chart."""
    departments = getattr(staff, "department_ids", None)
    return bool(departments) and standing(departments).filter(encounter__patient=patient).exists()
