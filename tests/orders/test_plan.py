"""The dose plan beyond a plain rule: stages, first dose, cycles, renewal, orders that wait for an event."""
import datetime as dt
import uuid
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emr import clock
from emr.models import JournalEntry
from orders.actions.auto_stop import set_auto_stop
from orders.actions.medication_request import change_medication, hold_medication, resume_medication, stop_medication
from orders.actions.order_event import start_order_on_event
from orders.actions.planned_dose import extend_plan, zone
from orders.actions.renewal import renew_medication
from orders.models import AutoStopRule, DoseLimit, MedicationRequest
from orders.queries import medication_request as queries
from orders.rules import line, order_check, stages
from orders.rules.chain import on_one_line
from orders.rules.order_preview import preview
from orders.rules.timing import continued, dose_times, first_day, next_time, normal
from tests.factories import make_staff, make_system, number
from tests.orders.factories import HOUR, make_medication, make_ward, prescribe, sign_in
from tests.orders.test_medication_request import refused, status_of
from tests.orders.test_timing import MOMENTS, RULES, TIMES, UTC, WARSAW, ZONES, at, local

DAY = dt.timedelta(days=1)
TAPER = [{"dose": "40", "days": 3}, {"dose": "30", "days": 3}, {"dose": "20", "days": 3}]
DAYS = st.integers(1, 40)
STAGES = st.lists(st.tuples(st.integers(1, 90), DAYS), min_size=2, max_size=6).map(
    lambda pairs: [{"dose": str(dose), "days": days} for dose, days in pairs])


@pytest.fixture
def ward():
    return make_ward()


def taper(ward, **values):
    doctor, stay = ward
    return prescribe(stay, doctor, **{"dose": None, "stages": TAPER, "timing": {"times": ["08:00"]}} | values)


def plan_to_the_end(order):
    """Every dose the order will have, written piece by piece as the schedule does."""
    order.refresh_from_db()
    while order.planned_until < order.ends_at:
        with clock.at(order.planned_until):
            order = extend_plan(order.pk, by=make_system())
    return list(order.doses.order_by("due_at"))


# Stages

@pytest.mark.django_db
def test_each_planned_dose_carries_the_amount_of_its_stage(ward):
    order = taper(ward)
    found = plan_to_the_end(order)
    assert [(dose.amount, dose.unit) for dose in found] == [(Decimal(n), "mg") for n in (40, 40, 40, 30, 30, 30, 20, 20, 20)]
    assert order.dose == 40 and order.dose_words == "40–30–20 mg" and found[3].words == "30 mg"
    assert order.ends_at == order_check.after_days(order.starts_at, 9)


@pytest.mark.django_db
def test_the_daily_maximum_is_checked_on_the_highest_stage(ward):
    drug = make_medication(ingredients=["prednisolone"])
    DoseLimit.objects.create(code="demo", target="substance:prednisolone", per_day=50, unit="mg", severity="x", tier="warning",
                             sentence="Too much.", told_by="a test")
    rising = [{"dose": "20", "days": 3}, {"dose": "60", "days": 3}]
    refused("orders.check_unanswered", lambda: taper(ward, medication=drug, stages=rising))
    assert taper(ward, medication=drug).pk


@pytest.mark.django_db
@pytest.mark.parametrize(("values", "code"), [
    ({"stages": [{"dose": "40", "days": 3}]}, "orders.stages_wrong"), ({"stages": "40-30"}, "orders.stages_wrong"),
    ({"stages": [{"dose": "40", "days": 0}, {"dose": "30", "days": 1}]}, "orders.stages_wrong"),
    ({"stages": [{"dose": "40"}, {"dose": "30", "days": 1}]}, "orders.stages_wrong"), ({"days": 5}, "orders.stages_wrong"),
    ({"stages": [{"dose": "0", "days": 3}, {"dose": "30", "days": 1}]}, "orders.dose_not_positive"),
    ({"timing": {"once": True}}, "orders.stages_wrong"), ({"dose_text": "2 puffs"}, "orders.stages_wrong"),
    ({"as_needed": True, "as_needed_for": "pain", "max_per_day": 2, "min_interval_minutes": 60}, "orders.stages_wrong"),
    ({"dose_unit": ""}, "orders.dose_unit_missing"),
    ({"stages": [{"dose": "40", "days": 3, "since": "yesterday"}, {"dose": "30", "days": 1}]}, "orders.stages_wrong")])
def test_stages_nobody_could_follow_are_refused(ward, values, code):
    refused(code, lambda: taper(ward, **values))


@pytest.mark.django_db
def test_the_last_stage_may_go_on_without_an_end(ward):
    order = taper(ward, stages=[{"dose": "5", "days": 1}, {"dose": "10"}])
    assert order.ends_at is None and order.stages[1]["days"] is None
    with clock.at(order.planned_until + 30 * DAY):
        extend_plan(order, by=make_system())
    assert order.doses.order_by("due_at").last().amount == 10


@pytest.mark.django_db
def test_a_change_in_the_middle_keeps_the_stages_where_they_were(ward):
    order = taper(ward, stages=[{"dose": "40", "days": 2}, {"dose": "30", "days": 2}])
    whole = [(dose.due_at, dose.amount) for dose in plan_to_the_end(order)]
    with clock.at(whole[1][0] + HOUR):
        new = change_medication(order, by=ward[0], reason="by tube", route="NG")
        after = [(dose.due_at, dose.amount) for dose in plan_to_the_end(new)]
    assert after == whole[2:]


@given(STAGES, MOMENTS, st.timedeltas(dt.timedelta(0), 300 * DAY), ZONES)
def test_a_dose_is_that_of_the_stage_whose_days_it_lies_in(plan, start, gone, zone):
    begins = [order_check_after(start, sum(stage["days"] for stage in plan[:n]), zone) for n in range(len(plan) + 1)]
    expected = next((stage for stage, since, until in zip(plan, begins, begins[1:], strict=False) if since <= start + gone
                     < until), plan[-1])
    assert stages.dose_at(plan, start, start + gone, zone) == Decimal(expected["dose"])
    assert stages.starts(plan, start, zone) == begins[:-1]
    later = stages.going_on(plan, start)
    assert stages.dose_at(later, start + gone, start + gone, zone) == Decimal(expected["dose"])


def order_check_after(moment, days, zone):
    """So many days later by the ward's clock: the same wall time, or an hour later where the clocks skip it."""
    local = moment.astimezone(zone)
    return dt.datetime.combine(local.date() + dt.timedelta(days=days), local.time(), tzinfo=zone).astimezone(
        UTC) if days else moment


def test_a_stage_ends_at_the_same_time_of_day_also_when_the_clocks_change():
    begun = at("2026-03-27T14:00", WARSAW)
    assert local(stages.starts([{"dose": "2", "days": 3}, {"dose": "1", "days": 3}], begun, WARSAW),
                 WARSAW) == ["27 14:00", "30 14:00"]


@pytest.mark.parametrize(("text", "doses", "lengths"), [
    ("prednisolone 40-30-20 mg po 1/d 3d each", ["40", "30", "20"], [3, 3, 3]),
    ("преднизолон 40-30-20 мг внутрь 1р/д по 3 дня", ["40", "30", "20"], [3, 3, 3]),
    ("prednisolone 40–30–20 mg po daily 3-3-5d", ["40", "30", "20"], [3, 3, 5]),
    ("карведилол 6,25-12,5 мг внутрь 2р/д по 14 д и далее", ["6.25", "12.5"], [14, None]),
    ("carvedilol 6.25-12.5-25 mg po bid 14-14d and on", ["6.25", "12.5", "25"], [14, 14, None])])
def test_one_line_says_stages_in_two_languages(text, doses, lengths):
    read = line.read(text)
    assert read.order()["stages"] == [{"dose": dose, "days": days} for dose, days in zip(doses, lengths, strict=True)]
    for language in ("en", "ru"):
        assert line.read(line.write(read, language)) == read


@pytest.mark.parametrize(("text", "rule"), [
    ("methotrexate 10 mg po mon", {"times": ["08:00"], "weekdays": [1]}),
    ("x 5 mg po weekly mon", {"times": ["08:00"], "weekdays": [1]}),
    ("варфарин 5 мг внутрь 2р/д пн ср пт", {"times": ["08:00", "20:00"], "weekdays": [1, 3, 5]}),
    ("x 5 mg po every 3 days at 06:00 18:00", {"times": ["06:00", "18:00"], "every_days": 3}),
    ("x 5 мг внутрь раз в 2 дня", {"times": ["08:00"], "every_days": 2}),
    ("x 5 mg po daily 21d on 7d off", {"times": ["08:00"], "cycle": [21, 7]}),
    ("x 5 мг внутрь 1р/д 21 д приём 7 д перерыв", {"times": ["08:00"], "cycle": [21, 7]}),
    ("x 5 mg po bid first now", {"times": ["08:00", "20:00"], "first": "now"})])
def test_one_line_says_days_cycles_and_the_first_dose(text, rule):
    read = line.read(text)
    assert normal(read.order()["timing"]) == normal(rule)
    for language in ("en", "la", "ru"):
        assert line.read(line.write(read, language)) == read


@pytest.mark.parametrize(("text", "code"), [
    ("x 5-10 mg po bid", "orders.stages_without_days"), ("x 40-30 mg po bid 3-3-3d", "orders.stages_wrong"),
    ("x 40 mg po bid 3d each", "orders.stages_wrong"), ("x 5 mg po daily mon every 3 days", "orders.line_says_twice")])
def test_a_line_that_may_mean_two_things_is_refused(text, code):
    with pytest.raises(Exception) as caught:
        line.read(text)
    assert caught.value.code == code


def test_stages_are_read_from_the_field_of_the_form():
    assert stages.read("40×3 30*3, 20х3 5") == [*TAPER, {"dose": "5", "days": None}]
    with pytest.raises(Exception) as caught:
        stages.read("forty")
    assert caught.value.code == "orders.stages_wrong"


@pytest.mark.django_db
def test_the_preview_shows_each_dose_with_the_amount_of_its_stage(ward):
    order = {"stages": TAPER, "dose_unit": "mg", "timing": {"times": ["08:00"]}}
    shown = preview(ward[1], make_medication(), order, clock.now())
    assert [amount for _time, amount in shown.doses] == [40, 40, 40, 30, 30, 30, 20, 20, 20]
    assert "40 mg" in shown.stage_words and not shown.goes_on


# The first dose, cycles

@given(TIMES, MOMENTS, ZONES, st.integers(1, 12))
def test_the_first_dose_comes_now_and_then_at_ward_times_not_too_soon(times, start, zone, apart):
    rule, usual = normal({"times": times, "first": "now", "apart": apart}), normal({"times": times})
    until = start + 5 * DAY
    found = dose_times(rule, starts_at=start, until=until, zone=zone)
    later = dose_times(usual, starts_at=start, until=until, zone=zone)
    assert found[0] == start
    assert found[1:] == [moment for moment in later if moment >= start + apart * HOUR]


@given(TIMES, MOMENTS, ZONES, st.integers(1, 28), st.integers(1, 28))
def test_a_cycle_has_doses_on_its_days_only(times, start, zone, on, off):
    rule = normal({"times": times, "cycle": [on, off]})
    begun = first_day(rule, start, zone)
    for moment in dose_times(rule, starts_at=start, until=start + 90 * DAY, zone=zone):
        assert (moment.astimezone(zone).date() - begun).days % (on + off) < on or moment.astimezone(zone).time().hour < 2


def test_leap_day_has_its_doses():
    found = dose_times({"times": ["00:00", "23:59"]}, starts_at=at("2028-02-28T12:00"), until=at("2028-03-01T12:00"),
                       zone=ZoneInfo("Europe/Minsk"))
    assert local(found, ZoneInfo("Europe/Minsk")) == ["28 23:59", "29 00:00", "29 23:59", "01 00:00"]


@given(RULES.filter(lambda rule: "times" in rule), MOMENTS, ZONES, st.integers(1, 60))
def test_a_rule_that_goes_on_keeps_the_rhythm_of_the_first(rule, start, zone, days):
    end = start + dt.timedelta(days=days)
    whole = dose_times(rule, starts_at=start, until=end + 60 * DAY, zone=zone)
    pieces = dose_times(rule, starts_at=start, until=end, zone=zone) + dose_times(
        normal(continued(rule, start, zone)), starts_at=end, until=end + 60 * DAY, zone=zone)
    assert pieces == whole


def test_the_next_time_of_a_rare_rule_is_found():
    start = at("2026-01-31T07:00", WARSAW)
    assert local([next_time({"every_months": 3, "times": ["08:00"]}, starts_at=start, since=start + DAY, zone=WARSAW)],
                 WARSAW) == ["30 08:00"]


# Renewal

@pytest.mark.django_db
@pytest.mark.parametrize("rule", [{"every_hours": 5}, {"every_hours": 6}, {"times": ["08:00", "20:00"]},
                                  {"every_days": 2, "times": ["10:00"]},
                                  {"cycle": [2, 2], "times": ["09:00"]}, {"first": "now", "times": ["08:00"]}])
def test_a_renewed_order_leaves_no_gap_and_gives_no_dose_twice(ward, rule):
    doctor, stay = ward
    order = prescribe(stay, doctor, timing=rule, days=3)
    new = renew_medication(order, by=doctor, days=4)
    found = [dose.due_at for each in (order, new) for dose in plan_to_the_end(each)]
    assert found == dose_times(normal(rule), starts_at=order.starts_at, until=order_check.after_days(order.starts_at, 7),
                               zone=zone())
    assert new.replaces == order and new.ends_at == order_check.after_days(order.ends_at, 4)
    assert JournalEntry.objects.filter(act="orders.renew_medication", about_id=new.pk).count() == 1
    assert not [row for row in queries.ending([stay], hours=24 * 4) if row.pk == order.pk]


@pytest.mark.django_db
def test_a_renewal_is_refused_where_it_makes_no_sense(ward):
    doctor, stay = ward
    endless, once = prescribe(stay, doctor), prescribe(stay, doctor, timing={"once": True})
    refused("orders.no_end_to_renew", lambda: renew_medication(endless, by=doctor, days=3))
    refused("orders.no_end_to_renew", lambda: renew_medication(once, by=doctor, days=3))
    order = prescribe(stay, doctor, days=1)
    renew_medication(order, by=doctor, days=1)
    refused("orders.renewed_already", lambda: renew_medication(order, by=doctor, days=1))
    old = prescribe(stay, doctor, days=1)
    with clock.at(old.ends_at + 25 * HOUR):
        refused("orders.renewal_too_late", lambda: renew_medication(old, by=doctor, days=1))
    stopped = prescribe(stay, doctor, days=1)
    stop_medication(stopped, by=doctor, reason="rash")
    refused("orders.already_stopped", lambda: renew_medication(stopped, by=doctor, days=1))
    nurse = make_staff("ward_nurse", department=stay.department)
    refused("emr.not_permitted", lambda: renew_medication(prescribe_again(ward), by=nurse, days=1))


def prescribe_again(ward):
    return MedicationRequest.objects.filter(encounter=ward[1], ends_at__isnull=True).first()


@pytest.mark.django_db
def test_an_order_that_has_just_ended_goes_on_with_its_next_dose_and_plans_none_in_the_past(ward):
    doctor, stay = ward
    order = prescribe(stay, doctor, timing={"every_hours": 6}, days=1)
    with clock.at(order.ends_at + 7 * HOUR):
        new = renew_medication(order, by=doctor, days=2)
        assert min(dose.due_at for dose in new.doses.all()) == order.ends_at + 12 * HOUR


@pytest.mark.django_db
def test_the_last_stage_goes_on_when_a_taper_is_renewed(ward):
    new = renew_medication(taper(ward), by=ward[0], days=5)
    assert new.dose == 20 and new.stages == [] and new.dose_words == "20 mg"


@pytest.mark.django_db
def test_what_happens_to_an_order_happens_to_its_renewal(ward):
    doctor, stay = ward
    order = prescribe(stay, doctor, days=2)
    hold_medication(order, by=doctor, reason="operation")
    new = renew_medication(order, by=doctor, days=2)
    assert status_of(new) == "on-hold"
    resume_medication(order, by=doctor)
    assert status_of(new) == "active"
    changed = change_medication(order, by=doctor, reason="fever", dose="750")
    assert changed.replaces == new and changed.ends_at == new.ends_at
    assert {status_of(row) for row in (order, new)} == {"stopped"}
    again = renew_medication(changed, by=doctor, days=1)
    stop_medication(changed, by=doctor, reason="rash")
    assert status_of(again) == "stopped"


@pytest.mark.django_db
def test_a_renewal_that_has_not_begun_is_not_counted_twice_by_the_checks(ward):
    doctor, stay = ward
    drug = make_medication(ingredients=["paracetamol"])
    DoseLimit.objects.create(code="demo", target="substance:paracetamol", per_day=1500, unit="mg", severity="x", tier="warning",
                             sentence="Too much.", told_by="a test")
    order = prescribe(stay, doctor, medication=drug, timing={"times": ["08:00", "20:00"]}, days=3)
    assert renew_medication(order, by=doctor, days=3).pk


@pytest.mark.django_db
def test_the_chain_stands_on_one_line(ward):
    doctor, stay = ward
    first = prescribe(stay, doctor, days=3)
    second = change_medication(first, by=doctor, reason="fever", dose="750")
    third = renew_medication(second, by=doctor, days=2)
    other = prescribe(stay, doctor)
    rows = {row.pk: row for row in on_one_line(list(queries.of_encounter(stay)))}
    assert rows.keys() == {second.pk, other.pk}
    with clock.at(second.starts_at + HOUR):
        assert [row.pk for row in rows[second.pk].earlier] == [first.pk] and [row.pk
                                                                              for row in rows[second.pk].later] == [third.pk]


# Orders that wait for an event

@pytest.mark.django_db
def test_an_order_waits_for_its_event_and_then_has_its_doses(ward):
    doctor, stay = ward
    nurse = make_staff("ward_nurse", department=stay.department)
    order = prescribe(stay, doctor, starts_on="after-operation", days=3)
    assert status_of(order) == "waiting" and not order.doses.exists() and order.ends_at is None
    assert [row.pk for row in queries.waiting([stay])] == [order.pk]
    with clock.at(order.authored_at + 30 * HOUR):
        started = start_order_on_event(order, by=nurse)
        assert status_of(order) == "active" and not queries.waiting([stay])
        assert started.doses.count() == 8 and started.ends_at == order_check.after_days(started.starts_at, 3)
        refused("orders.not_waiting", lambda: start_order_on_event(order, by=nurse))
    assert JournalEntry.objects.filter(act="orders.start_order_on_event").count() == 1


@pytest.mark.django_db
def test_one_dose_that_waits_is_not_done_after_a_day(ward):
    order = prescribe(ward[1], ward[0], starts_on="when-started", timing={"once": True})
    with clock.at(order.starts_at + 30 * HOUR):
        assert status_of(order) == "waiting"
        start_order_on_event(order, by=ward[0])
        assert order.doses.count() == 1 and status_of(order) == "active"


@pytest.mark.django_db
def test_the_start_of_a_waiting_order_is_refused_where_it_makes_no_sense(ward):
    doctor, stay = ward
    order = prescribe(stay, doctor, starts_on="on-ward")
    refused("emr.time_in_future", lambda: start_order_on_event(order, by=doctor, at=clock.now() + HOUR))
    refused("orders.too_early", lambda: start_order_on_event(order, by=doctor, at=order.authored_at - HOUR))
    refused("emr.not_permitted", lambda: start_order_on_event(order, by=make_staff("pharmacist")))
    refused("emr.chart_not_visible", lambda: start_order_on_event(order, by=make_staff("ward_nurse")))
    refused("orders.waiting", lambda: renew_medication(order, by=doctor, days=2))
    refused("emr.malformed", lambda: prescribe(stay, doctor, starts_on="some-day"))
    refused("emr.malformed", lambda: prescribe(stay, doctor, starts_on="on-ward", starts_at=clock.now()))
    stop_medication(order, by=doctor, reason="no operation")
    refused("orders.already_stopped", lambda: start_order_on_event(order, by=doctor))


@pytest.mark.django_db
def test_a_waiting_order_is_changed_and_still_waits(ward):
    order = prescribe(ward[1], ward[0], starts_on="on-ward", days=3)
    new = change_medication(order, by=ward[0], reason="weight", dose="250")
    assert (status_of(new), new.days_from_event, new.ends_at) == ("waiting", 3, None)


# Auto-stop by policy

@pytest.fixture
def policy():
    return set_auto_stop(by=make_staff("pharmacist"), target="J01", days=7, told_by="order of the chief physician (test)")


@pytest.mark.django_db
def test_an_order_without_an_end_ends_by_the_rule_of_the_institution(ward, policy):
    doctor, stay = ward
    order = prescribe(stay, doctor, medication=make_medication(atc="J01CA04"))
    assert order.auto_stop == policy and order.ends_at == order_check.after_days(order.starts_at, 7)
    assert prescribe(stay, doctor, medication=make_medication(atc="N02BE01")).ends_at is None
    own = prescribe(stay, doctor, medication=make_medication(atc="J01DD04"), days=10)
    assert own.auto_stop is None and own.ends_at == order_check.after_days(own.starts_at, 10)
    waits = prescribe(stay, doctor, medication=make_medication(atc="J01XA01"), starts_on="after-operation")
    assert (waits.ends_at, waits.days_from_event) == (None, 7)
    with clock.at(order.ends_at - 23 * HOUR):
        assert order.pk in {row.pk for row in queries.ending([stay])}
        new = renew_medication(order, by=doctor, days=3)
        assert order.pk not in {row.pk for row in queries.ending([stay])} and new.ends_at == order_check.after_days(
            order.ends_at, 3)


@pytest.mark.django_db
def test_the_preview_tells_the_end_by_the_rule(ward, policy):
    shown = preview(ward[1], make_medication(atc="J01CA04"), {"dose": "1", "dose_unit": "g", "timing": {"times": ["08:00"]}},
                    clock.now())
    assert shown.order["auto_stop"] == policy and not shown.goes_on and len(shown.times) == 7


@pytest.mark.django_db
@pytest.mark.parametrize("values", [{"target": "", "days": 7, "told_by": "x"}, {"target": "J01", "days": 0, "told_by": "x"},
                                    {"target": "J01", "days": 7, "told_by": " "}, {"target": "9!", "days": 7, "told_by": "x"}])
def test_a_rule_without_its_parts_is_refused(values):
    refused("orders.auto_stop_wrong", lambda: set_auto_stop(by=make_staff("pharmacist"), **values))
    assert not AutoStopRule.objects.exists()


@pytest.mark.django_db
def test_only_the_pharmacist_sets_rules(ward):
    refused("emr.not_permitted", lambda: set_auto_stop(by=ward[0], target="J01", days=7, told_by="x"))


@pytest.mark.django_db
def test_the_rules_are_read_and_set_on_their_page_and_by_programs(client, django_assert_max_num_queries):
    sign_in(client, make_staff("pharmacist", login=f"pharmacist{number()}"))
    client.post("/orders/auto_stops/set", {"target": "J01", "days": "7", "told_by": "chief physician", "is_active": "on",
                                           "request_key": str(uuid.uuid4())})
    made = client.post("/api/orders/auto_stops/set", {"target": "N02A", "days": 3, "told_by": "chief physician"},
                       content_type="application/json")
    assert made.status_code == 201 and client.get("/api/orders/auto_stops").json()["count"] == 2
    with django_assert_max_num_queries(10):
        text = client.get("/orders/auto_stops").content.decode()
    assert "atc:j01" in text and "atc:n02a" in text
