"""Receiving what other institutions send: bundles, single resources, bulk files."""
import gzip
import hashlib
from itertools import islice
from pathlib import Path

from emr import acts, clock
from emr.acts import act
from emr.errors import NotPermitted
from emr.journal import record
from emr.models import Institution
from fhir_export.actions.intake import Intake
from fhir_export.errors import NothingReceived, NothingRefused, ReceivedMeanwhile
from fhir_export.models import ReceivedDocument, ReceivedResource
from fhir_export.queries import received as queries
from fhir_export.rules import received, received_text
from fhir_export.rules.received_text import Item, digest, in_order, is_bulk, read_document, read_line, unpacked

CHUNK = 1000
ACT = "fhir_export.import_bundle"
UNNAMED = "Unnamed sender"
acts.LAST_LINE["fhir_export_receiveddocument_sha256_key"] = ReceivedMeanwhile


@act(ACT)
def _receive(items, *, by, document=None, sender="", name="", sha256="", size=0, body=None, last=True):
    """One piece of a document in one transaction; the first piece makes its row, the last one ends it."""
    if document is None:
        document = ReceivedDocument.objects.create(
            sender=_institution(sender), name=name[:300], sha256=sha256, size=size, received_by=by,
            body=gzip.compress(body, mtime=0) if body is not None else None)
    rows = Intake(document, by).take(items)
    if last:
        document.finished_at = clock.now()
        document.save(update_fields=["finished_at"])
    counts = {}
    for row in rows:
        counts[row.outcome] = counts.get(row.outcome, 0) + 1
    people = {row.patient_id for row in rows if row.patient_id}
    record(document, patient=people.pop() if len(people) == 1 else None, name=document.name, **counts)
    return document


def _institution(name):
    name = (name or UNNAMED).strip()[:300]
    ours = Institution.objects.filter(is_ours=False, name=name).first()
    return ours or Institution.objects.create(name=name, short_name=name[:80], is_ours=False)


def import_bundle(data: bytes | str | Path, *, by, name="", sender=None, on_progress=None) -> ReceivedDocument:
    """Take a received document in: a bundle, one resource, or a bulk file (one resource a line), plain or gzipped.

    The same document again changes nothing and gives the same row; a bulk file that was stopped goes on where it was.
    A bundle is one transaction, a bulk file one per thousand lines. `sender`: the institution's name; without it the one
    that the document names. Raises NotFhir, DocumentTooLarge, ScriptInNarrative, AnotherPatient, DoubledFullUrl,
    NothingReceived, NotPermitted.
    """
    if not by.may(ACT):
        raise NotPermitted(act=ACT)
    path = None if isinstance(data, bytes) else Path(data)
    name = name or (path.name if path else "document")
    if path and ".ndjson" in path.name.lower():
        return _import_lines(path, name=name, sender=sender, by=by, on_progress=on_progress)
    text = unpacked(path.read_bytes() if path else data)
    if is_bulk(name, text):
        return _import_lines(text, name=name, sender=sender, by=by, on_progress=on_progress)
    sha256 = digest(text)
    if known := queries.document_by_digest(sha256):
        return known
    bundle, items = read_document(text)
    received.check_bundle(bundle, items)
    document = _receive(in_order(items), by=by, sender=sender or received.sender_name(bundle, items), name=name,
                        sha256=sha256, size=len(text), body=text)
    if on_progress:
        on_progress(len(items), len(items))
    return document


@act("fhir_export.retry_received")
def retry_received(document, *, by):
    """Try the refused resources of a document again, after a person decided whose they are. Raises NothingRefused."""
    document = ReceivedDocument.objects.select_for_update(no_key=True).get(pk=getattr(document, "pk", document))
    rows = list(document.resources.filter(outcome=ReceivedResource.Outcome.REFUSED).order_by("pk"))
    if not rows:
        raise NothingRefused()
    by_key = {(row.resource_type, row.source_id): row for row in rows}
    if document.body:
        _bundle, held = read_document(gzip.decompress(document.body))
    else:
        held = [read_line(row.body) for row in rows]
    intake = Intake(document, by)
    intake.urls = received.urls_of(held)
    changed = []
    for fresh in intake.take(in_order([item for item in held if (item.kind, item.source_id) in by_key]), store=False):
        row = by_key[(fresh.resource_type, fresh.source_id)]
        for name in ("patient_id", "outcome", "reason", "about_type", "about_id"):
            setattr(row, name, getattr(fresh, name))
        changed.append(row)
    ReceivedResource.objects.bulk_update(changed, ["patient", "outcome", "reason", "about_type", "about_id"], batch_size=500)
    still = sum(row.outcome == ReceivedResource.Outcome.REFUSED for row in changed)
    record(document, name=document.name, tried=len(changed), refused=still)
    return document


def _lines(source):
    """The lines of a bulk file, as text without their ends; broken UTF-8 stays visible as replacement letters."""
    if isinstance(source, bytes):
        yield from (line for line in source.split(b"\n") if line.strip())
        return
    opener = gzip.open if source.name.lower().endswith(".gz") else open
    with opener(source, "rb") as file:
        while line := file.readline(received_text.MOST_LINE + 2):
            if line.strip():
                yield line.rstrip(b"\n")


def _measure(source):
    """(SHA-256, bytes, lines) of the unpacked file, read as a stream."""
    whole, size, lines = hashlib.sha256(), 0, 0
    for line in _lines(source):
        whole.update(line + b"\n")
        size, lines = size + len(line) + 1, lines + 1
    return whole.hexdigest(), size, lines


def _import_lines(source, *, name, sender, by, on_progress):
    sha256, size, total = _measure(source)
    if not total:
        raise NothingReceived()
    document = queries.document_by_digest(sha256)
    if document and document.finished_at:
        return document
    done = ReceivedResource.objects.filter(document=document).count() if document else 0
    lines = islice(_lines(source), done, None)
    while batch := [_item(line) for line in islice(lines, CHUNK)]:
        done += len(batch)
        document = _receive(in_order(batch), by=by, document=document, sender=sender, name=name, sha256=sha256, size=size,
                            last=done >= total)
        if on_progress:
            on_progress(done, total)
    return document


def _item(line: bytes) -> Item:
    try:
        return read_line(line.decode("utf-8"))
    except UnicodeDecodeError:
        return Item({}, line.decode("utf-8", "replace").replace("\x00", ""), problem="not UTF-8")
