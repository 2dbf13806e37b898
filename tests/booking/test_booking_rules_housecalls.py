"""A doctor called home (spec booking 8, R66-R68)."""
import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from emr import clock
from emr.errors import NotFound, NotPermitted
from emr.models import JournalEntry, PatientAddress
from outpatient.booking import errors_at_home as errors
from outpatient.booking.actions import district as districts
from outpatient.booking.actions.house_call import (
    begin_home_visit,
    cancel_house_call,
    hand_over_house_call,
    note_doctor_told,
    request_house_call,
)
from outpatient.booking.errors import NotForOthers, NotIdentified
from outpatient.booking.models import HouseCall
from outpatient.booking.queries import house_call as queries
from tests.booking.factories import make_attached, make_own_login, make_polyclinic, make_setting, make_specialty, signed_in
from tests.factories import make_department, make_institution, make_patient, make_staff
from tests.races import at_once

WEDNESDAY = dt.date(2026, 11, 25)


def at(hour, minute=0, second=0, day=WEDNESDAY):
    return clock.at(timezone.make_aware(dt.datetime.combine(day, dt.time(hour, minute, second))))


@pytest.fixture
def clinic(db):
    class Clinic:
        department, doctor, clerk = make_polyclinic()
        institution = make_institution()
        therapist = make_specialty("therapist", by_district=True)
        street = districts.add_street(by=clerk, settlement="Минск", name="ул. Ленина")
        district = districts.set_up_district(by=clerk, department=department, code="7")

        def patient(self, house="5", **values):
            patient = make_own_login(**values)
            PatientAddress.objects.create(patient=patient, city="Минск", street="Ленина", house=house, flat="3")
            return patient

    clinic = Clinic()
    clinic.institution.phone = "+375 17 000-00-00"
    clinic.institution.save(update_fields=["phone"])
    districts.add_district_rule(by=clinic.clerk, district=clinic.district, street=clinic.street, houses="1-99")
    districts.appoint_district_doctor(by=clinic.clerk, district=clinic.district, specialty=clinic.therapist, doctor=clinic.doctor,
                                      since=dt.date(2026, 1, 1))
    return clinic


def refused(refusal, act, *args, **kwargs):
    before = JournalEntry.objects.count(), list(HouseCall.objects.order_by("pk").values())
    with pytest.raises(refusal) as caught:
        act(*args, **kwargs)
    assert caught.value.code == refusal.code
    assert before == (JournalEntry.objects.count(), list(HouseCall.objects.order_by("pk").values()))
    return str(caught.value)


def test_r66_r67_calls_are_accepted_only_in_the_morning_of_the_same_day(clinic):
    for hour, minute, second in ((6, 59, 59), (12, 0, 0), (12, 1, 0), (19, 0, 0), (0, 0, 0), (23, 59, 59)):
        with at(hour, minute, second):
            text = refused(errors.HouseCallClosed, request_house_call, by=clinic.patient())
            assert "07:00" in text and "12:00" in text and clinic.institution.phone in text
    for hour, minute, second in ((7, 0, 0), (11, 59, 59)):
        with at(hour, minute, second):
            call = request_house_call(by=clinic.patient())
            assert call.day == WEDNESDAY and call.stage == "accepted"


def test_r67_the_window_and_its_days_are_the_institution_s(clinic):
    sunday = WEDNESDAY + dt.timedelta(days=4)
    with at(9, day=sunday):
        refused(errors.HouseCallClosed, request_house_call, by=clinic.patient())
    make_setting(housecall_from=dt.time(8), housecall_until=dt.time(10), housecall_days=[7])
    with at(10, day=sunday):
        assert "10:00" in refused(errors.HouseCallClosed, request_house_call, by=clinic.patient())
    with at(9, day=sunday):
        assert request_house_call(by=clinic.patient()).day == sunday


def test_r66_the_registry_cannot_take_a_call_for_tomorrow_either(clinic):
    with at(19):
        refused(errors.HouseCallClosed, request_house_call, clinic.patient(), by=clinic.clerk, channel="phone")


def test_r68_one_live_call_per_patient_and_day(clinic):
    patient = clinic.patient()
    with at(8):
        call = request_house_call(by=patient)
        refused(errors.AlreadyCalled, request_house_call, by=patient)
        refused(errors.AlreadyCalled, request_house_call, patient, by=clinic.clerk)
        cancel_house_call(call, by=clinic.clerk, reason="feels better")
        assert request_house_call(by=patient)
    with at(8, day=WEDNESDAY + dt.timedelta(days=1)):
        assert request_house_call(by=patient)


def test_r68_the_address_is_the_stored_one_and_lies_in_a_served_district(clinic):
    with at(8):
        call = request_house_call(by=clinic.patient())
        assert call.address == "Минск, Ленина, 5, 3" and call.district == clinic.district
        refused(errors.NotServed, request_house_call, by=clinic.patient(house="100"))
        refused(errors.NoAddress, request_house_call, by=make_own_login())
        homeless = make_own_login(card=False)
        PatientAddress.objects.create(patient=homeless, city="Минск", street="Ленина", house="5")
        refused(NotIdentified, request_house_call, by=homeless)
        refused(NotForOthers, request_house_call, clinic.patient(), by=clinic.patient())


def test_r68_accepted_then_handed_then_visited(clinic):
    with at(8):
        call = request_house_call(by=clinic.patient())
    with at(12, 30):
        call = hand_over_house_call(call, by=clinic.clerk)
        assert (call.stage, call.doctor) == ("handed", clinic.doctor)
        refused(errors.NotYourCall, begin_home_visit, call, by=make_staff("ward_doctor", department=clinic.department))
    with at(14):
        call = begin_home_visit(call, by=clinic.doctor)
    assert call.stage == "visited" and call.encounter.kind == "HH" and call.encounter.department == clinic.department
    with at(15):
        refused(errors.HouseCallIsOver, begin_home_visit, call, by=clinic.doctor)
        refused(errors.HouseCallIsOver, cancel_house_call, call, by=clinic.clerk, reason="too late")
        refused(errors.HouseCallIsOver, hand_over_house_call, call, by=clinic.clerk)


def test_r68_without_a_doctor_of_the_district_the_registry_names_one(clinic):
    gynaecologist = make_specialty("gynaecologist", by_district=True)
    other = make_staff("ward_doctor", department=clinic.department)
    districts.appoint_district_doctor(by=clinic.clerk, district=clinic.district, specialty=gynaecologist, doctor=other,
                                      since=dt.date(2026, 1, 1))
    with at(8):
        call = request_house_call(by=clinic.patient(birth_date=dt.date(1980, 1, 1)))
        assert hand_over_house_call(call, by=clinic.clerk).doctor == clinic.doctor, "an adult: the therapist"
        call = request_house_call(by=clinic.patient(birth_date=dt.date(2020, 1, 1)))
        refused(errors.NoDoctorKnown, hand_over_house_call, call, by=clinic.clerk)
        assert hand_over_house_call(call, by=clinic.clerk, doctor=other).doctor == other


def test_r68_a_patient_cancels_by_telephone_only(clinic):
    patient = clinic.patient()
    with at(8):
        call = request_house_call(by=patient)
        refused(NotPermitted, cancel_house_call, call, by=patient, reason="no")
        assert cancel_house_call(call, by=make_staff("call_operator"), reason="feels better").stage == "cancelled"
        assert not queries.to_tell(clinic.clerk).exists(), "nobody had it yet"


def test_r68_cancelling_a_handed_call_makes_a_task_to_ring_up_the_doctor(clinic):
    with at(9):
        call = hand_over_house_call(request_house_call(by=clinic.patient()), by=clinic.clerk)
        cancel_house_call(call, by=clinic.clerk, reason="went to hospital")
        assert list(queries.to_tell(clinic.clerk)) == [call]
        note_doctor_told(call, by=clinic.clerk)
        assert not queries.to_tell(clinic.clerk).exists()
        refused(errors.NothingToTell, note_doctor_told, call, by=clinic.clerk)


def test_r68_who_is_not_visited_by_closing_time_stands_on_the_red_list(clinic):
    with at(8):
        call = request_house_call(by=clinic.patient())
        cancel_house_call(request_house_call(by=clinic.patient()), by=clinic.clerk, reason="no")
    closing = make_setting().housecall_closing
    for moment, red in (((19, 59, 59), []), ((20, 0, 0), [call]), ((23, 59, 59), [call])):
        with at(*moment):
            assert list(queries.unvisited(clinic.clerk, closing)) == red
    with at(0, day=WEDNESDAY + dt.timedelta(days=1)):
        assert list(queries.unvisited(clinic.clerk, closing)) == [call], "midnight does not hide it"
    with at(20):
        begin_home_visit(call, by=clinic.doctor)
        assert not queries.unvisited(clinic.clerk, closing).exists()


def test_r68_nobody_sees_calls_that_are_not_his_business(clinic):
    with at(8):
        call = request_house_call(by=clinic.patient())
        stranger = make_staff("ward_doctor", department=make_department("outpatient"))
        assert not queries.calls(stranger).exists() and list(queries.calls(clinic.doctor)) == [call]
        refused(NotFound, begin_home_visit, call, by=stranger)


def test_r68_the_list_of_the_day_is_in_the_order_of_the_way_and_its_buttons_work(clinic, client, django_assert_max_num_queries):
    with at(8):
        calls = [request_house_call(by=clinic.patient(house=house)) for house in ("9", "1", "5")]
        signed_in(client, clinic.clerk)
        with django_assert_max_num_queries(22):
            page = client.get(reverse("booking:house_calls")).content.decode()
        places = [page.index(f"Ленина, {house}, 3") for house in ("1", "5", "9")]
        assert places == sorted(places)
        key = {"request_key": "0198c000-0000-7000-8000-0000000000"}
        client.post(reverse("booking:hand_house_call", args=[calls[0].pk]), {"request_key": key["request_key"] + "01"})
        client.post(reverse("booking:cancel_house_call", args=[calls[0].pk]),
                    {"request_key": key["request_key"] + "02", "reason": "recovered"})
        assert "Ring up the doctor" in client.get(reverse("booking:house_calls")).content.decode()
        client.post(reverse("booking:house_call_told", args=[calls[0].pk]), {"request_key": key["request_key"] + "03"})
        assert "Ring up the doctor" not in client.get(reverse("booking:house_calls")).content.decode()
        found = clinic.patient()
        page = client.get(reverse("booking:new_house_call"), {"q": found.family})
        assert found.family in page.content.decode()
        client.post(reverse("booking:new_house_call"),
                    {"patient": found.pk, "channel": "phone", "request_key": key["request_key"] + "04"})
        assert HouseCall.objects.get(patient=found).channel == "phone"
        client.force_login(signed_in(client, clinic.doctor) and clinic.doctor.user)
        response = client.post(reverse("booking:visit_house_call", args=[calls[1].pk]),
                               {"request_key": key["request_key"] + "05"})
        assert response.status_code == 302 and HouseCall.objects.get(pk=calls[1].pk).encounter_id


def test_r68_a_patient_calls_through_the_api_once_however_often_he_sends_it(clinic, client):
    patient = clinic.patient()
    signed_in(client, patient)
    with at(8):
        answers = [client.post("/api/booking/house-calls/request", {}, content_type="application/json",
                               headers={"Idempotency-Key": "0198c000-0000-7000-8000-00000000aa01"}) for _time in range(2)]
        assert [answer.status_code for answer in answers] == [answers[0].status_code] * 2 and answers[0].json(
            ) == answers[1].json()
        assert answers[0].json()["status"] == "accepted" and HouseCall.objects.count() == 1
    with at(13):
        answer = client.post("/api/booking/house-calls/request", {}, content_type="application/json",
                             headers={"Idempotency-Key": "0198c000-0000-7000-8000-00000000aa02"})
        assert (answer.status_code, answer.json()["code"]) == (422, "booking.housecall_closed")


@pytest.mark.django_db(transaction=True)
def test_r68_two_clients_at_the_same_moment_make_one_call():
    _department, _doctor, clerk = make_polyclinic()
    patient = make_attached()
    PatientAddress.objects.create(patient=patient, city="Минск", street="Ленина", house="5")
    make_setting()

    def one():
        with at(8):
            return request_house_call(patient, by=clerk)

    answers = at_once(one, one, one, one)
    made = [answer for answer in answers if isinstance(answer, HouseCall)]
    codes = {answer.code for answer in answers if answer not in made}
    assert len(made) == 1 and codes == {"booking.already_called"} and HouseCall.objects.count() == 1


@pytest.mark.django_db
def test_r68_without_districts_the_registry_decides_and_a_call_is_accepted():
    _department, _doctor, clerk = make_polyclinic()
    patient = make_attached()
    PatientAddress.objects.create(patient=patient, city="Минск", street="Ленина", house="5")
    assert make_patient() != patient
    with at(8):
        assert request_house_call(patient, by=clerk).district is None
