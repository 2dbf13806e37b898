"""Received texts and files: into the chart as papers of another institution."""
from emr import clock
from emr.actions import document as papers
from emr.actions.attachment_file import add_file
from emr.models import Document
from emr.rules.document import is_empty
from fhir_export.rules import reasons, received_orders
from fhir_export.rules.reasons import KEPT, Unfit
from fhir_export.rules.received import address

REPLACED = "The sender sent a new version"


def add_paper(item, patient, encounter, columns, binary_of, *, sender, by, replaces=None):
    """The paper or file of a received Composition, DiagnosticReport or DocumentReference, inside the import's act.

    Returns the Document, or the AttachmentFile when there is no text. Raises Unfit when there is neither.
    """
    files = received_orders.files(item.resource, binary_of)
    sections = columns["sections"] + [_text(title or columns["title"], body) for title, kind, body in files
                                      if kind.startswith("text/plain")]
    others = [file for file in files if not file[1].startswith("text/plain")]
    sections = [{"key": f"section-{n}", "title": s["title"], "text": s["text"], "rows": []} for n, s in
                enumerate(sections, start=1)]
    if is_empty(sections) and not others:
        raise Unfit(KEPT, reasons.RESULTS_STAND if item.resource.get("result") else reasons.NO_TEXT)
    kept = [add_file(patient, title=title or columns["title"], content_type=kind, body=body, by=by, encounter=encounter,
                     source=sender) for title, kind, body in others]
    if is_empty(sections):
        return kept[0]
    now = clock.now()
    document = papers.draft(
        patient, kind=Document.Kind.RECEIVED, title=columns["title"], sections=sections, by=by, encounter=encounter,
        happened_at=min(columns["happened_at"] or now, now), language=str(item.resource.get("language") or "en")[:2],
        source=sender)
    if replaces is not None and not Document.objects.filter(replaces=replaces).exists():
        document.replaces_id, document.amendment_reason, document.version = replaces.pk, REPLACED, replaces.version + 1
        document.save(update_fields=["replaces", "amendment_reason", "version"])
    return papers.sign(document, by=by)


def _text(title, body):
    return {"title": title, "text": body.decode("utf-8", "replace").replace("\x00", "")}


def binaries(items, urls):
    """A function that gives the Binary a file's address means, among these resources."""
    held = {(item.kind, item.source_id): item.resource for item in items if item.kind == "Binary"}
    return lambda url: held.get(address(url, urls) or ("", ""))

