"""Care and observations as work: plans, their times, what became of them, and the one list of a nurse."""
import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from emr import clock
from emr.access import ChartNotVisible
from emr.errors import AlreadyInError, ReasonMissing, TimeInFuture
from emr.models import AllergyIntolerance, JournalEntry, Shift
from nursing.actions.care_plan import plan_care, stop_care
from nursing.actions.care_task import do_care, skip_care, undo_care
from nursing.actions.vitals import record_vitals, undo_vitals
from nursing.errors import (
    CareAlreadyRecorded,
    CareEndsBeforeStart,
    CareIsStopped,
    CareTextMissing,
    CareTimingMissing,
    FewerObservationsNeedDoctor,
    MeasureInstead,
    NoSuchCareTime,
    NotYourEntry,
)
from nursing.models import CarePlan, CareTask
from nursing.queries import care as queries
from nursing.queries import worklist
from nursing.rules import care, news2, sheet, ward_list
from orders.actions.service_request import request_service
from orders.laboratory.actions.specimen import collect_specimen, label_specimen, reject_specimen
from tests.factories import make_encounter, make_patient, make_staff
from tests.nursing.factories import make_dose, make_medication, make_order, make_ward
from tests.races import at_once

CALM = {"temperature": "36.6", "heart_rate": 72, "respiratory_rate": 16, "systolic": 120, "spo2": 98, "oxygen": False,
        "consciousness": "A"}
ILL = CALM | {"heart_rate": 135, "respiratory_rate": 26, "spo2": 91}
NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)


def hours(n):
    return dt.timedelta(hours=n)


@pytest.fixture
def ward(db):
    with clock.at(NOON):
        yield make_ward(hours_ago=30)


def work(ward, now=None):
    """What the list shows beside doses: kind, status, due, words."""
    with clock.at(now or clock.now()):
        found = ward_list.tasks(sheet.to_do([ward.department]), clock.now())
    return {task.kind: task for task, _person in found}


def turning(ward, **more):
    return plan_care(ward.encounter, by=ward.nurse, kind="turning",
                     **{"timing": {"every_hours": 2}, "starts_at": NOON - hours(6)} | more)


def test_care_comes_again_by_its_rule_and_is_done_once(ward):
    plan = turning(ward)
    task = work(ward)["care"]
    assert (task.due_at, task.status, task.plan) == (NOON, "due", plan)
    do_care(plan, by=ward.nurse, due_at=NOON)
    task = work(ward)["care"]
    assert (task.due_at, task.status) == (NOON + hours(2), "next")
    with pytest.raises(CareAlreadyRecorded, match="Ivanova"):
        do_care(plan, by=ward.colleague, due_at=NOON)
    assert CareTask.objects.count() == 1
    entry = JournalEntry.objects.get(act="nursing.do_care")
    assert entry.patient_id == ward.patient.pk and entry.data["kind"] == "turning"


def test_care_is_late_after_its_grace_and_an_older_time_is_missed(ward):
    plan = turning(ward)
    assert work(ward, NOON + hours(1))["care"].status == "overdue"
    found, = queries.running([ward.encounter.pk], since=NOON - hours(12))
    assert care.missed(found, NOON - hours(12), NOON + hours(1)) == [NOON - hours(6), NOON - hours(4), NOON - hours(2)]
    assert plan == found


def test_care_not_done_needs_its_reason_and_can_be_taken_back(ward):
    plan = turning(ward)
    with pytest.raises(ReasonMissing):
        skip_care(plan, by=ward.nurse, due_at=NOON, reason=" ")
    assert not CareTask.objects.exists()
    task = skip_care(plan, by=ward.nurse, due_at=NOON, reason="asleep")
    with pytest.raises(NotYourEntry):
        undo_care(task, by=ward.colleague, reason="mistake")
    undo_care(task, by=ward.head, reason="was done")
    with pytest.raises(AlreadyInError):
        undo_care(task, by=ward.nurse, reason="again")
    assert work(ward)["care"].due_at == NOON and do_care(plan, by=ward.nurse, due_at=NOON).status == "done"


def test_what_nobody_can_follow_is_refused_and_leaves_nothing(ward):
    refused = [
        (CareTimingMissing, {"kind": "turning", "timing": {}}),
        (CareTimingMissing, {"kind": "turning", "timing": {"every_hours": 0}}),
        (CareTimingMissing, {"kind": "turning", "timing": {"continuous": True}}),
        (CareTextMissing, {"kind": "other", "timing": {"every_hours": 2}}),
        (CareEndsBeforeStart, {"kind": "turning", "timing": {"every_hours": 2}, "ends_at": NOON - hours(1)}),
        (FewerObservationsNeedDoctor, {"kind": "vitals", "timing": {"every_hours": 12}, "instead_of_score": True,
                                       "reason": "comfort"}),
    ]
    for refusal, values in refused:
        with pytest.raises(refusal):
            plan_care(ward.encounter, by=ward.nurse, **values)
    with pytest.raises(ChartNotVisible):
        plan_care(ward.encounter, by=ward.stranger, kind="turning", timing={"every_hours": 2})
    assert not CarePlan.objects.exists() and not JournalEntry.objects.filter(act="nursing.plan_care").exists()


def test_only_times_of_the_plan_can_be_done_and_none_in_the_future(ward):
    plan = turning(ward)
    for refusal, values in ((NoSuchCareTime, {"due_at": NOON + hours(1)}),
                            (TimeInFuture, {"due_at": NOON, "done_at": NOON + hours(1)})):
        with pytest.raises(refusal):
            do_care(plan, by=ward.nurse, **values)
    with pytest.raises(ChartNotVisible):
        do_care(plan, by=ward.stranger, due_at=NOON)
    assert not CareTask.objects.exists()


def test_a_stopped_plan_asks_for_nothing_more(ward):
    plan = turning(ward)
    stop_care(plan, by=ward.doctor, reason="walks again")
    assert "care" not in work(ward)
    with pytest.raises(CareIsStopped):
        do_care(plan, by=ward.nurse, due_at=NOON)
    with pytest.raises(CareIsStopped):
        stop_care(plan, by=ward.doctor, reason="again")
    assert do_care(plan, by=ward.nurse, due_at=NOON - hours(2), done_at=NOON - hours(2)).status == "done"


@pytest.mark.parametrize("total, risk, first, latest, continuous", [
    (0, "low", 12, 12, False), (1, "low", 4, 6, False), (4, "low", 4, 6, False), (3, "low-medium", 1, 1, False),
    (5, "medium", 1, 1, False), (6, "medium", 1, 1, False), (7, "high", 1, 1, True)])
def test_how_often_to_measure_follows_the_table_of_the_royal_college(total, risk, first, latest, continuous):
    assert news2.pace(total, risk) == news2.Pace(hours(first), hours(latest), continuous)


def test_whoever_has_no_score_is_measured_and_a_score_says_when_again(ward):
    assert work(ward)["vitals"].status == "overdue"
    panel = record_vitals(ward.encounter, by=ward.nurse, values=CALM)
    assert "vitals" not in work(ward)
    undo_vitals(panel.panel_id, by=ward.nurse, reason="wrong patient")
    assert work(ward)["vitals"].status == "overdue"
    record_vitals(ward.encounter, by=ward.nurse, values=ILL)
    task = work(ward, NOON + dt.timedelta(minutes=35))["vitals"]
    assert (task.due_at, task.status, task.loud) == (NOON + hours(1), "due", True) and "NEWS2 9" in task.more
    assert work(ward, NOON + dt.timedelta(minutes=80))["vitals"].status == "overdue"


def test_a_child_has_no_score_and_is_measured_as_ordered(ward):
    child = make_encounter(make_patient(birth_date=dt.date(2020, 1, 1)), department=ward.department)
    ward.encounter.finished_at = NOON
    ward.encounter.save()
    assert "vitals" not in work(ward)
    plan_care(child, by=ward.doctor, kind="vitals", timing={"every_hours": 4}, starts_at=NOON - hours(4))
    assert work(ward)["vitals"].due_at == NOON


def test_ordered_observations_are_answered_by_measuring(ward):
    plan = plan_care(ward.encounter, by=ward.doctor, kind="vitals", timing={"every_hours": 2}, starts_at=NOON - hours(2))
    with pytest.raises(MeasureInstead):
        do_care(plan, by=ward.nurse, due_at=NOON)
    record_vitals(ward.encounter, by=ward.nurse, values=CALM)
    task = work(ward, NOON + hours(1))["vitals"]
    assert (task.due_at, task.status) == (NOON + hours(2), "next") and "ordered" in task.more


def test_a_doctor_may_order_fewer_observations_than_the_score_asks(ward):
    record_vitals(ward.encounter, by=ward.nurse, values=ILL)
    plan_care(ward.encounter, by=ward.doctor, kind="vitals", timing={"every_hours": 8}, starts_at=NOON, instead_of_score=True,
              reason="comfort care")
    assert "vitals" not in work(ward, NOON + hours(3))
    assert work(ward, NOON + hours(7))["vitals"].due_at == NOON + hours(8)


def test_samples_stand_in_the_list_until_they_are_drawn(ward):
    request = request_service(ward.encounter, by=ward.doctor, category="laboratory", text="Potassium", priority="stat")
    task = work(ward)["sample"]
    assert (task.text, task.status, task.tube, task.loud) == ("Potassium", "due", None, True)
    tube = label_specimen(ward.encounter, by=ward.nurse, requests=[request])
    assert work(ward)["sample"].tube == tube.pk
    collect_specimen(tube, by=ward.nurse)
    assert "sample" not in work(ward)
    reject_specimen(tube, by=make_staff("lab"), reason="clotted")
    task = work(ward)["sample"]
    assert (task.tube, task.loud) == (None, True) and "clotted" in task.more


def test_forty_patients_with_all_their_work_take_at_most_ten_queries(ward):
    drugs = [make_medication() for _ in range(5)]
    Shift.objects.create(staff=ward.nurse, department=ward.department, during=(NOON - hours(4), NOON + hours(8)))
    for _ in range(40):
        encounter = make_encounter(department=ward.department)
        AllergyIntolerance.objects.create(patient=encounter.patient, substance="Latex", asserted_at=NOON, recorded_by=ward.nurse)
        plan_care(encounter, by=ward.nurse, kind="turning", timing={"every_hours": 2}, starts_at=NOON - hours(6))
        request_service(encounter, by=ward.doctor, category="laboratory", text="Potassium")
        for place, drug in enumerate(drugs):
            order = make_order(encounter, medication=drug, hours_ago=30)
            make_dose(order, minutes=place)
    with CaptureQueriesContext(connection) as asked:
        departments = worklist.departments_of(ward.nurse)
        assert worklist.version(departments)
        people = sheet.to_do(departments)
        found = ward_list.tasks(people, clock.now())
    assert len([task for task, _person in found]) == 40 * 3 + 1 and len(sheet.cells(people)) == 201
    assert len(asked) <= 10, [row["sql"][:90] for row in asked]


@pytest.mark.django_db(transaction=True)
def test_two_nurses_cannot_do_the_same_care(ward_at_once):
    ward, plan = ward_at_once
    results = at_once(lambda: do_care(plan, by=ward.nurse, due_at=plan.starts_at),
                      lambda: do_care(plan, by=ward.colleague, due_at=plan.starts_at))
    assert sorted(type(each).__name__ for each in results) == ["CareAlreadyRecorded", "CareTask"] and CareTask.objects.count(
        ) == 1


@pytest.fixture
def ward_at_once(transactional_db):
    ward = make_ward()
    return ward, plan_care(ward.encounter, by=ward.nurse, kind="turning", timing={"every_hours": 2},
                           starts_at=clock.now() - dt.timedelta(minutes=1))
