"""Requests that are no drugs, and what the patient says to take."""
import pytest

from emr import clock
from emr.errors import Refusal
from emr.models import JournalEntry
from orders.actions.medication_statement import record_medication_statement, withdraw_statement
from orders.actions.service_request import cancel_request, request_service
from orders.models import MedicationStatement, ServiceRequest
from orders.queries import service_request as queries
from tests.factories import make_encounter
from tests.orders.factories import HOUR, make_ward

pytestmark = pytest.mark.django_db


@pytest.fixture
def ward():
    return make_ward()


def refused(code, deed):
    before = list(ServiceRequest.objects.order_by("pk").values()), JournalEntry.objects.count()
    with pytest.raises(Refusal) as caught:
        deed()
    assert caught.value.code == code and str(caught.value)
    assert (list(ServiceRequest.objects.order_by("pk").values()), JournalEntry.objects.count()) == before


def test_a_request_names_what_is_asked_for_by_whom_and_when(ward):
    doctor, stay = ward
    row = request_service(stay.pk, by=doctor, category="laboratory", text=" Potassium ", code="2823-3", system="http://loinc.org",
                          priority="stat", reason="arrhythmia")
    assert (row.text, row.requester, row.patient_id) == ("Potassium", doctor, stay.patient_id)
    assert [found.status for found in queries.of_encounter(stay)] == ["active"]


@pytest.mark.parametrize(("code", "values"), [
    ("orders.text_missing", {"text": "  "}), ("emr.malformed", {"category": "massage"}), ("emr.malformed", {"priority": "soon"})])
def test_a_request_that_lacks_something_is_refused(ward, code, values):
    doctor, stay = ward
    refused(code, lambda: request_service(stay, by=doctor, **{"category": "laboratory", "text": "CBC"} | values))


def test_a_finished_stay_takes_no_request(ward):
    over = make_encounter(department=ward[1].department, finished_at=clock.now() - HOUR, disposition="home")
    refused("emr.encounter_is_finished", lambda: request_service(over, by=ward[0], category="laboratory", text="CBC"))


def test_a_panel_belongs_to_the_same_stay_and_goes_with_its_tests(ward):
    doctor, stay = ward
    panel = request_service(stay, by=doctor, category="laboratory", text="Electrolytes")
    part = request_service(stay, by=doctor, category="laboratory", text="Sodium", part_of=panel)
    other = make_encounter(department=stay.department)
    refused("orders.other_encounter", lambda: request_service(other, by=doctor, category="laboratory", text="x", part_of=panel))
    cancel_request(panel, by=doctor, reason="done yesterday")
    part.refresh_from_db()
    assert part.cancel_reason == "done yesterday"
    assert [row.status for row in queries.of_encounter(stay)] == ["revoked", "revoked"]
    refused("orders.already_cancelled", lambda: cancel_request(part, by=doctor, reason="again"))
    refused("orders.already_cancelled", lambda: request_service(
        stay, by=doctor, category="laboratory", text="Chloride", part_of=panel))


def test_a_cancellation_needs_a_reason(ward):
    doctor, stay = ward
    row = request_service(stay, by=doctor, category="imaging", text="Chest X-ray")
    refused("emr.reason_missing", lambda: cancel_request(row, by=doctor, reason=" "))


def test_the_requests_of_a_stay_take_one_statement(ward, django_assert_num_queries):
    doctor, stay = ward
    for text in ("CBC", "CRP"):
        request_service(stay, by=doctor, category="laboratory", text=text)
    with django_assert_num_queries(1):
        assert [(row.text, row.requester.family, row.performer)[0] for row in queries.of_encounter(stay, "laboratory")] == [
            "CRP", "CBC"]


def test_what_the_patient_takes_is_noted_and_taken_back(ward):
    doctor, patient = ward[0], ward[1].patient
    row = record_medication_statement(patient, by=doctor, text="Aspirin", dosage_text="100 mg in the morning")
    withdraw_statement(row, by=doctor, reason="it was his wife's")
    assert not MedicationStatement.objects.live().exists()
    for code, deed in (("emr.already_in_error", lambda: withdraw_statement(row, by=doctor, reason="x")),
                       ("orders.text_missing", lambda: record_medication_statement(patient, by=doctor, text=" "))):
        with pytest.raises(Refusal) as caught:
            deed()
        assert caught.value.code == code
    assert MedicationStatement.objects.count() == 1
