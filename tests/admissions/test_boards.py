"""What the boards show, in a number of queries that does not grow with the house (A7, A11, B2)."""
import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from admissions.actions.admission_request import answer_admission, request_admission
from admissions.actions.emergency_visit import close_emergency_visit, register_arrival, stamp_moment
from admissions.actions.triage import triage_patient
from admissions.queries import emergency_visit as visits
from admissions.queries import stay as stays
from admissions.rules.emergency_visit import board
from emr import clock
from emr.models import EncounterParticipant, Observation
from orders.laboratory.models import LabResult, LabTest
from orders.models import ServiceRequest
from tests.factories import make_bed, make_encounter, make_patient, make_staff


def ago(**delta):
    return clock.now() - dt.timedelta(**delta)


def arrive(house, minutes=60, patient=None):
    return register_arrival(patient or make_patient(), by=house.er_nurse, department=house.emergency,
                            arrived_at=ago(minutes=minutes), complaint="chest pain")


def waiting(visit):
    [line] = [line for line in board() if line.encounter.pk == visit.pk]
    return line.waits.step, line.waits.minutes


def test_the_board_says_what_the_patient_waits_for_step_by_step(house):
    visit = arrive(house)
    assert waiting(visit) == ("triage", 60)
    triage_patient(visit, by=house.er_nurse, level=3, at=ago(minutes=50))
    assert waiting(visit) == ("doctor", 50)
    stamp_moment(visit, by=house.er_doctor, kind="first-contact", at=ago(minutes=40))
    assert waiting(visit) == ("decision", 40)
    request = ServiceRequest.objects.create(patient=visit.patient, encounter=visit, category="laboratory", text="Troponin",
                                            requester=house.er_doctor, recorded_by=house.er_doctor, authored_at=ago(minutes=35))
    assert waiting(visit) == ("results-laboratory", 35)
    test = LabTest.objects.create(key="t", name="Troponin")
    LabResult.objects.create(patient=visit.patient, encounter=visit, request=request, test=test, value=Decimal(1),
                             performer=house.er_nurse, recorded_by=house.er_nurse, found_at=ago(minutes=20),
                             released_at=ago(minutes=20), released_by=house.er_nurse)
    assert waiting(visit) == ("decision", 20)
    asked = request_admission(visit, by=house.er_doctor, department=house.therapy, reason="infarction", at=ago(minutes=10))
    assert waiting(visit) == ("answer", 10)
    answer_admission(asked, by=house.doctor, accept=True)
    assert waiting(visit) == ("bed", 0)
    stamp_moment(visit, by=house.er_nurse, kind="bed-ready")
    assert waiting(visit) == ("move", 0)


def test_a_declined_patient_waits_for_a_new_decision_and_a_decided_one_for_leaving(house):
    visit = arrive(house)
    triage_patient(visit, by=house.er_nurse, level=3, at=ago(minutes=50))
    stamp_moment(visit, by=house.er_doctor, kind="first-contact", at=ago(minutes=40))
    stamp_moment(visit, by=house.er_doctor, kind="decision", at=ago(minutes=30))
    assert waiting(visit) == ("leaving", 30)
    asked = request_admission(visit, by=house.er_doctor, department=house.therapy, reason="infarction", at=ago(minutes=10))
    answer_admission(asked, by=house.doctor, accept=False, reason="full")
    assert waiting(visit)[0] == "decision"


def test_those_without_triage_come_first_then_the_most_urgent(house):
    light, heavy, fresh = arrive(house, 90), arrive(house, 30), arrive(house, 5)
    triage_patient(light, by=house.er_nurse, level=5)
    triage_patient(heavy, by=house.er_nurse, level=1)
    assert [line.encounter for line in board()] == [fresh, heavy, light]


def test_a_wait_longer_than_the_level_allows_is_late(house):
    visit = arrive(house, 31)
    triage_patient(visit, by=house.er_nurse, level=3)
    [line] = board()
    assert line.waits.is_late
    stamp_moment(visit, by=house.er_doctor, kind="first-contact")
    [line] = board()
    assert not line.waits.is_late


def test_who_comes_back_within_three_days_is_flagged(house):
    first = arrive(house, 60 * 24 * 2)
    close_emergency_visit(first, by=house.er_doctor, disposition="home", at=ago(days=1))
    other = arrive(house, 30)
    again = arrive(house, 30, patient=first.patient)
    flagged = {line.encounter.pk: line.earlier for line in board()}
    assert flagged == {other.pk: None, again.pk: first}


def test_the_version_changes_with_every_act_on_the_board(house):
    empty = visits.version()
    visit = arrive(house)
    one = visits.version()
    triage_patient(visit, by=house.er_nurse, level=3)
    two = visits.version()
    close_emergency_visit(visit, by=house.er_doctor, disposition="home")
    assert len({empty, one, two}) == 3 and visits.version() == empty


def test_a_full_emergency_room_takes_as_many_queries_as_an_empty_one(house, django_assert_max_num_queries):
    for _number in range(60):
        visit = make_encounter(kind="EMER", department=house.emergency)
        for _request in range(2):
            ServiceRequest.objects.create(patient=visit.patient, encounter=visit, category="laboratory", text="CRP",
                                          requester=house.er_doctor, recorded_by=house.er_doctor, authored_at=ago(hours=1))
    with django_assert_max_num_queries(10):
        assert len(board()) == 60


def test_a_full_ward_takes_as_many_queries_as_an_empty_one(house, django_assert_max_num_queries):
    for _number in range(60):
        stay = make_encounter(bed=make_bed(house.therapy))
        EncounterParticipant.objects.create(encounter=stay, staff=house.doctor, part="ATND", since=stay.started_at,
                                            recorded_by=house.doctor)
        for hours, value in ((5, 7), (1, 3)):
            Observation.objects.create(patient=stay.patient, encounter=stay, category="survey", name="NEWS2", value=value,
                                       effective_at=ago(hours=hours), recorded_by=house.nurse)
    homeless = make_encounter(department=house.therapy)
    with django_assert_max_num_queries(5):
        groups = stays.wards([house.therapy])
    places = [place for _ward, places in groups for place in places]
    taken = [place for place in places if place.stay and place.bed]
    assert (len(places), len(taken)) == (63, 60)  # two free beds, one patient without a bed
    assert {place.news2.value for place in taken} == {3} and {place.attending for place in taken} == {house.doctor}
    assert groups[0][0] is None and groups[0][1][0].stay == homeless
    assert taken[0].days == 2


@pytest.mark.parametrize("taken", [0, 1])
def test_free_beds_are_those_in_which_nobody_lies(house, taken):
    if taken:
        make_encounter(patient=make_patient(), bed=house.bed)
    assert (house.bed in stays.free_beds([house.therapy])) is not bool(taken)


def test_the_page_of_the_board_asks_four_things_beside_its_data_and_an_unchanged_board_five_in_all(
        house, client, django_assert_max_num_queries):
    client.force_login(make_staff("er_nurse", department=house.emergency, login="board").user, backend="emr.signin.Backend")
    for _number in range(5):
        arrive(house)
    client.get(reverse("admissions:board"))  # the institution is then known
    with django_assert_max_num_queries(14):
        client.get(reverse("admissions:board"))
    etag = client.get(reverse("admissions:board"), headers={"HX-Request": "true"})["ETag"]
    with django_assert_max_num_queries(5):
        assert client.get(reverse("admissions:board"), headers={"HX-Request": "true", "If-None-Match": etag}).status_code == 304
