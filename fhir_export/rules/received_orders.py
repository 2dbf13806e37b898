"""What a sender prescribed, handed out or did, as columns of ours. Pure."""
from fhir_export.rules import reasons
from fhir_export.rules.reading import (
    CONTROL,
    code_of,
    decoded,
    listed,
    moment,
    notes,
    plain,
    quantity_words,
    short,
    span,
    status,
    when,
    words,
)
from fhir_export.rules.reasons import KEPT, REFUSED, Unfit

REQUEST = {"active": "active", "on-hold": "on-hold", "cancelled": "not-taken", "completed": "completed",
           "stopped": "stopped", "unknown": "unknown", "draft": "draft", "entered-in-error": ""}
STATEMENT = {"active", "completed", "entered-in-error", "intended", "stopped", "on-hold", "unknown", "not-taken"}
DISPENSE = {"preparation": "intended", "in-progress": "active", "cancelled": "not-taken", "on-hold": "on-hold",
            "completed": "completed", "entered-in-error": "", "stopped": "stopped", "declined": "not-taken",
            "unknown": "unknown"}
DONE = {"preparation", "in-progress", "not-done", "on-hold", "stopped", "completed", "entered-in-error", "unknown"}


def dosage(instructions) -> tuple[str, str]:
    """(text, route) of the Dosage elements: how much, which way, how often, as written."""
    texts, route = [], ""
    for part in listed(instructions):
        amounts = [quantity_words(dose.get("doseQuantity")) or _range(dose.get("doseRange"))
                   for dose in listed(part.get("doseAndRate"))]
        timing = part.get("timing") if isinstance(part.get("timing"), dict) else {}
        way = words(part.get("route"))
        route = route or way
        pieces = [part.get("text"), *amounts, way, words(timing.get("code")) or _repeat(timing.get("repeat")),
                  words(part.get("additionalInstruction")),
                  "as needed" if part.get("asNeededBoolean") is True else words(part.get("asNeededCodeableConcept"))]
        texts.append(", ".join(str(piece) for piece in pieces if piece))
    return short("; ".join(text for text in texts if text), 500), short(route, 60)


def _range(value):
    if not isinstance(value, dict):
        return ""
    return f"{quantity_words(value.get('low'))} – {quantity_words(value.get('high'))}"


def _repeat(repeat):
    if not isinstance(repeat, dict) or not repeat.get("period"):
        return ""
    return f"{repeat.get('frequency', 1)} × / {repeat['period']} {repeat.get('periodUnit', '')}".strip()


def medication_name(resource: dict, ingredients=()) -> dict:
    """A Medication as a CodeableConcept to show: its code, else a name among its identifiers, else what it holds."""
    concept = next(iter(listed(resource.get("code"))), {})
    if concept.get("text") or any(c.get("display") for c in listed(concept.get("coding"))):
        return concept
    named = [i["value"] for i in listed(resource.get("identifier")) if i.get("value") and "name" in str(i.get("system"))]
    text = (named or [" + ".join(part for part in ingredients if part)])[0]
    return concept | {"text": str(text)} if text else concept or {
        "text": next((str(i["value"]) for i in listed(resource.get("identifier")) if i.get("value")), "")}


def statement(resource: dict, medication: dict) -> dict:
    """A drug that the sender prescribed, handed out or was told of; never an order of ours."""
    kind = resource["resourceType"]
    known = {"MedicationRequest": REQUEST, "MedicationDispense": DISPENSE}.get(kind)
    state = status(resource, known or STATEMENT)
    if state == "draft" or (kind == "MedicationRequest" and resource.get("intent") in ("proposal", "plan")):
        raise Unfit(KEPT, reasons.DRAFT)
    text = words(medication)
    if not text:
        raise Unfit(REFUSED, reasons.CODE_MISSING)
    system, code = code_of(medication, 60)
    dose, route = dosage(resource.get("dosageInstruction") or resource.get("dosage"))
    start, end, asserted = _times(resource)
    return {"status": known[state] if known else state, "system": system, "code": code, "text": short(text, 500),
            "dosage_text": dose, "route": route, "started_at": start, "ended_at": end, "asserted_at": asserted}


def _times(resource):
    authored = moment(resource.get("authoredOn") or resource.get("dateAsserted") or resource.get("whenHandedOver")
                      or resource.get("whenPrepared"))
    supply = resource.get("dispenseRequest") if isinstance(resource.get("dispenseRequest"), dict) else {}
    start, end = when(resource, "effective") if "effective" in " ".join(resource) else _validity(supply)
    return start or authored, end, authored or start


def _validity(supply):
    """A validity period that ends before it begins says only when it began."""
    try:
        return span(supply.get("validityPeriod"))
    except Unfit:
        return moment(supply["validityPeriod"].get("start")), None


def procedure(resource: dict) -> dict:
    """Something done to the patient elsewhere."""
    state = status(resource, DONE)
    if state in ("not-done", "preparation"):
        raise Unfit(KEPT, reasons.NOT_DONE)
    text = words(resource.get("code"))
    if not text:
        raise Unfit(REFUSED, reasons.CODE_MISSING)
    start, end = when(resource, "performed")
    if not start:
        raise Unfit(KEPT, reasons.NO_TIME)
    system, code = code_of(resource.get("code"), 60)
    if state in ("completed", "stopped") and not end:
        end = start
    said = [f"status: {state}" if state != "completed" else "", words(resource.get("outcome")), notes(resource)]
    return {"system": system, "code": code, "text": short(text, 300), "started_at": start, "ended_at": end,
            "note": "\n".join(part for part in said if part)}


# -- papers

def composition(resource: dict) -> dict:
    """A document as its sender wrote it: section by section, as text."""
    status(resource, {"preliminary", "final", "amended", "entered-in-error"})
    sections = list(_sections(resource.get("section"), 0))
    if own := plain(resource.get("text")):
        sections.insert(0, {"title": "", "text": own})
    return paper(resource.get("title") or words(resource.get("type")), sections, resource.get("date"))


def _sections(sections, depth):
    for part in listed(sections):
        title = " ".join(str(part.get("title") or words(part.get("code"))).split())
        text = plain(part.get("text")) or words(part.get("emptyReason"))
        yield {"title": title, "text": text}
        if depth < 8:
            yield from _sections(part.get("section"), depth + 1)


def report(resource: dict) -> dict:
    """A diagnostic report's own words: conclusion, else narrative when no results stand beside it."""
    status(resource, {"registered", "partial", "preliminary", "final", "amended", "corrected", "appended", "cancelled",
                      "entered-in-error", "unknown"})
    text = "\n".join(part for part in (str(resource.get("conclusion") or "").translate(CONTROL),
                                       words(resource.get("conclusionCode"))) if part)
    if not text and not resource.get("result"):
        text = plain(resource.get("text"))
    title = words(resource.get("code")) or "Report"
    start, _end = when(resource, "effective")
    return paper(title, [{"title": title, "text": text}], resource.get("issued"), start)


def document_reference(resource: dict) -> dict:
    status(resource, {"current", "superseded", "entered-in-error"})
    title = resource.get("description") or words(resource.get("type")) or "Document"
    return paper(title, [{"title": str(title)[:200], "text": ""}], resource.get("date"))


def paper(title, sections, date, start=None) -> dict:
    return {"title": short(title or "Received document", 200), "happened_at": start or moment(date),
            "sections": [s for s in sections if s["text"] or (s["title"] and len(sections) > 1)]}


def files(resource: dict, binary_of) -> list[tuple[str, str, bytes]]:
    """(title, content type, bytes) of every attachment that came along; `binary_of(url)` gives a Binary of the document."""
    found = []
    given = [*listed(resource.get("presentedForm")),
             *(listed(content.get("attachment"))[0] for content in listed(resource.get("content"))
               if listed(content.get("attachment")))]
    for part in given:
        binary = binary_of(str(part.get("url") or "")) if not part.get("data") else None
        data = part.get("data") or (binary or {}).get("data")
        if data:
            kind = str(part.get("contentType") or (binary or {}).get("contentType") or "").split(";")[0].strip()
            found.append((short(part.get("title"), 200), kind, decoded(data)))
    return found
