"""Small parts of FHIR R4 resources, made so that nothing is lost: exact decimals, offsets, codes never without a system."""
import datetime as dt
import re
from decimal import Decimal

import orjson
from django.conf import settings
from django.utils import timezone

LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"
ICD10CM = "http://hl7.org/fhir/sid/icd-10-cm"
ATC = "http://www.whocc.no/atc"
TERMINOLOGY = "http://terminology.hl7.org/CodeSystem"
# Names of our own. An installation's identifiers are unique by its institution, so the institution is part of them.
OURS = "urn:hospital-emr"
DATE_TIME = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))?)?)?$")


def own(name: str) -> str:
    """The URI of a code system or identifier series of our own."""
    return f"{OURS}:{name}"


def identifier_system(institution, name: str) -> str:
    """Under which URI this institution issues numbers of a kind: its own if it has one, else one made from its row."""
    base = institution.identifier_system or f"{OURS}:institution:{institution.pk}"
    return f"{base}:{name}" if base.startswith("urn:") else f"{base.rstrip('/')}/{name}"


def instant(moment: dt.datetime | None) -> str | None:
    """A moment with the offset of the institution's zone, to the microsecond that is stored."""
    return timezone.localtime(moment).isoformat() if moment else None


def reference(row_or_kind, pk=None, display=None) -> dict:
    """A relative reference: reference('Patient', id, 'Name')."""
    out = {"reference": f"{row_or_kind}/{pk}"}
    return out | {"display": display} if display else out


def coding(system, code, display="") -> dict:
    out = {"system": system, "code": code}
    return out | {"display": display} if display else out


def concept(text="", *codings) -> dict:
    """A CodeableConcept; codings without a system or code are left out, the text is always kept."""
    known = [c for c in codings if c and c.get("system") and c.get("code")]
    out = {"coding": known} if known else {}
    return out | {"text": text} if text else out


def term(system, code, display="") -> dict:
    """A CodeableConcept of one coding from a fixed list."""
    return {"coding": [coding(system, code, display)]}


# Units of UCUM that need no look at where the value comes from; what another institution wrote otherwise stays a word.
UNITS = frozenset("% /min Cel [degF] mm[Hg] kg g mg ug cm m mmol/L mmol/mol umol/L nmol/L pmol/L mg/dL g/dL g/L ug/mL ng/mL "
                  "pg/mL U/L [IU]/L m[IU]/L u[IU]/mL meq/L mosm/kg 10*3/uL 10*6/uL 10*9/L 10*12/L fL pg kPa L/min mL h min s "
                  "{score} kg/m2 mL/min mL/min/{1.73_m2} 1 {INR} mm/h [pH]".split())


def quantity(value, unit="", comparator="", *, is_ours=True) -> dict:
    """A Quantity with the digits the value was written with; UCUM where the unit is known to be UCUM (all of ours are)."""
    out = {"value": value}
    if comparator:
        out["comparator"] = comparator
    if unit:
        out |= {"unit": unit, "system": UCUM, "code": unit} if is_ours or unit in UNITS else {"unit": unit}
    return out


def told_date(name: str, text: str) -> dict:
    """A date known as precisely as it was told: nameDateTime when FHIR can write it so, else nameString."""
    return {f"{name}DateTime" if DATE_TIME.match(text) else f"{name}String": text} if text else {}


def plain_quantity(value, unit="") -> dict:
    """A Quantity whose unit is a word of the ward (tablet, mg), not claimed to be UCUM."""
    return {"value": value} | ({"unit": unit} if unit else {})


def without_empty(resource: dict) -> dict:
    """FHIR forbids empty values: drop None, '', [] and {} all the way down."""
    out = {}
    for key, value in resource.items():
        if isinstance(value, dict):
            value = without_empty(value)
        elif isinstance(value, list):
            value = [without_empty(part) if isinstance(part, dict) else part for part in value]
            value = [part for part in value if part not in (None, "", {}, [])]
        if value not in (None, "", {}, []):
            out[key] = value
    return out


def period(start, end=None) -> dict:
    return {"start": instant(start), "end": instant(end)}


def exact(value, of=""):
    """Parts of a compound value as stored: a quantity's value kept as text becomes the number it was."""
    if isinstance(value, dict):
        return {key: exact(part, key) for key, part in value.items()}
    if isinstance(value, list):
        return [exact(part, of) for part in value]
    return Decimal(value) if of == "value" and isinstance(value, str) else value


def dumps(value) -> bytes:
    """JSON bytes; decimals keep their digits (in FHIR 72.50 and 72.5 differ)."""
    return orjson.dumps(value, default=_exact)


def _exact(value):
    if isinstance(value, Decimal):
        return orjson.Fragment(format(value, "f"))
    return str(value)


def language(code: str) -> str:
    """The language tag of a document."""
    return {"ru": "ru-RU", "be": "be-BY", "en": "en-US"}.get(code or settings.LANGUAGE_CODE, "en-US")
