"""Small parts of received FHIR: texts, codes, moments, numbers, references. Pure; raises Unfit for what cannot be read."""
import base64
import binascii
import datetime as dt
import re
from decimal import Decimal
from html.parser import HTMLParser

from django.utils import timezone

from fhir_export.rules import reasons
from fhir_export.rules.elements import UCUM
from fhir_export.rules.reasons import REFUSED, Unfit

MOMENT = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d):(\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d))?)?)?$")
DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?$")
ACTIVE = re.compile(r"<\s*/?\s*(script|iframe|object|embed|form|svg|meta|link|base|style)\b|<!doctype|<!entity|<\?xml-|"
                    r"\son[a-z]+\s*=|(java|vb)script\s*:|data\s*:\s*text/html", re.IGNORECASE)
CONTROL = dict.fromkeys([*range(9), 11, 12, *range(14, 32)])
SYSTEM_LENGTH = 120


def short(text, length: int) -> str:
    """The text without control characters, cut with an ellipsis where the column ends (the whole text stays in the body)."""
    text = " ".join(str(text or "").translate(CONTROL).split())
    return text if len(text) <= length else text[:length - 1].rstrip() + "…"


def listed(value) -> list:
    """The objects of a list; a single object counts as a list of one."""
    return [part for part in (value if isinstance(value, list) else [value]) if isinstance(part, dict)]


def words(concept) -> str:
    """What a CodeableConcept says: its text, else the first display or code."""
    for part in listed(concept):
        if part.get("text"):
            return str(part["text"])
        for coding in listed(part.get("coding")):
            if coding.get("display") or coding.get("code"):
                return str(coding.get("display") or coding["code"])
    return ""


def code_of(concept, length: int, prefer=()) -> tuple[str, str]:
    """(system, code) of the coding to store: a preferred system's, else the first complete one that fits; else ('', '')."""
    known = [(str(c["system"]), str(c["code"])) for part in listed(concept) for c in listed(part.get("coding"))
             if c.get("system") and c.get("code")]
    known = [(s, c) for s, c in known if len(s) <= SYSTEM_LENGTH and len(c) <= length]
    ranked = sorted(known, key=lambda pair: prefer.index(pair[0]) if pair[0] in prefer else len(prefer))
    return ranked[0] if ranked else ("", "")


def first_code(concept) -> str:
    """The first code of a concept (or of a list of them), whatever its system."""
    return next((str(c["code"]) for part in listed(concept) for c in listed(part.get("coding")) if c.get("code")), "")


def codes(concept) -> list[str]:
    return [str(c["code"]) for part in listed(concept) for c in listed(part.get("coding")) if c.get("code")]


def moment(text) -> dt.datetime | None:
    """A FHIR dateTime or instant as a moment; a date alone is its beginning in the institution's zone.

    Raises Unfit for what is no moment.
    """
    if text in (None, ""):
        return None
    found = MOMENT.match(text) if isinstance(text, str) else None
    if not found:
        raise Unfit(REFUSED, reasons.BAD_MOMENT)
    try:
        if found[4]:
            exact = dt.datetime.fromisoformat(text if len(found[7] or "") <= 7 else text.replace(found[7], found[7][:7]))
            return exact.astimezone(dt.UTC) if found[8] else timezone.make_aware(exact)
        return timezone.make_aware(dt.datetime(int(found[1]), int(found[2] or 1), int(found[3] or 1)))
    except (ValueError, OverflowError) as error:
        raise Unfit(REFUSED, reasons.BAD_MOMENT) from error


def when(resource, name: str):
    """(start, end) of a choice element: performed, effective, occurrence … as dateTime, instant or Period."""
    if text := resource.get(f"{name}DateTime") or resource.get(f"{name}Instant"):
        return moment(text), None
    return span(resource.get(f"{name}Period"))


def span(period):
    """(start, end) of a Period. Raises Unfit when it ends before it begins."""
    period = period if isinstance(period, dict) else {}
    start, end = moment(period.get("start")), moment(period.get("end"))
    if start and end and end < start:
        raise Unfit(REFUSED, reasons.ENDS_BEFORE)
    return start, end


def number(value) -> Decimal | None:
    """A JSON number with its digits; text or True is none."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | float):
        return None
    value = Decimal(str(value))
    return value if value.is_finite() and abs(value.adjusted()) < 100 else None


def unit_of(quantity) -> str:
    """The UCUM code when it is one, else the unit as written."""
    if quantity.get("system") == UCUM and quantity.get("code"):
        return short(quantity["code"], 40)
    return short(quantity.get("unit") or quantity.get("code"), 40)


def quantity_words(quantity) -> str:
    if not isinstance(quantity, dict):
        return ""
    value = number(quantity.get("value"))
    said = f"{quantity.get('comparator') or ''}{value if value is not None else ''} {unit_of(quantity)}"
    return said.strip()


def named(reference) -> str:
    """The text of a Reference element."""
    return str(reference["reference"]) if isinstance(reference, dict) and reference.get("reference") else ""


def status(resource, known) -> str:
    """The status. Raises Unfit when it is missing or none of R4."""
    value = resource.get("status")
    if not value:
        raise Unfit(REFUSED, reasons.STATUS_MISSING)
    if value not in known:
        raise Unfit(REFUSED, reasons.STATUS_UNKNOWN)
    if value == "entered-in-error":
        raise Unfit(reasons.KEPT, reasons.IN_ERROR)
    return value


def notes(resource) -> str:
    return "\n".join(str(note["text"]).translate(CONTROL) for note in listed(resource.get("note")) if note.get("text"))


def is_active(resource) -> bool:
    """Does any narrative in it hold active content?"""
    if isinstance(resource, dict):
        div = resource.get("div")
        return (isinstance(div, str) and bool(ACTIVE.search(div))) or any(is_active(p) for p in resource.values())
    return any(is_active(part) for part in resource) if isinstance(resource, list) else False


class _Words(HTMLParser):
    BREAKS = {"p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol", "dt", "dd"}

    def __init__(self):
        super().__init__()
        self.parts = []

    def handle_data(self, data):
        self.parts.append(re.sub(r"\s+", " ", data))

    def handle_starttag(self, tag, attrs):
        self.parts.append("\n" if tag in self.BREAKS else " " if tag in ("td", "th") else "")


def plain(narrative) -> str:
    """A narrative's words, one line per block."""
    div = narrative.get("div") if isinstance(narrative, dict) else None
    if not isinstance(div, str):
        return ""
    reader = _Words()
    reader.feed(div)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.parts).translate(CONTROL).split("\n"))
    return "\n".join(line for line in lines if line)


def decoded(data) -> bytes:
    """base64 as bytes. Raises Unfit."""
    try:
        return base64.b64decode("".join(str(data).split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Unfit(REFUSED, reasons.BAD_FORM) from error


def kept_exactly(value):
    """JSON for a jsonb column: decimals as text, to be made numbers again by `elements.exact`."""
    if isinstance(value, dict):
        return {key: kept_exactly(part) for key, part in value.items()}
    if isinstance(value, list):
        return [kept_exactly(part) for part in value]
    return str(value) if isinstance(value, Decimal) else value
