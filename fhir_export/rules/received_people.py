"""A received Patient and its sender as columns of ours. Pure."""
import datetime as dt

from emr.models import Patient, PatientAddress, PatientIdentifier, PatientName
from fhir_export.rules import reasons
from fhir_export.rules.elements import OURS
from fhir_export.rules.reading import DATE, first_code, listed, moment, short, words
from fhir_export.rules.reasons import REFUSED, Unfit

USE = {"maiden": PatientName.Use.MAIDEN, "old": PatientName.Use.OLD, "nickname": PatientName.Use.NICKNAME,
       "usual": PatientName.Use.NICKNAME, "anonymous": PatientName.Use.NICKNAME, "official": PatientName.Use.OFFICIAL}
PRECISION = {10: "day", 7: "month", 4: "year"}


def size(model, name):
    return model._meta.get_field(name).max_length


def birth(text) -> tuple[dt.date | None, str]:
    """(date, precision) of a FHIR date. Raises Unfit."""
    if not text:
        return None, "day"
    if not isinstance(text, str) or not DATE.match(text):
        raise Unfit(REFUSED, reasons.BAD_MOMENT)
    try:
        return dt.date.fromisoformat(f"{text}-01-01"[:10] if len(text) == 4 else f"{text}-01"[:10]), PRECISION[len(text)]
    except ValueError as error:
        raise Unfit(REFUSED, reasons.BAD_MOMENT) from error


def name_parts(name: dict) -> dict:
    """Family, given, patronymic (further given names) of a HumanName; its text where it has no parts."""
    given = [str(part) for part in name.get("given") or [] if part] if isinstance(name.get("given"), list) else []
    family = str(name.get("family") or "")
    if not family and not given:
        family = str(name.get("text") or "")
    return {"family": short(family, size(Patient, "family")), "given": short(given[0] if given else "", 120),
            "patronymic": short(" ".join(given[1:]), 120)}


def patient(resource: dict) -> dict:
    """Columns of the Patient row; somebody without any name is an unknown person with a temporary identity."""
    names = sorted(listed(resource.get("name")), key=lambda n: n.get("use") != "official")
    own = name_parts(names[0]) if names else {"family": "", "given": "", "patronymic": ""}
    born, precision = birth(resource.get("birthDate"))
    unknown = not any(own.values())
    languages = listed(resource.get("communication"))
    sex = resource.get("gender")
    return own | {
        "family": own["family"] or ("Unknown" if unknown else ""), "is_unknown": unknown,
        "sex": sex if sex in Patient.Sex.values else Patient.Sex.UNKNOWN, "birth_date": born, "birth_precision": precision,
        "died_at": moment(resource.get("deceasedDateTime")),
        "language": first_code(languages[0].get("language"))[:2] if languages else ""}


def other_names(resource: dict) -> list[dict]:
    """Names besides the official one."""
    names = sorted(listed(resource.get("name")), key=lambda n: n.get("use") != "official")[1:]
    rows = [name_parts(name) | {"use": USE.get(name.get("use"), PatientName.Use.OLD)} for name in names]
    return [row for row in rows if row["family"] or row["given"]]


def identifiers(resource: dict, sender_pk) -> list[dict]:
    """Numbers that authorities gave; one without a system belongs to its sender's own series."""
    rows = {}
    for given in listed(resource.get("identifier")):
        value, system = given.get("value"), given.get("system") or f"{OURS}:sender:{sender_pk}:patient"
        ended = (given.get("period") or {}).get("end") if isinstance(given.get("period"), dict) else None
        if isinstance(value, str) and value.strip() and not ended and isinstance(system, str) \
                and len(system) <= size(PatientIdentifier, "system") and len(value) <= size(PatientIdentifier, "value"):
            rows.setdefault((system, value.strip()), short(words(given.get("type")), size(PatientIdentifier, "kind")))
    return [{"system": system, "value": value, "kind": kind} for (system, value), kind in rows.items()]


def contacts(resource: dict) -> list[dict]:
    """Own telephones and e-mail addresses, and the people to be told."""
    rows = [_contact(point) for point in listed(resource.get("telecom"))]
    for person in listed(resource.get("contact")):
        name = next(iter(listed(person.get("name"))), {})
        said = name.get("text") or " ".join(name_parts(name).values()).strip()
        about = {"person": short(said, 200), "relationship": short(words(person.get("relationship")), 60)}
        points = [row for row in map(_contact, listed(person.get("telecom"))) if row]
        rows += [row | about for row in points] if said else []
    return list({tuple(row.items()): row for row in rows if row}.values())


def _contact(point):
    kind, value = point.get("system"), point.get("value")
    if kind not in ("phone", "email") or not isinstance(value, str) or not value.strip() or len(value) > 120:
        return None
    return {"kind": kind, "value": value.strip(), "person": "", "relationship": ""}


def addresses(resource: dict) -> list[dict]:
    rows = []
    for given in listed(resource.get("address")):
        lines = [str(line) for line in given.get("line") or []] if isinstance(given.get("line"), list) else []
        country = str(given.get("country") or "")
        row = {"city": short(given.get("city"), 120), "postal_code": short(given.get("postalCode"), 20),
               "street": short(", ".join(lines) or ("" if given.get("city") else given.get("text")),
                               size(PatientAddress, "street")),
               "country": country.upper() if len(country) == 2 else ""}
        rows += [row] if any(row.values()) else []
    return rows


def organisation_name(resource: dict) -> str:
    return short(resource.get("name") or words(resource.get("type")), 300)
