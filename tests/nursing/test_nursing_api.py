"""The API of the bedside: one POST per act, refusals with codes, nothing half-written, never a 500."""
import json
import uuid

import pytest
from django.test import Client

from emr import clock
from emr.models import JournalEntry, Observation, User
from nursing.models import MedicationAdministration
from tests.factories import PIN, give_pin
from tests.nursing.factories import make_as_needed, make_medication, make_ward

pytestmark = pytest.mark.django_db


@pytest.fixture
def ward():
    return make_ward()


def client_of(staff):
    staff.user = User.objects.create(username=f"u{staff.code}")
    staff.save()
    client = Client(raise_request_exception=False)
    client.force_login(staff.user)
    return client


def post(client, path, data=None, *, key=True, body=None, **headers):
    more = {"HTTP_IDEMPOTENCY_KEY": str(uuid.uuid4())} if key is True else {"HTTP_IDEMPOTENCY_KEY": key} if key else {}
    return client.post(f"/api/nursing/{path}", body if body is not None else json.dumps(data or {}),
                       content_type="application/json", **more, **headers)


def test_a_dose_is_given_over_the_api_and_repeated_with_the_same_answer(ward):
    client, key = client_of(ward.nurse), str(uuid.uuid4())
    first = post(client, f"doses/{ward.dose.pk}/administer", {"amount": "1"}, key=key)
    assert first.status_code == 201 and first.json()["performer_name"] == "Ivanova A."
    assert post(client, f"doses/{ward.dose.pk}/administer", {"amount": "1"}, key=key).json() == first.json()
    refused = post(client, f"doses/{ward.dose.pk}/administer")
    assert (refused.status_code, refused.json()["code"]) == (409, "nursing.dose_already_recorded")
    assert "Ivanova A." in refused.json()["message"] and refused.json()["data"]["at"]


def test_a_dose_needs_its_key(ward):
    answer = post(client_of(ward.nurse), f"doses/{ward.dose.pk}/administer", key=False)
    assert (answer.status_code, answer.json()["code"]) == (428, "emr.request_key_missing")


@pytest.mark.parametrize("path, data, status, code", [
    ("doses/{dose}/refuse", {"reason": "x" * 2_000_000}, 413, "emr.text_too_long"),
    ("doses/{dose}/refuse", {}, 400, "emr.malformed"),
    ("doses/{dose}/administer", {"site": "x" * 2_000_000}, 413, "emr.text_too_long"),
    ("doses/{dose}/administer", {"amount": "1" * 2_000_000}, 400, "emr.malformed"),
    ("doses/{dose}/administer", {"amount": "-1"}, 422, "nursing.amount_not_positive"),
    ("doses/{dose}/administer", {"given_at": "2150-01-01T00:00:00Z"}, 422, "emr.time_in_future"),
    ("doses/{dose}/administer", {"given_at": "1851-01-01T00:00:00Z"}, 422, "nursing.before_the_stay"),
    ("doses/{dose}/administer", {"given_at": "yesterday"}, 400, "emr.malformed"),
    ("doses/{dose}/administer", {"witness": "00000000-0000-0000-0000-000000000000"}, 404, "emr.not_found"),
    ("doses/{dose}/administer", {"lot": "x"}, 400, "emr.malformed"),
    ("doses/00000000-0000-0000-0000-000000000000/administer", {}, 404, "emr.chart_not_visible"),
    ("encounters/{encounter}/vitals", {"values": {"temperature": 366}}, 422, "nursing.implausible_value"),
    ("encounters/{encounter}/vitals", {"values": {"temperature": {"a": 1}}}, 400, "emr.malformed"),
    ("encounters/{encounter}/vitals", {"values": {"x" * 2_000_000: 1}}, 400, "emr.malformed"),
    ("encounters/{encounter}/vitals", {"values": {"temperature": 36.6}, "note": "x" * 2_000_000}, 413, "emr.text_too_long"),
    ("encounters/{encounter}/vitals", {"values": []}, 400, "emr.malformed"),
    ("encounters/{encounter}/procedures", {"text": "x" * 2_000_000, "started_at": "2020-01-01T00:00:00Z"}, 413,
     "emr.text_too_long"),
])
def test_bad_input_is_refused_with_a_code_and_nothing_is_written(ward, path, data, status, code):
    answer = post(client_of(ward.nurse), path.format(dose=ward.dose.pk, encounter=ward.encounter.pk), data)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not MedicationAdministration.objects.exists() and not JournalEntry.objects.exists() and not Observation.objects.exists(
        )


@pytest.mark.parametrize("body", [b"\xff\xfe{\x00}\x00", "{\"reason\": \"тошнота\"}".encode("cp1251"), b"{", b"[1]",
                                  b'{"reason": "a\\u0000b"}', b'{"reason": "a", "reason": "b"}', b'{"reason": "\\ud800"}'])
def test_the_wrong_encoding_is_refused(ward, body):
    answer = post(client_of(ward.nurse), f"doses/{ward.dose.pk}/refuse", body=body)
    assert (answer.status_code, answer.json()["code"]) == (400, "emr.malformed") and not MedicationAdministration.objects.exists()


def test_a_dose_of_a_strangers_order_is_refused_like_one_that_does_not_exist(ward):
    answer = post(client_of(ward.stranger), f"doses/{ward.dose.pk}/administer")
    assert (answer.status_code, answer.json()["code"]) == (404, "emr.chart_not_visible")
    answer = post(client_of(ward.doctor), f"doses/{ward.dose.pk}/administer")
    assert (answer.status_code, answer.json()["code"]) == (403, "emr.not_permitted")
    assert post(Client(), f"doses/{ward.dose.pk}/administer").status_code == 401
    assert not MedicationAdministration.objects.exists()


def test_lists_are_paged_and_bound_to_care_links(ward):
    nurse, stranger = client_of(ward.nurse), client_of(ward.stranger)
    found = nurse.get("/api/nursing/doses").json()
    assert (found["count"], found["results"][0]["status"], found["results"][0]["id"]) == (1, "due", str(ward.dose.pk))
    assert stranger.get("/api/nursing/doses").json()["count"] == 0
    assert stranger.get(f"/api/nursing/doses?department={ward.department.pk}").status_code == 404
    given = post(nurse, f"doses/{ward.dose.pk}/administer").json()
    assert nurse.get(f"/api/nursing/administrations/{given['id']}").json() == given
    assert nurse.get(f"/api/nursing/patients/{ward.patient.pk}/administrations").json()["count"] == 1
    assert stranger.get(f"/api/nursing/administrations/{given['id']}").status_code == 404
    assert stranger.get(f"/api/nursing/patients/{ward.patient.pk}/administrations").status_code == 404
    undone = post(nurse, f"administrations/{given['id']}/undo", {"reason": "wrong patient"})
    assert undone.status_code == 201 and undone.json()["error_reason"] == "wrong patient"


def test_as_needed_witness_and_vitals_over_the_api(ward):
    nurse = client_of(ward.nurse)
    request = make_as_needed(ward.encounter, medication=make_medication(is_high_risk=True))
    answer = post(nurse, f"medication-requests/{request.pk}/give")
    assert answer.json()["code"] == "nursing.witness_missing"
    give_pin(ward.colleague)
    unproven = post(nurse, f"medication-requests/{request.pk}/give", {"witness": str(ward.colleague.pk)})
    assert (unproven.status_code, unproven.json()["code"]) == (422, "emr.pin_missing")
    answer = post(nurse, f"medication-requests/{request.pk}/give", {"witness": str(ward.colleague.pk), "witness_pin": PIN,
                                                                    "reason": "pain 6"})
    assert answer.status_code == 201 and answer.json()["reason"] == "pain 6"
    answer = post(nurse, f"medication-requests/{request.pk}/give", {"witness": str(ward.colleague.pk), "witness_pin": PIN})
    assert (answer.status_code, answer.json()["code"]) == (409, "nursing.too_soon")
    panel = post(nurse, f"encounters/{ward.encounter.pk}/vitals", {"values": {"temperature": 36.6, "oxygen": False}})
    assert panel.status_code == 201
    assert post(nurse, f"vitals/{panel.json()['panel_id']}/undo", {"reason": "typing"}).status_code == 201
    assert post(nurse, f"encounters/{ward.encounter.pk}/procedures", {"text": "Catheter", "started_at": clock.now()
                                                                      .isoformat()}).status_code == 201
