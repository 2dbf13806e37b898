"""Papers of charts, and the check of a code."""
from emr.models import Document


def find(document_id):
    """One document with what its page shows, or None."""
    return Document.objects.select_related(
        "patient", "encounter__department", "author", "signed_by", "replaces", "replaced_by", "source",
        "co_signature__signed_by").filter(
        pk=document_id).first()


def versions(document) -> list[Document]:
    """All versions of the paper, newest first: they share the number before the slash."""
    base = document.number.split("/")[0]
    rows = Document.objects.filter(patient_id=document.patient_id, number__startswith=base).select_related("author")
    return [row for row in rows.defer("sections").order_by("-version") if row.number.split("/")[0] == base]


def by_check_code(code: str):
    """A signed document by the code on its paper, or None. No health content is loaded."""
    return Document.objects.filter(check_code=code.strip().upper()[:32], status=Document.Status.SIGNED).select_related(
        "replaced_by").only("number", "version", "signed_at", "sha256", "status", "replaced_by__number",
                            "replaced_by__signed_at", "replaced_by__version").first()


def newer(document):
    """The version that replaces this one, or None."""
    return Document.objects.filter(replaces=document).first()
