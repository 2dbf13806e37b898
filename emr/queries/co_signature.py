"""Papers of learners that wait for a physician's signature (B11)."""
from emr.models import Document


def waiting():
    """Signed papers that still want a co-signature, newer versions only, the oldest first."""
    return Document.objects.filter(status=Document.Status.SIGNED, needs_co_signature=True, co_signature__isnull=True,
                                   replaced_by__isnull=True).select_related("patient", "author", "encounter").order_by(
                                       "signed_at")


def waiting_for(staff):
    """Those of the patients in the departments of this physician."""
    return waiting().filter(encounter__department__in=staff.department_ids).defer("sections")
