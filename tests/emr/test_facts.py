"""Diagnoses, allergies, values and files of the chart."""
import datetime as dt
import uuid
from decimal import Decimal

import pytest

from emr import acts, clock
from emr.actions.allergy_intolerance import record_allergy, record_no_known_allergy, withdraw_allergy
from emr.actions.attachment_file import attach_file
from emr.actions.condition import record_condition, withdraw_condition
from emr.actions.observation import add_observations, withdraw_panel
from emr.errors import Refusal
from emr.models import AllergyIntolerance, AttachmentFile, Condition, JournalEntry, Observation
from tests.emr.test_documents import refused
from tests.factories import make_department, make_encounter, make_staff, make_system
from tests.races import at_once


def make_ward():
    department = make_department()
    return make_staff("ward_doctor", department=department), make_encounter(department=department)


@pytest.fixture
def ward(db):
    return make_ward()


def test_a_diagnosis_is_recorded_at_its_stage_with_both_times(ward):
    doctor, stay = ward
    stated = clock.now() - dt.timedelta(hours=2)
    condition = record_condition(stay.patient, by=doctor, text=" Pneumonia ", stage="admitting", code="J18.9",
                                 system="http://hl7.org/fhir/sid/icd-10", asserted_at=stated,
                                 encounter=stay, onset="2026-11")
    assert (condition.text, condition.asserted_at, condition.recorded_by) == ("Pneumonia", stated, doctor)
    assert condition.recorded_at > stated and JournalEntry.objects.get().about() == condition


def test_a_later_view_replaces_the_earlier_one_once(ward):
    doctor, stay = ward
    first = record_condition(stay.patient, by=doctor, text="Pneumonia?", stage="admitting", verification="provisional")
    final = record_condition(stay.patient, by=doctor, text="Pneumonia", stage="final", replaces=first)
    assert final.replaces == first
    refused("emr.condition_already_replaced", record_condition, stay.patient, by=doctor, text="Other", stage="final",
            replaces=first)


@pytest.mark.parametrize(("values", "code"), [
    ({"text": " "}, "emr.malformed"), ({"stage": "guess"}, "emr.malformed"), ({"verification": "x"}, "emr.malformed"),
    ({"code": "J18"}, "emr.code_without_system"), ({"text": "x" * 501}, "emr.text_too_long"),
    ({"asserted_at": dt.datetime(2999, 1, 1, tzinfo=dt.UTC)}, "emr.time_in_future"),
])
def test_a_diagnosis_that_cannot_be_is_refused(ward, values, code):
    doctor, stay = ward
    refused(code, record_condition, stay.patient, by=doctor, **{"text": "Pneumonia", "stage": "final"} | values)
    assert not Condition.objects.exists()


def test_a_diagnosis_is_withdrawn_once_with_a_reason_and_stays_readable(ward):
    doctor, stay = ward
    condition = record_condition(stay.patient, by=doctor, text="Pneumonia", stage="final")
    refused("emr.reason_missing", withdraw_condition, condition, by=doctor, reason="")
    withdraw_condition(condition, by=doctor, reason="wrong chart")
    condition.refresh_from_db()
    assert (condition.error_by, condition.error_reason, condition.text) == (doctor, "wrong chart", "Pneumonia")
    refused("emr.already_in_error", withdraw_condition, condition, by=doctor, reason="again")


def test_an_absent_fact_is_not_found(ward):
    doctor, _stay = ward
    refused("emr.not_found", withdraw_condition, uuid.uuid4(), by=doctor, reason="x")
    refused("emr.chart_not_visible", record_condition, uuid.uuid4(), by=doctor, text="x", stage="final")


def test_an_allergy_ends_the_statement_that_none_is_known(ward):
    doctor, stay = ward
    none = record_no_known_allergy(stay.patient, by=doctor)
    record_allergy(stay.patient, by=doctor, substance="Penicillin", criticality="high", reaction="urticaria")
    none.refresh_from_db()
    assert none.ended_at is not None
    refused("emr.allergies_are_known", record_no_known_allergy, stay.patient, by=doctor)


def test_asking_again_renews_the_statement(ward):
    doctor, stay = ward
    record_no_known_allergy(stay.patient, by=doctor)
    record_no_known_allergy(stay.patient, by=doctor)
    assert AllergyIntolerance.objects.live().filter(ended_at__isnull=True).count() == 1


def test_the_same_allergy_is_not_recorded_twice_until_withdrawn(ward):
    doctor, stay = ward
    allergy = record_allergy(stay.patient, by=doctor, substance="Penicillin")
    refused("emr.allergy_already_known", record_allergy, stay.patient, by=doctor, substance="PENICILLIN")
    withdraw_allergy(allergy, by=doctor, reason="it was nausea")
    record_allergy(stay.patient, by=doctor, substance="penicillin", kind="intolerance")


@pytest.mark.django_db(transaction=True)
def test_two_people_recording_the_same_allergy_leave_one():
    doctor, stay = make_ward()

    def write():
        return record_allergy(stay.patient_id, by=doctor, substance="Penicillin")

    results = at_once(write, write)
    assert {type(result).__name__ for result in results} == {"AllergyAlreadyKnown", "AllergyIntolerance"}
    assert AllergyIntolerance.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_request_repeated_at_once_writes_one_diagnosis():
    doctor, stay = make_ward()
    key = uuid.uuid4()

    def write():
        return record_condition(stay.patient_id, by=doctor, text="Asthma", stage="problem", request_key=key)

    first, second = at_once(write, write)
    assert first == second and Condition.objects.count() == 1


def in_act(call):
    """Run a plain function as an upper app's act would."""
    system = make_system()
    token = acts._frame.set(acts.Frame("test.act", system, None))
    try:
        return call(system)
    finally:
        acts._frame.reset(token)


def test_values_of_one_round_share_their_panel_and_keep_their_digits(ward):
    _doctor, stay = ward
    panel = uuid.uuid4()
    rows = in_act(lambda by: add_observations(stay.patient, stay, [
        {"name": "Temperature", "category": "vital-signs", "value": Decimal("37.50"), "unit": "Cel"},
        {"name": "Consciousness", "category": "vital-signs", "value_code": "A"}],
        effective_at=clock.now(), by=by, panel_id=panel))
    assert {row.panel_id for row in rows} == {panel}
    assert str(Observation.objects.get(name="Temperature").value) == "37.50"
    in_act(lambda by: withdraw_panel(panel, reason="other patient", by=by))
    assert not Observation.objects.live().exists()
    with pytest.raises(Refusal) as refusal:
        in_act(lambda by: withdraw_panel(panel, reason="again", by=by))
    assert refusal.value.code == "emr.already_in_error"


@pytest.mark.parametrize(("value", "hours", "code"), [
    ({"name": "Pain", "category": "vital-signs"}, 0, "emr.observation_says_nothing"),
    ({"name": "", "category": "vital-signs", "value": 1}, 0, "emr.malformed"),
    ({"name": "Pain", "category": "mood", "value": 1}, 0, "emr.malformed"),
    ({"name": "Pain", "category": "vital-signs", "value": 1}, 1, "emr.time_in_future"),
])
def test_a_value_that_cannot_be_is_refused(ward, value, hours, code):
    _doctor, stay = ward
    with pytest.raises(Refusal) as refusal:
        in_act(lambda by: add_observations(stay.patient, stay, [value], by=by,
                                           effective_at=clock.now() + dt.timedelta(hours=hours)))
    assert refusal.value.code == code and not Observation.objects.exists()


def test_plain_functions_write_only_inside_an_act(ward):
    doctor, stay = ward
    with pytest.raises(RuntimeError):
        add_observations(stay.patient, stay, [], effective_at=clock.now(), by=doctor)


def test_a_file_is_kept_with_its_digest_when_it_is_what_it_says(ward):
    doctor, stay = ward
    row = attach_file(stay.patient, by=doctor, title="ECG", content_type="application/pdf", body=b"%PDF-1.7 ...")
    assert row.size == 12 and len(row.sha256) == 64
    refused("emr.wrong_file_type", attach_file, stay.patient, by=doctor, title="x", content_type="image/png",
            body=b"<svg>")
    refused("emr.wrong_file_type", attach_file, stay.patient, by=doctor, title="x", content_type="text/html",
            body=b"<p>")
    refused("emr.file_too_large", attach_file, stay.patient, by=doctor, title="x", content_type="text/plain",
            body=b"a" * (10 * 1024 * 1024 + 1))
    refused("emr.malformed", attach_file, stay.patient, by=doctor, title="x", content_type="text/plain", body=b"")
    assert AttachmentFile.objects.count() == 1
