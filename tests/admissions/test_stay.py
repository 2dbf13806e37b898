"""Admission requests, admission to a bed, moves, discharge (B1, B3, B14)."""
import datetime as dt

import pytest
from django.urls import reverse

from admissions.actions.admission import admit_patient
from admissions.actions.admission_request import answer_admission, request_admission, withdraw_admission_request
from admissions.actions.discharge import discharge_patient
from admissions.actions.emergency_visit import register_arrival
from admissions.actions.stay import transfer_patient
from admissions.errors import (
    AdmissionAlreadyRequested,
    AlreadyInThatBed,
    BedMissing,
    BelongsToAnotherPatient,
    ChecklistIsOpen,
    DepartmentDoesNotAdmit,
    DispositionDoesNotFit,
    NotAStay,
    RequestIsClosed,
    RequestWasDeclined,
    RoomOfOtherSex,
)
from admissions.models import AdmissionRequest
from admissions.rules import checklist
from emr import clock
from emr.access import ChartNotVisible, link_of
from emr.actions.document import write_document
from emr.actions.encounter import BackwardsInTime, BedIsTaken, EncounterIsFinished, PatientHasOpenStay
from emr.errors import NotFound, ReasonMissing, TimeInFuture
from emr.models import Encounter, EncounterLocation, EncounterParticipant, JournalEntry
from nursing.actions.procedure import record_procedure
from orders.actions.medication_statement import record_medication_statement
from orders.actions.reconciliation import complete_reconciliation
from orders.actions.service_request import cancel_request, request_service
from orders.models import Medication, MedicationRequest
from tests.factories import make_bed, make_department, make_encounter, make_patient, make_staff, make_system


def ago(**delta):
    return clock.now() - dt.timedelta(**delta)


@pytest.fixture
def visit(house):
    return register_arrival(make_patient(), by=house.er_nurse, department=house.emergency, arrived_at=ago(hours=3))


@pytest.fixture
def stay(house):
    return admit_patient(make_patient(family="Ivanova"), by=house.doctor, bed=house.bed, started_at=ago(hours=2))


def order(encounter, **values):
    drug = Medication.objects.get_or_create(code="m1", name="Ceftriaxone", dose_unit="g")[0]
    return MedicationRequest.objects.create(**{
        "patient": encounter.patient, "encounter": encounter, "medication": drug, "dose": 1, "dose_unit": "g", "route": "IV",
        "prescriber": make_system(), "recorded_by": make_system(), "authored_at": encounter.started_at,
        "starts_at": encounter.started_at} | values)


# -- asking for a bed


def test_the_asked_department_reads_the_chart_and_answers(house, visit):
    other = make_staff("ward_doctor", department=make_department())
    request = request_admission(visit, by=house.er_doctor, department=house.therapy, reason="pneumonia")
    assert link_of(house.doctor, visit.patient) == "admission-request"
    with pytest.raises(ChartNotVisible):
        answer_admission(request, by=other, accept=True)
    assert answer_admission(request, by=house.doctor, accept=True).state == "accepted"
    with pytest.raises(RequestIsClosed):
        answer_admission(request, by=house.doctor, accept=False, reason="changed my mind")


def test_one_admission_is_asked_for_at_a_time(house, visit):
    request_admission(visit, by=house.er_doctor, department=house.therapy, reason="pneumonia")
    with pytest.raises(AdmissionAlreadyRequested):
        request_admission(visit, by=house.er_doctor, department=make_department(), reason="pneumonia")
    assert AdmissionRequest.objects.count() == 1


def test_a_declined_request_says_why_and_another_department_may_be_asked(house, visit):
    request = request_admission(visit, by=house.er_doctor, department=house.therapy, reason="pneumonia")
    with pytest.raises(ReasonMissing):
        answer_admission(request, by=house.doctor, accept=False)
    answer_admission(request, by=house.doctor, accept=False, reason="no free bed")
    with pytest.raises(ChartNotVisible):  # who declined has nothing to read there any more
        answer_admission(request, by=house.doctor, accept=True)
    with pytest.raises(RequestWasDeclined):
        admit_patient(visit.patient, by=house.doctor, bed=house.bed, request=request)
    assert request_admission(visit, by=house.er_doctor, department=make_department(), reason="again").state == "requested"


def test_a_withdrawn_request_is_closed(house, visit):
    request = request_admission(visit, by=house.er_doctor, department=house.therapy, reason="pneumonia")
    with pytest.raises(ReasonMissing):
        withdraw_admission_request(request, by=house.er_doctor, reason="")
    assert withdraw_admission_request(request, by=house.er_doctor, reason="goes home").state == "withdrawn"
    with pytest.raises(RequestIsClosed):
        withdraw_admission_request(request, by=house.er_doctor, reason="goes home")


@pytest.mark.parametrize("values, refusal", [
    ({"reason": " "}, ReasonMissing), ({"department": "er"}, DepartmentDoesNotAdmit), ({"at": "before"}, BackwardsInTime),
    ({"department": "0b0d3a54-0000-7000-8000-000000000000"}, NotFound)])
def test_a_wrong_admission_request_writes_nothing(house, visit, values, refusal):
    real = {"er": house.emergency, "before": ago(hours=4)}
    values = {key: real.get(value, value) for key, value in values.items()}
    with pytest.raises(refusal):
        request_admission(visit, by=house.er_doctor, **{"department": house.therapy, "reason": "pneumonia"} | values)
    assert not AdmissionRequest.objects.exists() and JournalEntry.objects.count() == 1


# -- into the bed


def test_admission_from_the_emergency_room_is_one_moment(house, visit):
    request = request_admission(visit, by=house.er_doctor, department=house.therapy, reason="pneumonia", at=ago(hours=2))
    running, at = order(visit), ago(hours=1)
    stay = admit_patient(visit.patient, by=house.doctor, bed=house.bed, started_at=at, attending=house.doctor,
                         nurse=house.nurse, conditions=[{"text": "Pneumonia", "code": "J18", "system": "icd"}])
    for row in (visit, request, running):
        row.refresh_from_db()
    assert (visit.finished_at, visit.disposition, stay.part_of) == (at, "admitted", visit)
    assert (request.state, request.stay, request.answered_by) == ("admitted", stay, house.doctor)
    assert (running.stopped_at, running.stop_reason) == (at, "admission to a ward")
    assert (stay.kind, stay.department, stay.reason) == ("IMP", house.therapy, "pneumonia")
    assert stay.locations.get().bed == house.bed
    assert {person.part: person.staff for person in stay.participants.all()} == {"ATND": house.doctor, "PPRF": house.nurse}
    assert stay.conditions.get().stage == "admitting"


def test_an_admission_takes_few_queries(house, django_assert_max_num_queries):
    patient, doctor = make_patient(), house.doctor
    with django_assert_max_num_queries(19):  # savepoint of the test included
        admit_patient(patient, by=doctor, bed=house.bed, attending=doctor)


def test_a_taken_bed_names_the_one_who_lies_there(house, stay):
    patient = make_patient()
    with pytest.raises(BedIsTaken) as refusal:
        admit_patient(patient, by=house.doctor, bed=house.bed)
    assert "Ivanova T." in str(refusal.value) and stay.number in str(refusal.value)
    assert not Encounter.objects.filter(patient=patient).exists()


def test_a_taken_bed_leaves_the_emergency_visit_open(house, stay, visit):
    with pytest.raises(BedIsTaken):
        admit_patient(visit.patient, by=house.doctor, bed=house.bed)
    visit.refresh_from_db()
    assert visit.status == "in-progress" and visit.locations.get().during.upper is None


def test_nobody_lies_in_two_wards(house, stay):
    with pytest.raises(PatientHasOpenStay):
        admit_patient(stay.patient, by=house.doctor, bed=house.other_bed)
    assert Encounter.objects.count() == 1


def test_a_room_for_men_takes_no_woman(house):
    house.bed.room.sex = "male"
    house.bed.room.save()
    with pytest.raises(RoomOfOtherSex):
        admit_patient(make_patient(sex="female"), by=house.doctor, bed=house.bed)
    assert not Encounter.objects.exists()
    assert admit_patient(make_patient(sex="male"), by=house.doctor, bed=house.bed)
    assert admit_patient(make_patient(sex="unknown"), by=house.doctor, bed=house.other_bed)


def test_a_patient_may_be_admitted_before_there_is_a_bed(house):
    stay = admit_patient(make_patient(), by=house.doctor, department=house.therapy)
    assert stay.locations.get().bed is None
    transfer_patient(stay, by=house.doctor, bed=house.bed)
    assert stay.locations.filter(during__upper_inf=True).get().bed == house.bed


@pytest.mark.parametrize("case", ["future", "nowhere", "of another", "before the arrival", "not a ward"])
def test_a_wrong_admission_writes_nothing(house, visit, case):
    values, refusal = {
        "future": ({"bed": house.bed, "started_at": clock.now() + dt.timedelta(hours=1)}, TimeInFuture),
        "nowhere": ({}, BedMissing),
        "of another": ({"bed": house.bed, "part_of": make_encounter(kind="EMER")}, BelongsToAnotherPatient),
        "before the arrival": ({"bed": house.bed, "started_at": ago(hours=4)}, BackwardsInTime),
        "not a ward": ({"department": house.emergency}, DepartmentDoesNotAdmit)}[case]
    with pytest.raises(refusal):
        admit_patient(visit.patient, by=house.doctor, **values)
    assert not Encounter.objects.filter(kind="IMP").exists() and JournalEntry.objects.count() == 1


# -- between beds


def test_a_move_closes_one_place_and_opens_the_next(house, stay):
    at = ago(hours=1)
    transfer_patient(stay, by=house.nurse, bed=house.other_bed, at=at)
    first, second = stay.locations.order_by("during")
    assert (first.bed, first.during.upper, second.bed, second.during.lower) == (house.bed, at, house.other_bed, at)
    assert admit_patient(make_patient(), by=house.doctor, bed=house.bed, started_at=at)


def test_a_move_to_another_department_changes_who_treats(house, stay):
    surgery = make_department(name="Surgery")
    moved = transfer_patient(stay, by=house.doctor, bed=make_bed(surgery))
    assert moved.department == surgery and moved.locations.get(during__upper_inf=True).department == surgery


@pytest.mark.parametrize("case", ["same bed", "taken", "before", "future", "nowhere", "finished", "not a stay"])
def test_a_wrong_move_changes_nothing(house, stay, case, visit):
    admit_patient(make_patient(), by=house.doctor, bed=house.other_bed)
    subject, values, refusal = {
        "same bed": (stay, {"bed": house.bed}, AlreadyInThatBed), "taken": (stay, {"bed": house.other_bed}, BedIsTaken),
        "before": (stay, {"bed": make_bed(house.therapy), "at": ago(hours=3)}, BackwardsInTime),
        "future": (stay, {"bed": make_bed(house.therapy), "at": clock.now() + dt.timedelta(hours=1)}, TimeInFuture),
        "nowhere": (stay, {}, BedMissing), "finished": (stay, {"bed": make_bed(house.therapy)}, EncounterIsFinished),
        "not a stay": (make_encounter(kind="EMER", department=house.therapy), {"bed": house.bed}, NotAStay)}[case]
    if case == "finished":
        discharge_patient(stay, by=house.doctor)
    places, entries = EncounterLocation.objects.count(), JournalEntry.objects.count()
    with pytest.raises(refusal):
        transfer_patient(subject, by=house.doctor, **values)
    assert (EncounterLocation.objects.count(), JournalEntry.objects.count()) == (places, entries)


# -- home


def test_discharge_frees_the_bed_and_stops_the_orders(house, stay):
    running, at = order(stay), ago(minutes=10)
    discharge_patient(stay, by=house.doctor, at=at, conditions=[{"text": "Pneumonia"}])
    stay.refresh_from_db()
    running.refresh_from_db()
    assert (stay.finished_at, stay.disposition) == (at, "home")
    assert (running.stopped_at, running.stop_reason) == (at, "discharge")
    assert stay.conditions.get().stage == "final"
    assert not EncounterParticipant.objects.filter(encounter=stay, until__isnull=True).exists()
    assert admit_patient(make_patient(), by=house.doctor, bed=house.bed)


def test_a_discharge_takes_few_queries_however_many_orders_run(house, stay, django_assert_max_num_queries):
    for _number in range(10):
        order(stay)
    with django_assert_max_num_queries(18):  # savepoint of the test included
        discharge_patient(stay, by=house.doctor, conditions=[{"text": "Pneumonia"}])


@pytest.mark.parametrize("values, refusal", [
    ({"disposition": "admitted"}, DispositionDoesNotFit), ({"disposition": "left-unseen"}, DispositionDoesNotFit),
    ({"at": "before"}, BackwardsInTime), ({"at": "future"}, TimeInFuture)])
def test_a_wrong_discharge_changes_nothing(house, stay, values, refusal):
    times = {"before": ago(hours=3), "future": clock.now() + dt.timedelta(hours=1)}
    with pytest.raises(refusal):
        discharge_patient(stay, by=house.doctor, **{key: times.get(value, value) for key, value in values.items()})
    stay.refresh_from_db()
    assert stay.status == "in-progress" and JournalEntry.objects.count() == 1


def test_the_checklist_stops_a_discharge_with_an_unsigned_note(house, stay):
    write_document(stay.patient, by=house.doctor, kind="progress-note", title="Day 2", encounter=stay,
                   sections=[{"text": "better"}])
    with pytest.raises(ChecklistIsOpen) as refusal:
        discharge_patient(stay, by=house.doctor, checklist=True)
    assert "Day 2" in str(refusal.value)
    stay.refresh_from_db()
    assert stay.finished_at is None
    discharge_patient(stay, by=house.doctor)
    with pytest.raises(EncounterIsFinished):
        discharge_patient(stay, by=house.doctor)


def test_the_checklist_tells_of_drugs_that_nobody_reconciled(house, stay, client):
    def told():
        return [item.text for item in checklist.items(stay) if item.key == "drugs"]

    assert told() == []
    drug = record_medication_statement(stay.patient, by=house.doctor, text="Metoprolol", dosage_text="50 mg twice a day")
    assert told() == ["1 drug is not reconciled: go on with it at home, or not?"]
    client.force_login(make_staff("ward_doctor", department=stay.department, login="discharging").user)
    assert reverse("orders:reconcile", args=[stay.pk, "discharge"]) in client.get(
        f"/admissions/stays/{stay.pk}/discharge").content.decode()
    complete_reconciliation(stay, by=house.doctor, moment="discharge",
                            decisions=[{"statement": drug.pk, "decision": "stop", "reason": "slow pulse"}])
    assert told() == []


def test_many_open_tests_are_one_line_that_opens_and_an_act_without_a_price_can_be_left_to_the_accountants(
        house, stay, client, django_assert_max_num_queries):
    doctor, accountant = make_staff("ward_doctor", department=stay.department, login="leaving"), make_staff(
        "accountant", login="books")
    asked = [request_service(stay, by=house.doctor, category="laboratory", text=text) for text in ("Sodium", "Potassium")]
    for _time in range(2):
        record_procedure(stay, by=house.nurse, text="Dressing", started_at=clock.now())
    client.force_login(doctor.user, backend="emr.signin.Backend")
    with django_assert_max_num_queries(70):
        page = client.get(reverse("admissions:discharge", args=[stay.pk])).content.decode()
    asked_for = page.split("<summary>2 orders have no result and are not cancelled</summary><ul>")[1].split("</ul>")[0]
    assert sorted(asked_for.split("<li>")) == ["", "Potassium</li>", "Sodium</li>"]
    assert "<summary>1 act has no price</summary><ul><li>Dressing × 2</li></ul>" in page and "the accountants set it" in page
    assert checklist.items(stay)[1].page == "billing:exceptions"
    for request in asked:
        cancel_request(request, by=house.doctor, reason="not needed")
    with pytest.raises(ChecklistIsOpen, match="1 act has no price"):
        discharge_patient(stay, by=house.doctor, checklist=True)
    client.force_login(accountant.user, backend="emr.signin.Backend")
    assert "Dressing" in client.get(reverse("billing:exceptions")).content.decode(), "the link leads to what mends it"
    discharge_patient(stay, by=house.doctor, checklist=True, accept_unpriced=True)
    assert JournalEntry.objects.get(act="admissions.discharge_patient").data["without_price"] == ["Dressing × 2"]
