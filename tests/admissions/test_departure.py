"""Every way to leave the emergency room asks for its paper and signs it; the journal; the calls; the receipt (A9, A10, A13)."""
import datetime as dt
import uuid

import pytest
from django.urls import reverse
from django.utils import translation

from admissions.actions.admission import admit_patient
from admissions.actions.admission_request import request_admission
from admissions.actions.departure import leave_emergency, note_call, withdraw_visit
from admissions.actions.emergency_visit import register_arrival
from admissions.actions.transfer_receipt import hand_over_patient, take_patient
from admissions.actions.triage import triage_patient
from admissions.errors import (
    CalledAlready,
    DepartureIsIncomplete,
    NothingToHandOver,
    ReceiptIsOpen,
    ReceiptIsTaken,
    TakenByTheGiver,
    VisitHasFacts,
)
from admissions.models import Departure, FollowUpCall, TransferReceipt
from admissions.queries import departure as queries
from admissions.rules.departure_paper import CALLED_NEXT_DAY, TITLES
from emr import clock
from emr.errors import ReasonMissing
from emr.models import Document, Encounter, JournalEntry, PatientContact
from nursing.actions.vitals import record_vitals
from orders.actions.service_request import request_service
from tests.factories import make_patient, make_staff


def ago(**delta):
    return clock.now() - dt.timedelta(**delta)


def arrive(house, **values):
    return register_arrival(make_patient(family="Petrova"), by=house.er_nurse, department=house.emergency,
                            **{"arrived_at": ago(minutes=60), "complaint": "chest pain"} | values)


COMPLETE = {
    "home": {"note": "Rest"}, "other-hcf": {"destination": "Clinic 9, ambulance crew 4", "note": "needs surgery"},
    "refused": {"risks": "Infarction, death", "signature": "signed"}, "left-unseen": {}, "left-during": {"note": "gone at 14:00"},
    "aadvice": {"risks": "Bleeding", "signature": "refused-to-sign", "witness": "Zhuk A."},
    "exp": {"note": "No signs of life at 14:02"},
}


@pytest.mark.parametrize("way", list(COMPLETE))
def test_each_way_to_leave_signs_its_own_paper_from_the_rows(house, way):
    visit = arrive(house)
    triage_patient(visit, by=house.er_nurse, level=3)
    row = leave_emergency(visit, by=house.er_doctor, disposition=way, conditions=[{"text": "Angina"}], **COMPLETE[way])
    paper = row.document
    assert (paper.status, paper.title, paper.encounter) == ("signed", str(TITLES[way]), visit)
    told = str(paper.sections)
    assert "chest pain" in told and "ESI 3" in told and "Angina" in told
    assert all(value in told for key, value in COMPLETE[way].items() if key != "signature")
    visit.refresh_from_db()
    assert visit.disposition == way and visit.finished_at
    assert JournalEntry.objects.get(act="admissions.leave_emergency").data["number"] == paper.number


@pytest.mark.parametrize("way, told, missing", [
    ("refused", {}, "risks told, who signed"), ("refused", {"risks": "x"}, "who signed"),
    ("aadvice", {"risks": "x", "signature": "unable"}, "a witness"),
    ("other-hcf", {"note": "x"}, "where to"), ("exp", {}, "what happened"), ("left-during", {}, "what happened")])
def test_an_incomplete_paper_leaves_the_visit_open(house, way, told, missing):
    visit = arrive(house)
    before = JournalEntry.objects.count()
    with pytest.raises(DepartureIsIncomplete) as refusal:
        leave_emergency(visit, by=house.er_doctor, disposition=way, **told)
    assert missing in str(refusal.value) and JournalEntry.objects.count() == before
    assert not Departure.objects.exists() and not Document.objects.exists() and not Encounter.objects.get().finished_at


def test_the_paper_is_in_the_language_of_who_signs(house):
    with translation.override("ru"):
        paper = leave_emergency(arrive(house), by=house.er_doctor, disposition="refused", **COMPLETE["refused"]).document
    assert paper.title == "Отказ от госпитализации" and paper.language == "ru" and "Прибытие" in str(paper.sections)


def test_a_visit_by_mistake_is_marked_but_not_when_something_was_done(house):
    visit, other = arrive(house), arrive(house)
    with pytest.raises(ReasonMissing):
        withdraw_visit(visit, by=house.er_nurse, reason="")
    withdraw_visit(visit, by=house.er_nurse, reason="wrong person")
    visit.refresh_from_db()
    assert visit.error_reason == "wrong person" and not visit.locations.live().exists()
    request_service(other, by=house.er_doctor, category="laboratory", text="CRP")
    with pytest.raises(VisitHasFacts) as refusal:
        withdraw_visit(other, by=house.er_nurse, reason="wrong person")
    assert "examinations" in str(refusal.value) and Encounter.objects.get(pk=other.pk).error_at is None


def test_who_left_is_called_the_next_day_until_he_is_reached(house, django_assert_max_num_queries):
    gone = []
    for number, way in enumerate(["refused", "home", "left-unseen"]):
        visit = arrive(house, arrived_at=ago(days=1, hours=3))
        gone.append(leave_emergency(visit, by=house.er_doctor, disposition=way, at=ago(days=1, hours=1), **COMPLETE[way]))
        PatientContact.objects.create(patient=visit.patient, kind="phone", value=f"+37529000000{number}")
    leave_emergency(arrive(house), by=house.er_doctor, disposition="left-unseen")  # today: not yet
    with django_assert_max_num_queries(2):
        rows = list(queries.to_call(CALLED_NEXT_DAY))
    assert {row.pk for row in rows} == {gone[0].pk, gone[2].pk} and rows[0].phone
    note_call(gone[0], by=house.er_nurse, outcome="not-reached")
    assert queries.to_call(CALLED_NEXT_DAY).count() == 2
    note_call(gone[0], by=house.er_nurse, outcome="well")
    with pytest.raises(CalledAlready):
        note_call(gone[0], by=house.er_nurse, outcome="well")
    assert FollowUpCall.objects.count() == 2
    arrive(house, arrived_at=ago(minutes=5))
    register_arrival(gone[2].encounter.patient, by=house.er_nurse, department=house.emergency)
    assert not queries.to_call(CALLED_NEXT_DAY).exists(), "who came back needs no call"


def test_the_journal_tells_what_became_of_everybody_in_one_query(house, django_assert_max_num_queries):
    refused, admitted, here = arrive(house), arrive(house), arrive(house)
    leave_emergency(refused, by=house.er_doctor, disposition="refused", **COMPLETE["refused"])
    admit_patient(admitted.patient, by=house.doctor, bed=house.bed)
    with django_assert_max_num_queries(1):
        rows = {row.pk: row for row in queries.journal(clock.day_of(here.started_at))}
    assert rows[refused.pk].risks == "Infarction, death" and rows[admitted.pk].bed == house.bed.label
    assert rows[admitted.pk].ward == "Therapy" and not rows[here.pk].disposition and len(rows) == 3


def test_a_receipt_has_two_sides_and_keeps_what_was_handed_over(house):
    visit = arrive(house)
    with pytest.raises(NothingToHandOver):
        hand_over_patient(visit, by=house.er_nurse)
    request_admission(visit, by=house.er_doctor, department=house.therapy, reason="angina")
    record_vitals(visit, by=house.er_nurse, values={"heart_rate": "88"})
    request_service(visit, by=house.er_doctor, category="laboratory", text="Troponin")
    row = hand_over_patient(visit, by=house.er_nurse, belongings="watch, phone", note="fasting")
    assert (row.to_department, row.pending, row.vitals[0]["value"]) == (house.therapy, ["Troponin"], "88")
    with pytest.raises(ReceiptIsOpen):
        hand_over_patient(visit, by=house.er_nurse)
    with pytest.raises(TakenByTheGiver):
        take_patient(row, by=house.er_nurse)
    admit_patient(visit.patient, by=house.doctor, bed=house.bed)
    take_patient(row, by=house.nurse, remark="no watch")
    with pytest.raises(ReceiptIsTaken):
        take_patient(row, by=house.doctor)
    row = TransferReceipt.objects.get()
    assert (row.taken_by, row.remark) == (house.nurse, "no watch")


def test_the_pages_leave_call_and_take(house, client):
    client.force_login(make_staff("er_doctor", department=house.emergency, login="doc").user)

    def post(name, *args, **data):
        return client.post(reverse(f"admissions:{name}", args=args), {"request_key": str(uuid.uuid4())} | data)

    visit, old, moved = arrive(house), arrive(house, arrived_at=ago(days=1, hours=3)), arrive(house)
    answer = post("leave", visit.pk, disposition="refused")
    assert answer.status_code == 422 and b"risks told" in answer.content
    assert post("leave", visit.pk, disposition="refused", risks="Infarction", signature="signed",
                diagnosis="Angina").status_code == 302
    shown = client.get(reverse("admissions:visit", args=[visit.pk])).content.decode()
    assert "Refusal of hospitalisation" in shown
    paper = client.get(reverse("emr:document_paper", args=[Departure.objects.get().document_id])).content.decode()
    assert "Infarction" in paper and "Angina" in paper
    day = {"day": clock.day_of(visit.started_at).isoformat()}
    assert b"Infarction" in client.get(reverse("admissions:journal"), day).content
    assert b"Infarction" in client.get(reverse("admissions:journal"), day | {"print": "1"}).content
    left = leave_emergency(old, by=house.er_doctor, disposition="left-unseen", at=ago(days=1))
    assert str(left.pk) in client.get(reverse("admissions:calls")).content.decode()
    assert post("call", left.pk, outcome="returns").status_code == 302
    assert str(left.pk) not in client.get(reverse("admissions:calls")).content.decode()
    request_admission(moved, by=house.er_doctor, department=house.therapy, reason="angina")
    record_vitals(moved, by=house.er_nurse, values={"heart_rate": "88"})
    assert post("hand_over", moved.pk, belongings="watch").status_code == 302
    receipt = TransferReceipt.objects.get()
    client.force_login(make_staff("ward_nurse", department=house.therapy, login="taker").user)
    listed = client.get(reverse("admissions:receipts")).content.decode()
    assert "watch" in listed and "Pulse 88 /min" in listed and "Take over and sign" in listed
    assert post("take", receipt.pk).status_code == 302
    assert b"watch" in client.get(reverse("admissions:receipt", args=[receipt.pk])).content
    assert post("withdraw_visit", visit.pk, reason="x").status_code == 403
