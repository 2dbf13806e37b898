"""Rates of infusions: what a pump is set to for the rate that a doctor ordered, and which rate is ordered at a moment.

A dose rate (mg/h, mcg/kg/min) becomes millilitres an hour through the concentration of the bag, and per kilogram through the last
weight. Drops: 20 drops of a standard giving set are one millilitre (ISO 8536-4). The answer is rounded as pumps are set: to
0.1 ml/h, below 10 ml/h to 0.01 and below 1 ml/h to 0.001 ml/h.
"""
import datetime as dt
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from emr.errors import Malformed
from orders.errors import (
    BagVolumeMissing,
    NoDropsOfADrug,
    RateNotPositive,
    RateTooHigh,
    RateUnitUnknown,
    RateUnlikeBag,
    WeightMissing,
)

GRAMS = {"g": Decimal(1), "mg": Decimal("0.001"), "mcg": Decimal("0.000001")}
A_HOUR = {"h": (1, 1), "min": (60, 1), "d": (1, 24)}  # times, divided by
UNITS = ["ml/h", "gtt/min", "ml/kg/h", "mg/h", "mcg/min", "mcg/kg/min", "mcg/kg/h", "mg/kg/h", "IU/h", "IU/kg/h", "mmol/h", "g/h"]
DROPS_A_ML = 20
HIGHEST = Decimal(5000)  # ml/h; beyond it no pump and no line goes, so that it is a slip of the pen
LARGEST = Decimal(10000)  # ml in one bag, or in all in a day's order
UNIT = re.compile(r"(?P<measure>g|mg|mcg|IU|mmol|ml)(?P<kg>/kg)?/(?P<time>h|min|d)")


@dataclass(frozen=True)
class Converted:
    """What the pump is set to, and the steps that lead there."""

    ml_per_hour: Decimal
    weight: Decimal | None = None
    steps: tuple = ()

    @property
    def words(self):
        """The conversion in figures, the same in every language: 5 mcg/kg/min × 70 kg × 60 min / 4000 mcg/ml = 5.25 ml/h."""
        return " ".join(self.steps)


def number(value, name) -> Decimal:
    """A number as it was typed, with point or comma. Raises Malformed, RateNotPositive."""
    try:
        found = Decimal(str(value).strip().replace(",", "."))
    except InvalidOperation as error:
        raise Malformed(problem=f"{name}: a number is needed") from error
    if not found.is_finite() or len(found.as_tuple().digits) > 12 or abs(found.adjusted()) > 12:
        raise Malformed(problem=f"{name}: a number of at most 12 digits is needed")
    if found <= 0:
        raise RateNotPositive(value=str(value))
    return plain(found)


def plain(value: Decimal) -> Decimal:
    """Without trailing zeros and without a power of ten: 5, never 5.0."""
    value = value.normalize()
    return value if value.as_tuple().exponent <= 0 else value.quantize(Decimal(1))


def volume(value, name) -> Decimal:
    """Millilitres, at most to the hundredth. Raises Malformed, BagVolumeMissing."""
    if value in (None, ""):
        raise BagVolumeMissing()
    found = number(value, name)
    if found > LARGEST or found != found.quantize(Decimal("0.01")):
        raise Malformed(problem=f"{name}: at most {LARGEST} ml, to the hundredth of a millilitre")
    return found


def is_by_weight(unit) -> bool:
    """Does the rate rest on the patient's weight?"""
    return "/kg" in unit


def as_set(ml_per_hour: Decimal) -> Decimal:
    """Rounded as a pump is set."""
    step = Decimal("0.001") if ml_per_hour < 1 else Decimal("0.01") if ml_per_hour < 10 else Decimal("0.1")
    return plain(ml_per_hour.quantize(step, ROUND_HALF_UP))


def to_ml_per_hour(rate, unit, *, amount, amount_unit, bag_volume, weight=None) -> Converted:
    """The pump's rate for an ordered rate. `amount` in `amount_unit` lies in `bag_volume` ml; `weight` in kg.

    Raises RateUnitUnknown, RateUnlikeBag (mg/h of a bag measured in IU), WeightMissing, RateNotPositive, RateTooHigh.
    """
    rate = number(rate, "rate")
    if unit == "ml/h":
        return _checked(rate, None, (f"{rate} ml/h",))
    if unit == "gtt/min":
        if amount_unit != "ml":
            raise NoDropsOfADrug()
        return _checked(rate * 60 / DROPS_A_ML, None, (f"{rate} gtt/min × 60 min / {DROPS_A_ML} gtt/ml",))
    match = UNIT.fullmatch(unit or "")
    if not match:
        raise RateUnitUnknown(unit=unit or "—", units=", ".join(UNITS))
    steps, found = [f"{rate} {unit}"], rate
    if match["kg"]:
        if weight is None:
            raise WeightMissing(unit=unit)
        steps.append(f"× {plain(weight)} kg")
        found *= weight
    times, parts = A_HOUR[match["time"]]
    found = found * times / parts
    if match["time"] != "h":
        steps.append("× 60 min" if match["time"] == "min" else "/ 24 h")
    if match["measure"] != "ml":
        strength = concentration(amount, amount_unit, bag_volume, match["measure"])
        steps.append(f"/ {_short(strength)} {match['measure']}/ml")
        found /= strength
    return _checked(found, weight if match["kg"] else None, tuple(steps))


def _checked(found, weight, steps):
    if found > HIGHEST:
        raise RateTooHigh(rate=str(as_set(found)), highest=str(HIGHEST))
    rounded = as_set(found)
    if rounded <= 0:
        raise RateNotPositive(value=str(rounded))
    return Converted(rounded, weight, (*steps, f"= {rounded} ml/h") if len(steps) > 1 or "ml/h" not in steps[0] else steps)


def concentration(amount, amount_unit, bag_volume, measure) -> Decimal:
    """How much of the drug, in `measure`, is in one millilitre of the bag. Raises RateUnlikeBag."""
    if amount is None:
        raise RateUnlikeBag(unit=measure, bag="—")
    if amount_unit in GRAMS and measure in GRAMS:
        return amount * GRAMS[amount_unit] / GRAMS[measure] / bag_volume
    if amount_unit.casefold() == measure.casefold():
        return amount / bag_volume
    raise RateUnlikeBag(unit=measure, bag=amount_unit)


def _short(value: Decimal) -> Decimal:
    """At most five figures, for the eye; the conversion itself reckons with all."""
    return plain(Decimal(f"{value:.5g}"))


def ordered_at(rates, moment: dt.datetime):
    """The rate that is ordered at this moment: of those that begin by then the one written last; None before the first.

    A rate written later replaces all that was planned before from its own beginning on.
    """
    begun = [rate for rate in rates if rate.since <= moment]
    return max(begun, key=lambda rate: (rate.recorded_at, rate.pk), default=None)


def steps(rates) -> list[tuple]:
    """(moment, ml/h) at which the ordered rate becomes another, in order of time: the step line of the order."""
    found, last = [], None
    for moment in sorted({rate.since for rate in rates}):
        now = ordered_at(rates, moment).ml_per_hour
        if now != last:
            found.append((moment, now))
            last = now
    return found


@dataclass(frozen=True)
class Runs:
    """How an infusion is ordered to run: the rate now, what comes later, what was before."""

    now: object
    later: tuple
    before: tuple


def runs_of(rates, moment) -> Runs | None:
    """The ordered rates as their reader needs them; None without any."""
    if not rates:
        return None
    now = ordered_at(rates, moment)
    standing = [(at, ordered_at(rates, at)) for at, _rate in steps(rates)]
    return Runs(now, tuple(rate for at, rate in standing if at > moment), tuple(
        rate for at, rate in standing if at <= moment and rate is not now))


def complete(plan, order) -> tuple[dict, dict]:
    """The infusion's fields checked, and the order's fields that follow from them: (infusion, order).

    `plan`: bag_volume, diluent, total_volume, rate, rate_unit; or `over_hours` instead of a rate (the bag in so many hours). An
    order without an amount of a drug is the fluid itself, as many millilitres as the bag holds.
    Raises Malformed, BagVolumeMissing, RateNotPositive.
    """
    if not isinstance(plan, dict) or set(plan) - {"bag_volume", "diluent", "total_volume", "rate", "rate_unit", "over_hours"}:
        raise Malformed(problem="infusion: bag_volume, diluent, total_volume, rate and rate_unit, or over_hours")
    order = dict(order)
    in_ml = str(order.get("dose_unit") or "").casefold() in ("ml", "")
    bag = plan.get("bag_volume") or (order.get("dose") if in_ml else None)
    bag = volume(bag, "bag_volume")
    if order.get("dose") in (None, "") and not order.get("dose_text"):
        order |= {"dose": bag, "dose_unit": "ml"}
    rate, unit = plan.get("rate"), plan.get("rate_unit") or "ml/h"
    if rate in (None, "") and plan.get("over_hours"):
        rate, unit = as_set(bag / number(plan["over_hours"], "over_hours")), "ml/h"
    if rate in (None, ""):
        raise RateNotPositive(value="—")
    diluent = str(plan.get("diluent") or "").strip()
    if len(diluent) > 120:
        raise Malformed(problem="diluent: at most 120 characters")
    total = volume(plan["total_volume"], "total_volume") if plan.get("total_volume") not in (None, "") else None
    order["timing"] = {"continuous": True}
    order["timing_text"] = "CONTINUOUS"
    return {"bag_volume": bag, "diluent": diluent, "total_volume": total, "rate": number(rate, "rate"), "unit": unit}, order


def split(order) -> tuple[dict | None, dict]:
    """What an order says of its infusion, checked, and the rest of it: (infusion or None, order). Raises as `complete`."""
    plan = order.get("infusion")
    order = {name: value for name, value in order.items() if name != "infusion"}
    return complete(plan, order) if plan else (None, order)
