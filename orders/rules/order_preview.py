"""What an order would mean before it is signed: its words, every dose time ahead, what the checks find, stock and price."""
import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils import timezone

from orders.models import MedicationRequest
from orders.queries import auto_stop, stock
from orders.queries import medication as medications
from orders.queries import safety as facts_of
from orders.rules import frequency, infusion, order_check, safety, scale, stages
from orders.rules import timing as timing_rule

AHEAD = dt.timedelta(hours=48)
WHOLE = dt.timedelta(days=14)  # a course no longer than this is shown to its end
MOST = 60


@dataclass
class Preview:
    """The checked order as its author reads it before signing; nothing of it is saved."""

    medication: object
    order: dict
    times: list = field(default_factory=list)
    goes_on: bool = False
    findings: list = field(default_factory=list)
    facts: object = None
    lot: object = None
    left: Decimal | None = None
    is_kept: bool = False
    units_a_dose: Decimal | None = None
    infusion: dict | None = None  # what is in the bag, `converted` the pump's rate, `hours` a bag lasts, `weight_at`

    @property
    def how_often(self):
        return frequency.words(self.order["timing_text"], self.order["timing"])

    @property
    def doses(self):
        """(time, amount) of each dose shown; the amount only where the order goes by stages."""
        staged, zone = self.order["stages"], timezone.get_default_timezone()
        return [(time, stages.dose_at(staged, self.order["starts_at"], time, zone) if staged else None) for time in self.times]

    @property
    def stage_words(self):
        return stages.words(self.order["stages"], self.order["dose_unit"]) if self.order["stages"] else ""

    @property
    def scale_words(self):
        return scale.words(self.order["scale"], self.order["dose_unit"]) if self.order["scale"] else ""

    @property
    def waits_for(self):
        """The event that begins the order, in words; its times are then shown as if it came now."""
        return dict(MedicationRequest.Event.choices).get(self.order["starts_on"], "")

    @property
    def needs_answer(self):
        return any(finding.needs_answer for finding in self.findings)

    @property
    def cost_a_dose(self):
        """In the institution's currency, from the lot that would be used first; None when no lot or amount tells it."""
        if self.lot is None or self.units_a_dose is None:
            return None
        return (self.lot.unit_cost * self.units_a_dose).quantize(Decimal("0.01"))

    @property
    def cost_shown(self):
        """What the doses shown cost together."""
        if self.cost_a_dose is None or not self.times or self.order["stages"] or self.order["scale"]:
            return None
        return self.cost_a_dose * len(self.times)


def preview(encounter, medication, order, now) -> Preview:
    """Check the order and work out its dose times: of 48 hours, of a course of up to 14 days all. Raises what signing would
    raise.

    Fourteen statements for the checks and the stock, however much there is of either.
    """
    plan, order = infusion.split(order)
    order = order_check.complete(order, now=now)
    facts = facts_of.gather(encounter.patient_id, medication, now)
    order = order_check.ended_by(order, auto_stop.rule_for(facts.drug.keys))
    shown = Preview(medication, order, findings=safety.check(facts, order), facts=facts)
    _price(shown, encounter.department_id)
    if plan:
        shown.infusion = _runs(plan, order, facts)
    if order["as_needed"] or order["category"] != "inpatient":
        return shown
    rolling = timing_rule.is_rolling(order["timing"])
    until = order["starts_at"] + AHEAD if rolling else None
    if order.get("days_from_event"):
        order["ends_at"] = order_check.after_days(order["starts_at"], order["days_from_event"])
    if until and order["ends_at"]:
        whole = order["ends_at"] <= order["starts_at"] + WHOLE
        until = order["ends_at"] if whole else min(until, order["ends_at"])
    times = timing_rule.dose_times(order["timing"], starts_at=order["starts_at"], until=until,
                                   zone=timezone.get_default_timezone())
    shown.times = times[:MOST]
    shown.goes_on = len(times) > MOST or (rolling and (order["ends_at"] is None or order["ends_at"] > until))
    return shown


def _runs(plan, order, facts):
    converted = infusion.to_ml_per_hour(plan["rate"], plan["unit"], amount=order["dose"], amount_unit=order["dose_unit"],
                                        bag_volume=plan["bag_volume"], weight=facts.weight)
    return plan | {"converted": converted, "hours": (plan["bag_volume"] / converted.ml_per_hour).quantize(Decimal("0.1")),
                   "weight_at": facts.weight_at if converted.weight else None}


def _price(shown, department):
    """The lot that would be used first in the department, what is left there, and how many stock units one dose takes."""
    product, order = shown.medication, shown.order
    shown.lot = stock.first_to_expire(product, department)
    shown.left = medications.left_in(product, department)
    shown.is_kept = shown.lot is not None or stock.is_kept(product, department)
    shown.units_a_dose = safety.units(product, order["dose"], order["dose_unit"])
