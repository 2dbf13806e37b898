"""People and places as FHIR R4: Patient, Practitioner, Organization, Location."""
from emr.models import Bed, Department, Institution, Patient, Staff, Ward
from fhir_export.rules.elements import TERMINOLOGY, identifier_system, instant, own, reference, term, without_empty

PRECISION = {"day": 10, "month": 7, "year": 4, "estimate": 4}


def patient(row: Patient, institution: Institution) -> dict:
    """The person with names, numbers, addresses; a birth date known to the year stays a year."""
    name = {"use": "official", "family": row.family, "given": [row.given, row.patronymic], "text": row.full_name}
    if row.is_unknown:
        name = {"use": "temp", "text": row.full_name}
    return without_empty({
        "resourceType": "Patient", "id": str(row.pk), "active": row.merged_into_id is None,
        "identifier": [{"use": "usual", "type": term(f"{TERMINOLOGY}/v2-0203", "MR"),
                        "system": identifier_system(institution, "patient"), "value": row.number}]
        + [{"system": i.system, "value": i.value, "type": {"text": i.kind} if i.kind else None,
            "period": {"end": instant(i.ended_at)}} for i in row.identifiers.all()],
        "name": [name] + [{"use": {"official": "official", "maiden": "maiden", "nickname": "nickname"}.get(n.use, "old"),
                           "family": n.family, "given": [n.given, n.patronymic]} for n in row.other_names.all()],
        "telecom": [{"system": c.kind, "value": c.value} for c in row.contacts.all()
                    if not c.person and not c.ended_at],
        "contact": [{"name": {"text": c.person}, "relationship": [{"text": c.relationship}] if c.relationship else [],
                     "telecom": [{"system": c.kind, "value": c.value}]} for c in row.contacts.all()
                    if c.person and not c.ended_at],
        "gender": row.sex,
        "birthDate": row.birth_date.isoformat()[:PRECISION[row.birth_precision]] if row.birth_date else None,
        "deceasedDateTime": instant(row.died_at),
        "address": [{"use": "old" if a.ended_at else "home", "text": str(a), "city": a.city, "postalCode": a.postal_code,
                     "line": [" ".join(p for p in (a.street, a.house, a.flat) if p)], "country": a.country}
                    for a in row.addresses.all()],
        "communication": [{"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": row.language}]}}]
        if row.language else [],
        "managingOrganization": reference("Organization", institution.pk, institution.name),
        "link": [{"other": reference("Patient", row.merged_into_id), "type": "replaced-by"}] if row.merged_into_id else [],
    })


def practitioner(row: Staff) -> dict:
    return without_empty({
        "resourceType": "Practitioner", "id": str(row.pk), "active": row.left_on is None,
        "identifier": [{"system": own("staff"), "value": row.code}],
        "name": [{"family": row.family, "given": [row.given, row.patronymic], "text": row.full_name}],
        "qualification": [{"code": {"text": row.position}}] if row.position else [],
    })


def institution(row: Institution) -> dict:
    return without_empty({
        "resourceType": "Organization", "id": str(row.pk), "active": True,
        "identifier": [{"system": row.identifier_system or own("institution"), "value": row.identifier or str(row.pk)}],
        "type": [term(f"{TERMINOLOGY}/organization-type", "prov")], "name": row.name, "alias": [row.short_name],
        "telecom": [{"system": "phone", "value": row.phone}] if row.phone else [],
        "address": [{"text": row.address}] if row.address else [],
    })


def department(row: Department) -> dict:
    return without_empty({
        "resourceType": "Organization", "id": str(row.pk), "active": True,
        "identifier": [{"system": own("department"), "value": row.code}],
        "type": [term(f"{TERMINOLOGY}/organization-type", "dept")], "name": row.name,
        "partOf": reference("Organization", row.institution_id),
    })


def ward(row: Ward) -> dict:
    return {"resourceType": "Location", "id": str(row.pk), "status": "active", "mode": "instance", "name": row.name,
            "physicalType": term(f"{TERMINOLOGY}/location-physical-type", "wa"),
            "managingOrganization": reference("Organization", row.department_id)}


def bed(row: Bed) -> dict:
    return {"resourceType": "Location", "id": str(row.pk), "status": "active", "mode": "instance", "name": row.label,
            "physicalType": term(f"{TERMINOLOGY}/location-physical-type", "bd"),
            "managingOrganization": reference("Organization", row.room.ward.department_id),
            "partOf": reference("Location", row.room.ward_id)}
