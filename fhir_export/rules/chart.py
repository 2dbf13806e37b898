"""Chart facts as FHIR R4: Encounter, Condition, AllergyIntolerance, Observation, DocumentReference with Binary."""
import base64
import hashlib
import uuid

from emr.models import (
    AllergyIntolerance,
    AttachmentFile,
    Condition,
    Document,
    DocumentRendering,
    Encounter,
    Institution,
    Observation,
)
from fhir_export.rules.elements import (
    TERMINOLOGY,
    coding,
    concept,
    exact,
    identifier_system,
    instant,
    own,
    period,
    quantity,
    reference,
    term,
    told_date,
    without_empty,
)

CLASS = {"EMER": "emergency", "IMP": "inpatient encounter", "AMB": "ambulatory", "HH": "home health", "VR": "virtual"}
# FHIR discharge-disposition where it has the code; our own otherwise.
DISPOSITION = {"home": "home", "other-hcf": "other-hcf", "aadvice": "aadvice", "exp": "exp"}


def encounter(row: Encounter, institution: Institution) -> dict:
    """The contact with its places, care team and diagnoses."""
    known = DISPOSITION.get(row.disposition)
    out_system = f"{TERMINOLOGY}/discharge-disposition" if known else own("disposition")
    diagnoses = sorted((c for c in row.conditions.all() if c.is_live), key=lambda c: c.pk)
    return without_empty({
        "resourceType": "Encounter", "id": str(row.pk), "status": row.status,
        "identifier": [{"system": identifier_system(institution, "encounter"), "value": row.number}],
        "class": coding(f"{TERMINOLOGY}/v3-ActCode", row.kind, CLASS.get(row.kind, "")),
        "subject": reference("Patient", row.patient_id),
        "participant": [{"type": [term(f"{TERMINOLOGY}/v3-ParticipationType", p.part)], "period": period(p.since, p.until),
                         "individual": reference("Practitioner", p.staff_id)}
                        for p in row.participants.all() if p.is_live],
        "period": period(row.started_at, row.finished_at),
        "reasonCode": [{"text": row.reason}] if row.reason else [],
        "diagnosis": [{"condition": reference("Condition", c.pk, c.text),
                       "use": term(f"{TERMINOLOGY}/diagnosis-role", role) if (role := ROLE.get(c.stage)) else None}
                      for c in diagnoses],
        "hospitalization": {"dischargeDisposition": concept(row.get_disposition_display(), coding(
            out_system, row.disposition))} if row.disposition else None,
        "location": [{"location": reference("Location", place.bed_id or place.ward_id), "status": "active"
                      if place.during.upper is None else "completed",
                      "period": period(place.during.lower, place.during.upper)}
                     for place in row.locations.all() if place.is_live and (place.bed_id or place.ward_id)],
        "serviceProvider": reference("Organization", row.source_id or row.department_id or institution.pk),
        "partOf": reference("Encounter", row.part_of_id) if row.part_of_id else None,
    })


ROLE = {"admitting": "AD", "final": "DD", "comorbid": "CM", "clinical": "CC"}


ENDED = {"inactive", "resolved", "remission"}


def recorder(row) -> dict | None:
    """Who wrote it down here; nobody of ours answers for what another institution told."""
    return None if row.source_id else reference("Practitioner", row.recorded_by_id)


def condition(row: Condition) -> dict:
    """A diagnosis. What has ended is not active any more (invariant con-4)."""
    clinical = row.clinical_status if not row.ended_at or row.clinical_status in ENDED else "resolved"
    return without_empty({
        "resourceType": "Condition", "id": str(row.pk),
        "clinicalStatus": term(f"{TERMINOLOGY}/condition-clinical", clinical),
        "verificationStatus": term(f"{TERMINOLOGY}/condition-ver-status", row.verification),
        "category": [term(f"{TERMINOLOGY}/condition-category",
                          "problem-list-item" if row.stage == "problem" else "encounter-diagnosis"),
                     term(own("diagnosis-stage"), row.stage, str(row.get_stage_display()))],
        "code": concept(row.text, coding(row.system, row.code)),
        "subject": reference("Patient", row.patient_id),
        "encounter": reference("Encounter", row.encounter_id) if row.encounter_id else None,
        **told_date("onset", row.onset), "abatementDateTime": instant(row.ended_at), "recordedDate": instant(row.asserted_at),
        "recorder": recorder(row),
    })


def allergy(row: AllergyIntolerance) -> dict:
    """An allergy, or the recorded statement that none is known (SNOMED CT 716186003)."""
    none = row.kind == row.Kind.NONE_KNOWN
    return without_empty({
        "resourceType": "AllergyIntolerance", "id": str(row.pk),
        "clinicalStatus": term(f"{TERMINOLOGY}/allergyintolerance-clinical", "inactive" if row.ended_at else "active"),
        "verificationStatus": term(f"{TERMINOLOGY}/allergyintolerance-verification", row.verification),
        "type": None if none else row.kind,
        "criticality": None if none else row.criticality,
        "code": concept("No known allergy", coding("http://snomed.info/sct", "716186003", "No known allergy"))
        if none else concept(row.substance, coding(row.system, row.code)),
        "patient": reference("Patient", row.patient_id), **told_date("onset", row.onset),
        "recordedDate": instant(row.asserted_at), "recorder": recorder(row),
        "reaction": [{"manifestation": [{"text": row.reaction}]}] if row.reaction else [],
    })


def observation(row: Observation) -> dict:
    """One value; blood pressure halves stay two observations of one panel, each complete by itself."""
    return without_empty({
        "resourceType": "Observation", "id": str(row.pk), "status": "final",
        "category": [term(f"{TERMINOLOGY}/observation-category", row.category)],
        "code": concept(row.name, coding(row.system, row.code)),
        "subject": reference("Patient", row.patient_id),
        "encounter": reference("Encounter", row.encounter_id) if row.encounter_id else None,
        "effectiveDateTime": instant(row.effective_at), "issued": instant(row.recorded_at),
        "performer": [recorder(row) or reference("Organization", row.source_id)],
        "valueQuantity": quantity(row.value, row.unit, row.comparator, is_ours=not row.source_id)
        if row.value is not None else None,
        # The text of a compound value only repeats its parts, except where the sender gave it a code of its own.
        "valueString": (row.value_text if row.value_code or not row.components else "") or row.value_code
        if row.value is None else None,
        "component": exact(row.components or []),
        "dataAbsentReason": term(f"{TERMINOLOGY}/data-absent-reason", row.absent_reason)
        if row.absent_reason and row.value is None and not row.value_text else None,
        "interpretation": [term(f"{TERMINOLOGY}/v3-ObservationInterpretation", row.interpretation)]
        if row.interpretation else [],
        "note": [{"text": row.note}] if row.note else [],
    })


DOCUMENT_LOINC = {
    "progress-note": ("11506-3", "Progress note"), "discharge-summary": ("18842-5", "Discharge summary"),
    "consult-note": ("11488-4", "Consult note"), "admission-note": ("34117-2", "History and physical note"),
    "procedure-note": ("28570-0", "Procedure note"), "nursing-note": ("34746-8", "Nurse Note"),
}


def document_type(row: Document) -> dict:
    code, display = DOCUMENT_LOINC.get(row.kind, ("", ""))
    return concept(row.title, coding("http://loinc.org", code, display))


def document_reference(row: Document, institution: Institution, rendering: DocumentRendering | None,
                       is_replaced=False) -> dict:
    """A signed paper of the chart; its printed form as a Binary when one was made."""
    return without_empty({
        "resourceType": "DocumentReference", "id": str(row.pk), "status": "superseded" if is_replaced else "current",
        "docStatus": "amended" if row.replaces_id else "final",
        "identifier": [{"system": identifier_system(institution, "document"), "value": row.number}],
        "type": document_type(row), "subject": reference("Patient", row.patient_id), "date": instant(row.signed_at),
        "author": [reference("Organization", row.source_id) if row.source_id else reference("Practitioner", row.author_id)],
        "custodian": reference("Organization", institution.pk),
        "relatesTo": [{"code": "replaces", "target": reference("DocumentReference", row.replaces_id)}]
        if row.replaces_id else [],
        "description": row.title,
        "content": [{"attachment": {"contentType": rendering.content_type, "url": f"Binary/{rendering.pk}",
                                    "size": len(rendering.body), "hash": _sha1(rendering.body), "title": row.title}}]
        if rendering else [{"attachment": {"contentType": "text/plain", "title": row.title,
                                           "data": base64.b64encode(plain_text(row).encode()).decode()}}],
        "context": {"encounter": [reference("Encounter", row.encounter_id)]} if row.encounter_id else None,
    })


def _sha1(body) -> str:
    """FHIR asks for SHA-1 here; it guards against accidents, not against attackers."""
    return base64.b64encode(hashlib.sha1(bytes(body), usedforsecurity=False).digest()).decode()


def binary(row: DocumentRendering) -> dict:
    return {"resourceType": "Binary", "id": str(row.pk), "contentType": row.content_type,
            "data": base64.b64encode(bytes(row.body)).decode()}


def plain_text(row: Document) -> str:
    """The paper's sections as plain text."""
    parts = []
    for section in row.sections:
        parts += [section.get("title", ""), section.get("text", ""), *(line["text"] for line in section.get("rows", []))]
    return "\n".join(part for part in parts if part)


def file_reference(row: AttachmentFile, institution: Institution) -> dict:
    """A file of the chart; its bytes are a Binary."""
    return without_empty({
        "resourceType": "DocumentReference", "id": str(row.pk), "status": "current", "type": {"text": row.title},
        "subject": reference("Patient", row.patient_id), "date": instant(row.recorded_at),
        "author": [recorder(row) or reference("Organization", row.source_id)],
        "custodian": reference("Organization", institution.pk), "description": row.title,
        "content": [{"attachment": {"contentType": row.content_type, "url": f"Binary/{bytes_id(row)}", "size": row.size,
                                    "hash": _sha1(row.body), "title": row.title}}],
        "context": {"encounter": [reference("Encounter", row.encounter_id)]} if row.encounter_id else None,
    })


def bytes_id(row: AttachmentFile) -> uuid.UUID:
    """The id of the file's Binary, which is one row with its DocumentReference here; always the same."""
    return uuid.uuid5(row.pk, "Binary")


def file_binary(row: AttachmentFile) -> dict:
    return {"resourceType": "Binary", "id": str(bytes_id(row)), "contentType": row.content_type,
            "data": base64.b64encode(bytes(row.body)).decode()}
