"""NEWS2 against the published table, cell by cell, and against a second calculation written from its printed ranges."""
import random
from decimal import Decimal

import pytest

from nursing.rules import news2

# Royal College of Physicians, NEWS2 (2017), chart 1: parameter -> points -> printed ranges, ends included.
TABLE = {
    "respiratory_rate": {3: [(0, 8), (25, 120)], 1: [(9, 11)], 0: [(12, 20)], 2: [(21, 24)]},
    "spo2_scale1": {3: [(20, 91)], 2: [(92, 93)], 1: [(94, 95)], 0: [(96, 100)]},
    "spo2_scale2_on_air": {3: [(20, 83)], 2: [(84, 85)], 1: [(86, 87)], 0: [(88, 100)]},
    "spo2_scale2_on_oxygen": {3: [(20, 83), (97, 100)], 2: [(84, 85), (95, 96)], 1: [(86, 87), (93, 94)], 0: [(88, 92)]},
    "systolic": {3: [(20, 90), (220, 330)], 2: [(91, 100)], 1: [(101, 110)], 0: [(111, 219)]},
    "heart_rate": {3: [(0, 40), (131, 350)], 1: [(41, 50), (91, 110)], 0: [(51, 90)], 2: [(111, 130)]},
    "temperature": {3: [("20", "35.0")], 1: [("35.1", "36.0"), ("38.1", "39.0")], 0: [("36.1", "38.0")], 2: [("39.1", "46")]},
}
CELLS = [(name, points, low, high) for name, row in TABLE.items() for points, ranges in row.items() for low, high in ranges]


def steps(name, low, high):
    step = Decimal("0.1") if name == "temperature" else Decimal(1)
    value = Decimal(low)
    while value <= Decimal(high):
        yield value
        value += step


@pytest.mark.parametrize("name, points, low, high", CELLS)
def test_every_value_of_a_cell_of_the_table_has_its_points(name, points, low, high):
    assert {news2.band(name, value) for value in steps(name, low, high)} == {points}


def by_hand(values, scale):
    """The printed table read the other way round: look for the range that holds the value."""
    spo2 = "spo2_scale1" if scale == 1 else "spo2_scale2_on_oxygen" if values["oxygen"] else "spo2_scale2_on_air"
    names = {"respiratory_rate": "respiratory_rate", "systolic": "systolic", "heart_rate": "heart_rate",
             "temperature": "temperature", "spo2": spo2}
    parts = []
    for key, name in names.items():
        parts += [points for points, ranges in TABLE[name].items() for low, high in ranges
                  if Decimal(low) <= values[key] <= Decimal(high)]
    return sum(parts) + (2 if values["oxygen"] else 0) + (0 if values["consciousness"] == "A" else 3)


def test_two_thousand_random_rounds_agree_with_a_second_calculation():
    chance = random.Random(20261123)
    for _ in range(2000):
        values = {"respiratory_rate": Decimal(chance.randint(4, 40)), "spo2": Decimal(chance.randint(70, 100)),
                  "oxygen": chance.random() < 0.4, "systolic": Decimal(chance.randint(60, 250)),
                  "heart_rate": Decimal(chance.randint(25, 180)), "consciousness": chance.choice("AACVPU"),
                  "temperature": Decimal(chance.randint(330, 415)) / 10}
        scale = chance.choice([1, 2])
        assert news2.score(values, scale).total == by_hand(values, scale), (values, scale)


@pytest.mark.parametrize("value, points", [("36.05", 0), ("36.04", 1), ("35.05", 1), ("39.04", 1), ("39.05", 2)])
def test_a_value_between_two_bands_is_rounded_to_the_tables_own_step(value, points):
    assert news2.band("temperature", Decimal(value)) == points


@pytest.mark.parametrize("total, highest, risk", [(0, 0, "low"), (4, 2, "low"), (3, 3, "low-medium"), (5, 2, "medium"),
                                                  (6, 3, "medium"), (7, 3, "high"), (20, 3, "high")])
def test_the_risk_follows_the_table_of_responses(total, highest, risk):
    assert news2.risk(total, highest) == risk


def test_a_round_with_a_missing_parameter_has_no_score():
    assert news2.score({"respiratory_rate": Decimal(16)}) is None
