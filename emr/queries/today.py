"""What the first page of a role asks for on floor 1."""
from emr.models import Document


def drafts_of(staff):
    """The person's own documents that still want a signature, the oldest first."""
    return Document.objects.filter(author=staff, status=Document.Status.DRAFT).select_related("patient").order_by("created_at")
