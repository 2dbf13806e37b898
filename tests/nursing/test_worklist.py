"""The sheet of a ward: what stands where, what each dose is now, and how few questions it asks."""
import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from emr import clock
from emr.access import ChartNotVisible, link_of
from emr.models import AllergyIntolerance, Shift
from nursing.actions.medication_administration import administer_dose, give_as_needed, refuse_dose, undo_administration
from nursing.queries import worklist
from nursing.rules import sheet
from nursing.rules.dose_status import status_of
from orders.actions.medication_request import hold_medication, stop_medication
from tests.factories import make_bed, make_department, make_encounter, make_staff
from tests.nursing.factories import make_as_needed, make_dose, make_medication, make_order, make_ward

NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)


def minutes(n):
    return dt.timedelta(minutes=n)


@pytest.mark.parametrize("due, more, status", [
    (-61, {}, "overdue"), (-60, {}, "due"), (-31, {"time_critical": True}, "overdue"), (-30, {"time_critical": True}, "due"),
    (0, {}, "due"), (30, {}, "due"), (31, {}, "next"), (120, {}, "next"), (121, {}, "planned"), (-720, {}, "missed"),
    (-61, {"following": NOON}, "missed"), (-10, {"following": NOON}, "due"), (-61, {"following": NOON + minutes(1)}, "overdue"),
    (-10, {"on_hold": True}, "held"), (-10, {"stopped_at": NOON - minutes(10)}, "stopped"),
    (-10, {"stopped_at": NOON - minutes(5)}, "stopped"),
    (-70, {"stopped_at": NOON - minutes(5)}, "missed"), (10, {"stopped_at": NOON - minutes(5)}, "stopped"),
    (-500, {"fact": "refused"}, "refused"), (300, {"fact": "given"}, "given"),
    (300, {"stopped_at": NOON + minutes(400)}, "planned"),
])
def test_what_a_dose_is_follows_from_the_clock(due, more, status):
    assert status_of(NOON + minutes(due), now=NOON, **more) == status


@pytest.fixture
def ward(db):
    with clock.at(NOON):
        yield make_ward(hours_ago=30)


def shown(ward, **window):
    people = sheet.sheet([ward.department], **{"since": NOON - dt.timedelta(hours=12), "until": NOON + dt.timedelta(hours=12)}
                         | window)
    return people, {cell.dose.pk: cell for cell, _each in sheet.cells(people)}


def test_the_sheet_shows_each_dose_with_what_became_of_it(ward):
    order = make_order(ward.encounter, hours_ago=30)
    given, refused, late = (make_dose(order, minutes=m) for m in (-300, -200, -100))
    with clock.at(NOON - minutes(290)):
        administer_dose(given, by=ward.nurse)
    refuse_dose(refused, by=ward.nurse, reason="nausea")
    people, cells = shown(ward)
    assert [cells[dose.pk].status for dose in (given, refused, late, ward.dose)] == ["given", "refused", "overdue", "due"]
    assert cells[given.pk].at == NOON - minutes(290) and len(people) == 1 and len(people[0].lines) == 2


def test_a_dose_taken_back_is_open_again_and_a_giving_as_needed_taken_back_is_gone(ward):
    undo_administration(administer_dose(ward.dose, by=ward.nurse), by=ward.nurse, reason="mistake")
    request = make_as_needed(ward.encounter)
    undo_administration(give_as_needed(request, by=ward.nurse), by=ward.nurse, reason="mistake")
    people, cells = shown(ward)
    assert {cell.status for cell in cells.values()} == {"due"} and [line.request for line in people[0].lines
                                                                    if not line.cells] == [request]


def test_a_drug_as_needed_says_when_it_may_be_given_again(ward):
    request = make_as_needed(ward.encounter)
    give_as_needed(request, by=ward.nurse, given_at=NOON - minutes(60))
    line, = [line for line in shown(ward)[0][0].lines if line.request == request]
    assert (line.last_given, line.next_allowed) == (NOON - minutes(60), NOON + minutes(180))


def test_stopped_and_held_orders_ask_for_nothing(ward):
    held = make_dose(make_order(ward.encounter, hours_ago=30), minutes=40)
    hold_medication(held.request, by=ward.doctor, reason="operation")
    stop_medication(ward.request, by=ward.doctor, reason="rash")
    _people, cells = shown(ward)
    assert (cells[held.pk].status, cells[ward.dose.pk].status) == ("held", "stopped")


def test_a_patient_who_left_is_not_on_the_sheet(ward):
    ward.encounter.finished_at = NOON
    ward.encounter.save()
    assert shown(ward)[0] == []


def test_a_nurse_sees_the_departments_of_the_shift_she_is_on_else_of_her_roles(ward):
    other = make_department()
    assert worklist.departments_of(ward.nurse) == [ward.department]
    with pytest.raises(ChartNotVisible):
        worklist.department_of(ward.nurse, str(other.pk))
    Shift.objects.create(staff=ward.nurse, department=other, during=(NOON - minutes(60), NOON + minutes(60)))
    assert worklist.department_of(ward.nurse) == other
    assert link_of(ward.nurse, make_encounter(department=other).patient) == "shift"
    assert link_of(ward.nurse, make_encounter().patient) is None


def test_forty_patients_for_a_day_take_at_most_ten_queries(ward):
    drugs = [make_medication() for _ in range(5)]
    for _ in range(40):
        encounter = make_encounter(department=ward.department)
        AllergyIntolerance.objects.create(patient=encounter.patient, substance="Latex", asserted_at=NOON, recorded_by=ward.nurse)
        for place, drug in enumerate(drugs):
            order = make_order(encounter, medication=drug, hours_ago=30)
            for hour in (-6, 0, 6):
                make_dose(order, minutes=hour * 60 + place)
    with CaptureQueriesContext(connection) as queries:
        departments = worklist.departments_of(ward.nurse)
        people = sheet.sheet(departments, since=NOON - dt.timedelta(hours=12), until=NOON + dt.timedelta(hours=12))
        assert len(sheet.cells(people)) == 601 and worklist.version(departments)
        assert people[1].allergies[0].substance == "Latex" and str(people[1].lines[0].request.medication)
    assert len(queries) <= 10


def test_the_version_changes_with_every_act_and_every_minute(ward):
    before = worklist.version([ward.department])
    assert before == worklist.version([ward.department])
    administer_dose(ward.dose, by=ward.nurse)
    after = worklist.version([ward.department])
    with clock.at(NOON + minutes(1)):
        assert len({before, after, worklist.version([ward.department])}) == 3


def test_beds_are_in_order(ward):
    bed = make_bed(ward.department, label="001-1")
    first = make_encounter(bed=bed)
    assert shown(ward)[0][0].encounter == first
    assert make_staff("ward_nurse").department_ids == set()
