"""Papers of the chart: what sections look like, and the digest that a signature covers."""
import hashlib
import json

from emr.errors import Malformed, TextTooLong

MOST_TEXT = 200_000  # characters of one paper, all sections together
MOST_ROWS = 2_000


def clean_sections(sections) -> list[dict]:
    """The sections with exactly their known parts: key, title, text, rows of {text, source}, cites of {text, source}.

    `source` names what a row was built from, as "orders.MedicationRequest:<id>"; cites are the words of the text itself that a
    phrase filled from the record. Raises Malformed, TextTooLong.
    """
    if not isinstance(sections, list | tuple) or not all(isinstance(part, dict) for part in sections):
        raise Malformed(problem="sections: a list of objects with key, title, text and rows is needed")
    cleaned = [_section(part, place) for place, part in enumerate(sections, start=1)]
    length = sum(len(part["text"]) + len(part["title"]) + sum(len(row["text"]) for row in part["rows"])
                 for part in cleaned)
    if length > MOST_TEXT:
        raise TextTooLong(field="sections", length=length, limit=MOST_TEXT)
    return cleaned


def _section(part, place):
    rows = part.get("rows") or []
    if not isinstance(rows, list | tuple) or len(rows) > MOST_ROWS or not all(isinstance(row, dict) for row in rows):
        raise Malformed(problem=f"sections[{place}].rows: at most {MOST_ROWS} objects with text and source are needed")
    section = {"key": _text(part, "key", place) or f"section-{place}", "title": _text(part, "title", place),
               "text": _text(part, "text", place).replace("\r\n", "\n"), "rows": _pairs(rows, place)}
    if cites := _cites(part.get("cites"), section["text"], place):
        section["cites"] = cites
    return section


def _pairs(rows, place):
    return [{"text": _text(row, "text", place), "source": _text(row, "source", place)} for row in rows]


def _cites(cites, text, place):
    """What a phrase filled in from the record, as long as the words still stand in the text."""
    if not isinstance(cites or [], list | tuple) or len(cites or []) > MOST_ROWS or not all(
            isinstance(cite, dict) for cite in cites or []):
        raise Malformed(problem=f"sections[{place}].cites: at most {MOST_ROWS} objects with text and source are needed")
    return [cite for cite in _pairs(cites or [], place) if cite["text"] and cite["text"] in text]


def _text(part, name, place):
    value = part.get(name) or ""
    if not isinstance(value, str) or "\x00" in value:
        raise Malformed(problem=f"sections[{place}].{name}: a text is needed")
    return value


def is_empty(sections) -> bool:
    """Does the paper say nothing at all?"""
    return not any(part["text"].strip() or part["rows"] for part in sections)


def content(document) -> dict:
    """What a signature covers. The patient is bound through the encounter and the row history, so that joining two
    records of one person does not break the digests of their papers."""
    return {
        "id": str(document.pk), "number": document.number, "kind": document.kind, "title": document.title,
        "language": document.language, "sections": document.sections, "version": document.version,
        "replaces": document.replaces_id and str(document.replaces_id), "amendment_reason": document.amendment_reason,
        "encounter": document.encounter_id and str(document.encounter_id), "author": str(document.author_id),
        "happened_at": document.happened_at.isoformat(), "signed_at": document.signed_at.isoformat(),
        "signed_by": str(document.signed_by_id),
    }


def canonical(value) -> bytes:
    """JSON with sorted keys, no blanks, UTF-8: the same bytes for the same content, always."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(document) -> str:
    """SHA-256 of the signed content, in hexadecimal."""
    return hashlib.sha256(canonical(content(document))).hexdigest()


def is_intact(document) -> bool:
    """Does the stored digest of a signed document still fit its content?"""
    return document.sha256 == digest(document)
