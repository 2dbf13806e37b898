"""What an order must say before it can be signed. Plain values in, plain values out; nothing is read or written.

Seam for the checks that come: allergy class, interactions, daily maximum and kidney function read the completed order.
"""
import datetime as dt
from decimal import Decimal, InvalidOperation

from django.utils import timezone

from emr.errors import Malformed
from orders.errors import (
    AsNeededWithoutLimits,
    DoseMissing,
    DoseNotPositive,
    DoseTooLong,
    DoseUnitMissing,
    EndBeforeStart,
    TimingMissing,
    TimingNotUnderstood,
)
from orders.models import MedicationRequest
from orders.rules import frequency, scale, stages
from orders.rules import timing as timing_rule

LATE_ENTRY = dt.timedelta(days=7)  # an order may be entered so late; its doses in between are planned for recording
TEXTS = {"dose_unit": 20, "dose_text": 200, "route": 20, "timing_text": 120, "as_needed_for": 200, "indication": 300,
         "instructions": 500}
KNOWN = {*TEXTS, "dose", "timing", "priority", "as_needed", "max_per_day", "min_interval_minutes", "category",
         "starts_at", "ends_at", "days", "stages", "starts_on", "scale"}


def complete(order, *, now, doses=None) -> dict:
    """The order's fields, checked and completed: a plain rule, the end from the days, the limits from the rule.

    `doses` are the times of a plan that comes with the order; it needs no rule then.

    Raises DoseMissing, DoseNotPositive, DoseUnitMissing, TimingNotUnderstood, TimingMissing, AsNeededWithoutLimits,
    EndBeforeStart, Malformed.
    """
    if unknown := set(order) - KNOWN:
        raise TypeError(f"an order has no {', '.join(sorted(unknown))}")
    texts = {name: _text(name, order.get(name), limit) for name, limit in TEXTS.items()}
    row = {**texts, **_staged(order), **_choices(order), **_timing(order, texts, doses)}
    row |= {"scale": scale.complete(order.get("scale"), order)}
    row |= _dose(stages.highest(row["stages"]) if row["stages"] else scale.highest(row["scale"]) if row["scale"]
                 else order.get("dose"), texts)
    row |= _as_needed(order, row)
    row |= _duration(order, now, min(doses) if doses else None, row["stages"])
    row |= _on_event(order, row, doses)
    return row


def _text(name, value, limit):
    value = (value or "").strip()
    if len(value) > limit:
        raise Malformed(problem=f"{name}: at most {limit} characters")
    return value


def _staged(order):
    timing = order.get("timing")
    plain = stages.complete(order.get("stages"), order | {"timing": timing if isinstance(timing, dict) else None},
                            positive=lambda dose: _dose(dose, {"dose_unit": "?", "dose_text": ""})["dose"])
    return {"stages": plain}


def _dose(dose, texts):
    if dose is None or dose == "":
        if not texts["dose_text"]:
            raise DoseMissing()
        return {"dose": None}
    try:
        dose = Decimal(str(dose))
    except InvalidOperation as error:
        raise Malformed(problem="dose: a number is needed") from error
    if not dose.is_finite() or dose <= 0:
        raise DoseNotPositive(dose=str(dose))
    if len(dose.as_tuple().digits) > 12 or abs(dose.adjusted()) > 12:
        raise DoseTooLong()
    if not texts["dose_unit"]:
        raise DoseUnitMissing(dose=str(dose))
    return {"dose": without_trailing_zeros(dose)}


def without_trailing_zeros(dose: Decimal) -> Decimal:
    """The dose as a nurse must read it: 5, never 5.0, which a lost point turns into 50; nor 1E+3.

    Source: ISMP List of Error-Prone Abbreviations, Symbols, and Dose Designations ("trailing zero after decimal point").
    """
    dose = dose.normalize()
    return dose if dose.as_tuple().exponent <= 0 else dose.quantize(Decimal(1))


def _choices(order):
    row = {"priority": order.get("priority") or MedicationRequest.Priority.ROUTINE,
           "category": order.get("category") or MedicationRequest.Category.INPATIENT}
    for name, choices in (("priority", MedicationRequest.Priority), ("category", MedicationRequest.Category)):
        if row[name] not in choices.values:
            raise Malformed(problem=f"{name}: one of {', '.join(choices.values)}")
    return row


def _timing(order, texts, doses):
    try:
        rule = timing_rule.normal(order.get("timing"))
    except ValueError as error:
        raise TimingNotUnderstood(problem=str(error)) from error
    in_ward = (order.get("category") or "inpatient") == MedicationRequest.Category.INPATIENT
    if not rule and not order.get("as_needed") and doses is None and in_ward:
        raise TimingMissing()
    return {"timing": rule, "timing_text": texts["timing_text"] or timing_rule.notation(rule)}


def _as_needed(order, row):
    if not order.get("as_needed"):
        return {"as_needed": False, "max_per_day": None, "min_interval_minutes": None}
    most, apart = frequency.limits_of(row["timing"])
    most, apart = order.get("max_per_day") or most, order.get("min_interval_minutes") or apart
    for limit in (most, apart):
        if limit is not None and not 1 <= limit <= 10_000:
            raise AsNeededWithoutLimits()
    if row["category"] == MedicationRequest.Category.INPATIENT and not (row["as_needed_for"] and most and apart):
        raise AsNeededWithoutLimits()
    return {"as_needed": True, "max_per_day": most, "min_interval_minutes": apart,
            "timing_text": row["timing_text"] or "as needed"}


def _duration(order, now, first_dose, staged=()):
    starts_at = order.get("starts_at") or min(now, first_dose or now)
    ends_at, days = order.get("ends_at"), stages.days(staged) if staged else order.get("days")
    if days is not None:
        if ends_at is not None or not isinstance(days, int) or not 1 <= days <= 3650:
            raise Malformed(problem="days: a whole number from 1, and no ends_at beside it")
        ends_at = after_days(stages.counted_from(staged, starts_at) if staged else starts_at, days)
    if ends_at is not None and ends_at <= starts_at:
        raise EndBeforeStart()
    return {"starts_at": starts_at, "ends_at": ends_at}


def _on_event(order, row, doses):
    """An order that waits for an event begins when that is told: it has no end before, only so many days."""
    event = order.get("starts_on") or ""
    if event and event not in MedicationRequest.Event.values:
        raise Malformed(problem=f"starts_on: one of {', '.join(MedicationRequest.Event.values)}")
    if not event:
        return {"starts_on": ""}
    if order.get("starts_at") or order.get("ends_at") or doses is not None or row["as_needed"] or row["timing"].get(
            "continuous") or (
            row["category"] != "inpatient"):
        raise Malformed(problem="starts_on: only for doses of the ward with times of their own, without starts_at and ends_at")
    days = stages.days(row["stages"]) if row["stages"] else order.get("days")
    return {"starts_on": event, "days_from_event": days, "ends_at": None}


def after_days(moment, days):
    """The same time of the ward's clock so many days later."""
    zone = timezone.get_default_timezone()
    local = moment.astimezone(zone)
    return timing_rule.on_the_wall(local.date() + dt.timedelta(days=days), local.time(), zone)


def ended_by(row, rule) -> dict:
    """The order with the end that the institution's auto-stop rule gives it, where its author named none."""
    if not (row["as_needed"] or timing_rule.is_rolling(row["timing"])) or (row["stages"]
                                                                           and row["stages"][-1]["days"] is not None):
        return row
    if rule is None or row["ends_at"] or row["category"] != "inpatient" or row.get("days_from_event"):
        return row
    if row["starts_on"]:
        return row | {"days_from_event": rule.days, "auto_stop": rule}
    return row | {"ends_at": after_days(row["starts_at"], rule.days), "auto_stop": rule}
