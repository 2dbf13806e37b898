"""Prescribing, stopping, holding, resuming, changing; and every refusal leaves nothing behind."""
import datetime as dt
from decimal import Decimal

import pytest

from emr import clock
from emr.errors import NotPermitted, Refusal
from emr.models import JournalEntry
from orders.actions.medication_request import (
    change_medication,
    hold_medication,
    mark_order_error,
    prescribe_medication,
    resume_medication,
    stop_all,
    stop_medication,
)
from orders.actions.planned_dose import extend_plan, plan_dose
from orders.errors import DoseAlreadyPlanned
from orders.jobs import extend_plans
from orders.models import MedicationHold, MedicationRequest, PlannedDose, SafetyFinding
from orders.queries import medication_request as queries
from orders.queries import planned_dose as doses
from tests.factories import make_department, make_encounter, make_staff, make_system
from tests.orders.factories import HOUR, make_allergy, make_medication, make_ward, prescribe

pytestmark = pytest.mark.django_db
# ten of the checks (one asks for an auto-stop rule) and one of the laboratory (kidney function), however much they find
CHECKS = 11


@pytest.fixture
def ward():
    return make_ward()


def refused(code, deed):
    """The deed is refused with this code, and no order, hold, dose or journal row came or went."""
    def count():
        return [model.objects.count() for model in (MedicationRequest, MedicationHold, PlannedDose, JournalEntry)]

    before, orders = count(), list(MedicationRequest.objects.order_by("pk").values())
    with pytest.raises(Refusal) as caught:
        deed()
    assert caught.value.code == code
    assert str(caught.value)
    assert count() == before and list(MedicationRequest.objects.order_by("pk").values()) == orders


def status_of(order):
    return queries.with_status(MedicationRequest.objects.filter(pk=order.pk)).get().status


def test_prescribing_writes_the_order_with_the_doses_of_two_days(ward):
    doctor, stay = ward
    order = prescribe(stay, doctor, days=7, indication="Pneumonia")
    assert (order.prescriber, order.recorded_by, order.patient_id) == (doctor, doctor, stay.patient_id)
    assert order.doses.count() == 8
    assert order.planned_until - order.starts_at == 48 * HOUR
    assert {(dose.amount, dose.unit) for dose in order.doses.all()} == {(Decimal(500), "mg")}
    entry = JournalEntry.objects.get(act="orders.prescribe_medication")
    assert (entry.patient_id, entry.encounter_id, entry.about_id) == (stay.patient_id, stay.pk, order.pk)
    assert status_of(order) == "active"


def test_prescribing_takes_eight_statements_and_those_of_the_checks(ward, django_assert_max_num_queries):
    doctor, stay = ward
    drug = make_medication(ingredients=["amoxicillin", "clavulanate potassium"])
    assert doctor.may("orders.prescribe_medication")
    with django_assert_max_num_queries(8 + CHECKS):
        prescribe_medication(stay.pk, medication=drug.pk, dose="1.50", dose_unit="g", timing={"times": ["08:00"]}, by=doctor)


def test_a_dose_never_ends_in_a_zero_behind_the_point(ward):
    doctor, stay = ward
    for written, kept in (("2.50", "2.5"), ("5.0", "5"), ("1E+3", "1000"), ("0.125", "0.125")):
        assert str(MedicationRequest.objects.get(pk=prescribe(stay, doctor, dose=written).pk).dose) == kept


def test_an_order_of_200_days_plans_two_days_only(ward):
    doctor, stay = ward
    assert prescribe(stay, doctor, timing={"every_hours": 4}, days=200).doses.count() == 12


def test_one_dose_a_continuous_infusion_and_as_needed(ward):
    doctor, stay = ward
    assert prescribe(stay, doctor, timing={"once": True}).doses.count() == 1
    assert prescribe(stay, doctor, timing={"continuous": True}).doses.count() == 1
    needed = prescribe(stay, doctor, timing={"every_hours": 6}, as_needed=True, as_needed_for="pain")
    assert needed.doses.count() == 0
    assert (needed.max_per_day, needed.min_interval_minutes) == (4, 360)


def test_a_discharge_order_is_not_planned(ward):
    doctor, stay = ward
    assert prescribe(stay, doctor, category="discharge", timing={"times": ["08:00"]}, days=30).doses.count() == 0


def test_a_senders_own_plan_replaces_the_rule(ward):
    doctor, stay = ward
    times = [clock.now() + n * HOUR for n in (1, 5, 5, 9)]
    order = prescribe(stay, doctor, timing={}, timing_text="Q4H", doses=times)
    assert list(order.doses.values_list("due_at", flat=True)) == sorted(set(times))
    assert order.planned_until is None


@pytest.mark.parametrize(("code", "values"), [
    ("orders.unknown_medication", {"medication": "01a00000-0000-7000-8000-000000000000"}),
    ("orders.dose_missing", {"dose": None}),
    ("orders.dose_not_positive", {"dose": "0"}),
    ("orders.dose_not_positive", {"dose": "-1"}),
    ("orders.dose_not_positive", {"dose": "NaN"}),
    ("emr.malformed", {"dose": "much"}),
    ("orders.dose_too_long", {"dose": "1" * 13}),
    ("orders.dose_unit_missing", {"dose_unit": " "}),
    ("orders.timing_missing", {"timing": {}}),
    ("orders.timing_not_understood", {"timing": {"every_hours": "often"}}),
    ("orders.as_needed_without_limits", {"timing": {}, "as_needed": True, "as_needed_for": "pain", "max_per_day": 4}),
    ("orders.as_needed_without_limits", {"timing": {}, "as_needed": True, "max_per_day": 4, "min_interval_minutes": 240}),
    ("orders.end_before_start", {"ends_at": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)}),
    ("orders.start_too_long_ago", {"starts_at": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)}),
    ("emr.malformed", {"priority": "soon"}),
    ("emr.malformed", {"category": "other"}),
    ("emr.malformed", {"days": 0}),
])
def test_an_order_that_lacks_something_is_refused(ward, code, values):
    doctor, stay = ward
    drug = make_medication()
    refused(code, lambda: prescribe(stay, doctor, **{"medication": drug} | values))


def test_a_finished_stay_takes_no_order(ward):
    doctor, _stay = ward
    over, drug = make_encounter(department=ward[1].department, finished_at=clock.now() - HOUR,
                                disposition="home"), make_medication()
    refused("emr.encounter_is_finished", lambda: prescribe(over, doctor, medication=drug))


def test_a_doctor_of_another_ward_cannot_prescribe(ward):
    _doctor, stay = ward
    stranger, drug = make_staff("ward_doctor", department=make_department()), make_medication()
    refused("emr.chart_not_visible", lambda: prescribe(stay, stranger, medication=drug))


def test_an_unknown_stay_is_not_found(ward):
    doctor, _stay = ward
    drug = make_medication()
    refused("emr.not_found", lambda: prescribe("01a00000-0000-7000-8000-000000000000", doctor, medication=drug))


def test_a_drug_taken_off_the_formulary_cannot_be_prescribed(ward):
    doctor, stay = ward
    drug = make_medication(is_active=False)
    refused("orders.unknown_medication", lambda: prescribe(stay, doctor, medication=drug))


@pytest.mark.parametrize("role", ["ward_nurse", "pharmacist", "admin", "lab", "accountant"])
def test_only_doctors_prescribe(ward, role):
    stay, drug = ward[1], make_medication()
    with pytest.raises(NotPermitted):
        prescribe(stay, make_staff(role), medication=drug)
    assert not MedicationRequest.objects.exists()


@pytest.mark.parametrize("substance", ["Amoxicillin", "AMOXICILLIN", "clavulanate", "Augmentin"])
def test_a_recorded_allergy_refuses_the_drug_until_a_reason_is_given(ward, substance):
    doctor, stay = ward
    drug = make_medication("Co-amoxiclav", trade_name="Augmentin", ingredients=["amoxicillin", "clavulanate potassium"])
    make_allergy(stay.patient, substance)
    refused("orders.check_unanswered", lambda: prescribe(stay, doctor, medication=drug))
    refused("orders.check_unanswered", lambda: prescribe(stay, doctor, medication=drug, override_reason=" "))
    order = prescribe(stay, doctor, medication=drug, override_reason="tolerated in May")
    data = JournalEntry.objects.get(about_id=order.pk).data
    assert (data["override_reason"], data["overridden"]) == ("tolerated in May", ["allergy:substance"])
    kept = SafetyFinding.objects.get()
    assert (kept.about, kept.override_reason, kept.outcome, kept.request) == (substance, "tolerated in May", "overridden", order)


def test_an_allergy_that_ended_was_an_error_or_is_about_something_else_does_not_stand(ward):
    doctor, stay = ward
    drug, now = make_medication(ingredients=["amoxicillin"]), clock.now()
    make_allergy(stay.patient, "Amoxicillin", ended_at=now)
    make_allergy(stay.patient, "Amoxicillin", error_at=now, error_by=doctor, error_reason="other patient")
    make_allergy(stay.patient, "Nuts")
    make_allergy(stay.patient, "", kind="none-known")
    assert prescribe(stay, doctor, medication=drug)


def test_stopping_ends_the_doses_from_now_on(ward):
    doctor, stay = ward
    order = prescribe(stay, doctor, starts_at=clock.now() - 7 * HOUR)
    stopped = stop_medication(order, by=doctor, reason="fever gone")
    assert (status_of(order), stopped.stopped_by) == ("stopped", doctor)
    standing = doses.due([stay], since=clock.now() - 24 * HOUR, until=clock.now() + 72 * HOUR)
    assert len(standing) == 2  # those due before the stop


def test_a_stopped_order_cannot_be_stopped_held_resumed_or_changed(ward):
    doctor, stay = ward
    order = stop_medication(prescribe(stay, doctor), by=doctor, reason="done")
    refused("orders.already_stopped", lambda: stop_medication(order, by=doctor, reason="again"))
    refused("orders.already_stopped", lambda: hold_medication(order, by=doctor, reason="again"))
    refused("orders.already_stopped", lambda: resume_medication(order, by=doctor))
    refused("orders.already_stopped", lambda: change_medication(order, by=doctor, reason="more", dose=Decimal(1000)))


def test_a_stop_needs_a_reason_and_a_moment_that_can_be(ward):
    doctor, stay = ward
    order = prescribe(stay, doctor)
    refused("emr.reason_missing", lambda: stop_medication(order, by=doctor, reason=" "))
    refused("emr.time_in_future", lambda: stop_medication(order, by=doctor, reason="x", at=clock.now() + HOUR))
    refused("orders.too_early", lambda: stop_medication(order, by=doctor, reason="x", at=clock.now() - HOUR))


def test_an_order_that_ended_by_itself_is_completed(ward):
    doctor, stay = ward
    order = prescribe(stay, doctor, days=1)
    with clock.at(clock.now() + 25 * HOUR):
        assert status_of(order) == "completed"
        refused("orders.already_completed", lambda: stop_medication(order, by=doctor, reason="late"))


def test_a_held_order_shows_it_and_its_doses_until_it_is_resumed(ward):
    doctor, stay = ward
    order = prescribe(stay, doctor)
    hold_medication(order, by=doctor, reason="operation")
    assert status_of(order) == "on-hold"
    refused("orders.already_on_hold", lambda: hold_medication(order, by=doctor, reason="again"))
    due = doses.due([stay], since=clock.now(), until=clock.now() + 24 * HOUR)
    assert {dose.on_hold for dose in due} == {True}
    resume_medication(order, by=doctor)
    assert status_of(order) == "active"
    refused("orders.not_on_hold", lambda: resume_medication(order, by=doctor))


def test_a_hold_may_begin_later_and_be_taken_back_before(ward):
    doctor, stay = ward
    order = prescribe(stay, doctor)
    hold_medication(order, by=doctor, reason="operation", since=clock.now() + 12 * HOUR)
    assert status_of(order) == "active"
    resume_medication(order, by=doctor)
    with clock.at(clock.now() + 13 * HOUR):
        assert status_of(order) == "active"


def test_a_change_stops_the_order_and_its_successor_begins_with_the_next_dose(ward):
    doctor, stay = ward
    order = prescribe(stay, doctor, days=7)
    second = order.doses.all()[1]
    changed = change_medication(order, by=doctor, reason="fever", dose=Decimal(1000))
    assert (changed.replaces_id, changed.dose, changed.starts_at) == (order.pk, 1000, second.due_at)
    assert (changed.timing, changed.ends_at, changed.route) == (order.timing, order.ends_at, order.route)
    assert status_of(order) == "stopped"
    assert changed.doses.first().due_at == second.due_at
    assert JournalEntry.objects.filter(act="orders.change_medication").count() == 1


def test_a_change_may_begin_at_once_and_takes_the_words_of_the_new_rule(ward):
    doctor, stay = ward
    changed = change_medication(prescribe(stay, doctor, timing_text="Q6H"), by=doctor, reason="less", from_next_dose=False,
                                timing={"times": ["08:00", "20:00"]})
    assert (changed.timing_text, changed.starts_at <= clock.now()) == ("08:00 20:00", True)


def test_a_change_that_changes_nothing_or_cannot_be_leaves_the_old_order_alone(ward):
    doctor, stay = ward
    order = prescribe(stay, doctor)
    refused("orders.nothing_to_change", lambda: change_medication(order, by=doctor, reason="x", dose=Decimal(500)))
    refused("orders.dose_not_positive", lambda: change_medication(order, by=doctor, reason="x", dose=Decimal(0)))
    refused("emr.reason_missing", lambda: change_medication(order, by=doctor, reason="", dose=Decimal(1)))
    assert status_of(order) == "active"


def test_an_order_marked_as_an_error_stays_readable_and_none_of_its_doses_stands(ward):
    doctor, stay = ward
    order = prescribe(stay, doctor)
    mark_order_error(order, by=make_system(), reason="other patient")
    assert status_of(order) == "entered-in-error"
    assert not doses.due([stay], since=clock.now(), until=clock.now() + 48 * HOUR)
    refused("emr.already_in_error", lambda: mark_order_error(order, by=make_system(), reason="again"))


def test_at_discharge_everything_that_runs_is_stopped_but_not_what_is_over(ward):
    doctor, stay = ward
    running, home = prescribe(stay, doctor), prescribe(stay, doctor, category="discharge")
    over = stop_medication(prescribe(stay, doctor), by=doctor, reason="done")
    assert [row.pk for row in stop_all(stay, at=clock.now(), by=doctor, reason="discharge")] == [running.pk]
    assert status_of(running) == "stopped" and status_of(home) == "active"
    assert MedicationRequest.objects.get(pk=over.pk).stop_reason == "done"


def test_the_plan_goes_on_without_gap_or_repetition(ward):
    doctor, stay = ward
    order = prescribe(stay, doctor, days=4)
    for hours in (30, 30, 60, 90, 200):
        with clock.at(clock.now() + hours * HOUR):
            extend_plan(order, by=make_system())
    due = list(order.doses.values_list("due_at", flat=True))
    assert due == [order.starts_at + n * 6 * HOUR for n in range(16)]


def test_only_orders_that_run_are_planned_on(ward):
    doctor, stay = ward
    order = prescribe(stay, doctor)
    prescribe(stay, doctor, days=1)
    prescribe(stay, doctor, timing={"once": True})
    stop_medication(prescribe(stay, doctor), by=doctor, reason="done")
    assert [row.pk for row in queries.to_plan_on(clock.now() + 72 * HOUR)] == [order.pk]


def test_a_stopped_order_is_not_planned_on(ward):
    doctor, stay = ward
    order = stop_medication(prescribe(stay, doctor), by=doctor, reason="done")
    with clock.at(clock.now() + 40 * HOUR):
        extend_plan(order, by=make_system())
    assert order.doses.count() == 8


def test_one_dose_per_time_of_an_order(ward):
    doctor, stay = ward
    order = prescribe(stay, doctor)
    with pytest.raises(DoseAlreadyPlanned):
        plan_dose(order, order.starts_at)
    assert plan_dose(order, order.starts_at + HOUR, amount=Decimal(250)).amount == 250


def test_the_orders_of_a_stay_take_one_statement(ward, django_assert_num_queries):
    doctor, stay = ward
    for _ in range(3):
        hold_medication(prescribe(stay, doctor), by=doctor, reason="x")
    with django_assert_num_queries(1):
        assert [(row.status, row.medication.name, row.prescriber.family)[0] for row in queries.of_encounter(stay)] == [
            "on-hold"] * 3
    with django_assert_num_queries(1):
        assert [str(dose.request.medication) for dose in doses.due([stay], since=clock.now() - HOUR,
                                                                   until=clock.now() + 48 * HOUR)]


def test_orders_that_end_within_a_day_are_pointed_out(ward):
    doctor, stay = ward
    soon = prescribe(stay, doctor, ends_at=clock.now() + 20 * HOUR)
    prescribe(stay, doctor, days=3)
    assert [row.pk for row in queries.ending([stay])] == [soon.pk]


def test_the_schedule_plans_running_orders_on_and_leaves_the_others(ward):
    doctor, stay = ward
    order, short = prescribe(stay, doctor), prescribe(stay, doctor, days=1)
    assert extend_plans() == 0
    with clock.at(clock.now() + 30 * HOUR):
        assert extend_plans() == 1
        assert extend_plans() == 0
    assert (order.doses.count(), short.doses.count()) == (14, 4)
