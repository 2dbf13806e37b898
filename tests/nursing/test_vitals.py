"""Rounds of vital signs and procedures."""
import datetime as dt
import uuid
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from emr import clock
from emr.access import ChartNotVisible
from emr.errors import AlreadyInError, Malformed, NotFound, TextTooLong, TimeInFuture
from emr.models import JournalEntry, Observation
from nursing.actions.procedure import record_procedure
from nursing.actions.vitals import record_vitals, undo_vitals
from nursing.errors import (
    ImplausibleValue,
    NothingMeasured,
    NotYourEntry,
    ProcedureEndsBeforeStart,
    ProcedureTextMissing,
    RequestOfAnother,
    StayHasEnded,
)
from nursing.models import Procedure
from orders.models import ServiceRequest
from tests.factories import make_encounter, make_patient
from tests.nursing.factories import make_ward

pytestmark = pytest.mark.django_db
FULL = {"temperature": "38.5", "heart_rate": 112, "respiratory_rate": 22, "systolic": 100, "diastolic": 60, "spo2": 93,
        "oxygen": True, "oxygen_flow": "2", "consciousness": "A", "pain": 4}


@pytest.fixture
def ward():
    return make_ward()


def refused(refusal, act, *args, **kwargs):
    before = Observation.objects.count(), Procedure.objects.count(), JournalEntry.objects.count()
    with pytest.raises(refusal) as caught:
        act(*args, **kwargs)
    assert before == (Observation.objects.count(), Procedure.objects.count(), JournalEntry.objects.count())
    return caught.value


def test_a_round_is_written_with_codes_units_and_its_score(ward):
    panel = record_vitals(ward.encounter, values=FULL, by=ward.nurse, note="after walking")
    rows = {row.name: row for row in Observation.objects.filter(panel_id=panel.panel_id)}
    temperature = rows["Body temperature"]
    assert (temperature.code, temperature.unit, str(temperature.value),
            temperature.note) == ("8310-5", "Cel", "38.5", "after walking")
    score = rows["NEWS2"]
    # 38.5 -> 1, 112 -> 2, 22 -> 2, 100 -> 2, 93 % -> 2, oxygen -> 2, alert -> 0
    assert (score.value, score.category, score.components["risk"], score.components["scale"]) == (11, "survey", "high", 1)
    assert len(rows) == 11 and JournalEntry.objects.get().data["score"] == 11


def test_the_second_oxygen_scale_is_used_where_it_is_asked_for(ward):
    panel = record_vitals(ward.encounter, values=FULL | {"spo2": 90}, by=ward.nurse, spo2_scale=2)
    assert Observation.objects.get(panel_id=panel.panel_id, code="news2").components["points"]["spo2"] == 0
    refused(Malformed, record_vitals, ward.encounter, values=FULL, by=ward.nurse, spo2_scale=3)


def test_an_incomplete_round_and_a_child_have_no_score(ward):
    record_vitals(ward.encounter, values={"temperature": 36.6, "oxygen_device": "mask"}, by=ward.nurse)
    child = make_encounter(make_patient(birth_date=clock.today() - dt.timedelta(days=3000)), department=ward.department)
    record_vitals(child, values=FULL, by=ward.nurse)
    assert not Observation.objects.filter(code="news2").exists()


def test_a_round_is_written_in_few_queries(ward):
    assert ward.nurse.role_names
    with CaptureQueriesContext(connection) as queries:
        record_vitals(ward.encounter.pk, values=FULL, by=ward.nurse)
    assert len([query for query in queries if "SAVEPOINT" not in query["sql"]]) <= 8


@pytest.mark.parametrize("values, refusal", [
    ({}, NothingMeasured), ({"temperature": ""}, NothingMeasured), ({"temperature": 366}, ImplausibleValue),
    ({"heart_rate": "x"}, Malformed),
    ({"heart_rate": "NaN"}, Malformed), ({"heart_rate": True}, Malformed), ({"colour": "red"}, Malformed),
    ({"pain": "3.5"}, Malformed),
    ({"pain": 11}, ImplausibleValue), ({"consciousness": "X"}, Malformed), ({"oxygen": "maybe"}, Malformed),
    ({"systolic": 80, "diastolic": 120}, ImplausibleValue), ({"spo2": 101}, ImplausibleValue),
    ({"temperature": "9" * 100}, ImplausibleValue),
    ({"oxygen_device": "m" * 1000}, Malformed), ({"temperature": [36]}, Malformed), ({"temperature": "36.66666"}, Malformed),
])
def test_a_slip_of_the_finger_is_refused_and_nothing_is_written(ward, values, refusal):
    refused(refusal, record_vitals, ward.encounter, values=values, by=ward.nurse)


def test_time_place_and_text_are_checked(ward):
    refused(TimeInFuture, record_vitals, ward.encounter, values=FULL, by=ward.nurse,
            measured_at=clock.now() + dt.timedelta(minutes=5))
    refused(TextTooLong, record_vitals, ward.encounter, values=FULL, by=ward.nurse, note="x" * 2_000_000)
    refused(ChartNotVisible, record_vitals, ward.encounter, values=FULL, by=ward.stranger)
    refused(ChartNotVisible, record_vitals, uuid.uuid4(), values=FULL, by=ward.nurse)
    ward.encounter.finished_at = clock.now() - dt.timedelta(hours=1)
    ward.encounter.save()
    refused(StayHasEnded, record_vitals, ward.encounter, values=FULL, by=ward.nurse)


def test_a_round_is_taken_back_as_a_whole_by_who_made_it(ward):
    panel = record_vitals(ward.encounter, values=FULL, by=ward.nurse)
    refused(NotYourEntry, undo_vitals, panel.panel_id, by=ward.colleague, reason="wrong patient")
    undo_vitals(panel.panel_id, by=ward.nurse, reason="wrong patient")
    assert not Observation.objects.live().filter(panel_id=panel.panel_id).exists()
    refused(AlreadyInError, undo_vitals, panel.panel_id, by=ward.nurse, reason="again")
    refused(NotFound, undo_vitals, uuid.uuid4(), by=ward.nurse, reason="again")


def test_a_procedure_is_recorded_with_who_and_when(ward):
    started = clock.now() - dt.timedelta(minutes=30)
    request = ServiceRequest.objects.create(patient=ward.patient, encounter=ward.encounter, category="procedure", text="Catheter",
                                            requester=ward.doctor, recorded_by=ward.doctor, authored_at=started)
    row = record_procedure(ward.encounter, text=" Urinary catheter ", started_at=started, ended_at=clock.now(), request=request,
                           by=ward.nurse)
    assert (row.text, row.performer, row.request, row.department) == ("Urinary catheter", ward.nurse, request, ward.department)


def test_a_procedure_that_cannot_be_is_refused(ward):
    now = clock.now()
    other = ServiceRequest.objects.create(patient=make_patient(), encounter=make_encounter(), category="procedure", text="x",
                                          requester=ward.doctor, recorded_by=ward.doctor, authored_at=now)
    refused(ProcedureTextMissing, record_procedure, ward.encounter, text=" ", started_at=now, by=ward.nurse)
    refused(ProcedureEndsBeforeStart, record_procedure, ward.encounter, text="x", started_at=now, ended_at=now - dt.timedelta(1),
            by=ward.nurse)
    refused(TimeInFuture, record_procedure, ward.encounter, text="x", started_at=now + dt.timedelta(1), by=ward.nurse)
    refused(RequestOfAnother, record_procedure, ward.encounter, text="x", started_at=now, request=other.pk, by=ward.nurse)
    refused(TextTooLong, record_procedure, ward.encounter, text="x" * 2_000_000, started_at=now, by=ward.nurse)
    refused(Malformed, record_procedure, ward.encounter, text="x", code="1", started_at=now, by=ward.nurse)
    refused(ChartNotVisible, record_procedure, ward.encounter, text="x", started_at=now, by=ward.stranger)


def test_decimals_keep_their_digits(ward):
    record_vitals(ward.encounter, values={"weight": Decimal("72.50")}, by=ward.nurse)
    assert str(Observation.objects.get().value) == "72.50"
