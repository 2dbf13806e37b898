"""Answers of the FHIR interface: OperationOutcome, CapabilityStatement, the response to a received bundle."""
from fhir_export.rules.elements import own, without_empty

ISSUES = {400: "invalid", 401: "login", 403: "forbidden", 404: "not-found", 405: "not-supported", 406: "not-supported",
          409: "conflict", 412: "conflict", 413: "too-long", 415: "not-supported", 422: "processing", 429: "throttled",
          503: "transient"}
STATUS = {"created": "201 Created", "matched": "200 OK", "updated": "200 OK", "kept": "202 Accepted",
          "refused": "422 Unprocessable Entity"}
EVERYTHING = "http://hl7.org/fhir/OperationDefinition/Patient-everything"
SUMMARY = "http://hl7.org/fhir/uv/ips/OperationDefinition/summary"


def operation_outcome(severity: str, issue: str, code: str, text: str) -> dict:
    """One issue with our refusal code and the sentence for people."""
    return {"resourceType": "OperationOutcome", "issue": [{
        "severity": severity, "code": issue,
        "details": {"coding": [{"system": own("refusal"), "code": code}], "text": text}}]}


def refused(status: int, code: str, text: str) -> dict:
    return operation_outcome("error", ISSUES.get(status, "processing"), code, text)


def received(rows, kind: str) -> dict:
    """Entry by entry what became of a received bundle, in its order."""
    return {"resourceType": "Bundle", "type": f"{kind}-response" if kind in ("transaction", "batch") else "collection",
            "entry": [_entry(row, as_response=kind in ("transaction", "batch")) for row in rows]}


def _entry(row, as_response):
    severity = "error" if row.outcome == "refused" else "information"
    said = f"{row.resource_type}/{row.source_id}: {row.outcome}" + (f", {row.reason}" if row.reason else "")
    outcome = operation_outcome(severity, "processing" if severity == "error" else "informational",
                                f"fhir_export.{row.outcome}", said)
    if not as_response:
        return {"resource": outcome}
    place = f"Patient/{row.about_id}" if row.about_type == "emr.Patient" and row.about_id else None
    return {"response": without_empty({"status": STATUS[row.outcome], "location": place}) | {"outcome": outcome}}


def capability_statement(base: str, name: str, version: str) -> dict:
    """What this server does, and nothing that it does not."""
    return {
        "resourceType": "CapabilityStatement", "status": "active", "date": "2026-11-23", "kind": "instance",
        "fhirVersion": "4.0.1", "format": ["application/fhir+json", "application/json"],
        "software": {"name": "Hospital EMR", "version": version},
        "implementation": {"description": name or "Hospital EMR", "url": base},
        "rest": [{
            "mode": "server", "interaction": [{"code": "transaction"}, {"code": "batch"}],
            "documentation": "POST of a document, transaction, batch or collection bundle, or of one resource, to the base: it "
                             "is taken in and answered entry by entry; what is kept or refused says why.",
            "security": {"description": "Bearer token (Authorization: Bearer …), issued by the administrator."},
            "resource": [
                {"type": "Patient", "interaction": [{"code": "read"}], "versioning": "no-version",
                 "operation": [{"name": "everything", "definition": EVERYTHING},
                               {"name": "summary", "definition": SUMMARY}]},
                {"type": "Encounter",
                 "operation": [{"name": "discharge-document", "definition": own("operation:discharge-document"),
                                "documentation": "The discharge report of one stay as a document bundle (HL7 Europe HDR)."}]},
            ]}]}
