"""TEWS and ESI against the published tables, cell by cell, and against a second calculation. No database."""
import datetime as dt
import random
from decimal import Decimal

import pytest

from admissions.rules import esi, tews, triage_scale
from admissions.rules import triage as scales
from emr.errors import Malformed

AGES = {"infant": 20, "child": 100, "adult": 500}
# South African Triage Scale, Training manual 2012, TEWS: younger than 3 years; 3 to 12 years; older than 12. Points -> printed
# ranges.
TEWS = {
    "infant": {"respiratory_rate": {2: [(0, 19), (50, 120)], 1: [(20, 25), (40, 49)], 0: [(26, 39)]},
               "heart_rate": {2: [(0, 69), (160, 350)], 1: [(70, 79), (131, 159)], 0: [(80, 130)]},
               "temperature": {2: [("20", "34.9"), ("38.5", "46")], 0: [("35.0", "38.4")]}},
    "child": {"respiratory_rate": {2: [(0, 14), (27, 120)], 1: [(15, 16), (22, 26)], 0: [(17, 21)]},
              "heart_rate": {2: [(0, 59), (130, 350)], 1: [(60, 79), (100, 129)], 0: [(80, 99)]},
              "temperature": {2: [("20", "34.9"), ("38.5", "46")], 0: [("35.0", "38.4")]}},
    "adult": {"respiratory_rate": {2: [(0, 8), (21, 29)], 0: [(9, 14)], 1: [(15, 20)], 3: [(30, 120)]},
              "heart_rate": {2: [(0, 40), (111, 129)], 1: [(41, 50), (101, 110)], 0: [(51, 100)], 3: [(130, 350)]},
              "systolic": {3: [(20, 70)], 2: [(71, 80), (200, 330)], 1: [(81, 100)], 0: [(101, 199)]},
              "temperature": {2: [("20", "34.9"), ("38.5", "46")], 0: [("35.0", "38.4")]}},
}
WORDS = {"infant": {"mobility": {"walking": 0, "help": 2, "stretcher": 2}, "consciousness": {"A": 0, "V": 1, "P": 2, "U": 3}},
         "child": {"mobility": {"walking": 0, "help": 2, "stretcher": 2},
                   "consciousness": {"A": 0, "C": 2, "V": 1, "P": 2, "U": 3}},
         "adult": {"mobility": {"walking": 0, "help": 1, "stretcher": 2},
                   "consciousness": {"A": 0, "C": 2, "V": 1, "P": 2, "U": 3}}}
CELLS = [(age, key, points, low, high) for age, rows in TEWS.items() for key, row in rows.items()
         for points, ranges in row.items() for low, high in ranges]


def steps(low, high):
    step, value = Decimal("0.1") if isinstance(low, str) else Decimal(1), Decimal(low)
    while value <= Decimal(high):
        yield value
        value += step


@pytest.mark.parametrize("age, key, points, low, high", CELLS)
def test_every_value_of_a_tews_cell_has_its_points(age, key, points, low, high):
    assert {tews.points(AGES[age], {key: value})[key] for value in steps(low, high)} == {points}


def test_mobility_consciousness_and_injury_have_the_points_of_the_table():
    for age, rows in WORDS.items():
        for key, cells in rows.items():
            assert {word: tews.points(AGES[age], {key: word})[key] for word in cells} == cells
        assert [tews.points(AGES[age], {"trauma": hurt})["trauma"] for hurt in (False, True)] == [0, 1]
    assert "consciousness" not in tews.points(AGES["infant"], {"consciousness": "C"}), "no such cell for the smallest"


@pytest.mark.parametrize("months, table", [(0, "infant"), (35, "infant"), (36, "child"), (155, "child"), (156, "adult"),
                                           (None, "adult")])
def test_the_table_follows_the_age(months, table):
    assert tews.table_of(months) is scales.table("SATS")["tables"][table]
    assert ("systolic" in tews.needed(months)) == (table == "adult")


def by_hand(age, found):
    """The printed table read the other way round; the colour by the printed limits."""
    total = 0
    for key, row in TEWS[age].items():
        total += next(points for points, ranges in row.items() for low, high in ranges if Decimal(low) <= found[key]
                      <= Decimal(high))
    total += sum(WORDS[age][key][found[key]] for key in ("mobility", "consciousness")) + (1 if found["trauma"] else 0)
    return total, 1 if total >= 7 else 2 if total in (5, 6) else 3 if total in (3, 4) else 4


def test_two_thousand_random_patients_agree_with_a_second_calculation_of_tews():
    chance = random.Random(20261123)
    for _ in range(2000):
        age = chance.choice(list(AGES))
        found = {"respiratory_rate": Decimal(chance.randint(0, 80)), "heart_rate": Decimal(chance.randint(20, 220)),
                 "systolic": Decimal(chance.randint(40, 260)), "temperature": Decimal(chance.randint(330, 415)) / 10,
                 "mobility": chance.choice(["walking", "help", "stretcher"]), "trauma": chance.random() < 0.3,
                 "consciousness": chance.choice(list(WORDS[age]["consciousness"]))}
        suggestion = tews.suggest(AGES[age], found)
        assert (suggestion.score, suggestion.level) == by_hand(age, found), (age, found)


WELL = {"respiratory_rate": 12, "heart_rate": 70, "systolic": 120, "temperature": "36.6", "mobility": "walking",
        "consciousness": "A", "trauma": False}


def test_a_sign_gives_at_least_its_colour_and_the_score_may_give_a_more_urgent_one():
    assert tews.suggest(500, WELL).level == 4
    assert tews.suggest(500, WELL | {"signs": ["abdominal-pain"]}).level == 3
    assert tews.suggest(500, WELL | {"signs": ["abdominal-pain", "chest-pain"]}).flags[0].key == "sign:chest-pain"
    worse = tews.suggest(500, WELL | {"signs": ["abdominal-pain"], "heart_rate": 135, "consciousness": "P"})
    assert (worse.level, worse.flags[0].key, worse.score) == (2, "tews", 5)
    assert tews.suggest(500, {"signs": ["airway"]}).level == 1 and not tews.suggest(500, {"signs": ["airway"]}).missing
    assert tews.suggest(500, {"heart_rate": 70}).level is None and "mobility" in tews.suggest(500, {"heart_rate": 70}).missing


# ESI version 4, decision point D: age in months -> heart rate, respiratory rate beyond which the danger zone begins; SpO2 below
# 92.
DANGER = [((0, 1, 2), 180, 50), ((3, 20, 35), 160, 40), ((36, 60, 95), 140, 30), ((96, 500, None), 100, 20)]


@pytest.mark.parametrize("ages, heart_rate, respiratory_rate", DANGER)
def test_the_danger_zone_begins_beyond_every_printed_limit(ages, heart_rate, respiratory_rate):
    for months in ages:
        for key, limit in (("heart_rate", heart_rate), ("respiratory_rate", respiratory_rate)):
            assert esi.suggest(months, {"resources": 2, key: limit}).level == 3
            beyond = esi.suggest(months, {"resources": 2, key: limit + 1})
            assert (beyond.level, beyond.flags[0].key, beyond.flags[0].limit) == (2, key, f">{limit}")
        assert [esi.suggest(months, {"resources": 2, "spo2": value}).level for value in (90, 91, 92, 100)] == [2, 2, 3, 3]


@pytest.mark.parametrize("found, level, flag", [
    ({"life_saving": True, "resources": 0}, 1, "life_saving"), ({"spo2": 89}, 1, "spo2"),
    ({"consciousness": "P"}, 1, "consciousness"),
    ({"consciousness": "U"}, 1, "consciousness"), ({"high_risk": True, "resources": 0}, 2, "high_risk"),
    ({"consciousness": "C"}, 2, "consciousness"), ({"consciousness": "V"}, 2, "consciousness"),
    ({"pain": 7, "resources": 1}, 2, "pain"),
    ({"pain": 6, "resources": 1}, 4, "resources"), ({"resources": 0}, 5, "resources"),
    ({"resources": 1, "heart_rate": 200}, 4, "resources"),
    ({"resources": 2}, 3, "resources"), ({"consciousness": "A"}, None, None), ({"spo2": 90}, None, None)])
def test_each_decision_point_of_esi_decides_in_its_turn(found, level, flag):
    suggestion = esi.suggest(500, found)
    assert (suggestion.level, suggestion.flags[0].key if suggestion.flags else None) == (level, flag)
    assert suggestion.missing == (() if level else ("resources",)) and suggestion.why == "; ".join(
        row.text for row in suggestion.flags)


@pytest.mark.parametrize("months, temperature, level", [(0, "38.1", 2), (2, "38.1", 2), (2, "38.0", 5), (3, "39.0", 5),
                                                        (3, "39.1", 3), (35, "39.1", 3), (36, "40.0", 5), (None, "40.0", 5)])
def test_fever_lifts_small_children(months, temperature, level):
    assert esi.suggest(months, {"resources": 0, "temperature": temperature}).level == level


def esi_by_hand(months, found):
    """The algorithm once more, from the bottom up."""
    band = next(row for ages, *row in DANGER if (months is None and None in ages) or (months is not None and (
        (months < 3 and 2 in ages) or (3 <= months < 36 and 20 in ages) or (36 <= months < 96 and 60 in ages)
        or (months >= 96 and 500 in ages))))
    level = {0: 5, 1: 4, 2: 3}[found["resources"]]
    if level == 3 and (found["heart_rate"] > band[0] or found["respiratory_rate"] > band[1] or found["spo2"] < 92):
        level = 2
    if found["high_risk"] or found["consciousness"] in "CV" or found["pain"] > 6:
        level = 2
    if found["life_saving"] or found["spo2"] < 90 or found["consciousness"] in "PU":
        level = 1
    hot = Decimal(found["temperature"])
    if months is not None and months < 3 and hot > 38:
        level = min(level, 2)
    elif months is not None and months < 36 and hot > 39:
        level = min(level, 3)
    return level


def test_two_thousand_random_patients_agree_with_a_second_calculation_of_esi():
    chance = random.Random(4)
    for _ in range(2000):
        months = chance.choice([None, chance.randint(0, 120), chance.randint(0, 1000)])
        found = {"life_saving": chance.random() < 0.05, "high_risk": chance.random() < 0.1, "resources": chance.randint(0, 2),
                 "consciousness": chance.choice("AAAAAACVPU"), "pain": chance.randint(0, 10),
                 "heart_rate": chance.randint(30, 220),
                 "respiratory_rate": chance.randint(5, 60), "spo2": chance.randint(85, 100),
                 "temperature": str(Decimal(chance.randint(340, 410)) / 10)}
        assert esi.suggest(months, found).level == esi_by_hand(months, found), (months, found)


def test_every_table_names_its_source_and_version_and_every_sign_has_words():
    for scale in scales.FILES:
        loaded = scales.table(scale)
        assert loaded["source"] and loaded["version"] and loaded["longest_wait"]["source"]
    assert scales.is_demo("ESI") and not scales.is_demo("SATS") and scales.levels("SATS").keys() == {1, 2, 3, 4}
    assert sum(len(signs) for _level, _name, signs in triage_scale.sign_choices()) == 38


@pytest.mark.parametrize("born, day, months", [("2026-01-31", "2026-02-28", 0), ("2026-01-31", "2026-03-31", 2),
                                               ("2023-11-23", "2026-11-23", 36),
                                               ("2023-11-24", "2026-11-23", 35), ("2027-01-01", "2026-11-23", None)])
def test_the_age_in_months_counts_whole_months(born, day, months):
    assert scales.months_on(dt.date.fromisoformat(born), dt.date.fromisoformat(day)) == months


@pytest.mark.parametrize("findings", [{"resources": 3}, {"life_saving": "yes"}, {"mobility": "flying"},
                                      {"signs": ["broken heart"]}, {"colour": 1}])
def test_findings_that_no_scale_asks_are_malformed(findings):
    with pytest.raises(Malformed):
        triage_scale.read({}, findings)
