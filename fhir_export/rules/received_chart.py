"""Received chart facts as columns of ours: Encounter, Condition, AllergyIntolerance, Observation. Pure."""
from emr.models import AllergyIntolerance, Condition, Encounter, Observation
from fhir_export.rules import reasons
from fhir_export.rules.elements import ICD10CM, own
from fhir_export.rules.reading import (
    CONTROL,
    code_of,
    codes,
    first_code,
    kept_exactly,
    listed,
    moment,
    notes,
    number,
    quantity_words,
    short,
    span,
    status,
    unit_of,
    when,
    words,
)
from fhir_export.rules.reasons import KEPT, REFUSED, Unfit

KIND = {"AMB": "AMB", "EMER": "EMER", "IMP": "IMP", "ACUTE": "IMP", "NONAC": "IMP", "OBSENC": "IMP", "SS": "IMP",
        "PRENC": "IMP", "HH": "HH", "VR": "VR"}
ENCOUNTER_STATUS = {"planned", "arrived", "triaged", "in-progress", "onleave", "finished", "cancelled", "entered-in-error",
                    "unknown"}
D = Encounter.Disposition
LEFT = {"home": D.HOME, "alt-home": D.HOME, "home health care": D.HOME, "other-hcf": D.TRANSFERRED, "hosp": D.TRANSFERRED,
        "long": D.TRANSFERRED, "rehab": D.TRANSFERRED, "psy": D.TRANSFERRED, "snf": D.TRANSFERRED,
        "skilled nursing facility": D.TRANSFERRED, "acute hospital": D.TRANSFERRED, "psych facility": D.TRANSFERRED,
        "chronic/long term acute care": D.TRANSFERRED, "transfer": D.TRANSFERRED, "aadvice": D.AGAINST_ADVICE,
        "against advice": D.AGAINST_ADVICE, "left against medical advice": D.AGAINST_ADVICE, "eloped": D.LEFT_DURING,
        "left without being seen": D.LEFT_UNSEEN, "admitted": D.ADMITTED, "exp": D.DIED, "died": D.DIED,
        "expired": D.DIED} | {value: value for value in D.values}
SNOMED = "http://snomed.info/sct"
DIAGNOSES = (ICD10CM, "http://hl7.org/fhir/sid/icd-10", SNOMED)
NO_ALLERGY = {"716186003", "no-allergy-info", "no-known-allergies"}
OBSERVATION_STATUS = {"registered", "preliminary", "final", "amended", "corrected", "cancelled", "entered-in-error", "unknown"}


def encounter(resource: dict) -> dict:
    """A contact of the patient with the sender. Raises Unfit for one that was only planned or has no beginning."""
    state = status(resource, ENCOUNTER_STATUS)
    if state in ("planned", "cancelled"):
        raise Unfit(KEPT, reasons.CANCELLED if state == "cancelled" else reasons.DRAFT)
    group = resource.get("class") if isinstance(resource.get("class"), dict) else {}
    kind = KIND.get(group.get("code"))
    if not kind:
        raise Unfit(KEPT if group.get("code") else REFUSED, reasons.UNKNOWN_CLASS)
    start, end = span(resource.get("period"))
    if not start:
        raise Unfit(KEPT, reasons.NO_TIME)
    stay = resource.get("hospitalization") if isinstance(resource.get("hospitalization"), dict) else {}
    disposition = next((LEFT[code.lower()] for code in codes(stay.get("dischargeDisposition")) if code.lower() in LEFT), "")
    finished = end or (start if state == "finished" else None)
    return {"kind": kind, "started_at": start, "finished_at": finished, "disposition": disposition if finished else "",
            "reason": short(words(resource.get("reasonCode")) or words(resource.get("type")), 500)}


STAGES = {"AD": "admitting", "DD": "final", "CM": "comorbid", "CC": "clinical"}


def condition(resource: dict) -> dict:
    """A diagnosis; the stage is ours when the sender is one of our kind, else follows from the category."""
    verification = first_code(resource.get("verificationStatus"))
    if verification == "entered-in-error":
        raise Unfit(KEPT, reasons.IN_ERROR)
    text = words(resource.get("code"))
    if not text:
        raise Unfit(REFUSED, reasons.CODE_MISSING)
    system, code = code_of(resource.get("code"), 40, DIAGNOSES)
    clinical = {"relapse": "recurrence"}.get(state := first_code(resource.get("clinicalStatus")), state)
    start, end = _onset(resource), moment(resource.get("abatementDateTime"))
    return {"stage": _stage(resource), "system": system, "code": code, "text": short(text, 500),
            "clinical_status": clinical if clinical in Condition.ClinicalStatus.values else
            ("resolved" if end else "active"),
            "verification": verification if verification in Condition.Verification.values else "confirmed",
            "onset": str(resource.get("onsetDateTime") or "")[:25], "ended_at": end,
            "asserted_at": moment(resource.get("recordedDate")) or start}


def _onset(resource):
    start, _end = when(resource, "onset")
    return start


def _stage(resource):
    mine = [c.get("code") for part in listed(resource.get("category")) for c in listed(part.get("coding"))
            if c.get("system") == own("diagnosis-stage")]
    if mine and mine[0] in Condition.Stage.values:
        return mine[0]
    listed_problem = "problem-list-item" in codes(resource.get("category"))
    return "clinical" if resource.get("encounter") and not listed_problem else "problem"


def allergy(resource: dict) -> dict:
    """What the patient must not get, or the statement that nothing is known."""
    verification = first_code(resource.get("verificationStatus"))
    if verification == "entered-in-error":
        raise Unfit(KEPT, reasons.IN_ERROR)
    text = words(resource.get("code")) or words([r.get("substance") for r in listed(resource.get("reaction"))])
    if not text:
        raise Unfit(REFUSED, reasons.CODE_MISSING)
    common = {"verification": verification[:14] or "confirmed", "onset": str(resource.get("onsetDateTime") or "")[:25],
              "asserted_at": moment(resource.get("recordedDate")) or _onset(resource)}
    if set(codes(resource.get("code"))) & NO_ALLERGY:
        return common | {"kind": AllergyIntolerance.Kind.NONE_KNOWN, "substance": ""}
    system, code = code_of(resource.get("code"), 40)
    reactions = [words(m) for r in listed(resource.get("reaction")) for m in listed(r.get("manifestation"))]
    criticality = resource.get("criticality")
    ended = first_code(resource.get("clinicalStatus")) in ("inactive", "resolved")
    return common | {
        "kind": "intolerance" if resource.get("type") == "intolerance" else "allergy", "substance": short(text, 200),
        "system": system, "code": code, "reaction": short(", ".join(dict.fromkeys(reactions)), 300),
        "criticality": criticality if criticality in AllergyIntolerance.Criticality.values else "unable-to-assess",
        "ended": ended}


def observation(resource: dict) -> dict:
    """One value with its unit, or a compound one with its parts as the sender gave them."""
    state = status(resource, OBSERVATION_STATUS)
    if state in ("cancelled", "registered"):
        raise Unfit(KEPT, reasons.CANCELLED if state == "cancelled" else reasons.DRAFT)
    name = words(resource.get("code"))
    if not name:
        raise Unfit(REFUSED, reasons.CODE_MISSING)
    start, _end = when(resource, "effective")
    moment_ = start or moment(resource.get("issued"))
    if not moment_:
        raise Unfit(KEPT, reasons.NO_TIME)
    parts = listed(resource.get("component"))
    value = (_value(resource) if any(key.startswith("value") for key in resource) else _parts_in_words(parts)) | {
        "absent_reason": first_code(resource.get("dataAbsentReason"))[:40]}
    if not parts and not any(part not in (None, "") for part in value.values()):
        raise Unfit(KEPT, reasons.NO_VALUE)
    system, code = code_of(resource.get("code"), 40, ("http://loinc.org",))
    return value | {
        "category": next((c for c in codes(resource.get("category")) if c in Observation.Category.values), "exam"),
        "system": system, "code": code, "name": short(name, 300), "components": kept_exactly(parts) or None,
        "interpretation": short(first_code(resource.get("interpretation")), 10), "effective_at": moment_,
        "note": "\n".join(part for part in ("preliminary" if state == "preliminary" else "", notes(resource)) if part)}


def _parts_in_words(parts) -> dict:
    """A compound value as one line for the chart: Systolic blood pressure 120 mm[Hg]; …"""
    lines = []
    for part in parts:
        said = _value(part)
        amount = f"{said.get('comparator', '')}{said['value']} {said.get('unit', '')}" if "value" in said else said.get(
            "value_text")
        lines.append(f"{words(part.get('code'))} {amount or ''}".strip())
    return {"value_text": "; ".join(lines)} if lines else {}


def _value(resource) -> dict:
    kind = next((key for key in resource if key.startswith("value")), "")
    given = resource.get(kind)
    if kind == "valueQuantity" and isinstance(given, dict) and (exact := number(given.get("value"))) is not None:
        sign = given.get("comparator")
        return {"value": exact, "unit": unit_of(given), "comparator": sign if sign in ("<", "<=", ">=", ">") else ""}
    if kind == "valueInteger" and (exact := number(given)) is not None:
        return {"value": exact}
    if kind == "valueCodeableConcept":
        code = first_code(given)
        return {"value_text": words(given).translate(CONTROL), "value_code": code if len(code) <= 40 else ""}
    if kind == "valueString" and isinstance(given, str):
        return {"value_text": given.translate(CONTROL)}
    if kind == "valueBoolean":
        return {"value_text": "true" if given else "false", "value_code": "true" if given else "false"}
    if kind in ("valueDateTime", "valueTime"):
        return {"value_text": str(given)}
    return {"value_text": _compound(kind, given)}


def _compound(kind, given):
    if not isinstance(given, dict):
        return ""
    if kind == "valueRange":
        return f"{quantity_words(given.get('low'))} – {quantity_words(given.get('high'))}".strip()
    if kind == "valueRatio":
        return f"{quantity_words(given.get('numerator'))} : {quantity_words(given.get('denominator'))}".strip()
    if kind == "valuePeriod":
        return f"{given.get('start') or ''} – {given.get('end') or ''}"
    return str(given.get("data") or "")[:10_000] if kind == "valueSampledData" else quantity_words(given)
