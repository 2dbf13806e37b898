"""Which received kind becomes which row, and what it refers to. Pure."""
from collections.abc import Callable
from dataclasses import dataclass

from emr.models import Condition, Observation
from fhir_export.errors import AnotherPatient, NotFhir, ScriptInNarrative
from fhir_export.rules import reasons, received_chart, received_orders
from fhir_export.rules.reading import is_active, listed, named
from fhir_export.rules.received_people import organisation_name
from nursing.models import Procedure
from orders.models import MedicationStatement


@dataclass(frozen=True)
class Mapping:
    """A kind of resource that becomes one row: its table, the function that reads the columns, what it needs."""

    model: type
    columns: Callable
    takes_medication: bool = False
    needs_encounter: bool = False


MAPPINGS = {
    "Condition": Mapping(Condition, received_chart.condition),
    "Observation": Mapping(Observation, received_chart.observation),
    "MedicationRequest": Mapping(MedicationStatement, received_orders.statement, takes_medication=True),
    "MedicationStatement": Mapping(MedicationStatement, received_orders.statement, takes_medication=True),
    "MedicationDispense": Mapping(MedicationStatement, received_orders.statement, takes_medication=True),
    "Procedure": Mapping(Procedure, received_orders.procedure, needs_encounter=True),
}
PAPERS = {"Composition": received_orders.composition, "DiagnosticReport": received_orders.report,
          "DocumentReference": received_orders.document_reference}
REFERENCES = {"Organization", "Location", "Practitioner", "PractitionerRole", "Medication", "Substance", "Binary", "Device",
              "Specimen", "RelatedPerson", "HealthcareService", "Endpoint"}
WHY_KEPT = {"MedicationAdministration": reasons.DOSES} | dict.fromkeys(REFERENCES, reasons.REFERENCE)
SUBJECTS = ("subject", "patient", "beneficiary", "for")


def subject_of(resource: dict) -> str:
    """The reference to whom it is about; '' when it names nobody."""
    found = next((resource[name] for name in SUBJECTS if name in resource), None)
    return named(next(iter(listed(found)), None))


def encounter_of(resource: dict) -> str:
    """The reference to the stay or visit; '' when it names none."""
    context = resource.get("context")
    inside = context.get("encounter") if isinstance(context, dict) else None
    given = resource.get("encounter") or (inside if inside else context)
    return named(next(iter(listed(given)), None))


def address(reference: str, urls: dict) -> tuple[str, str] | None:
    """(kind, id) that a reference means: an entry of the same bundle by its fullUrl, else the last two parts of its path."""
    if reference in urls:
        return urls[reference]
    parts = reference.split("/_history/")[0].split("?")[0].rsplit("/", 2)
    if len(parts) >= 2 and parts[-2][:1].isupper():
        return parts[-2], parts[-1][:120]
    return None


def urls_of(items) -> dict:
    """{fullUrl: (kind, id)} of a bundle."""
    return {item.full_url: (item.kind, item.source_id) for item in items if item.full_url}


def check_bundle(bundle: dict, items) -> None:
    """Refuse what may not come in at all. Raises ScriptInNarrative, AnotherPatient, NotFhir."""
    for item in items:
        if is_active(item.resource):
            raise ScriptInNarrative(resource=item.name)
    if bundle.get("type") == "document":
        _check_document(items)


def _check_document(items):
    compositions = [item for item in items if item.kind == "Composition"]
    if not compositions or items[0].kind != "Composition":
        raise NotFhir(problem="a document bundle begins with its Composition")
    urls = urls_of(items)
    whom = address(subject_of(compositions[0].resource), urls)
    for item in items:
        about = address(subject_of(item.resource), urls)
        stranger = item.kind == "Patient" and (item.kind, item.source_id) != whom
        if stranger or (about and about[0] == "Patient" and about != whom):
            raise AnotherPatient(resource=item.name)


def sender_name(bundle: dict, items) -> str:
    """Which institution sent it: custodian of the document, else the patient's managing organisation, else the only one."""
    organisations = {(item.kind, item.source_id): item.resource for item in items if item.kind == "Organization"}
    urls = urls_of(items)
    for kind, name in (("Composition", "custodian"), ("Patient", "managingOrganization")):
        for item in items:
            given = item.resource.get(name) if item.kind == kind else None
            found = organisations.get(address(named(given), urls)) if given else None
            if found or (given and isinstance(given, dict) and given.get("display")):
                return organisation_name(found) if found else str(given["display"])[:300]
    return organisation_name(next(iter(organisations.values()))) if len(organisations) == 1 else ""
