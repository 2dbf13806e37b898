"""Bed-days: a midnight of the institution spent in a place of ours; a stay without midnight counts one day."""
import datetime as dt
import random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.rules.bed_day import bed_days
from emr import clock

MINSK = ZoneInfo("Europe/Minsk")
LATER = dt.date(2026, 6, 1)


def at(day, hour=0, minute=0):
    return dt.datetime(2026, 3, day, hour, minute, tzinfo=MINSK)


def days(*places, finished=True, until=LATER):
    return [(day.day, department) for day, department in bed_days(places, finished=finished, until=until)]


@pytest.mark.parametrize(("places", "expected"), [
    ([(at(1, 10), at(3, 9), "A")], [(1, "A"), (2, "A")]),  # the day of admission counts, that of discharge does not
    ([(at(1, 10), at(1, 10, 20), "A")], [(1, "A")]),  # a stay of twenty minutes
    ([(at(1, 23, 59), at(2, 0, 1), "A")], [(1, "A")]),  # two minutes over midnight
    ([(at(1), at(1, 9), "A")], [(1, "A")]),  # came at midnight, left in the morning
    ([(at(1), at(2), "A")], [(1, "A")]),  # from midnight to midnight
    ([(at(1, 10), at(2), "A"), (at(2), at(3, 9), "B")], [(1, "A"), (2, "B")]),  # transferred at midnight: the night was A's
    ([(at(1, 10), at(1, 15), "A"), (at(1, 15), at(1, 17), "OP"), (at(1, 17), at(2, 9), "A")], [(1, "A")]),  # theatre by day
    ([(at(1, 10), at(1, 22), "A"), (at(1, 22), at(2, 1), "OP"), (at(2, 1), at(2, 9), "A")], [(1, "OP")]),  # theatre at midnight
    ([(at(1, 10), at(2, 9), "A"), (at(4, 8), at(5, 8), "A")], [(1, "A"), (4, "A")]),  # two nights of leave do not count
    ([(at(1, 10), at(1, 12), "A"), (at(1, 12), at(1, 14), "B")], [(1, "B")]),  # same day: the last department
    ([(at(1, 10), at(1, 10), "A")], []),  # nobody was there
    ([(None, None, "A")], []),  # an empty range
    ([], [])])
def test_the_rule_in_cases(places, expected):
    assert days(*places) == expected


def test_an_open_stay_counts_the_midnights_that_have_come():
    assert days((at(1, 10), None, "A"), finished=False, until=dt.date(2026, 3, 1)) == []
    assert days((at(1, 10), None, "A"), finished=False, until=dt.date(2026, 3, 3)) == [(1, "A"), (2, "A")]


def test_a_day_of_changed_clocks_is_one_day():
    vilnius = ZoneInfo("Europe/Vilnius")  # our zone has no summer time: a stay told in another one
    start, end = dt.datetime(2026, 3, 28, 12, tzinfo=vilnius), dt.datetime(2026, 3, 30, 12, tzinfo=vilnius)
    assert len(bed_days([(start, end, "A")], finished=True, until=LATER)) == 2


@st.composite
def stays(draw):
    """Places one after another, some touching, some apart, in steps of a quarter of an hour so that midnights are hit."""
    moment, places = at(1) + dt.timedelta(minutes=15 * draw(st.integers(0, 200))), []
    for _ in range(draw(st.integers(1, 6))):
        end = moment + dt.timedelta(minutes=15 * draw(st.integers(0, 400)))
        places.append((moment, end, draw(st.sampled_from("ABC"))))
        moment = end + dt.timedelta(minutes=15 * draw(st.sampled_from([0, 0, 0, 1, 96, 130])))
    return places


MIDNIGHTS = [(dt.date(2026, 3, 1) + dt.timedelta(days=n), clock.start_of(dt.date(2026, 3, 2) + dt.timedelta(days=n)))
             for n in range(60)]


def naive(places):
    """The rule once more, without cleverness: walk every day and ask who had the patient a moment before its end."""
    real = [(start, end, department) for start, end, department in places if start < end]
    found = []
    for day, midnight in MIDNIGHTS:
        moment_before = midnight - dt.timedelta(microseconds=1)
        found += [(day, department) for start, end, department in real if start <= moment_before < end]
    if not found and real:
        found = [(clock.day_of(real[0][0]), real[-1][2])]
    return found


@given(stays())
def test_it_agrees_with_the_naive_rule(places):
    assert bed_days(places, finished=True, until=LATER) == naive(places)


def test_ten_thousand_random_stays_count_the_same_both_ways():
    """Theatre, leave, transfers at midnight and stays of minutes among them; seeded, so that a difference can be looked at again.
    """
    dice, seen = random.Random(5), 0
    for _ in range(10_000):
        moment, places = at(1) + dt.timedelta(minutes=dice.choice([5, 15, 60]) * dice.randrange(200)), []
        for _ in range(dice.randint(1, 5)):
            length = dice.choice([0, 20, 45, 60 * dice.randrange(1, 30), 1440 * dice.randrange(1, 6), dice.randrange(1, 6000)])
            if dice.random() < 0.3:  # up to a midnight exactly
                length = int((clock.start_of(clock.day_of(moment) + dt.timedelta(days=dice.randint(1, 3))) - moment)
                             .total_seconds() // 60)
            places.append((moment, moment + dt.timedelta(minutes=length), dice.choice("ABC")))
            moment = places[-1][1] + dt.timedelta(minutes=dice.choice([0, 0, 0, 15, 1500]))
        if moment < MIDNIGHTS[-1][1]:
            seen += 1
            assert bed_days(places, finished=True, until=LATER) == naive(places), places
    assert seen > 9_000


@given(stays())
def test_no_day_counts_twice_and_none_lies_outside_the_stay(places):
    found = [day for day, _ in bed_days(places, finished=True, until=LATER)]
    assert len(set(found)) == len(found)
    assert all(clock.day_of(places[0][0]) <= day <= clock.day_of(places[-1][1]) for day in found)


@given(stays(), st.integers(0, 30))
def test_charging_day_by_day_gives_what_charging_at_the_end_gives(places, number):
    end = dt.date(2026, 3, 1) + dt.timedelta(days=number)
    early = bed_days(places, finished=False, until=end)
    assert early == [row for row in bed_days(places, finished=False, until=LATER) if row[0] < end]
