"""Sliding scale: the dose that follows from the last value (glucose, or another code) by a closed table of bands.

    {"code": "14743-9", "name": "glucose", "unit": "mmol/L", "max_age_minutes": 60,
     "bands": [{"from": "8", "below": "12", "dose": "2"}, {"from": "12", "below": "16", "dose": "4"}]}

A band holds its lower end and not its upper one. A value in no band is outside the table: the doctor is called. A band of dose 0
says that nothing is given. The doctor types the bands: no table comes with the product, and none is guessed.
"""
import datetime as dt
import re
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from emr.errors import Refusal
from orders.errors import DoseUnitMissing

MOST, LONGEST = 20, 24 * 60  # bands; minutes that a value may be old
GLUCOSE = {"code": "14743-9", "name": "glucose", "unit": "mmol/L"}  # LOINC: glucose in capillary blood by glucometer
BAND = re.compile(r"(\d+(?:[.,]\d+)?)\s*[-–]\s*(\d+(?:[.,]\d+)?)\s*[:=]\s*(\d+(?:[.,]\d+)?)")


class ScaleWrong(Refusal):
    code, status = "orders.scale_wrong", 422
    message = _("The table of the scale could not be understood: {problem}.")


class ScaleValueMissing(Refusal):
    code, status = "orders.scale_value_missing", 422
    message = _("No {name} in {unit} is on record. Measure it and enter it, then give what the table says.")


class ScaleValueOld(Refusal):
    code, status = "orders.scale_value_old", 422
    message = _("The last {name} ({value} {unit}) is {age} minutes old; the order allows {limit}. Measure it anew.")


class CallTheDoctor(Refusal):
    code, status = "orders.call_the_doctor", 422
    message = _("{name} {value} {unit} is outside the table of the order: call the doctor. Nothing was recorded.")


class NothingByScale(Refusal):
    code, status = "orders.nothing_by_scale", 422
    message = _("At {value} {unit} the table gives nothing. Record the dose as withheld, with the value as the reason.")


class DiffersFromScale(Refusal):
    code, status = "orders.differs_from_scale", 422
    message = _("At {value} {unit} the table says {dose}, and {amount} was entered. Give what it says, or call the doctor.")


def complete(scale, order) -> dict:
    """The scale in its plain form. Raises ScaleWrong, DoseUnitMissing."""
    if not scale:
        return {}
    if not isinstance(scale, dict) or set(scale) - {"code", "name", "unit", "max_age_minutes", "bands"}:
        raise ScaleWrong(problem=gettext("it has code, name, unit, max_age_minutes and bands"))
    if order.get("stages") or order.get("as_needed") or order.get("dose") or order.get("dose_text"):
        raise ScaleWrong(problem=gettext("the dose follows from the table; name no other, no stages, and times of day"))
    texts = {name: str(scale.get(name) or "").strip() for name in ("code", "name", "unit")}
    if not all(texts.values()) or any(len(text) > 40 for text in texts.values()):
        raise ScaleWrong(problem=gettext("name what is measured, its code and its unit"))
    age = scale.get("max_age_minutes")
    if isinstance(age, bool) or not isinstance(age, int) or not 1 <= age <= LONGEST:
        raise ScaleWrong(problem=gettext("say how many minutes old the value may be, 1 to {most}").format(most=LONGEST))
    if not (order.get("dose_unit") or "").strip():
        raise DoseUnitMissing(dose=texts["name"])
    return texts | {"max_age_minutes": age, "bands": _bands(scale.get("bands"))}


def _bands(bands):
    if not isinstance(bands, list) or not 1 <= len(bands) <= MOST or not all(
            isinstance(band, dict) and set(band) == {"from", "below", "dose"} for band in bands):
        raise ScaleWrong(problem=gettext("each band says from, below and dose; at most {most} of them").format(most=MOST))
    plain = sorted(({name: _number(band[name]) for name in ("from", "below", "dose")} for band in bands), key=lambda band: band[
        "from"])
    for band, following in zip(plain, [*plain[1:], None], strict=True):
        if band["from"] >= band["below"] or (following and following["from"] < band["below"]):
            raise ScaleWrong(problem=gettext("bands begin below their end and do not overlap"))
    if not any(band["dose"] for band in plain):
        raise ScaleWrong(problem=gettext("at least one band gives something"))
    return [{name: f"{value:f}" for name, value in band.items()} for band in plain]


def _number(value):
    try:
        number = Decimal(str(value).replace(",", "."))
    except InvalidOperation as error:
        raise ScaleWrong(problem=gettext("numbers are needed")) from error
    if not number.is_finite() or number < 0 or len(number.as_tuple().digits) > 12 or abs(number.adjusted()) > 12:
        raise ScaleWrong(problem=gettext("numbers are needed"))
    return number.normalize() if number == number.to_integral() and number.as_tuple().exponent >= 0 else number


def read(text, *, minutes) -> dict:
    """A scale of blood glucose from the field of a form: "8-12: 2, 12-16: 4". Raises ScaleWrong."""
    bands = [dict(zip(("from", "below", "dose"), (part.replace(",", ".") for part in match.groups()), strict=True))
             for match in BAND.finditer(text)]
    if not bands or BAND.sub("", text).strip(" ,;\n\r\t"):
        raise ScaleWrong(problem=gettext("write bands such as “8-12: 2; 12-16: 4”"))
    return GLUCOSE | {"max_age_minutes": minutes, "bands": bands}


def highest(scale) -> Decimal:
    """The dose that limits are checked on."""
    return max(Decimal(band["dose"]) for band in scale["bands"])


def words(scale, unit) -> str:
    """The table in short: 8–12: 2 · 12–16: 4 IU."""
    return " · ".join(f"{band['from']}–{band['below']}: {band['dose']}" for band in scale["bands"]) + f" {unit}"


def dose_of(scale, value) -> Decimal | None:
    """The dose of the band that holds the value; None outside the table."""
    return next((Decimal(band["dose"]) for band in scale["bands"] if Decimal(band["from"]) <= value < Decimal(band["below"])),
                None)


def follow(scale, reading, at) -> Decimal:
    """The dose that follows from the last reading at this moment.

    Raises ScaleValueMissing, ScaleValueOld, CallTheDoctor, NothingByScale.
    """
    if reading is None:
        raise ScaleValueMissing(name=scale["name"], unit=scale["unit"])
    told = {"name": scale["name"], "value": f"{reading.value:f}", "unit": scale["unit"]}
    if at - reading.at > dt.timedelta(minutes=scale["max_age_minutes"]):
        raise ScaleValueOld(**told, age=int((at - reading.at).total_seconds() // 60), limit=scale["max_age_minutes"])
    dose = dose_of(scale, reading.value)
    if dose is None:
        raise CallTheDoctor(**told)
    if not dose:
        raise NothingByScale(value=told["value"], unit=told["unit"])
    return dose
