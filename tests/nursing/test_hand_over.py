"""The hand-over writes itself, is signed by two persons, and stays as it was signed."""
import datetime as dt

import pytest
from django.db import connection
from django.db.utils import DatabaseError
from django.test.utils import CaptureQueriesContext

from emr import clock
from emr.access import ChartNotVisible
from emr.errors import ReasonMissing, TimeInFuture
from emr.models import JournalEntry, Shift
from nursing.actions.care_plan import plan_care
from nursing.actions.care_task import skip_care
from nursing.actions.dose_effect import record_effect
from nursing.actions.hand_over import hand_over, remark_hand_over, take_over, undo_remark, withdraw_hand_over
from nursing.actions.medication_administration import administer_dose, give_as_needed, refuse_dose, withhold_dose
from nursing.actions.vitals import record_vitals
from nursing.errors import (
    HandedOverAlready,
    HandOverWithdrawn,
    NotOnThisWard,
    NotYourEntry,
    RemarkMissing,
    SamePersonTakesOver,
    ShiftTooLong,
    TakenOverAlready,
)
from nursing.models import HandOver, HandOverRemark
from nursing.queries.hand_over import shift_began
from nursing.rules.hand_over import digest, written
from nursing.rules.hand_over_words import shown
from orders.actions.medication_request import hold_medication, stop_medication
from orders.actions.service_request import request_service
from tests.factories import make_encounter
from tests.nursing.factories import make_as_needed, make_dose, make_order, make_ward
from tests.nursing.test_care import CALM, ILL
from tests.races import at_once

NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)


def hours(n):
    return dt.timedelta(hours=n)


@pytest.fixture
def ward(db):
    with clock.at(NOON):
        yield make_ward(hours_ago=30)


def told(ward, encounter=None, since=NOON - hours(8), now=None):
    """What the hand-over says about one patient: kind -> words."""
    content = written(ward.department, since=since, now=now)
    rows = [row for row in content["patients"] + content["gone"] if row["encounter"] == str((encounter or ward.encounter).pk)]
    return {fact["kind"]: fact for fact in rows[0]["facts"]}


def test_doses_not_given_and_drugs_as_needed_are_told_with_their_reasons(ward):
    order = make_order(ward.encounter, hours_ago=30)
    refused, withheld, _missed, _next = (make_dose(order, minutes=m) for m in (-300, -240, -180, 60))
    with clock.at(NOON - hours(4)):
        refuse_dose(refused, by=ward.nurse, reason="nausea")
        withhold_dose(withheld, by=ward.nurse, reason="asleep")
    given = give_as_needed(make_as_needed(ward.encounter), by=ward.nurse, given_at=NOON - hours(2))
    record_effect(given, by=ward.nurse, effect="partly")
    facts = told(ward)
    assert facts["refused"]["more"] == "nausea" and facts["withheld"]["more"] == "asleep"
    assert facts["overdue"]["at"] == (NOON - hours(3)).isoformat()
    assert facts["as-needed"]["effect"] == "partly" and facts["todo"]["at"]


def test_changed_orders_are_told(ward):
    old, held = make_order(ward.encounter, hours_ago=30), make_order(ward.encounter, hours_ago=30)
    fresh = make_order(ward.encounter, hours_ago=1)
    stop_medication(old, by=ward.doctor, reason="rash")
    hold_medication(held, by=ward.doctor, reason="operation")
    request_service(ward.encounter, by=ward.doctor, category="imaging", text="Chest X-ray")
    facts = told(ward)
    assert facts["drug-stopped"]["more"] == "rash" and facts["drug-held"]["more"] == "operation"
    assert facts["drug-new"]["source"].endswith(str(fresh.pk)) and facts["request-new"]["text"] == "Chest X-ray"
    assert "drug-new" not in told(ward, since=NOON - dt.timedelta(minutes=30))


def test_a_worse_score_and_values_out_of_range_are_told(ward):
    with clock.at(NOON - hours(10)):
        record_vitals(ward.encounter, by=ward.nurse, values=CALM)
    record_vitals(ward.encounter, by=ward.nurse, values=ILL)
    facts = told(ward)
    assert facts["score"]["text"] == "0 → 9" and facts["score"]["loud"]
    words = shown(written(ward.department, since=NOON - hours(8)))["patients"][0]["facts"]
    said = [item["text"] for group in words for item in group["items"]]
    assert "Pulse 135 /min" in said and "NEWS2 0 → 9" in said


def test_who_came_and_who_left_is_told(ward):
    new = make_encounter(department=ward.department, hours_ago=2)
    assert "arrived" in told(ward, new)
    ward.encounter.locations.update(during=(NOON - hours(30), NOON - hours(1)))
    ward.encounter.finished_at = NOON - hours(1)
    ward.encounter.save()
    content = written(ward.department, since=NOON - hours(8))
    assert [row["encounter"] for row in content["gone"]] == [str(ward.encounter.pk)] and "left" in told(ward)


def test_care_not_done_and_open_work_are_told(ward):
    plan = plan_care(ward.encounter, by=ward.nurse, kind="turning", timing={"every_hours": 2}, starts_at=NOON - hours(6))
    skip_care(plan, by=ward.nurse, due_at=NOON - hours(6), reason="asleep")
    facts = told(ward)
    assert facts["care-not-done"]["more"] == "asleep" and facts["care-missed"]["at"] and facts["care-new"]["care"] == "turning"
    assert facts["todo"]["care"] == "turning" and facts["todo-late"]["care"] == "vitals"


def test_a_remark_is_a_nurses_own_and_can_be_taken_back(ward):
    for refusal, values in ((RemarkMissing, {"text": " "}), (ChartNotVisible, {"text": "x", "by": ward.stranger})):
        with pytest.raises(refusal):
            remark_hand_over(ward.encounter, **{"by": ward.nurse} | values)
    assert not HandOverRemark.objects.exists()
    row = remark_hand_over(ward.encounter, by=ward.nurse, text="Daughter comes at six")
    assert written(ward.department, since=NOON - hours(8))["patients"][0]["remarks"][0]["text"] == "Daughter comes at six"
    with pytest.raises(NotYourEntry):
        undo_remark(row, by=ward.colleague, reason="wrong")
    with pytest.raises(ReasonMissing):
        undo_remark(row, by=ward.nurse, reason="")
    undo_remark(row, by=ward.nurse, reason="wrong patient")
    assert not written(ward.department, since=NOON - hours(8))["patients"][0]["remarks"]
    ward.encounter.finished_at = NOON
    ward.encounter.save()
    with pytest.raises(NotOnThisWard):
        remark_hand_over(ward.encounter, by=ward.nurse, text="late")


def test_two_persons_sign_and_nothing_changes_after(ward):
    row = hand_over(ward.department, by=ward.nurse, since=NOON - hours(8))
    assert row.content["patients"][0]["number"] == ward.patient.number and row.sha256 == digest(row.content)
    for refusal, call in (
            (HandedOverAlready, lambda: hand_over(ward.department, by=ward.colleague)),
            (SamePersonTakesOver, lambda: take_over(row, by=ward.nurse)),
            (ChartNotVisible, lambda: take_over(row, by=ward.stranger)),
            (ChartNotVisible, lambda: hand_over(ward.department, by=ward.stranger)),
            (NotYourEntry, lambda: withdraw_hand_over(row, by=ward.colleague, reason="x"))):
        with pytest.raises(refusal):
            call()
    assert HandOver.objects.get().incoming is None and JournalEntry.objects.filter(
        act__in=("nursing.take_over", "nursing.hand_over")).count() == 1
    administer_dose(ward.dose, by=ward.nurse)
    take_over(row, by=ward.colleague)
    row.refresh_from_db()
    assert (row.incoming, row.sha256) == (ward.colleague, digest(row.content))
    with pytest.raises(TakenOverAlready, match="Petrova"):
        take_over(row, by=ward.head)
    with pytest.raises(TakenOverAlready):
        withdraw_hand_over(row, by=ward.head, reason="late")


@pytest.mark.parametrize("change", [{"content": {}}, {"since": NOON - hours(9)}, {"sha256": "0"}])
def test_the_database_keeps_a_signed_hand_over_as_it_is(ward, change):
    row = hand_over(ward.department, by=ward.nurse, since=NOON - hours(8))
    with pytest.raises(DatabaseError, match="never changed"):
        HandOver.objects.filter(pk=row.pk).update(**change)


def test_a_hand_over_in_error_is_withdrawn_before_it_is_taken(ward):
    row = hand_over(ward.department, by=ward.nurse)
    withdraw_hand_over(row, by=ward.nurse, reason="too early")
    with pytest.raises(HandOverWithdrawn, match="too early"):
        take_over(row, by=ward.colleague)
    assert hand_over(ward.department, by=ward.nurse).pk != row.pk


@pytest.mark.parametrize("since, refusal", [(NOON + hours(1), TimeInFuture), (NOON - hours(40), ShiftTooLong)])
def test_a_shift_nobody_could_have_had_is_refused(ward, since, refusal):
    with pytest.raises(refusal):
        hand_over(ward.department, by=ward.nurse, since=since)
    assert not HandOver.objects.exists()


def test_the_shift_began_with_the_duty_else_with_the_last_hand_over(ward):
    assert shift_began(ward.nurse, ward.department, NOON) == NOON - hours(12)
    with clock.at(NOON - hours(5)):
        hand_over(ward.department, by=ward.colleague)
    assert shift_began(ward.nurse, ward.department, NOON) == NOON - hours(5)
    Shift.objects.create(staff=ward.nurse, department=ward.department, during=(NOON - hours(4), NOON + hours(8)))
    assert shift_began(ward.nurse, ward.department, NOON) == NOON - hours(4)


def test_forty_patients_are_handed_over_in_at_most_fifteen_queries(ward):
    for number in range(40):
        encounter = make_encounter(department=ward.department)
        plan_care(encounter, by=ward.nurse, kind="turning", timing={"every_hours": 2}, starts_at=NOON - hours(6))
        request_service(encounter, by=ward.doctor, category="laboratory", text="Potassium")
        record_vitals(encounter, by=ward.nurse, values=ILL if number % 2 else CALM)
        remark_hand_over(encounter, by=ward.nurse, text="quiet")
        order = make_order(encounter, hours_ago=2)
        make_dose(order, minutes=-100)
        refuse_dose(make_dose(order, minutes=-20), by=ward.nurse, reason="nausea")
        give_as_needed(make_as_needed(encounter), by=ward.nurse)
    with CaptureQueriesContext(connection) as asked:
        content = written(ward.department, since=NOON - hours(8))
        shown(content)
    assert len(content["patients"]) == 41 and content["counts"]["refused"] == 40
    assert len(asked) <= 15, [row["sql"][:90] for row in asked]


@pytest.mark.django_db(transaction=True)
def test_two_nurses_cannot_take_over_at_once():
    ward = make_ward()
    row = hand_over(ward.department, by=ward.nurse)
    results = at_once(lambda: take_over(row, by=ward.colleague), lambda: take_over(row, by=ward.head))
    assert sorted(type(each).__name__ for each in results) == ["HandOver", "TakenOverAlready"]
    refused, = [each for each in results if isinstance(each, TakenOverAlready)]
    assert str(HandOver.objects.get().incoming) in str(refused)


@pytest.mark.django_db(transaction=True)
def test_two_nurses_cannot_hand_over_at_once():
    ward = make_ward()
    results = at_once(lambda: hand_over(ward.department, by=ward.nurse), lambda: hand_over(ward.department, by=ward.colleague))
    assert sorted(type(each).__name__ for each in results) == ["HandOver", "HandedOverAlready"] and HandOver.objects.count() == 1


def test_pages_show_the_hand_over_and_its_paper(ward, client):
    from emr.models import User

    for staff in (ward.nurse, ward.colleague):
        staff.user = User.objects.create(username=staff.code.lower())
        staff.save()
    client.force_login(ward.nurse.user)
    assert ward.patient.number in client.get("/nursing/hand-over").content.decode()
    row = hand_over(ward.department, by=ward.nurse)
    client.force_login(ward.colleague.user)
    assert "Take over" in client.get(f"/nursing/hand-over/{row.pk}").content.decode()
    paper = client.get(f"/nursing/hand-over/{row.pk}/paper").content.decode()
    assert ward.patient.number in paper and row.sha256 in paper
