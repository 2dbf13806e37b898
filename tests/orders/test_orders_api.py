"""The REST face of orders: rows, lists, acts, refusals."""
import uuid

import pytest

from emr.models import JournalEntry
from orders.models import MedicationRequest, ServiceRequest, StockMove
from tests.factories import make_department, make_staff, number
from tests.orders.factories import make_allergy, make_medication, make_stock, make_ward, prescribe, sign_in

pytestmark = pytest.mark.django_db
ABSENT = "01a00000-0000-7000-8000-000000000000"


@pytest.fixture
def ward():
    return make_ward()


@pytest.fixture
def doctor(ward, client):
    sign_in(client, ward[0])
    return ward[0]


def post(client, address, data=None, key=None):
    return client.post(f"/api/orders/{address}", data or {}, content_type="application/json",
                       headers={"Idempotency-Key": str(key)} if key else None)


def order_of(drug, **values):
    return {"medication": str(drug.pk), "dose": "2.50", "dose_unit": "mg", "timing": {"every_hours": 6}} | values


def test_an_order_is_prescribed_read_held_changed_and_stopped(ward, doctor, client):
    stay, key = ward[1], uuid.uuid4()
    answers = [post(client, f"encounters/{stay.pk}/prescribe", order_of(make_medication()), key) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json()["id"] == answers[1].json()["id"] and answers[0].json()["dose"] == "2.5"
    pk = answers[0].json()["id"]
    assert post(client, f"orders/{pk}/hold", {"reason": "operation"}).status_code == 201
    read = client.get(f"/api/orders/orders/{pk}").json()
    assert (read["status"], read["hold_reason"]) == ("on-hold", "operation")
    assert post(client, f"orders/{pk}/resume").status_code == 201
    changed = post(client, f"orders/{pk}/change", {"reason": "fever", "dose": "5"}).json()
    assert (changed["replaces"], changed["dose"]) == (pk, "5")
    assert post(client, f"orders/{changed['id']}/stop", {"reason": "done"}).json()["stop_reason"] == "done"
    again = post(client, f"orders/{changed['id']}/stop", {"reason": "done"})
    assert (again.status_code, again.json()["code"]) == (409, "orders.already_stopped")
    rows = client.get(f"/api/orders/encounters/{stay.pk}/orders").json()
    assert (rows["count"], {row["status"] for row in rows["results"]}) == (2, {"stopped"})
    assert client.get(f"/api/orders/orders/{pk}/doses").json()["count"] == 8


@pytest.mark.parametrize(("values", "status", "code"), [
    ({"medication": ABSENT}, 422, "orders.unknown_medication"), ({"dose": "0"}, 422, "orders.dose_not_positive"),
    ({"timing": {"every_hours": 0}}, 422, "orders.timing_not_understood"), ({"timing": [1]}, 422, "orders.timing_not_understood"),
    ({"timing": "BID"}, 422, "orders.timing_not_understood"), ({"timing": {}}, 422, "orders.timing_missing"),
    ({"dose": None}, 400, "emr.malformed"), ({"days": "x"}, 400, "emr.malformed"),
    ({"dose_unit": "m" * 21}, 400, "emr.malformed")])
def test_a_refusal_has_its_code_and_status_and_writes_nothing(ward, doctor, client, values, status, code):
    answer = post(client, f"encounters/{ward[1].pk}/prescribe", order_of(make_medication(), **values))
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not MedicationRequest.objects.exists() and not JournalEntry.objects.exists()


def test_an_allergy_is_told_with_its_substance(ward, doctor, client):
    make_allergy(ward[1].patient, "Penicillin")
    drug = make_medication(ingredients=["penicillin g potassium"])
    answer = post(client, f"encounters/{ward[1].pk}/prescribe", order_of(drug))
    assert (answer.status_code, answer.json()["code"]) == (422, "orders.check_unanswered")
    assert [(each["rule"], each["about"]) for each in answer.json()["data"]["findings"]] == [("allergy:substance", "Penicillin")]
    assert post(client, f"encounters/{ward[1].pk}/prescribe", order_of(drug, override_reason="tolerated")).status_code == 201


@pytest.mark.parametrize("address", [f"encounters/{ABSENT}/prescribe", f"orders/{ABSENT}/stop", f"orders/{ABSENT}/change",
                                     f"encounters/{ABSENT}/request", f"requests/{ABSENT}/cancel"])
def test_acts_on_absent_rows_are_not_found(doctor, client, address):
    kind = "inpatient" if "prescribe" in address else "laboratory"
    data = order_of(make_medication()) | {"reason": "x", "category": kind, "text": "CBC"}
    assert post(client, address, data).status_code == 404


def test_a_request_is_made_listed_and_cancelled(ward, doctor, client):
    stay = ward[1]
    made = post(client, f"encounters/{stay.pk}/request", {"category": "imaging", "text": "Chest X-ray",
                                                          "priority": "urgent"}).json()
    assert client.get(f"/api/orders/requests/{made['id']}").json()["status"] == "active"
    listed = client.get(f"/api/orders/encounters/{stay.pk}/requests?category=imaging").json()
    assert [row["text"] for row in listed["results"]] == ["Chest X-ray"]
    assert post(client, f"requests/{made['id']}/cancel", {"reason": "done"}).status_code == 201
    assert ServiceRequest.objects.get().cancel_reason == "done"
    assert post(client, f"encounters/{stay.pk}/request", {"category": "imaging", "text": "x", "code": "1"}).status_code == 400


def test_a_statement_of_the_patient_is_noted(ward, doctor, client):
    answer = post(client, f"patients/{ward[1].patient_id}/statements", {"text": "Aspirin", "dosage_text": "100 mg"})
    assert (answer.status_code, answer.json()["text"]) == (201, "Aspirin")


def test_a_stranger_reads_nothing(ward, client):
    order = prescribe(ward[1], ward[0])
    sign_in(client, make_staff("ward_doctor", department=make_department(), login=f"stranger{number()}"))
    for address in (f"orders/{order.pk}", f"orders/{order.pk}/doses", f"encounters/{ward[1].pk}/orders"):
        assert client.get(f"/api/orders/{address}").status_code == 404


def test_the_pharmacy_moves_stock_and_nobody_is_told_its_cost(client):
    store, drug = make_department("pharmacy"), make_medication()
    sign_in(client, make_staff("pharmacist", login=f"pharmacist{number()}"))
    delivery = {"department": str(store.pk), "lot_number": "A1", "expires_on": "2031-01-31", "quantity": "5", "unit_cost": "0.35"}
    move = post(client, f"medications/{drug.pk}/receive", delivery).json()
    assert post(client, f"medications/{drug.pk}/receive", delivery | {"department": ABSENT}).status_code == 404
    waste = post(client, f"lots/{move['lot']}/waste", {"department": str(store.pk), "quantity": "9", "reason": "x"})
    assert (waste.status_code, waste.json()["code"]) == (409, "orders.not_enough_stock")
    assert post(client, f"moves/{move['id']}/undo", {"reason": "wrong"}).json()["mirrors"] == move["id"]
    assert StockMove.objects.filter(mirrors=move["id"]).exists()
    make_stock(drug, store, quantity=3)
    row, = client.get(f"/api/orders/stock?department={store.pk}").json()["results"]
    assert row["left"] == "3" and "unit_cost" not in row


def test_the_formulary_is_read_and_added_to(client):
    sign_in(client, make_staff("pharmacist", login=f"pharmacist{number()}"))
    assert post(client, "medications/add", {"code": "A1", "name": "Aspirin", "ingredients": ["aspirin"]}).status_code == 201
    assert post(client, "medications/add", {"code": "A1", "name": "Aspirin"}).json()["code"] == "orders.medication_code_taken"
    assert client.get("/api/orders/medications?q=aspi").json()["results"][0]["code"] == "A1"


def test_lists_take_the_same_number_of_statements_however_long(ward, doctor, client, django_assert_max_num_queries):
    for _ in range(8):
        prescribe(ward[1], doctor, medication=make_medication())
    with django_assert_max_num_queries(12):
        assert client.get(f"/api/orders/encounters/{ward[1].pk}/orders").json()["count"] == 8


def test_without_signing_in_nothing_is_answered(ward, client):
    assert client.get(f"/api/orders/encounters/{ward[1].pk}/orders").status_code == 401
