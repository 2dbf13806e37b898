"""The REST interface of the door: lists, one POST per act, refusals with their code."""
import uuid

import pytest

from admissions.actions.admission import admit_patient
from emr.models import Encounter
from tests.factories import make_patient, make_staff


@pytest.fixture
def call(client, house):
    """POST (or GET without data) as a person of this role."""

    def perform(role, path, data=None, key=True):
        department = house.emergency if role.startswith("er_") else house.therapy
        client.force_login(make_staff(role, department=department, login=uuid.uuid4().hex).user)
        if data is None:
            return client.get(f"/api/admissions/{path}")
        headers = {"Idempotency-Key": str(uuid.uuid4())} if key else {}
        return client.post(f"/api/admissions/{path}", data, content_type="application/json", headers=headers)

    return perform


def test_a_visit_from_arrival_to_the_bed_and_home(house, call):
    patient = make_patient()
    visit = call("er_nurse", "emergency-visits/register", {"patient": str(patient.pk), "department": str(house.emergency.pk)})
    assert visit.status_code == 201 and visit.json()["kind"] == "EMER"
    at = f"emergency-visits/{visit.json()['id']}"
    assert call("er_nurse", f"{at}/triage", {"level": 2}).json()["level"] == 2
    moment = call("er_doctor", f"{at}/stamp", {"kind": "first-contact"}).json()
    assert call("er_doctor", f"moments/{moment['id']}/undo", {"reason": "mistake"}).json()["error_at"]
    asked = call("er_doctor", f"{at}/request-admission", {"department": str(house.therapy.pk), "reason": "flu"}).json()
    assert call("ward_doctor", f"admission-requests/{asked['id']}/answer", {"accept": True}).json()["state"] == "accepted"
    assert call("ward_doctor", "admission-requests").json()["count"] == 1
    stay = call("ward_doctor", "stays/admit", {"patient": str(patient.pk), "bed": str(house.bed.pk), "request": asked["id"]})
    assert stay.status_code == 201 and stay.json()["part_of"] == visit.json()["id"]
    at = f"stays/{stay.json()['id']}"
    assert call("ward_nurse", f"{at}/transfer", {"bed": str(house.other_bed.pk)}).status_code == 201
    assert [bed["label"] for bed in call("ward_nurse", "beds/free").json()["results"]] == [house.bed.label]
    assert call("ward_doctor", "stays").json()["count"] == 1
    home = call("ward_doctor", f"{at}/discharge", {"conditions": [{"text": "Influenza"}]})
    assert home.json()["status"] == "finished"


def test_the_summary_is_drafted_and_signed(house, client):
    doctor = make_staff("ward_doctor", department=house.therapy, login="doctor")
    client.force_login(doctor.user)
    stay = admit_patient(make_patient(), by=doctor, bed=house.bed)

    def post(path, data):
        return client.post(f"/api/admissions/{path}", data, content_type="application/json").json()

    post(f"stays/{stay.pk}/discharge", {"conditions": [{"text": "Influenza"}]})
    draft = post(f"stays/{stay.pk}/draft-discharge", {"language": "ru"})
    assert draft["status"] == "draft" and draft["language"] == "ru"
    signed = post(f"summaries/{draft['id']}/sign", {"edited": 0})
    assert signed["status"] == "signed" and signed["sha256"]


def test_an_arrival_needs_its_key(house, call):
    answer = call("er_nurse", "emergency-visits/register",
                  {"patient": str(make_patient().pk), "department": str(house.emergency.pk)}, key=False)
    assert answer.status_code == 428 and not Encounter.objects.exists()


def test_a_taken_bed_is_a_conflict_that_names_the_occupant(house, call):
    admit_patient(make_patient(family="Petrova"), by=house.doctor, bed=house.bed)
    answer = call("ward_doctor", "stays/admit", {"patient": str(make_patient().pk), "bed": str(house.bed.pk)})
    assert answer.status_code == 409 and answer.json()["code"] == "emr.bed_is_taken" and "Petrova" in answer.json()["message"]


@pytest.mark.parametrize("path, data", [
    ("stays/{0}/transfer", {"bed": "{0}"}), ("emergency-visits/{0}/triage", {"level": 1}), ("stays/admit", {"patient": "{0}"}),
    ("admission-requests/{0}/answer", {"accept": True}), ("moments/{0}/undo", {"reason": "x"}),
    ("summaries/{0}/sign", {}), ("stays/{0}/draft-discharge", {})])
def test_rows_that_do_not_exist_are_not_found(house, call, path, data):
    nobody = str(uuid.uuid4())
    role = "er_nurse" if path.startswith(("emergency", "moments")) else "ward_doctor"
    data = {key: value.format(nobody) if isinstance(value, str) else value for key, value in data.items()}
    assert call(role, path.format(nobody), data).status_code == 404


def test_the_api_asks_the_discharge_checklist(house, call):
    from emr.actions.document import write_document

    stay = admit_patient(make_patient(), by=house.doctor, bed=house.bed)
    write_document(stay.patient, by=house.doctor, kind="progress-note", title="Day 2", encounter=stay, sections=[{"text": "x"}])
    answer = call("ward_doctor", f"stays/{stay.pk}/discharge", {})
    assert (answer.status_code, answer.json()["code"]) == (409, "admissions.checklist_is_open")
