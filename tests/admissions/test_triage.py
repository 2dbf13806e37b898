"""Triage by the rules: what is suggested, why, what stands when the nurse judges otherwise; waits that were too long (A2, A3)."""
import datetime as dt
import uuid

import pytest
from django.urls import reverse

from admissions.actions.emergency_visit import register_arrival, stamp_moment
from admissions.actions.triage import triage_patient
from admissions.errors import AnotherLevelNeedsReason, TriageIsIncomplete, UnknownTriageLevel
from admissions.models import Triage
from admissions.queries import triage as queries
from admissions.rules.emergency_visit import board
from emr import clock
from emr.models import JournalEntry, Observation
from nursing.errors import ImplausibleValue
from tests.factories import make_patient, make_staff

FAST = {"vitals": {"heart_rate": "130", "spo2": "97"}, "findings": {"resources": 2}}


def ago(**delta):
    return clock.now() - dt.timedelta(**delta)


@pytest.fixture
def visit(house):
    return register_arrival(make_patient(family="Petrova", birth_date=dt.date(1970, 1, 1)), by=house.er_nurse,
                            department=house.emergency, arrived_at=ago(minutes=40))


def test_the_suggestion_stands_with_its_flag_and_the_vitals_are_a_round_of_their_own(house, visit):
    row = triage_patient(visit, by=house.er_nurse, **FAST)
    assert (row.level, row.suggested_level, row.version, row.longest_wait) == (2, 2, "4", 10)
    assert row.findings["flags"] == [{"key": "heart_rate", "value": "130", "limit": ">100"}]
    assert Observation.objects.get(encounter=visit, code="8867-4").value == 130
    [line] = board()
    assert "130 (>100)" in line.suggestion.why
    assert list(JournalEntry.objects.order_by("pk").values_list("act", flat=True))[-2:] == [
        "nursing.record_vitals", "admissions.triage_patient"]


def test_another_level_needs_a_reason_and_keeps_what_was_suggested(house, visit):
    with pytest.raises(AnotherLevelNeedsReason) as refusal:
        triage_patient(visit, by=house.er_nurse, level=3, **FAST)
    assert "130 (>100)" in str(refusal.value)
    assert not Triage.objects.exists() and not Observation.objects.exists()
    row = triage_patient(visit, by=house.er_nurse, level=3, reason="ran up the stairs", **FAST)
    assert (row.level, row.suggested_level, row.reason) == (3, 2, "ran up the stairs")


@pytest.mark.parametrize("values, refusal", [
    ({}, TriageIsIncomplete), ({"vitals": {"heart_rate": "80"}}, TriageIsIncomplete),
    ({"scale": "SATS", "vitals": {"heart_rate": "80"}}, TriageIsIncomplete), ({"scale": "SATS", "level": 5}, UnknownTriageLevel),
    ({"vitals": {"temperature": "366"}, "level": 2}, ImplausibleValue)])
def test_an_unfinished_judgement_writes_nothing(house, visit, values, refusal):
    before = JournalEntry.objects.count()
    with pytest.raises(refusal):
        triage_patient(visit, by=house.er_nurse, **values)
    assert not Triage.objects.exists() and not Observation.objects.exists() and JournalEntry.objects.count() == before


def test_sats_judges_by_score_and_sign(house, visit):
    well = {"respiratory_rate": "12", "heart_rate": "70", "systolic": "120", "temperature": "36.6", "consciousness": "A"}
    row = triage_patient(visit, by=house.er_nurse, scale="SATS", vitals=well,
                         findings={"mobility": "walking", "trauma": False, "signs": ["chest-pain"]})
    assert (row.level, row.findings["score"], row.suggestion, row.longest_wait) == (2, 0, "sign:chest-pain", 10)


def test_a_wait_that_was_too_long_is_counted_from_the_stamps_and_stays_so(house, visit, django_assert_max_num_queries):
    first = triage_patient(visit, by=house.er_nurse, level=3, at=ago(minutes=38))
    [line] = board()
    assert (int(line.over.total_seconds() // 60), line.alarm) == (10, True)
    triage_patient(visit, by=house.er_nurse, level=3)
    [line] = board()
    assert line.over and not line.alarm, "judged again: the alarm is answered, the wait stays too long"
    stamp_moment(visit, by=house.er_doctor, kind="first-contact")
    [line] = board()
    assert line.over is None
    with django_assert_max_num_queries(2):
        [row] = queries.too_long(clock.day_of(visit.started_at))
    assert row.encounter == visit and row.waited > dt.timedelta(minutes=39) and row.pk != first.pk
    Triage.objects.filter(encounter=visit).update(longest_wait=60)
    assert not queries.too_long(clock.day_of(visit.started_at)).exists(), "by the minutes that stood with the judgement"


def test_the_pages_suggest_record_and_list(house, visit, client):
    client.force_login(make_staff("er_nurse", department=house.emergency, login="nurse").user)
    address = reverse("admissions:triage", args=[visit.pk])
    form = {"request_key": str(uuid.uuid4()), "scale": "ESI", "heart_rate": "130", "resources": "2", "level": ""}
    assert client.get(address).status_code == 200
    shown = client.post(reverse("admissions:suggest_triage", args=[visit.pk]), form).content.decode()
    assert "130 (&gt;100)" in shown and not Triage.objects.exists()
    missing = client.post(reverse("admissions:suggest_triage", args=[visit.pk]), form | {"scale": "SATS",
                                                                                         "resources": ""}).content.decode()
    assert "Mobility" in missing
    refused = client.post(address, form | {"level": "5"})
    assert refused.status_code == 422 and b"130 (&gt;100)" in refused.content and not Triage.objects.exists()
    assert [client.post(address, form).status_code for _time in range(2)] == [302, 302] and Triage.objects.get().level == 2
    for page in (reverse("admissions:visit", args=[visit.pk]), reverse("admissions:board")):
        assert b"130 (&gt;100)" in client.get(page).content, page
    assert b"130" not in client.get(reverse("admissions:board") + "?tv=1").content, "no clinical words in the waiting room"
    waits = client.get(reverse("admissions:waits"), {"day": clock.day_of(visit.started_at).isoformat()})
    assert visit.number.encode() in waits.content and b"Petrova" not in waits.content


def test_the_manager_sees_the_waits_without_a_way_into_charts(house, visit, client):
    triage_patient(visit, by=house.er_nurse, level=3)
    client.force_login(make_staff("manager", login="boss").user)
    page = client.get(reverse("admissions:waits"), {"day": clock.day_of(visit.started_at).isoformat()}).content.decode()
    assert visit.number in page and str(visit.pk) not in page


def test_the_api_takes_vitals_and_findings(house, visit, client):
    client.force_login(make_staff("er_nurse", department=house.emergency, login="api").user)
    answer = client.post(f"/api/admissions/emergency-visits/{visit.pk}/triage", FAST, content_type="application/json")
    assert answer.status_code == 201, answer.json()
    assert (answer.json()["level"], answer.json()["suggested_level"], answer.json()["version"]) == (2, 2, "4")
