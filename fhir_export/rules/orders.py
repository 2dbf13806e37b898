"""Orders and what was done about them as FHIR R4."""
from decimal import Decimal

from emr import clock
from fhir_export.rules.elements import (
    ATC,
    LOINC,
    TERMINOLOGY,
    UCUM,
    coding,
    concept,
    instant,
    own,
    period,
    plain_quantity,
    quantity,
    reference,
    term,
    without_empty,
)
from nursing.models import MedicationAdministration, Procedure
from orders.laboratory.models import LabResult, Specimen
from orders.models import Medication, MedicationRequest, MedicationStatement, ServiceRequest


def medication(row: Medication) -> dict:
    return without_empty({
        "resourceType": "Medication", "id": str(row.pk),
        "code": concept(str(row), coding(ATC, row.atc), coding(own("formulary"), row.code, row.name)),
        "form": {"text": row.form} if row.form else None,
        "ingredient": [{"itemCodeableConcept": {"text": i.ingredient.name}} for i in row.ingredients.all()],
    })


def request_status(row: MedicationRequest) -> str:
    """FHIR status from the order's times: nothing is stored twice."""
    now = clock.now()
    if row.error_at:
        return "entered-in-error"
    if row.stopped_at and row.stopped_at <= now:
        return "completed" if row.stop_reason == "discharge" else "stopped"
    if row.ends_at and row.ends_at <= now:
        return "completed"
    return "on-hold" if any(hold.is_live and hold.until is None for hold in row.holds.all()) else "active"


def medication_request(row: MedicationRequest) -> dict:
    dose = plain_quantity(row.dose, row.dose_unit) if row.dose is not None else None
    return without_empty({
        "resourceType": "MedicationRequest", "id": str(row.pk), "status": request_status(row),
        "statusReason": {"text": row.stop_reason} if row.stop_reason else None, "intent": "order",
        "category": [term(f"{TERMINOLOGY}/medicationrequest-category", row.category)],
        "priority": row.priority, "medicationReference": reference("Medication", row.medication_id, str(row.medication)),
        "subject": reference("Patient", row.patient_id), "encounter": reference("Encounter", row.encounter_id),
        "authoredOn": instant(row.authored_at), "requester": reference("Practitioner", row.prescriber_id),
        "reasonCode": [{"text": row.indication}] if row.indication else [],
        "dosageInstruction": _stages(row) if row.stages else [_dosage(row, row.dose_words, dose)],
        "dispenseRequest": {"validityPeriod": period(row.starts_at, row.ends_at)} if row.ends_at else None,
        "priorPrescription": reference("MedicationRequest", row.replaces_id) if row.replaces_id else None,
    })


def _dosage(row, words, dose, **more):
    return more | {
        "text": " ".join(part for part in (words, row.route, row.timing_text, row.instructions) if part),
        "timing": {"code": {"text": row.timing_text}} if row.timing_text else None,
        "asNeededBoolean": True if row.as_needed and not row.as_needed_for else None,
        "asNeededCodeableConcept": {"text": row.as_needed_for} if row.as_needed else None,
        "route": {"text": row.route} if row.route else None,
        "doseAndRate": [{"doseQuantity": dose}] if dose else []}


def _stages(row):
    """A staged dose as consecutive dosage instructions, each with how long it lasts."""
    found = []
    for number, stage in enumerate(row.stages, start=1):
        lasts = f" {stage['days']} d" if stage["days"] else ""
        each = _dosage(row, f"{stage['dose']} {row.dose_unit}{lasts}", plain_quantity(Decimal(stage["dose"]), row.dose_unit),
                       sequence=number)
        if stage["days"]:
            each["timing"] = (each["timing"] or {}) | {"repeat": {"boundsDuration": {
                "value": stage["days"], "unit": "d", "system": UCUM, "code": "d"}}}
        found.append(each)
    return found


def administration(row: MedicationAdministration) -> dict:
    """Given = completed; refused and withheld = not-done with the reason."""
    given = row.status == row.Status.GIVEN
    return without_empty({
        "resourceType": "MedicationAdministration", "id": str(row.pk), "status": "completed" if given else "not-done",
        "statusReason": [{"text": f"{row.get_status_display()}: {row.reason}"}] if not given else [],
        "medicationReference": reference("Medication", row.request.medication_id, str(row.request.medication)),
        "subject": reference("Patient", row.patient_id), "context": reference("Encounter", row.encounter_id),
        "effectiveDateTime": instant(row.happened_at),
        "performer": [{"actor": reference("Practitioner", row.performer_id)}],
        "request": reference("MedicationRequest", row.request_id),
        # A dosage needs an amount (invariant mad-1); one without a number is told in words.
        "dosage": {"text": f"{row.amount} {row.unit}".strip(), "route": {"text": row.route} if row.route else None,
                   "site": {"text": row.site} if row.site else None, "dose": plain_quantity(row.amount, row.unit)}
        if given and row.amount is not None else None,
        "note": [{"text": row.request.dose_words}] if given and row.amount is None else [],
    })


def medication_statement(row: MedicationStatement) -> dict:
    return without_empty({
        "resourceType": "MedicationStatement", "id": str(row.pk), "status": row.status,
        "medicationCodeableConcept": concept(row.text, coding(row.system, row.code)),
        "subject": reference("Patient", row.patient_id),
        "context": reference("Encounter", row.encounter_id) if row.encounter_id else None,
        "effectivePeriod": period(row.started_at or row.asserted_at, row.ended_at), "dateAsserted": instant(row.asserted_at),
        "dosage": [{"text": row.dosage_text, "route": {"text": row.route} if row.route else None}]
        if row.dosage_text or row.route else [],
    })


# SNOMED CT, from the example value set of ServiceRequest.category.
SNOMED_CATEGORY = {"laboratory": ("108252007", "Laboratory procedure"), "imaging": ("363679005", "Imaging"),
              "procedure": ("387713003", "Surgical procedure"), "consult": ("11429006", "Consultation")}


def service_request(row: ServiceRequest, is_done=False) -> dict:
    """What was asked for; completed when a result or a procedure answers it."""
    snomed = SNOMED_CATEGORY.get(row.category, ("", ""))
    return without_empty({
        "resourceType": "ServiceRequest", "id": str(row.pk), "intent": "order",
        "status": "entered-in-error" if row.error_at else "revoked" if row.cancelled_at else "completed" if is_done else "active",
        "category": [concept(str(row.get_category_display()), coding("http://snomed.info/sct", *snomed),
                             coding(own("request-category"), row.category, str(row.get_category_display())))],
        "priority": row.priority, "code": concept(row.text, coding(row.system, row.code)),
        "subject": reference("Patient", row.patient_id), "encounter": reference("Encounter", row.encounter_id),
        "authoredOn": instant(row.authored_at), "requester": reference("Practitioner", row.requester_id),
        "reasonCode": [{"text": row.reason}] if row.reason else [],
    })


def lab_result(row: LabResult) -> dict:
    """A laboratory value with the range it was judged by."""
    limits = {"low": quantity(row.range_low, row.unit) if row.range_low is not None else None,
              "high": quantity(row.range_high, row.unit) if row.range_high is not None else None}
    return without_empty({
        "resourceType": "Observation", "id": str(row.pk), "status": "final" if row.released_at else "preliminary",
        "category": [term(f"{TERMINOLOGY}/observation-category", "laboratory")],
        "code": concept(row.test.name, coding(LOINC, row.test.loinc), coding(own("lab-test"), row.test.key)),
        "subject": reference("Patient", row.patient_id), "encounter": reference("Encounter", row.encounter_id),
        "basedOn": [reference("ServiceRequest", row.request_id)],
        "effectiveDateTime": instant(row.found_at), "issued": instant(row.released_at or row.recorded_at),
        "performer": [reference("Practitioner", row.performer_id)],
        "valueQuantity": quantity(row.value, row.unit, row.comparator) if row.value is not None else None,
        "valueString": row.value_text if row.value is None else None,
        "interpretation": [term(f"{TERMINOLOGY}/v3-ObservationInterpretation", row.flag)] if row.flag else [],
        "specimen": reference("Specimen", row.specimen_id) if row.specimen_id else None,
        "referenceRange": [limits | {"text": row.range_source}] if any(limits.values()) else [],
    })


def specimen(row: Specimen) -> dict:
    return without_empty({
        "resourceType": "Specimen", "id": str(row.pk), "status": "unsatisfactory" if row.rejected_at else "available",
        "accessionIdentifier": {"system": own("accession"), "value": row.accession},
        "type": {"text": row.kind} if row.kind else None, "subject": reference("Patient", row.patient_id),
        "receivedTime": instant(row.received_at),
        "request": [reference("ServiceRequest", link.request_id) for link in row.links.all()],
        "collection": {"collectedDateTime": instant(row.collected_at),
                       "collector": reference("Practitioner", row.collected_by_id) if row.collected_by_id else None},
    })


def procedure(row: Procedure) -> dict:
    return without_empty({
        "resourceType": "Procedure", "id": str(row.pk), "status": "completed" if row.ended_at else "in-progress",
        "code": concept(row.text, coding(row.system, row.code)), "subject": reference("Patient", row.patient_id),
        "encounter": reference("Encounter", row.encounter_id), "performedPeriod": period(row.started_at, row.ended_at),
        "basedOn": [reference("ServiceRequest", row.request_id)] if row.request_id else [],
        "performer": [{"actor": reference("Practitioner", row.performer_id)}] if row.performer_id else [],
        "note": [{"text": row.note}] if row.note else [],
    })
