"""Infusions at the bedside: each entry, each refusal (and that nothing was written), the volume as a property, the races, the
pages.
"""
import datetime as dt
import uuid
from decimal import Decimal
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from billing.sources import doses as billable
from emr import clock
from emr.errors import Refusal
from emr.models import Institution, JournalEntry
from nursing import infusion_flow as flow
from nursing.actions import infusion as acts
from nursing.actions.medication_administration import administer_dose, undo_administration
from nursing.models import DoseScan, InfusionEvent, MedicationAdministration
from nursing.queries.infusion import events_of, infused_between
from nursing.rules import hand_over
from nursing.rules.hand_over_words import shown
from nursing.rules.infusion import alerts, rate_steps, state_of
from nursing.rules.infusion_board import running
from nursing.rules.paper import downtime_pack
from orders.actions.infusion_rate import change_rate
from orders.actions.medication_request import hold_medication, prescribe_medication, resume_medication, stop_medication
from orders.models import MedicationHold, PlannedDose, StockMove
from orders.queries.stock import left
from tests.factories import make_staff, number, signed_by
from tests.nursing.factories import make_medication, make_stock, make_ward

HOUR = dt.timedelta(hours=1)


def make_infusion(ward, *, medication=None, rate=100, bag=500, hours_ago=3, **plan):
    """A running order of 500 ml bags at 100 ml/h, written some hours ago."""
    drug = medication or make_medication(name=f"Saline {number()}", strength="", dose_unit="", dose_per_unit=None,
                                         stock_unit="bag")
    with clock.at(clock.now() - hours_ago * HOUR):
        return prescribe_medication(ward.encounter, by=ward.doctor, medication=drug, route="IV",
                                    infusion={"bag_volume": bag, "rate": rate, **plan})


@pytest.fixture
def ward(db):
    return make_ward(timing={"once": True})


@pytest.fixture
def order(ward):
    return make_infusion(ward)


def refused(code, deed):
    models = (InfusionEvent, MedicationAdministration, PlannedDose, StockMove, MedicationHold, DoseScan, JournalEntry)
    before = [model.objects.count() for model in models]
    with pytest.raises(Refusal) as caught:
        deed()
    assert caught.value.code == code and str(caught.value)
    assert [model.objects.count() for model in models] == before
    return caught.value


def at(hours):
    return clock.now() + dt.timedelta(hours=hours)


def test_a_bag_runs_from_start_to_end_and_its_lot_is_used(ward, order):
    lot = make_stock(order.medication, ward.department, 2)
    start = acts.start_infusion(order.pk, by=ward.nurse, at=at(-2))
    assert (start.rate, start.volume, start.administration.stock_move.lot) == (100, 500, lot)
    assert start.administration.dose == order.doses.get() and left(lot, ward.department) == 1
    assert infused_between(ward.encounter, at(-5), at(0)) == pytest.approx(200, abs=Decimal("0.05"))
    end = acts.end_infusion(order.pk, by=ward.nurse, remaining="310")
    assert end.remaining == 310 and infused_between(ward.encounter, at(-5), at(0)) == 190
    assert state_of(events_of([order])[order.pk], clock.now()).is_over


def test_the_bag_is_priced_once_from_its_lot(ward, order):
    lot = make_stock(order.medication, ward.department, 3)
    acts.start_infusion(order.pk, by=ward.nurse, at=at(-2))
    acts.change_bag(order.pk, by=ward.nurse, at=at(-1))
    acts.set_infusion_rate(order.pk, by=ward.nurse, rate="80", reason="swelling")
    lines = [line for line in billable(ward.encounter) if line.code == order.medication.code]
    assert [(line.quantity, line.lot_id, line.unit_cost) for line in lines] == [(1, lot.pk, Decimal("2.5"))] * 2


def test_pause_rate_and_next_bag_make_the_volume(ward, order):
    now = clock.now()
    acts.start_infusion(order.pk, by=ward.nurse, at=now - 3 * HOUR + dt.timedelta(seconds=1))
    begun = InfusionEvent.objects.get().happened_at
    acts.pause_infusion(order.pk, by=ward.nurse, at=begun + HOUR, reason="examination")
    acts.resume_infusion(order.pk, by=ward.nurse, at=begun + 1.5 * HOUR)
    acts.set_infusion_rate(order.pk, by=ward.nurse, at=begun + 2 * HOUR, rate="40", reason="oedema")
    acts.change_bag(order.pk, by=ward.nurse, at=begun + 2.5 * HOUR)
    assert infused_between(ward.encounter, begun, begun + 2.5 * HOUR) == 170
    assert infused_between(ward.encounter, begun + HOUR, begun + 1.5 * HOUR) == 0
    events = events_of([order])[order.pk]
    assert [rate for _at, rate in rate_steps(events, now)] == [100, 0, 100, 40]
    state = state_of(events, begun + 2.5 * HOUR)
    assert (state.left, state.rate, state.ends_at - begun) == (500, 40, 15 * HOUR)
    assert PlannedDose.objects.filter(request=order).count() == 2 == MedicationAdministration.objects.filter(
        request=order).count()


def test_nothing_is_started_on_a_stopped_held_strange_or_running_order(ward, order):
    refused("emr.chart_not_visible", lambda: acts.start_infusion(order.pk, by=ward.stranger))
    refused("emr.chart_not_visible", lambda: acts.start_infusion(uuid.uuid4(), by=ward.nurse))
    refused("orders.not_an_infusion", lambda: acts.start_infusion(ward.request.pk, by=ward.nurse))
    refused("emr.time_in_future", lambda: acts.start_infusion(order.pk, by=ward.nurse, at=at(1)))
    refused("nursing.before_the_stay", lambda: acts.start_infusion(order.pk, by=ward.nurse, at=at(-100)))
    refused("nursing.infusion_not_begun", lambda: acts.start_infusion(order.pk, by=ward.nurse, at=at(-20)))
    hold_medication(order.pk, by=ward.doctor, reason="operation")
    refused("nursing.order_on_hold", lambda: acts.start_infusion(order.pk, by=ward.nurse))
    resume_medication(order.pk, by=ward.doctor)
    acts.start_infusion(order.pk, by=ward.nurse)
    assert "Ivanova" in str(refused("nursing.infusion_runs", lambda: acts.start_infusion(order.pk, by=ward.colleague)))
    acts.end_infusion(order.pk, by=ward.nurse)
    stop_medication(order.pk, by=ward.doctor, reason="enough")
    refused("nursing.order_was_stopped", lambda: acts.start_infusion(order.pk, by=ward.nurse))


def test_never_faster_than_ordered_and_slower_only_with_a_reason(ward, order):
    refused("nursing.rate_above_order", lambda: acts.start_infusion(order.pk, by=ward.nurse, rate="120"))
    refused("nursing.rate_below_order", lambda: acts.start_infusion(order.pk, by=ward.nurse, rate="80"))
    refused("emr.malformed", lambda: acts.start_infusion(order.pk, by=ward.nurse, rate="fast"))
    acts.start_infusion(order.pk, by=ward.nurse)
    refused("nursing.rate_above_order", lambda: acts.set_infusion_rate(order.pk, by=ward.nurse, rate="100.1"))
    change_rate(order.pk, by=ward.doctor, rate="150", reason="dry")
    acts.set_infusion_rate(order.pk, by=ward.nurse)
    assert InfusionEvent.objects.get(kind="rate").rate == 150
    acts.pause_infusion(order.pk, by=ward.nurse, reason="line")
    change_rate(order.pk, by=ward.doctor, rate="50", reason="wet")
    refused("nursing.rate_above_order", lambda: acts.resume_infusion(order.pk, by=ward.nurse))
    acts.set_infusion_rate(order.pk, by=ward.nurse)
    acts.resume_infusion(order.pk, by=ward.nurse)
    assert state_of(events_of([order])[order.pk], clock.now()).rate == 50


def test_what_does_not_run_is_neither_paused_nor_ended_nor_given_a_bag(ward, order):
    for deed in (lambda: acts.pause_infusion(order.pk, by=ward.nurse, reason="x"),
                 lambda: acts.resume_infusion(order.pk, by=ward.nurse),
                 lambda: acts.change_bag(order.pk, by=ward.nurse), lambda: acts.end_infusion(order.pk, by=ward.nurse),
                 lambda: acts.set_infusion_rate(order.pk, by=ward.nurse)):
        refused("nursing.infusion_not_running", deed)
    acts.start_infusion(order.pk, by=ward.nurse)
    refused("nursing.infusion_not_paused", lambda: acts.resume_infusion(order.pk, by=ward.nurse))
    refused("emr.reason_missing", lambda: acts.pause_infusion(order.pk, by=ward.nurse, reason=" "))
    acts.pause_infusion(order.pk, by=ward.nurse, reason="line")
    refused("nursing.infusion_paused", lambda: acts.pause_infusion(order.pk, by=ward.nurse, reason="again"))
    refused("nursing.before_last_entry", lambda: acts.end_infusion(order.pk, by=ward.nurse, at=at(-1)))
    for wrong in ("501", "-1"):
        refused("nursing.remaining_wrong", lambda wrong=wrong: acts.end_infusion(order.pk, by=ward.nurse, remaining=wrong))
    acts.end_infusion(order.pk, by=ward.nurse, remaining="0")
    refused("nursing.infusion_not_running", lambda: acts.end_infusion(order.pk, by=ward.nurse))


def test_a_stopped_order_may_still_be_paused_and_ended_but_gets_no_bag(ward, order):
    acts.start_infusion(order.pk, by=ward.nurse)
    stop_medication(order.pk, by=ward.doctor, reason="enough")
    refused("nursing.order_was_stopped", lambda: acts.change_bag(order.pk, by=ward.nurse))
    refused("nursing.order_was_stopped", lambda: acts.set_infusion_rate(order.pk, by=ward.nurse))
    acts.pause_infusion(order.pk, by=ward.nurse, reason="stopped")
    refused("nursing.order_was_stopped", lambda: acts.resume_infusion(order.pk, by=ward.nurse))
    acts.end_infusion(order.pk, by=ward.nurse)


def test_a_high_risk_drug_needs_a_second_person_at_start_rate_and_bag(ward):
    order = make_infusion(ward, medication=make_medication(is_high_risk=True, is_controlled=True))
    refused("nursing.witness_missing", lambda: acts.start_infusion(order.pk, by=ward.nurse))
    refused("nursing.witness_is_giver", lambda: acts.start_infusion(order.pk, by=ward.nurse, witness=ward.nurse))
    start = acts.start_infusion(order.pk, by=ward.nurse, **signed_by(ward.colleague))
    assert start.witness == ward.colleague == start.administration.witness
    refused("nursing.witness_missing", lambda: acts.set_infusion_rate(order.pk, by=ward.nurse))
    refused("nursing.witness_missing", lambda: acts.change_bag(order.pk, by=ward.nurse))
    refused("nursing.witness_missing", lambda: acts.end_infusion(order.pk, by=ward.nurse, remaining="20"))
    acts.end_infusion(order.pk, by=ward.nurse, remaining="20", **signed_by(ward.colleague))


def test_no_bag_beyond_what_was_ordered_in_all(ward):
    order = make_infusion(ward, total_volume=150)
    acts.start_infusion(order.pk, by=ward.nurse, at=at(-2))
    refused("nursing.infusion_is_over", lambda: acts.change_bag(order.pk, by=ward.nurse))
    found, = running([ward.department])
    assert found.alerts == ["all-infused"]


def test_without_stock_nothing_is_hung_and_a_bag_by_hand_of_another_drug_is_refused(ward, order):
    lot = make_stock(order.medication, ward.department, 1)
    other = make_stock(make_medication(), ward.department, 1)
    refused("nursing.lot_of_another_drug", lambda: acts.start_infusion(order.pk, by=ward.nurse, lot=other.pk))
    refused("nursing.wrong_patient", lambda: acts.start_infusion(order.pk, by=ward.nurse, wristband="P999999"))
    acts.start_infusion(order.pk, by=ward.nurse, not_scanned="no-scanner")
    assert left(lot, ward.department) == 0 and DoseScan.objects.get().reason == "no-scanner"
    refused("orders.not_enough_stock", lambda: acts.change_bag(order.pk, by=ward.nurse))


def test_an_infusion_is_not_given_as_a_dose_nor_its_bag_taken_back_as_one(ward, order):
    refused("nursing.given_as_infusion", lambda: administer_dose(order.doses.get().pk, by=ward.nurse))
    start = acts.start_infusion(order.pk, by=ward.nurse)
    refused("nursing.bag_of_infusion", lambda: undo_administration(start.administration_id, by=ward.nurse, reason="x"))


def test_the_last_entry_is_taken_back_with_its_bag_and_only_the_last(ward, order):
    lot = make_stock(order.medication, ward.department, 2)
    start = acts.start_infusion(order.pk, by=ward.nurse, at=at(-1))
    bag = acts.change_bag(order.pk, by=ward.nurse)
    refused("nursing.not_the_last_entry", lambda: acts.undo_infusion_event(start.pk, by=ward.nurse, reason="x"))
    refused("nursing.not_your_entry", lambda: acts.undo_infusion_event(bag.pk, by=ward.colleague, reason="x"))
    refused("emr.reason_missing", lambda: acts.undo_infusion_event(bag.pk, by=ward.nurse, reason=""))
    refused("emr.not_found", lambda: acts.undo_infusion_event(uuid.uuid4(), by=ward.nurse, reason="x"))
    acts.undo_infusion_event(bag.pk, by=ward.nurse, reason="wrong bag")
    assert left(lot, ward.department) == 1
    refused("emr.already_in_error", lambda: acts.undo_infusion_event(bag.pk, by=ward.nurse, reason="x"))
    acts.undo_infusion_event(start.pk, by=ward.head, reason="wrong patient")
    assert left(lot, ward.department) == 2 and infused_between(ward.encounter, at(-9), at(0)) == 0
    assert not MedicationAdministration.objects.live().filter(request=order).exists()
    acts.start_infusion(order.pk, by=ward.nurse)
    assert left(lot, ward.department) == 1


def test_the_clock_tells_of_a_rate_ordered_anew_of_a_bag_that_ends_and_of_a_stop(ward, order):
    begun = acts.start_infusion(order.pk, by=ward.nurse).happened_at

    def told(moment):
        with clock.at(moment):
            return running([ward.department])[0].alerts
    assert [told(begun + h * HOUR) for h in (1, 4.5, 5, 7)] == [[], ["bag-ends"], ["bag-empty"], ["bag-empty"]]
    with clock.at(begun + HOUR):
        change_rate(order.pk, by=ward.doctor, rate="50", reason="less")
        hold_medication(order.pk, by=ward.doctor, reason="x")
    assert told(begun + 2 * HOUR) == ["order-held"]
    with clock.at(begun + 2 * HOUR):
        resume_medication(order.pk, by=ward.doctor)
    assert told(begun + 2 * HOUR) == ["rate-differs"]
    with clock.at(begun + 3 * HOUR):
        stop_medication(order.pk, by=ward.doctor, reason="x")
    assert told(begun + 4 * HOUR) == ["order-stopped"]
    assert alerts(None, order, None, clock.now()) == []


def test_entries_take_few_queries(ward, order):
    make_stock(order.medication, ward.department, 5)
    for most, deed in ((11, acts.start_infusion), (8, acts.set_infusion_rate),
                       (8, lambda *a, **k: acts.pause_infusion(*a, reason="x", **k)),
                       (8, acts.resume_infusion), (8, acts.end_infusion)):
        with CaptureQueriesContext(connection) as queries:
            deed(order.pk, by=ward.nurse)
        asked = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
        assert len(asked) <= most, "\n".join(asked)


def test_the_board_takes_as_many_queries_for_ten_infusions_as_for_one(ward, order):
    acts.start_infusion(order.pk, by=ward.nurse)
    for _ in range(9):
        acts.start_infusion(make_infusion(ward).pk, by=ward.nurse)
    with CaptureQueriesContext(connection) as queries:
        assert len(running([ward.department])) == 10
    assert len(queries) <= 4


def test_the_hand_over_and_the_ward_paper_say_how_it_runs(ward, order):
    acts.start_infusion(order.pk, by=ward.nurse, at=at(-1))
    change_rate(order.pk, by=ward.doctor, rate="80", reason="less")
    person, = shown(hand_over.written(ward.department, since=at(-8)))["patients"]
    flow, = [group for group in person["todo"] if group["kind"] == "todo-infusion"]
    assert flow["items"][0]["text"] == f"{order.medication.name}: 100 ml/h, ordered 80 ml/h, 400 ml left, another rate is ordered"
    assert flow["tone"] == "bad" and flow["at"] > at(3)
    page = render_to_string("nursing/paper/downtime.html", {
        "people": downtime_pack(ward.department), "department": ward.department, "blank": range(1), "rounds": range(1),
        "actor": ward.nurse, "now": clock.now(), "institution": Institution.objects.first()})
    assert "100 ml/h" in page and "ordered 80 ml/h" in page and " of 500 ml left" in page


# The volume as a function of the events alone.
NOON = dt.datetime(2026, 3, 28, 12, tzinfo=dt.UTC)
STEP = st.tuples(st.integers(0, 400), st.sampled_from(["rate", "pause", "resume", "bag", "end"]), st.integers(1, 300),
                 st.integers(0, 100))


def written(steps, zone=dt.UTC):
    """A standing chain of events as the acts would have let it through."""
    events, state, moment, hung = [], "over", NOON, 0
    for wait, kind, rate, share in steps:
        moment += dt.timedelta(minutes=wait)
        if state == "over":
            kind = "start"
        elif (kind == "pause" and state == "paused") or (kind == "resume" and state == "runs"):
            continue
        state = {"start": "runs", "resume": "runs", "pause": "paused", "end": "over"}.get(kind, state)
        last = next((event.rate for event in reversed(events) if event.rate), None)
        volume = Decimal(rate * 2) if kind in ("start", "bag") else None
        remaining = (Decimal(hung) * share / 100).quantize(Decimal("0.01")) if kind in ("bag", "end") and share > 20 else None
        hung = volume if volume is not None else hung
        events.append(SimpleNamespace(
            pk=len(events), follows_id=len(events) - 1 if events else None, kind=kind, happened_at=moment.astimezone(zone),
            volume=volume,
            remaining=remaining, rate=Decimal(rate) if kind in ("start", "rate") else last if kind == "resume" else None))
    return events


MINUTES = st.integers(-100, 4000)


@given(st.lists(STEP, max_size=12), MINUTES, MINUTES, MINUTES)
def test_the_volume_of_two_stretches_is_together_that_of_both(steps, one, two, three):
    a, b, c = (NOON + dt.timedelta(minutes=m, seconds=m % 60) for m in sorted((one, two, three)))
    events = flow.chain(written(steps))
    first, second = flow.infused(events, a, b), flow.infused(events, b, c)
    assert first >= 0 and second >= 0 and first + second == flow.infused(events, a, c)


@given(st.lists(STEP, max_size=12))
def test_never_more_runs_than_the_bags_held_and_nothing_while_paused(steps):
    events = flow.chain(written(steps))
    later = NOON + dt.timedelta(days=60)
    assert flow.infused(events, NOON - HOUR, later) <= sum(event.volume for event in events if event.volume)
    for before, after in zip(events, [*events[1:], SimpleNamespace(happened_at=later)], strict=False):
        if before.kind in ("pause", "end"):
            assert flow.infused(events, before.happened_at, after.happened_at) == 0
    for number_, bag in enumerate(flow.bags(events)):
        run = sum((piece.volume(flow.seconds(later)) for piece in bag.runs()), flow.ZERO)
        assert 0 <= run <= bag.volume, number_


@given(st.lists(STEP, max_size=12))
def test_the_clock_change_adds_and_takes_nothing(steps):
    later = NOON + dt.timedelta(days=9)
    warsaw = ZoneInfo("Europe/Warsaw")  # its clocks go on in the night after NOON
    assert flow.infused(flow.chain(written(steps)), NOON, later) == flow.infused(
        flow.chain(written(steps, warsaw)), NOON.astimezone(warsaw), later.astimezone(warsaw))


def test_a_night_in_which_the_clock_goes_on_is_an_hour_short():
    warsaw = ZoneInfo("Europe/Warsaw")
    evening, morning = dt.datetime(2026, 3, 28, 22, tzinfo=warsaw), dt.datetime(2026, 3, 29, 6, tzinfo=warsaw)
    event = SimpleNamespace(pk=1, follows_id=None, kind="start", happened_at=evening, rate=Decimal(10), volume=Decimal(500),
                            remaining=None)
    assert flow.infused([event], evening, morning) == 70


@pytest.mark.parametrize(("remaining", "run"), [(None, "100"), ("0", "100"), ("30", "70"), ("100", "0")])
def test_what_was_measured_in_the_bag_counts(remaining, run):
    events = [SimpleNamespace(pk=1, follows_id=None, kind="start", happened_at=NOON, rate=Decimal(50), volume=Decimal(100),
                              remaining=None),
              SimpleNamespace(pk=2, follows_id=1, kind="end", happened_at=NOON + 4 * HOUR, rate=None, volume=None,
                              remaining=None if remaining is None else Decimal(remaining))]
    assert flow.infused(events, NOON, NOON + 9 * HOUR) == Decimal(run)


def test_the_api_starts_tells_and_ends(ward, order, client):
    from tests.orders.factories import sign_in

    nurse = make_staff("ward_nurse", department=ward.department, login=f"n{number()}")
    sign_in(client, nurse)

    def post(path, **data):
        return client.post(f"/api/nursing/{path}", data, content_type="application/json",
                           headers={"Idempotency-Key": str(uuid.uuid4())})
    started = post(f"medication-requests/{order.pk}/start-infusion")
    assert started.status_code == 201 and started.json()["rate"] == "100", started.content
    assert post(f"medication-requests/{order.pk}/set-rate", rate="500").json()["code"] == "nursing.rate_above_order"
    post(f"medication-requests/{order.pk}/pause-infusion", reason="line")
    row, = client.get("/api/nursing/infusions").json()["results"]
    assert row["is_paused"] and row["ordered"] == "100" and row["request"] == str(order.pk)
    assert post(f"medication-requests/{order.pk}/resume-infusion").status_code == 201
    assert post(f"medication-requests/{order.pk}/change-bag", remaining="499").status_code == 201
    ended = post(f"medication-requests/{order.pk}/end-infusion", remaining="498")
    assert client.post(f"/api/nursing/infusion-events/{ended.json()['id']}/undo", {"reason": "slip"},
                       content_type="application/json").status_code == 201
    rows = client.get(f"/api/nursing/patients/{ward.patient.pk}/infusion-events").json()["results"]
    assert [each["kind"] for each in rows] == ["end", "bag", "resume", "pause", "start"] and rows[0]["error_reason"] == "slip"


@pytest.fixture
def nurse(ward, client):
    from tests.orders.factories import sign_in

    nurse = make_staff("ward_nurse", department=ward.department, login=f"n{number()}")
    sign_in(client, nurse)
    return nurse


def press(client, name, pk, **data):
    from django.urls import reverse

    return client.post(reverse(f"nursing:{name}", args=[pk]), {"request_key": str(uuid.uuid4()), **data},
                       headers={"HX-Request": "true"})


def opened(client, name, *args, **query):
    from django.urls import reverse

    answer = client.get(reverse(f"nursing:{name}", args=args), query)
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def test_the_nurse_walks_through_an_infusion(ward, order, client, nurse):
    lot = make_stock(order.medication, ward.department, 3)
    assert "Infusion…" in opened(client, "dose", order.doses.get().pk) and opened(client, "infusions").strip() == ""
    assert "Start" in opened(client, "infusion", order.pk)
    assert press(client, "administer", order.doses.get().pk).status_code == 422
    assert press(client, "start_infusion", order.pk).status_code == 204
    for name, more in (("pause_infusion", {"reason": "bath"}), ("resume_infusion", {}),
                       ("set_infusion_rate", {"rate": "60", "reason": "slow"}), ("change_bag", {"remaining": "120,5"})):
        assert press(client, name, order.pk, **more).status_code == 204, name
    page = opened(client, "infusions", department=str(ward.department.pk))
    assert "60" in page and "ordered 100 ml/h" in page and ward.patient.short_name in page and "another rate is ordered" in page
    page = opened(client, "infusion", order.pk)
    assert lot.lot_number in page and "120.5" in page and "bath" in page
    assert press(client, "set_infusion_rate", order.pk, rate="900").status_code == 422
    assert press(client, "end_infusion", order.pk, remaining="300").status_code == 204
    last = InfusionEvent.objects.get(kind="end")
    assert press(client, "undo_infusion_event", last.pk, reason="too early").status_code == 204
    for name, pk in (("infusion_paper", order.pk), ("chart_tab", ward.patient.pk), ("execution", ward.patient.pk)):
        page = opened(client, name, pk)
        assert order.medication.name in page, name
    assert "ordered-rate" in page and "polyline" in page
    assert "too early" in opened(client, "infusion_paper", order.pk)


def test_a_long_bag_stays_in_the_drawing_though_nothing_was_recorded_in_its_window(ward, client, nurse):
    with clock.at(at(-30)):
        ward.encounter.started_at = at(-30)
        ward.encounter.save()
    order = make_infusion(ward, rate=5, bag=1000, hours_ago=20)
    acts.start_infusion(order.pk, by=nurse, at=at(-19))
    with clock.at(at(40)):
        assert order.medication.name in opened(client, "execution", ward.patient.pk, window="24h")


def test_the_pages_of_an_infusion_are_for_those_who_care_for_the_patient(ward, order, client):
    from django.urls import reverse

    from tests.orders.factories import sign_in

    sign_in(client, make_staff("ward_nurse", department=ward.stranger.roles.get().department, login=f"n{number()}"))
    for name in ("infusion", "infusion_paper"):
        assert client.get(reverse(f"nursing:{name}", args=[order.pk])).status_code in (403, 404), name
    assert press(client, "start_infusion", order.pk).status_code in (403, 404) and not InfusionEvent.objects.exists()


def test_the_board_page_takes_few_queries_for_ten_infusions(ward, order, client, nurse):
    acts.start_infusion(order.pk, by=nurse)
    for _ in range(9):
        acts.start_infusion(make_infusion(ward).pk, by=nurse)
    opened(client, "infusions")
    with CaptureQueriesContext(connection) as queries:
        assert opened(client, "infusions").count("ml left") == 10
    assert len(queries) <= 14, len(queries)
