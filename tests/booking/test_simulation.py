"""A simulated polyclinic lives by the real engine, tells every person's fate once, and leaves nothing behind."""
import csv
from pathlib import Path

import pytest

from outpatient.booking.actions.simulation import simulate
from outpatient.booking.models import Booking, Reception
from outpatient.booking.rules.demand import World, rates_by_lead, wishes
from outpatient.booking.rules.outcome import picture, table
from outpatient.booking.rules.policy import POLICIES
from tests.factories import make_institution, make_system

RATES = Path(__file__).resolve().parents[3] / "shared" / "data" / "booking" / "noshow_rates_brazil_2016.csv"


@pytest.mark.django_db
def test_the_same_people_are_lived_through_every_policy_and_nothing_stays():
    make_institution()
    world = World(days=1, coupons=8, minutes=10, load=1.5, seed=3, missed_by_lead=dict.fromkeys(range(1, 15), 0.4))
    policies = [POLICIES[0], POLICIES[-1]]
    people, outcomes = wishes(world), simulate(world, policies, by=make_system())
    assert [outcome.policy for outcome in outcomes] == ["none", "released no-shows"]
    none, released = outcomes
    for outcome in outcomes:
        assert outcome.seen + outcome.refused <= len(people) and outcome.seen == len(outcome.waits)
        assert outcome.booked - outcome.cancelled <= outcome.coupons and outcome.missed <= outcome.booked
        assert outcome.seen - outcome.walk_ins + outcome.missed == outcome.booked - outcome.cancelled
    assert released.seen >= none.seen and none.walk_ins == none.cancelled == 0
    assert [released] == simulate(world, policies[1:], by=make_system())
    assert not Booking.objects.exists() and not Reception.objects.exists()
    assert "released no-shows" in table(outcomes) and picture(outcomes).count("<rect") == 4 * len(policies) + 1


def test_the_same_seed_gives_the_same_people_and_another_seed_others():
    assert wishes(World()) == wishes(World()) != wishes(World(seed=2))


@pytest.mark.skipif(not RATES.exists(), reason="the counted rates of missed visits are not here")
def test_rates_of_missed_visits_are_read_by_lead():
    with open(RATES, newline="") as rows:
        found = rates_by_lead(csv.DictReader(rows))
    assert sorted(found) == list(range(15)) and found[1] == 0.2135 and found[3] == 0.2374 and found[14] == 0.3047
