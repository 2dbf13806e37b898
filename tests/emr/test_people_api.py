"""People, staff and places over the API."""
import json
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from emr.actions.user import issue_token
from emr.models import Patient
from tests.factories import make_bed, make_department, make_encounter, make_patient, make_staff, make_system

pytestmark = pytest.mark.django_db
FULL = {"family": "Ёлкин", "given": "Пётр", "sex": "male", "birth_date": "1970-05-17", "phone": "8 029 123-45-67",
        "address": {"city": "Minsk"}, "identifiers": [{"system": "urn:passport", "value": "MP1"}]}


@pytest.fixture
def call(client):
    """call(role, method, path, data) -> (status, body)"""
    tokens = {}

    def perform(role, method, path, data=None, **headers):
        if role not in tokens:
            staff = make_staff(*([role] if isinstance(role, str) else role), login=f"api{len(tokens)}{uuid.uuid4().hex[:6]}")
            tokens[role] = issue_token(staff.user, by=make_system()).plain
        body = {"data": json.dumps(data or {}), "content_type": "application/json"} if method == "post" else {"data": data}
        answer = getattr(client, method)(f"/api/emr/{path}", **body,
                                         headers={"Authorization": f"Bearer {tokens[role]}", **headers})
        return answer.status_code, answer.json()

    return perform


def test_a_patient_is_registered_found_read_and_corrected(call):
    status, made = call("registrar", "post", "patients/register", FULL)
    assert status == 201 and made["family"] == "Ёлкин" and "phone" not in made
    assert call("registrar", "get", "patients", {"q": "tkrby 17.05.1970"})[1]["results"][0]["id"] == made["id"]
    status, read = call("registrar", "get", f"patients/{made['id']}")
    assert read["contacts"][0]["value"] == "+375291234567" and read["identifiers"][0]["value"] == "MP1"
    status, changed = call("registrar", "post", f"patients/{made['id']}/correct", {"given": "Павел"})
    assert (status, changed["given"], changed["family"]) == (201, "Павел", "Ёлкин")
    assert call("registrar", "post", f"patients/{made['id']}/correct", {})[1]["code"] == "emr.nothing_to_correct"


def test_a_likely_duplicate_comes_with_its_candidates(call):
    call("registrar", "post", "patients/register", FULL)
    status, refused = call("registrar", "post", "patients/register", FULL | {"identifiers": []})
    assert status == 422 and refused["code"] == "emr.likely_duplicate" and refused["data"]["candidates"][0]["points"] >= 60
    assert Patient.objects.count() == 1


def test_the_same_key_registers_once(call):
    key = {"Idempotency-Key": str(uuid.uuid4())}
    first, second = (call("registrar", "post", "patients/register", FULL, **key) for _time in range(2))
    assert first == second and Patient.objects.count() == 1


@pytest.mark.parametrize("wrong", [{"family": ""}, {"family": "x" * 500}, {"birth_date": "1970-13-41"},
                                   {"birth_date": "2990-01-01"},
                                   {"sex": "?"}, {"identifiers": "x"}, {"address": 1}, {"phone": "x" * 300},
                                   {"family": 7, "sex": []}])
def test_bad_input_is_refused_in_the_common_form(call, wrong):
    status, refused = call("registrar", "post", "patients/register", FULL | wrong)
    assert status in (400, 413, 422) and set(refused) == {"code", "message", "data"} and not Patient.objects.exists()


def test_records_are_joined_and_parted(call):
    one, other = make_patient(), make_patient()
    make_encounter(other, kind="EMER")
    status, seen = call("registrar", "get", f"patients/{one.pk}/merge-preview/{other.pk}")
    assert seen["possible"] and seen["moves"] == [{"kind": "stays and visits", "count": 1}]
    status, merge = call("registrar", "post", f"patients/{one.pk}/merge", {"retired": str(other.pk), "reason": "same"})
    assert status == 201 and merge["survivor"] == str(one.pk)
    assert call("registrar", "post", f"patients/{one.pk}/merge", {"retired": str(other.pk), "reason": "same"})[0] == 409
    assert call("registrar", "post", f"merges/{merge['id']}/unmerge", {"reason": "no"})[1]["undone_at"]
    assert call("registrar", "post", f"merges/{uuid.uuid4()}/unmerge", {"reason": "no"})[0] == 404


def test_a_stranger_is_told_nothing(call):
    patient = make_patient()
    absent, hidden = (call("ward_doctor", "get", f"patients/{pk}") for pk in (uuid.uuid4(), patient.pk))
    assert absent == hidden and absent[0] == 404
    assert call("ward_doctor", "post", f"patients/{patient.pk}/correct", {"family": "X"})[0] == 403
    assert call("manager", "get", "patients")[0] == 403


def test_an_unknown_person_is_registered_and_identified(call):
    unknown = call("er_nurse", "post", "patients/register-unknown", {"sex": "male", "age": 40})[1]
    assert unknown["is_unknown"] and unknown["number"].startswith("Unknown-")
    status, known = call("registrar", "post", f"patients/{unknown['id']}/identify", {"family": "Orlov"})
    assert status == 201 and not known["is_unknown"]


@pytest.mark.parametrize(("path", "role", "make"), [
    ("patients", "registrar", make_patient),
    ("staff", "admin", lambda: make_staff("lab", "ward_nurse", department=make_department())),
    ("departments", "registrar", make_department), ("beds", "registrar", make_bed)])
def test_lists_cost_the_same_for_one_row_and_for_many(call, path, role, make):
    make()
    call(role, "get", path)

    def count():
        with CaptureQueriesContext(connection) as queries:
            assert call(role, "get", path)[0] == 200
        return len(queries)

    few = count()
    for _n in range(5):
        make()
    assert count() == few <= 8


def test_tokens_and_staff_over_the_api(call):
    made = call("admin", "post", "staff/enrol", {"family": "Robot", "code": "R1", "kind": "integration", "username": "robot"})[1]
    assert call("admin", "post", f"staff/{made['id']}/grant-role", {"role": "integration"})[0] == 201
    from emr.models import User

    token = call("admin", "post", "tokens/issue", {"user": str(User.objects.get(username="robot").pk)})[1]
    assert token["token"] and not call("admin", "get", "tokens")[1]["results"][0]["token"]
    assert call("admin", "post", f"tokens/{token['id']}/revoke")[0] == 201
    assert call("admin", "get", f"staff/{made['id']}")[1]["roles"][0]["role"] == "integration"
