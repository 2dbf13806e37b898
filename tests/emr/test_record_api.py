"""The chart over the API."""
import base64
import datetime as dt
import hashlib
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from emr import clock
from emr.models import AccessEntry, ApiToken, Document, JournalEntry, Observation
from tests.factories import make_department, make_encounter, make_staff, make_system

SECTIONS = [{"key": "a", "title": "Complaints", "text": "cough"}]


class Caller:
    def __init__(self, client, staff):
        plain = uuid.uuid4().hex
        ApiToken.objects.create(user=staff.user, sha256=hashlib.sha256(plain.encode()).hexdigest(),
                                expires_at=clock.now() + dt.timedelta(days=1))
        self.client, self.headers = client, {"Authorization": f"Bearer {plain}"}

    def get(self, address, **query):
        return self.client.get(f"/api/emr/{address}", query, headers=self.headers)

    def post(self, address, data=None, key=None):
        headers = self.headers | ({"Idempotency-Key": str(key)} if key else {})
        return self.client.post(f"/api/emr/{address}", data or {}, "application/json", headers=headers)


@pytest.fixture
def ward(db, client):
    department = make_department()
    doctor = make_staff("ward_doctor", department=department, login="doctor")
    return Caller(client, doctor), make_encounter(department=department)


def test_a_diagnosis_goes_in_once_per_key_and_comes_out(ward):
    caller, stay = ward
    address, key = f"patients/{stay.patient_id}/conditions", uuid.uuid4()
    for _ in range(2):
        answer = caller.post(f"{address}/record", {"text": "Asthma", "stage": "clinical", "encounter": str(stay.pk)}, key)
        assert answer.status_code == 201
    page = caller.get(address).json()
    assert page["count"] == 1 and page["results"][0]["text"] == "Asthma"
    assert caller.post(f"conditions/{page['results'][0]['id']}/withdraw", {"reason": "wrong"}).status_code == 201
    assert caller.post(f"conditions/{page['results'][0]['id']}/withdraw", {"reason": "wrong"}).json()["code"] == \
        "emr.already_in_error"


def test_a_document_goes_its_way_with_a_stale_edit_refused(ward):
    caller, stay = ward
    written = caller.post(f"patients/{stay.patient_id}/documents/write", {
        "kind": "progress-note", "title": "Day 2", "sections": SECTIONS}).json()
    edit = {"sections": [{"text": "less cough"}], "edited": 0}
    assert caller.post(f"documents/{written['id']}/edit", edit).json()["edited"] == 1
    stale = caller.post(f"documents/{written['id']}/edit", edit)
    assert (stale.status_code, stale.json()["code"]) == (412, "emr.stale_draft")
    assert caller.post(f"documents/{written['id']}/sign", {"edited": 1}).json()["status"] == "signed"
    amended = caller.post(f"documents/{written['id']}/amend", {"sections": SECTIONS, "reason": "clearer"}).json()
    assert amended["version"] == 2 and amended["replaces"] == written["id"]
    listed = caller.get(f"patients/{stay.patient_id}/documents").json()
    assert listed["count"] == 2 and "sections" not in listed["results"][0]
    assert caller.get(f"documents/{written['id']}").json()["sections"][0]["text"] == "less cough"


def test_allergies_files_and_the_story(ward):
    caller, stay = ward
    patient = f"patients/{stay.patient_id}"
    assert caller.post(f"{patient}/allergies/record-none-known").status_code == 201
    assert caller.post(f"{patient}/allergies/record", {"substance": "Latex"}).status_code == 201
    assert caller.post(f"{patient}/allergies/record-none-known").status_code == 409
    body = base64.b64encode(b"%PDF-1.7").decode()
    assert caller.post(f"{patient}/files/attach", {"title": "ECG", "content_type": "application/pdf",
                                                   "body": body}).json()["size"] == 8
    assert caller.post(f"{patient}/files/attach", {"title": "x", "content_type": "image/png",
                                                   "body": body}).status_code == 415
    assert caller.post(f"{patient}/files/attach", {"title": "x", "content_type": "image/png",
                                                   "body": "?"}).status_code == 400
    acts = [row["act"] for row in caller.get(f"{patient}/journal").json()["results"]]
    assert acts == ["emr.attach_file", "emr.record_allergy", "emr.record_no_known_allergy"]


@pytest.mark.parametrize("name", ["conditions", "allergies", "observations", "documents", "files", "encounters", "journal"])
def test_a_list_takes_the_same_few_statements_however_long(ward, name):
    caller, stay = ward
    patient = f"patients/{stay.patient_id}"
    counts = []
    for n in range(3):
        for _ in range(n * 4):
            caller.post(f"{patient}/conditions/record", {"text": "x", "stage": "clinical"})
            caller.post(f"{patient}/documents/write", {"kind": "report", "title": "x", "sections": SECTIONS})
            Observation.objects.create(patient=stay.patient, category="exam", name="x", value=1,
                                       effective_at=stay.started_at, recorded_by=make_system())
        with CaptureQueriesContext(connection) as captured:
            assert caller.get(f"{patient}/{name}").status_code == 200
        counts.append(len(captured))
    assert counts[1] == counts[2] <= 13


@pytest.mark.parametrize("address", ["patients/{patient}/conditions", "patients/{patient}/documents", "documents/{document}",
                                     "encounters/{stay}", "patients/{patient}/journal", "patients/{patient}/observations"])
def test_a_stranger_gets_404_and_leaves_no_reading(ward, client, address):
    caller, stay = ward
    document = caller.post(f"patients/{stay.patient_id}/documents/write", {
        "kind": "report", "title": "x", "sections": SECTIONS}).json()["id"]
    AccessEntry.objects.all()
    stranger = Caller(client, make_staff("ward_doctor", department=make_department(), login="stranger"))
    answer = stranger.get(address.format(patient=stay.patient_id, document=document, stay=stay.pk))
    absent = stranger.get(address.format(patient=uuid.uuid4(), document=uuid.uuid4(), stay=uuid.uuid4()))
    assert answer.status_code == absent.status_code == 404 and answer.json() == absent.json()
    assert not AccessEntry.objects.filter(by_staff__user__username="stranger").exists()


def test_a_stranger_writes_nothing(ward, client):
    _caller, stay = ward
    stranger = Caller(client, make_staff("ward_doctor", department=make_department(), login="stranger"))
    before = JournalEntry.objects.count()
    for address, data in (("conditions/record", {"text": "x", "stage": "clinical"}), ("allergies/record", {"substance": "x"}),
                          ("documents/write", {"kind": "report", "title": "x", "sections": SECTIONS})):
        answer = stranger.post(f"patients/{stay.patient_id}/{address}", data)
        assert (answer.status_code, answer.json()["code"]) == (404, "emr.chart_not_visible")
    assert JournalEntry.objects.count() == before and not Document.objects.exists()


@pytest.mark.parametrize("data", [{}, {"text": "x"}, {"text": "x", "stage": "no"}, {"text": "x" * 501, "stage": "final"},
                                  {"text": "x", "stage": "final", "onset": "spring"}, {"text": ["x"], "stage": "final"}])
def test_malformed_input_is_400(ward, data):
    caller, stay = ward
    assert caller.post(f"patients/{stay.patient_id}/conditions/record", data).status_code == 400
