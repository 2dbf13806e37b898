"""The timing rule: dose times as one pure function, over days on which the clocks change."""
import datetime as dt
import itertools
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.rules import frequency
from orders.rules.timing import dose_times, is_rolling, normal, notation, words

WARSAW, MINSK, UTC = ZoneInfo("Europe/Warsaw"), ZoneInfo("Europe/Minsk"), dt.UTC
CLOCKS = st.times().map(lambda time: f"{time.hour:02d}:{time.minute:02d}")
TIMES = st.lists(CLOCKS, min_size=1, max_size=4)
RULES = st.one_of(
    st.just({"once": True}), st.just({"continuous": True}), st.just({}),
    st.integers(1, 72).map(lambda hours: {"every_hours": hours}),
    TIMES.map(lambda times: {"times": times}),
    st.builds(lambda days, times: {"every_days": days, "times": times}, st.integers(1, 9), TIMES),
    st.builds(lambda days, times: {"weekdays": days, "times": times}, st.lists(st.integers(1, 7), min_size=1), TIMES),
    st.builds(lambda months, times: {"every_months": months, "times": times}, st.integers(1, 4), TIMES)).map(normal)
MOMENTS = st.datetimes(dt.datetime(2024, 1, 1), dt.datetime(2027, 12, 31), timezones=st.just(UTC))
ZONES = st.sampled_from([WARSAW, MINSK, ZoneInfo("America/St_Johns"), ZoneInfo("Australia/Lord_Howe")])
LENGTHS = st.integers(0, 14 * 24).map(lambda hours: dt.timedelta(hours=hours))


def at(text, zone=MINSK):
    return dt.datetime.fromisoformat(text).replace(tzinfo=zone)


def local(moments, zone=MINSK):
    return [f"{moment.astimezone(zone):%d %H:%M}" for moment in moments]


@given(RULES, MOMENTS, LENGTHS, ZONES)
def test_every_dose_lies_between_the_beginning_and_the_horizon_in_order_and_once(rule, start, length, zone):
    found = dose_times(rule, starts_at=start, until=start + length, zone=zone)
    assert all(start <= moment < start + length for moment in found)
    assert found == sorted(set(found))


@given(RULES, MOMENTS, LENGTHS, LENGTHS, ZONES)
def test_planning_piece_by_piece_gives_the_same_doses_as_planning_at_once(rule, start, first, second, zone):
    middle, end = start + first, start + first + second
    whole = dose_times(rule, starts_at=start, until=end, zone=zone)
    pieces = dose_times(rule, starts_at=start, until=middle, zone=zone) + dose_times(
        rule, starts_at=start, since=middle, until=end, zone=zone)
    assert pieces == whole


@given(RULES.filter(lambda rule: "times" in rule), MOMENTS, ZONES)
def test_ward_times_are_shown_by_the_clock_on_the_wall_or_an_hour_later_when_it_skips_them(rule, start, zone):
    for moment in dose_times(rule, starts_at=start, until=start + dt.timedelta(days=9), zone=zone):
        wall = moment.astimezone(zone)
        before = (moment - dt.timedelta(hours=1)).astimezone(zone)
        assert f"{wall:%H:%M}" in rule["times"] or wall.utcoffset() != before.utcoffset()


@given(st.integers(1, 48), MOMENTS, ZONES)
def test_every_so_many_hours_are_real_hours(hours, start, zone):
    found = dose_times({"every_hours": hours}, starts_at=start, until=start + dt.timedelta(days=8), zone=zone)
    assert found[0] == start
    assert {later - earlier for earlier, later in itertools.pairwise(found)} <= {dt.timedelta(hours=hours)}


@given(RULES)
def test_a_plain_rule_stays_the_same_and_has_words(rule):
    assert normal(rule) == rule
    assert bool(notation(rule)) == bool(words(rule)) == bool(rule)


def test_eight_in_the_morning_stays_eight_when_the_clocks_change():
    found = dose_times({"times": ["08:00"]}, starts_at=at("2026-03-28T00:00", WARSAW), until=at("2026-03-31T00:00", WARSAW),
                       zone=WARSAW)
    assert local(found, WARSAW) == ["28 08:00", "29 08:00", "30 08:00"]
    assert [moment.hour for moment in found] == [7, 6, 6]


def test_a_time_that_the_clocks_skip_is_given_an_hour_later_and_a_doubled_one_once():
    spring = dose_times({"times": ["02:30"]}, starts_at=at("2026-03-29T00:00", WARSAW), until=at("2026-03-30T00:00", WARSAW),
                        zone=WARSAW)
    autumn = dose_times({"times": ["02:30"]}, starts_at=at("2026-10-25T00:00", WARSAW), until=at("2026-10-26T00:00", WARSAW),
                        zone=WARSAW)
    assert local(spring, WARSAW) == ["29 03:30"]
    assert len(autumn) == 1


def test_a_weekly_dose_begins_on_the_first_day_on_which_it_can_still_be_given():
    found = dose_times({"every_days": 7, "times": ["08:00"]}, starts_at=at("2026-11-02T14:00"), until=at("2026-11-20T00:00"),
                       zone=MINSK)
    assert local(found) == ["03 08:00", "10 08:00", "17 08:00"]


def test_a_monthly_dose_of_the_31st_falls_on_the_last_day_of_shorter_months():
    found = dose_times({"every_months": 1, "times": ["08:00"]}, starts_at=at("2026-01-31T07:00"), until=at("2026-04-15T00:00"),
                       zone=MINSK)
    assert [f"{moment.astimezone(MINSK):%m-%d}" for moment in found] == ["01-31", "02-28", "03-31"]


def test_weekdays_are_named_by_word_or_number():
    assert normal({"weekdays": ["Mon", 3, "friday"], "times": ["8:00"]}) == {"weekdays": [1, 3, 5], "times": ["08:00"]}


@pytest.mark.parametrize("rule", [
    {"every_hours": 0}, {"every_hours": "often"}, {"every_hours": True}, {"every_hours": float("nan")}, {"times": ["25:00"]},
    {"times": []}, {"every_days": 2}, {"weekdays": [8], "times": ["08:00"]}, {"once": True, "times": ["08:00"]},
    {"every_days": 0, "times": ["08:00"]}, {"sometimes": 1}, ["08:00"], {"every_hours": float("inf")}, {"times": "08:00"}])
def test_a_rule_nobody_could_follow_is_named(rule):
    with pytest.raises(ValueError):
        normal(rule)


def test_a_long_order_costs_no_more_than_its_next_stretch():
    start = at("2020-01-01T00:00")
    since = at("2026-01-01T00:00")
    found = dose_times({"every_hours": 1}, starts_at=start, since=since, until=since + dt.timedelta(hours=2), zone=MINSK)
    assert len(found) == 2


@pytest.mark.parametrize(("word", "rule"), [
    ("bid", {"times": ["08:00", "20:00"]}), ("b.i.d.", {"times": ["08:00", "20:00"]}), ("q6h", {"every_hours": 6}),
    ("Q3H", {"every_hours": 3}), ("once", {"once": True}), ("drip", {"continuous": True}), ("daily", {"times": ["08:00"]})])
def test_customary_words_stand_for_rules(word, rule):
    assert frequency.read(word).timing == rule


def test_as_needed_with_a_distance_keeps_it_as_its_limit():
    word = frequency.read("Q6H_PRN")
    assert word.as_needed and frequency.limits_of(word.timing) == (4, 360)
    assert frequency.read("PRN").as_needed


@pytest.mark.parametrize("word", ["", "often", "QOD", "OD", "Q0H", "Q99H", None])
def test_a_word_that_is_unknown_or_error_prone_is_not_guessed(word):
    assert frequency.read(word) is None


def test_every_word_of_the_table_has_a_plain_rule():
    for entry in frequency.TABLE.values():
        assert normal(entry.timing) == entry.timing
        assert entry.as_needed or is_rolling(entry.timing) or len(entry.timing) == 1
