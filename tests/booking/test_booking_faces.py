"""Pages and API of the coupon desk: who sees whose name, what comes next, and how little the database is asked."""
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from emr import clock
from outpatient.booking.actions.booking import book_coupon, check_in
from outpatient.booking.models import Booking, Reception
from tests.booking.factories import make_own_login, make_polyclinic, make_reception, morning, signed_in
from tests.factories import make_patient, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    class Desk:
        department, doctor, registrar = make_polyclinic()
        reception = make_reception(doctor, by=registrar)
        coupons = list(reception.coupons.all())
        day = reception.starts_at.date().isoformat()

    return Desk


def post(client, url, **data):
    return client.post(url, {"request_key": str(uuid.uuid4())} | data)


def test_the_registrar_finds_a_free_coupon_gives_it_and_prints_the_slip(client, desk):
    signed_in(client, desk.registrar)
    patient = make_patient(family="Kowalska")
    page = client.get(reverse("booking:receptions"), {"day": desk.day}).content.decode()
    url = reverse("booking:book", args=[desk.coupons[0].pk])
    assert url in page and page.count('>free</span></a>') == 4
    found = client.get(url, {"q": "Kowal"}, headers={"HX-Request": "true"}).content.decode()
    assert str(patient.pk) in found and "<html" not in found
    answer = post(client, url, patient=patient.pk)
    booking = Booking.objects.get()
    assert answer.headers["Location"] == reverse("booking:booking", args=[booking.pk])
    assert booking.code in client.get(answer.headers["Location"]).content.decode()
    slip = client.get(reverse("booking:slip", args=[booking.pk])).content.decode()
    assert booking.code in slip and "Kowalska" in slip and "style=" not in slip
    page = client.get(reverse("booking:receptions"), {"day": desk.day}).content.decode()
    assert url not in page and "Kowalska" in page


def test_a_refusal_on_the_page_says_its_sentence(client, desk):
    book_coupon(desk.coupons[0], make_patient(), by=desk.registrar)
    answer = post(signed_in(client, desk.registrar), reverse("booking:book", args=[desk.coupons[0].pk]),
                  patient=make_patient().pk)
    assert answer.status_code == 409 and "already taken" in answer.content.decode() and Booking.objects.count() == 1


def test_the_patient_sees_no_names_and_books_his_own(client, desk):
    me = make_own_login()
    other = book_coupon(desk.coupons[0], make_patient(family="Secretova"), by=desk.registrar)
    signed_in(client, me)
    page = client.get(reverse("booking:receptions"), {"day": desk.day}).content.decode()
    assert "Secretova" not in page and "taken" in page and other.code not in page
    assert client.get(reverse("booking:booking", args=[other.pk])).status_code == 404
    assert client.get(reverse("booking:slip", args=[other.pk])).status_code == 404
    answer = post(client, reverse("booking:book", args=[desk.coupons[1].pk]))
    mine = Booking.objects.get(patient=me)
    assert mine.code in client.get(answer.headers["Location"]).content.decode()
    assert mine.code in client.get(reverse("booking:my_bookings")).content.decode()
    assert mine.code in client.get(reverse("booking:home_patient")).content.decode()
    post(client, reverse("booking:cancel", args=[mine.pk]))
    assert Booking.objects.get(pk=mine.pk).cancelled_at
    assert post(client, reverse("booking:cancel", args=[other.pk])).status_code == 404


def test_a_doctor_of_another_department_sees_taken_but_not_by_whom(client, desk):
    book_coupon(desk.coupons[0], make_patient(family="Secretova"), by=desk.registrar)
    stranger = make_staff("ward_doctor", department=make_polyclinic()[0])
    page = signed_in(client, stranger).get(reverse("booking:receptions"), {"day": desk.day}).content.decode()
    assert "Secretova" not in page and "taken" in page


def test_the_queue_checks_in_and_the_doctor_receives(client, desk):
    booking = book_coupon(desk.coupons[0], make_patient(), by=desk.registrar)
    with clock.at(morning(1, hour=7)):
        signed_in(client, desk.registrar)
        page = client.get(reverse("booking:queue")).content.decode()
        assert booking.patient.full_name in page and reverse("booking:check_in", args=[booking.pk]) in page
        assert client.get(reverse("booking:queue"), {"code": f" {booking.code.lower()}"}).headers["Location"] == reverse(
            "booking:booking", args=[booking.pk])
        assert client.get(reverse("booking:queue"), {"code": "AAAAAAAAAA"}).status_code == 404
        post(client, reverse("booking:check_in", args=[booking.pk]))
        assert "checked in" in client.get(reverse("booking:queue")).content.decode()
        signed_in(client, desk.doctor)
        assert booking.patient.full_name in client.get(reverse("booking:waiting")).content.decode()
        assert booking.patient.short_name in client.get(reverse("booking:waiting"), {"short": "1"}).content.decode()
        answer = post(client, reverse("booking:begin", args=[booking.pk]))
        booking.refresh_from_db()
        assert answer.headers["Location"] == reverse("outpatient:visit", args=[booking.encounter_id])
        assert booking.patient.full_name not in client.get(reverse("booking:waiting")).content.decode()


def test_the_registrar_publishes_a_reception(client, desk):
    signed_in(client, desk.registrar)
    assert client.get(reverse("booking:publish")).status_code == 200
    form = {"doctor": desk.doctor.pk, "department": desk.department.pk, "room": "12", "day": morning(3).date(), "begin": "09:00",
            "end": "10:00", "minutes": "20", "title": ""}
    answer = post(client, reverse("booking:publish"), **form)
    assert answer.status_code == 302 and Reception.objects.get(room="12").coupons.count() == 3
    assert post(client, reverse("booking:publish"), **form).status_code == 409
    assert post(client, reverse("booking:publish"), **(form | {"doctor": ""})).status_code == 422


def test_the_card_shows_the_coupons_of_a_patient(client, desk):
    booking = book_coupon(desk.coupons[0], make_patient(), by=desk.registrar)
    signed_in(client, desk.doctor)
    assert booking.code in client.get(reverse("booking:of_patient", args=[booking.patient_id])).content.decode()
    assert client.get(reverse("booking:of_patient", args=[make_patient().pk])).status_code == 404


@pytest.mark.parametrize("text", ["2026-13-45", "x", "", "0001-01-01", "9999-12-31"])
def test_a_day_that_is_none_shows_today(client, desk, text):
    assert signed_in(client, desk.registrar).get(reverse("booking:receptions"), {"day": text,
                                                                                 "department": text}).status_code == 200


@pytest.mark.parametrize("name", ["receptions", "queue", "publish", "my_bookings", "home_registry", "home_patient", "waiting"])
def test_a_stranger_opens_no_page(client, name):
    assert signed_in(client, make_staff("accountant")).get(reverse(f"booking:{name}")).status_code == 403


@pytest.mark.parametrize("name", ["receptions", "queue", "waiting", "home_registry"])
def test_pages_ask_the_same_number_of_queries_for_one_row_and_many(client, name):
    department, doctor, registrar = make_polyclinic()
    counts = []
    with clock.at(morning(0, hour=7)):
        signed_in(client, doctor if name == "waiting" else registrar)
        for number in (1, 6):
            for _ in range(number):
                who = make_staff("ward_doctor", department=department) if name != "waiting" else doctor
                begins = morning(0, hour=8 + Reception.objects.count())
                for coupon in make_reception(who, by=registrar, department=department, starts_at=begins).coupons.all()[:3]:
                    check_in(book_coupon(coupon, make_patient(), by=registrar), by=registrar)
            client.get(reverse(f"booking:{name}"))
            with CaptureQueriesContext(connection) as queries:
                assert client.get(reverse(f"booking:{name}")).status_code == 200
            counts.append(len(queries))
    assert counts[0] == counts[1] <= 14, counts


@pytest.mark.parametrize("name", ["receptions", "bookings"])
def test_api_lists_ask_the_same_number_of_queries_for_one_row_and_many(client, name):
    _department, _doctor, registrar = make_polyclinic()
    signed_in(client, registrar)
    counts = []
    for number in (1, 8):
        for _ in range(number):
            for coupon in make_reception(by=registrar).coupons.all()[:2]:
                book_coupon(coupon, make_patient(), by=registrar)
        client.get(f"/api/booking/{name}")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/api/booking/{name}").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 10, counts


def call(client, url, data=None, key=True):
    headers = {"Idempotency-Key": str(uuid.uuid4())} if key else {}
    return client.post(url, data or {}, content_type="application/json", headers=headers)


def test_the_api_publishes_books_checks_in_and_begins(client, desk):
    signed_in(client, desk.registrar)
    begins = morning(2)
    made = call(client, "/api/booking/receptions/publish", {
        "department": str(desk.department.pk), "doctor": str(desk.doctor.pk), "starts_at": begins.isoformat(),
        "ends_at": begins.replace(hour=begins.hour + 1).isoformat(), "minutes": 20})
    assert made.status_code == 201 and made.json()["places"] == 3, made.content
    rows = client.get("/api/booking/receptions", {"day": desk.day}).json()
    assert rows["count"] == 1 and (rows["results"][0]["places"], rows["results"][0]["given"]) == (4, 0)
    coupons = client.get(f"/api/booking/receptions/{desk.reception.pk}/coupons").json()["results"]
    assert [row["status"] for row in coupons] == ["free"] * 4 and "patient" not in coupons[0]
    url = f"/api/booking/coupons/{coupons[0]['id']}/book"
    patient = make_patient()
    assert call(client, url, {"patient": str(patient.pk)}, key=False).status_code == 428
    booked = call(client, url, {"patient": str(patient.pk), "channel": "phone"})
    assert booked.status_code == 201 and booked.json()["status"] == "booked"
    again = call(client, url, {"patient": str(make_patient().pk)})
    assert (again.status_code, again.json()["code"]) == (409, "booking.coupon_taken")
    assert client.get(f"/api/booking/coupons/{coupons[0]['id']}").json()["status"] == "busy"
    row = f"/api/booking/bookings/{booked.json()['id']}"
    assert call(client, f"{row}/check-in").json()["code"] == "booking.not_today"
    assert client.get("/api/booking/bookings", {"patient": str(patient.pk)}).json()["count"] == 1
    with clock.at(desk.coupons[0].starts_at):
        assert call(client, f"{row}/check-in").json()["status"] == "checked-in"
        assert call(client, f"{row}/begin-visit").status_code == 403
        signed_in(client, desk.doctor)
        begun = call(client, f"{row}/begin-visit", {"complaint": "Cough"})
        assert begun.status_code == 201 and begun.json()["encounter"], begun.content


def test_the_api_lets_a_patient_see_and_cancel_only_his_own(client, desk):
    me = make_own_login()
    other = book_coupon(desk.coupons[0], make_patient(), by=desk.registrar)
    signed_in(client, me)
    assert client.get("/api/booking/bookings").json()["count"] == 0
    assert client.get(f"/api/booking/bookings/{other.pk}").status_code == 404
    assert call(client, f"/api/booking/bookings/{other.pk}/cancel").status_code == 404
    mine = call(client, f"/api/booking/coupons/{desk.coupons[1].pk}/book")
    assert mine.status_code == 201 and mine.json()["channel"] == "web"
    refused = call(client, f"/api/booking/coupons/{desk.coupons[2].pk}/book", {"patient": str(other.patient_id)})
    assert (refused.status_code, refused.json()["code"]) == (403, "booking.not_for_others")
    assert call(client, f"/api/booking/bookings/{mine.json()['id']}/cancel").json()["status"] == "cancelled"
    assert client.get("/api/booking/bookings").json()["count"] == 1


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "x"])
def test_the_api_says_which_days_it_understands(client, desk, day):
    signed_in(client, desk.registrar)
    for name in ("receptions", "bookings"):
        assert client.get(f"/api/booking/{name}", {"day": day}).status_code == 400
    assert client.get(reverse("booking:queue"), {"code": "\0"}).status_code == 400
