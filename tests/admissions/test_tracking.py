"""The tracking board: who is on the way, why somebody waits, who is admitted and still here (A1, A7, A8, A12)."""
import datetime as dt
import uuid

import pytest
from django.urls import reverse

from admissions.actions.admission import admit_patient
from admissions.actions.admission_request import answer_admission, request_admission
from admissions.actions.announced_arrival import receive_announced
from admissions.actions.announcement import announce_arrival, cancel_announcement
from admissions.actions.delay_reason import name_delay
from admissions.actions.emergency_visit import register_arrival, stamp_moment
from admissions.actions.stay import transfer_patient
from admissions.actions.triage import triage_patient
from admissions.errors import AnnouncementIsClosed, NobodyBoards, NotAnEmergencyRoom
from admissions.models import Announcement, DelayReason
from admissions.queries import emergency_visit as visits
from admissions.queries import stay as stays
from admissions.rules.emergency_visit import board
from billing.rules.bed_day import bed_days
from emr import clock
from emr.actions.patient import identify_patient
from emr.errors import Malformed, ReasonMissing
from emr.models import Encounter, EncounterLocation, JournalEntry, Patient
from orders.actions.service_request import request_service
from orders.laboratory.actions.specimen import collect_specimen, label_specimen, receive_specimen
from tests.factories import make_bed, make_encounter, make_patient, make_staff


def ago(**delta):
    return clock.now() - dt.timedelta(**delta)


@pytest.fixture
def coming(house):
    return announce_arrival(house.emergency, by=house.er_nurse, expected_at=ago(minutes=-10), complaint="fall",
                            sex="male", age=40)


@pytest.fixture
def visit(house):
    return register_arrival(make_patient(family="Petrova"), by=house.er_nurse, department=house.emergency,
                            arrived_at=ago(minutes=60))


def test_who_is_announced_comes_unknown_and_is_identified_without_any_clock_starting_anew(house, coming):
    announced = coming.announced_at
    visit = receive_announced(coming, by=house.er_nurse)
    came = visit.started_at
    assert visit.patient.is_unknown and visit.reason == "fall" and not visits.expected().exists()
    identify_patient(visit.patient, by=house.er_nurse, family="Novak", given="Jan", sex="male", birth_date=dt.date(1985, 1, 1))
    coming.refresh_from_db()
    visit.refresh_from_db()
    assert (coming.announced_at, coming.encounter, visit.started_at) == (announced, visit, came)
    with pytest.raises(AnnouncementIsClosed):
        receive_announced(coming, by=house.er_nurse)
    assert Patient.objects.count() == 1 and Encounter.objects.count() == 1


def test_a_wrong_announcement_writes_nothing(house):
    for department, values, refusal in ((house.therapy, {}, NotAnEmergencyRoom),
                                        (house.emergency, {"expected_at": ago(hours=1)}, Malformed),
                                        (house.emergency, {"sex": "robot"}, Malformed),
                                        (house.emergency, {"age": 200}, Malformed)):
        with pytest.raises(refusal):
            announce_arrival(department, by=house.er_nurse, **{"expected_at": ago(minutes=-5)} | values)
    assert not Announcement.objects.exists() and not JournalEntry.objects.exists()


def test_who_does_not_come_is_withdrawn_with_a_reason(house, coming):
    with pytest.raises(ReasonMissing):
        cancel_announcement(coming, by=house.er_nurse, reason=" ")
    cancel_announcement(coming, by=house.er_nurse, reason="taken to another hospital")
    with pytest.raises(AnnouncementIsClosed):
        register_arrival(make_patient(), by=house.er_nurse, department=house.emergency, announced=coming)
    assert not visits.expected().exists() and not Encounter.objects.exists()


def why(visit):
    [line] = [line for line in board() if line.encounter.pk == visit.pk]
    return line.delay


def test_the_reason_is_inferred_from_the_rows_and_a_person_may_correct_it(house, visit):
    assert why(visit) == "triage nurse is busy"
    triage_patient(visit, by=house.er_nurse, level=3, at=ago(minutes=50))
    assert why(visit) == "doctors are busy"
    stamp_moment(visit, by=house.er_doctor, kind="first-contact", at=ago(minutes=40))
    request = request_service(visit, by=house.er_doctor, category="laboratory", text="Troponin")
    assert why(visit) == "sample is not drawn"
    specimen = label_specimen(visit, by=house.er_nurse, requests=[request])
    collect_specimen(specimen, by=house.er_nurse)
    assert why(visit) == "sample is on the way"
    receive_specimen(specimen, by=make_staff("lab"))
    assert why(visit) == "laboratory works on it"
    name_delay(visit, by=house.er_doctor, reason="other", note="analyser is broken")
    assert why(visit) == "another reason: analyser is broken"
    with pytest.raises(Malformed):
        name_delay(visit, by=house.er_doctor, reason="weather")
    assert DelayReason.objects.get().step == "results-laboratory"
    asked = request_admission(visit, by=house.er_doctor, department=house.therapy, reason="infarction")
    assert why(visit) == "ward has not answered", "what was said of the laboratory holds no longer"
    answer_admission(asked, by=house.doctor, accept=True)
    assert why(visit) == "a bed is free, nobody has moved the patient"
    make_encounter(bed=house.bed), make_encounter(bed=house.other_bed)
    assert why(visit) == "no free bed"


def test_who_boards_stays_on_the_board_and_the_bed_days_begin_with_the_ward(house, visit):
    stay = admit_patient(visit.patient, by=house.doctor, department=house.therapy, boarding=True, started_at=ago(minutes=30))
    place = EncounterLocation.objects.get(encounter=stay)
    assert (place.department, stay.department) == (house.emergency, house.therapy)
    [line] = board()
    assert (line.encounter, line.waits.step, line.earlier) == (stay, "boarding", None)
    [(ward, [waiting])] = [group for group in stays.wards([house.therapy]) if group[0] is None]
    assert ward is None and waiting.boards_in == house.emergency
    moved = transfer_patient(stay, by=house.doctor, bed=house.bed, at=ago(minutes=5))
    assert moved.department == house.therapy and board() == []
    other = make_patient()
    for values in ({"department": house.therapy}, {"bed": house.other_bed}):
        with pytest.raises(NobodyBoards):
            admit_patient(other, by=house.doctor, boarding=True, **values)
    assert not Encounter.objects.filter(patient=other).exists()


def test_a_night_in_the_emergency_room_is_no_bed_day(house):
    from billing.sources import _stays

    visit = register_arrival(make_patient(), by=house.er_nurse, department=house.emergency, arrived_at=ago(days=3))
    stay = admit_patient(visit.patient, by=house.doctor, department=house.therapy, boarding=True, started_at=ago(days=3))
    transfer_patient(stay, by=house.doctor, bed=house.bed, at=ago(days=1))
    [(_stay, expected, _standing, _used)] = _stays(stay)
    assert [day for day, _department in expected] == [clock.today() - dt.timedelta(days=1)]
    assert expected == bed_days([(ago(days=1), None, house.therapy)], finished=False)


def test_the_board_of_sixty_with_everything_takes_ten_queries(house, coming, django_assert_max_num_queries):
    for number in range(60):
        visit = make_encounter(kind="EMER", department=house.emergency)
        if number % 3 == 0:
            make_encounter(department=house.therapy).locations.update(department=house.emergency)
        name_delay(visit, by=house.er_doctor, reason="other", note="x") if number < 3 else None
    with django_assert_max_num_queries(10):
        assert len(board()) == 80 and len(visits.expected()) == 1


def test_the_version_changes_with_every_announcement(house):
    seen = {visits.version()}
    row = announce_arrival(house.emergency, by=house.er_nurse, expected_at=ago(minutes=-10))
    seen.add(visits.version())
    announce_arrival(house.emergency, by=house.er_nurse, expected_at=ago(minutes=-20))
    seen.add(visits.version())
    cancel_announcement(row, by=house.er_nurse, reason="no")
    seen.add(visits.version())
    assert len(seen) == 4


def test_the_pages_announce_receive_and_say_why(house, visit, client):
    client.force_login(make_staff("er_doctor", department=house.emergency, login="doc").user)

    def key():
        return {"request_key": str(uuid.uuid4())}

    assert client.get(reverse("admissions:announce")).status_code == 200
    sent = key() | {"minutes": 10, "complaint": "fall from a ladder", "arrival_mode": "ambulance", "sex": "male", "age": "50",
                    "department": house.emergency.pk}
    assert client.post(reverse("admissions:announce"), sent).status_code == 302
    shown = client.get(reverse("admissions:board")).content
    assert b"fall from a ladder" in shown and b"triage nurse is busy" in shown
    assert b"fall from a ladder" not in client.get(reverse("admissions:board") + "?tv=1").content
    row = Announcement.objects.get()
    assert b"fall from a ladder" in client.get(reverse("admissions:arrive"), {"announced": row.pk}).content
    assert client.post(reverse("admissions:name_delay", args=[visit.pk]), key() | {"reason": "patient-away",
                                                                                   "note": "smoking"}).status_code == 302
    assert b"patient is away: smoking" in client.get(reverse("admissions:visit", args=[visit.pk])).content
    same = key()
    assert [client.post(reverse("admissions:arrived", args=[row.pk]), same).status_code for _time in range(2)] == [302, 302]
    assert Encounter.objects.filter(patient__is_unknown=True).count() == 1
    assert client.post(reverse("admissions:cancel_announcement", args=[row.pk]), key() | {"reason": "late"}).status_code == 409


def test_a_bed_is_kept_for_who_waits_in_the_emergency_room_and_the_api_does_the_same(house, visit, client):
    client.force_login(make_staff("ward_doctor", department=house.therapy, login="ward").user)
    asked = request_admission(visit, by=house.er_doctor, department=house.therapy, reason="infarction")
    answer = client.post("/api/admissions/stays/admit", {"patient": str(visit.patient_id), "request": str(asked.pk),
                                                         "boarding": True},
                         content_type="application/json", headers={"Idempotency-Key": str(uuid.uuid4())})
    assert answer.status_code == 201, answer.json()
    assert make_bed(house.therapy) and b"waits in the emergency room" in client.get(reverse("admissions:ward")).content
