"""From gathered rows to resources, and from resources to a bundle that is closed under its references."""
import uuid

from emr import clock
from fhir_export.queries import gather
from fhir_export.queries.gather import Gathered
from fhir_export.rules import chart, orders, people
from fhir_export.rules.elements import instant

URN = "urn:uuid:"


def resources(rows: Gathered) -> list[dict]:
    """Every gathered row as its resource, the patient first; what they cite comes with `closed`."""
    ours, renderings = rows.institution, {row.document_id: row for row in rows.renderings}
    replaced = {row.replaces_id for row in rows.documents}
    done = {row.request_id for row in [*rows.results, *rows.procedures]}
    return [
        people.patient(rows.patient, ours),
        *(chart.encounter(row, ours) for row in rows.encounters),
        *map(chart.condition, rows.conditions), *map(chart.allergy, rows.allergies),
        *map(chart.observation, rows.observations), *map(orders.lab_result, rows.results),
        *(orders.service_request(row, row.pk in done) for row in rows.services), *map(orders.specimen, rows.specimens),
        *map(orders.medication_request, rows.requests), *map(orders.administration, rows.administrations),
        *map(orders.medication_statement, rows.statements), *map(orders.procedure, rows.procedures),
        *(chart.document_reference(row, ours, renderings.get(row.pk), row.pk in replaced) for row in rows.documents),
        *map(chart.binary, renderings.values()),
        *(chart.file_reference(row, ours) for row in rows.files), *map(chart.file_binary, rows.files)]


def references(value):
    """Every Reference element inside."""
    if isinstance(value, dict):
        if isinstance(value.get("reference"), str):
            yield value
        for part in value.values():
            yield from references(part)
    elif isinstance(value, list):
        for part in value:
            yield from references(part)


def closed(found: list[dict]) -> list[dict]:
    """The resources with the people, places and drugs they cite; what cannot come along is named, not referred to."""
    ids = {}
    for cited in references(found):
        kind, _slash, pk = cited["reference"].partition("/")
        ids.setdefault(kind, set()).add(uuid.UUID(pk))
    rows = gather.cited(ids)
    found = [
        *found, *map(people.institution, rows["institutions"]), *map(people.department, rows["departments"]),
        *map(people.ward, rows["wards"]), *map(people.bed, rows["beds"]), *map(people.practitioner, rows["practitioners"]),
        *map(orders.medication, rows["medications"])]
    here = {f"{row['resourceType']}/{row['id']}" for row in found}
    for cited in references(found):
        if cited["reference"] not in here:
            cited["display"] = cited.get("display") or cited["reference"].partition("/")[0]
            cited["identifier"] = {"system": "urn:ietf:rfc:3986", "value": URN + cited.pop("reference").partition("/")[2]}
    return found


def bundle(found: list[dict], kind: str, *, base: str = "", total: bool = False) -> dict:
    """A Bundle of these resources. With `base` entries bear addresses of this server, else urn:uuid names."""
    if not base:
        for cited in references(found):
            cited["reference"] = URN + cited["reference"].partition("/")[2]
        for attachment in _attachments(found):
            attachment["url"] = URN + attachment["url"].partition("/")[2]
    entries = [{"fullUrl": f"{base}/{row['resourceType']}/{row['id']}" if base else URN + row["id"], "resource": row}
               | ({"search": {"mode": "match"}} if kind == "searchset" else {}) for row in found]
    made = uuid.uuid4()
    out = {"resourceType": "Bundle", "id": str(made), "type": kind,
           "identifier": {"system": "urn:ietf:rfc:3986", "value": f"{URN}{made}"}, "timestamp": instant(clock.now())}
    return out | ({"total": len(found)} if total else {}) | {"entry": entries}


def _attachments(found):
    for row in found:
        if row["resourceType"] == "DocumentReference":
            yield from (part["attachment"] for part in row["content"] if "url" in part["attachment"])
