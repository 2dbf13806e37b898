"""What an order would mean before it is signed: its words, every dose time ahead, the allergies that speak against it."""
import datetime as dt
from dataclasses import dataclass, field

from django.utils import timezone

from orders.queries import allergy
from orders.rules import frequency, order_check
from orders.rules import timing as timing_rule

AHEAD = dt.timedelta(hours=48)
MOST = 60


@dataclass
class Preview:
    """The checked order as its author reads it before signing; nothing of it is saved."""

    medication: object
    order: dict
    times: list = field(default_factory=list)
    goes_on: bool = False
    allergies: list = field(default_factory=list)

    @property
    def how_often(self):
        return frequency.words(self.order["timing_text"], self.order["timing"])


def preview(encounter, medication, order, now) -> Preview:
    """Check the order and work out its dose times for 48 hours from its beginning. Raises what signing would raise.

    `medication` comes from `orders.queries.medication.with_ingredients`, so that its substances are beside it.
    """
    order = order_check.complete(order, now=now)
    shown = Preview(medication, order, allergies=allergy.against(encounter.patient_id, medication, medication.ingredient_names))
    if order["as_needed"] or order["category"] != "inpatient":
        return shown
    rolling = timing_rule.is_rolling(order["timing"])
    until = order["starts_at"] + AHEAD if rolling else None
    if until and order["ends_at"]:
        until = min(until, order["ends_at"])
    times = timing_rule.dose_times(order["timing"], starts_at=order["starts_at"], until=until,
                                   zone=timezone.get_default_timezone())
    shown.times = times[:MOST]
    shown.goes_on = len(times) > MOST or (rolling and (order["ends_at"] is None or order["ends_at"] > until))
    return shown
