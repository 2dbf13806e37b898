"""Taking a received text apart without losing a byte: bundles, single resources, NDJSON, gzipped or not."""
import gzip
import hashlib
import io
import json
import zlib
from dataclasses import dataclass, field
from json.decoder import scanstring

from emr.api.render import strict_json
from emr.rules.document import canonical
from fhir_export.errors import DocumentTooLarge, DoubledFullUrl, NotFhir, NothingReceived
from fhir_export.rules.reading import plain

MOST_BYTES = 64 * 1024 * 1024  # of one bundle or single resource, unpacked
MOST_LINE = 10 * 1024 * 1024  # of one line of a bulk file
BLANK = " \t\r\n"
# Those that others refer to come first, whatever the order in the file.
ORDER = ["Organization", "Location", "Practitioner", "PractitionerRole", "Substance", "Medication", "Binary", "Patient",
         "Encounter"]


@dataclass
class Item:
    """One received resource: parsed, and the text exactly as it came."""

    resource: dict
    body: str
    full_url: str = ""
    problem: str = ""
    kind: str = field(init=False)
    source_id: str = field(init=False)
    version: str = field(init=False)

    def __post_init__(self):
        self.kind = str(self.resource.get("resourceType") or "")[:40]
        own = self.resource.get("id")
        tail = self.full_url.rsplit("/", 1)[-1].rsplit(":", 1)[-1]
        self.source_id = (own if isinstance(own, str) and own else tail or digest(self.body.encode())[:32])[:120]
        # Of the content without its version counters: the same content is the same version.
        meta = self.resource.get("meta")
        meta = {k: v for k, v in meta.items() if k not in ("versionId", "lastUpdated")} if isinstance(meta, dict) else None
        self.version = digest(canonical(_plain(self.resource | {"meta": meta})))

    @property
    def name(self):
        return f"{self.kind}/{self.source_id}"


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _plain(value):
    """Decimals as text, so that 72.50 and 72.5 are two versions."""
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return value if isinstance(value, str | int | bool) or value is None else str(value)


def unpacked(data: bytes, limit: int = MOST_BYTES) -> bytes:
    """The bytes, gunzipped when they are gzipped. Raises DocumentTooLarge, NotFhir."""
    if data[:2] == b"\x1f\x8b":
        try:
            data = gzip.GzipFile(fileobj=io.BytesIO(data)).read(limit + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise NotFhir(problem="the gzip file is damaged") from error
    if len(data) > limit:
        raise DocumentTooLarge(limit=limit)
    return data


def is_bulk(name: str, data: bytes) -> bool:
    """One resource a line? By its name, or because its first line is a whole object and others follow."""
    if ".ndjson" in name.lower():
        return True
    first, _newline, rest = data.lstrip().partition(b"\n")
    return bool(rest.strip()) and first.rstrip().endswith(b"}") and first.count(b"{") == first.count(b"}")


def read_line(line: str) -> Item:
    """One line of a bulk file; what cannot be read becomes an item with its problem."""
    if len(line) > MOST_LINE:
        return Item({}, "", problem="the line is longer than 10 MB")
    try:
        value = strict_json(line)
        if not isinstance(value, dict) or not isinstance(value.get("resourceType"), str):
            raise ValueError("no object with a resourceType")
        return Item(value, line)
    except ValueError as error:  # a half of a surrogate pair is a ValueError too
        return Item({}, line.replace("\x00", "").encode("utf-8", "replace").decode(), problem=str(error)[:200])


def read_document(data: bytes) -> tuple[dict, list[Item]]:
    """The bundle without its entries (or {}), and its resources. Raises NotFhir, NothingReceived, DoubledFullUrl."""
    try:
        whole = strict_json(data)
        text = data.decode("utf-8")
    except ValueError as error:
        raise NotFhir(problem=str(error)[:200]) from error
    if not isinstance(whole, dict) or not isinstance(whole.get("resourceType"), str):
        raise NotFhir(problem="resourceType is missing")
    if whole["resourceType"] != "Bundle":
        return {}, [_item(whole, text.strip())]
    items = [_item(resource, body, url) for resource, body, url in _entries(whole, text)]
    if not items:
        raise NothingReceived()
    _refuse_doubles(items)
    return {key: value for key, value in whole.items() if key != "entry"}, items


def _item(resource, body, url=""):
    try:
        return Item(resource, body, url)
    except ValueError as error:
        raise NotFhir(problem="a text holds half of a letter (lone surrogate)") from error


def _entries(whole, text):
    entries = whole.get("entry") or []
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise NotFhir(problem="entry is no list of objects")
    for entry, body in zip(entries, slices(text), strict=True):
        resource, url = entry.get("resource"), entry.get("fullUrl") or ""
        if resource is None:
            continue
        if not isinstance(resource, dict) or not isinstance(resource.get("resourceType"), str) or not isinstance(url, str):
            raise NotFhir(problem="an entry holds no resource")
        yield resource, body, url


def _refuse_doubles(items):
    seen = set()
    for item in items:
        version = (item.resource.get("meta") or {}).get("versionId") if isinstance(item.resource.get("meta"), dict) else None
        key = (item.full_url, str(version))
        if item.full_url and key in seen:
            raise DoubledFullUrl(url=item.full_url[:120])
        seen.add(key)


def slices(text: str):
    """For each entry of a bundle's text, the resource's part of it exactly as written ('' where there is none).

    The text has been checked as JSON before.
    """
    decode = json.JSONDecoder().raw_decode
    for start in _values(text, _skip(text, 0), "entry", decode):
        at = _skip(text, start + 1)
        while text[at] != "]":
            body = ""
            for value in _values(text, at, "resource", decode):
                body = text[value:decode(text, value)[1]]
            yield body
            at = _skip(text, decode(text, at)[1])
            at = _skip(text, at + 1) if text[at] == "," else at


def _values(text, at, wanted, decode):
    """Where the value of the key begins in the object that begins at `at`."""
    at = _skip(text, at + 1)
    while text[at] != "}":
        key, at = scanstring(text, at + 1)
        at = _skip(text, _skip(text, at) + 1)
        if key == wanted:
            yield at
        at = _skip(text, decode(text, at)[1])
        at = _skip(text, at + 1) if text[at] == "," else at


def _skip(text, at):
    while text[at] in BLANK:
        at += 1
    return at


def in_order(items: list[Item]) -> list[Item]:
    """Those that others refer to first; otherwise as they came."""
    return sorted(items, key=lambda item: rank(item.kind))


def rank(kind: str) -> int:
    return ORDER.index(kind) if kind in ORDER else len(ORDER)


def readable(body: str) -> tuple[str, str]:
    """(the resource's own text, its JSON laid out for the eye); the bytes kept are not changed by it."""
    try:
        value = json.loads(body)
    except ValueError:
        return "", body
    return plain(value.get("text")) if isinstance(value, dict) else "", json.dumps(value, ensure_ascii=False, indent=2)
