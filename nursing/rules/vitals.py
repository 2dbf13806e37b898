"""What is measured at the bedside: codes (LOINC), units (UCUM) and limits against typing errors.

The limits are no clinical thresholds. They are set wide, beyond what a living patient shows, so that only slips of the
finger are refused: 366 for 36.6, a pulse in the pressure field, a weight in grams. They are ours and marked so.
LOINC codes: loinc.org, Regenstrief Institute, used under the LOINC licence.
"""
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext_lazy as _

from emr.errors import Malformed
from emr.rules.vitals import CODED, LABELS
from nursing.errors import ImplausibleValue

LOINC, OURS = "http://loinc.org", "urn:hospital-emr:observation"
SCORE = "urn:hospital-emr:score"


@dataclass(frozen=True)
class Sign:
    """One vital sign as a number: FHIR name, words for people, code, unit and the limits of what may be typed."""

    key: str
    name: str
    label: object
    code: str
    unit: str
    low: str
    high: str
    whole: bool = False
    category: str = "vital-signs"


SIGNS = {sign.key: sign for sign in (
    Sign("temperature", "Body temperature", _("Temperature"), "8310-5", "Cel", "20", "46"),
    Sign("heart_rate", "Heart rate", _("Pulse"), "8867-4", "/min", "0", "350"),
    Sign("respiratory_rate", "Respiratory rate", _("Breaths"), "9279-1", "/min", "0", "120"),
    Sign("systolic", "Systolic blood pressure", _("Systolic pressure"), "8480-6", "mm[Hg]", "20", "330"),
    Sign("diastolic", "Diastolic blood pressure", _("Diastolic pressure"), "8462-4", "mm[Hg]", "0", "250"),
    Sign("spo2", "Oxygen saturation in arterial blood by pulse oximetry", _("Oxygen saturation"), "59408-5", "%", "20", "100"),
    Sign("oxygen_flow", "Inhaled oxygen flow rate", _("Oxygen flow"), "3151-8", "L/min", "0", "100"),
    Sign("pain", "Pain severity 0-10 verbal numeric rating", _("Pain"), "72514-3", "{score}", "0", "10", True, "survey"),
    Sign("gcs", "Glasgow coma score total", _("Glasgow coma scale"), "9269-2", "{score}", "3", "15", True, "survey"),
    Sign("weight", "Body weight", _("Weight"), "29463-7", "kg", "0.2", "700"),
    Sign("height", "Body height", _("Height"), "8302-2", "cm", "15", "280"),
    Sign("glucose", "Glucose in capillary blood by glucometer", _("Blood sugar"), "14743-9", "mmol/L", "0.1", "100"),
)}
CONSCIOUSNESS = {"A": _("alert"), "C": _("new confusion"), "V": _("responds to voice"), "P": _("responds to pain"),
                 "U": _("unresponsive")}
LABELS |= {sign.code: sign.label for sign in SIGNS.values()}
LABELS |= {"oxygen": _("Supplemental oxygen"), "oxygen-device": _("Oxygen device"), "acvpu": _("Consciousness")}
CODED |= {"acvpu": CONSCIOUSNESS, "oxygen": {"yes": _("yes"), "no": _("no")}}
DEVICE_LENGTH = 60
UNITS = {"Cel": "°C", "mm[Hg]": "mm Hg", "{score}": "", "/min": "/min"}  # how people read a UCUM unit


def read(values: dict) -> dict:
    """The values as numbers, empty ones left out. Raises Malformed naming the field, ImplausibleValue."""
    taken = {}
    for key, value in values.items():
        if value is None or value == "":
            continue
        if key in SIGNS:
            taken[key] = _number(SIGNS[key], value)
        elif key == "oxygen":
            taken[key] = _yes_or_no(value)
        elif key == "consciousness":
            taken[key] = _level(value)
        elif key == "oxygen_device":
            taken[key] = _device(value)
        else:
            raise Malformed(problem=f"{str(key)[:40]}: unknown; known are "
                                    f"{', '.join([*SIGNS, 'oxygen', 'oxygen_device', 'consciousness'])}")
    _check_pressures(taken)
    if taken.get("oxygen_flow"):
        taken.setdefault("oxygen", True)
    return taken


def _number(sign, value):
    try:
        number = value if isinstance(value, Decimal) else Decimal(str(value).strip().replace(",", "."))
    except InvalidOperation as error:
        raise Malformed(problem=f"{sign.key}: a number is needed") from error
    if isinstance(value, bool) or not number.is_finite():
        raise Malformed(problem=f"{sign.key}: a number is needed")
    if number.as_tuple().exponent < -3 or (sign.whole and number != number.to_integral_value()):
        raise Malformed(problem=f"{sign.key}: {'a whole number' if sign.whole else 'at most three decimals'}")
    if not Decimal(sign.low) <= number <= Decimal(sign.high):
        raise ImplausibleValue(name=sign.label, value=value if len(str(value)) < 20 else "…",
                               unit=UNITS.get(sign.unit, sign.unit), low=sign.low, high=sign.high)
    return number


def _yes_or_no(value):
    words = {"true": True, "1": True, "yes": True, "on": True, "false": False, "0": False, "no": False}
    known = words.get(str(value).strip().lower())
    if known is None:
        raise Malformed(problem="oxygen: true or false is needed")
    return known


def _level(value):
    letter = str(value).strip().upper()
    if letter not in CONSCIOUSNESS:
        raise Malformed(problem="consciousness: one of A, C, V, P, U is needed")
    return letter


def _device(value):
    text = str(value).strip()
    if len(text) > DEVICE_LENGTH or not text.isprintable():
        raise Malformed(problem=f"oxygen_device: at most {DEVICE_LENGTH} letters and digits")
    return text


def _check_pressures(taken):
    systolic, diastolic = taken.get("systolic"), taken.get("diastolic")
    if systolic is not None and diastolic is not None and diastolic > systolic:
        raise ImplausibleValue(name=SIGNS["diastolic"].label, value=diastolic, unit="mm Hg", low=0, high=systolic)


def as_observations(taken: dict) -> list[dict]:
    """Observation columns of a round, in the order of the table, for emr.actions.observation.add_observations."""
    rows = [{"category": sign.category, "system": LOINC, "code": sign.code, "name": sign.name, "value": taken[key],
             "unit": sign.unit} for key, sign in SIGNS.items() if key in taken]
    if "oxygen" in taken:
        rows.append({"category": "vital-signs", "system": OURS, "code": "oxygen", "name": "Supplemental oxygen",
                     "value_code": "yes" if taken["oxygen"] else "no",
                     "value_text": taken.get("oxygen_device", "")})
    elif "oxygen_device" in taken:
        rows.append({"category": "vital-signs", "system": OURS, "code": "oxygen-device", "name": "Oxygen device",
                     "value_text": taken["oxygen_device"]})
    if "consciousness" in taken:
        rows.append({"category": "vital-signs", "system": OURS, "code": "acvpu", "name": "Level of consciousness (ACVPU)",
                     "value_code": taken["consciousness"]})
    return rows
