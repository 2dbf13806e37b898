"""What a visitor of the site does for the patient he said he is: order, look, print, move, cancel, leave (spec booking R3, R52,
R56-R65).
"""
import datetime as dt
import re
import uuid
from types import SimpleNamespace

import pytest
from django.urls import reverse

from emr import clock
from emr.models import PatientAddress
from outpatient.booking.actions import district
from outpatient.booking.actions.booking import book_coupon
from outpatient.booking.actions.demo_clinics import load_demo_clinics
from outpatient.booking.actions.rebooking import cancel_booking
from outpatient.booking.models import Booking, HouseCall
from outpatient.models import Card
from tests.booking.factories import (
    as_visitor,
    make_attached,
    make_polyclinic,
    make_reception,
    make_setting,
    make_specialty,
    morning,
)
from tests.booking.test_booking_rules_site import shown, text
from tests.factories import make_institution, make_staff, make_system

pytestmark = pytest.mark.django_db


@pytest.fixture
def site():
    """A surgeon who receives tomorrow and the day after, a patient with a card, noon of today."""
    site = SimpleNamespace(system=make_system(), institution=make_institution())
    site.department, site.doctor, site.registrar = make_polyclinic()
    load_demo_clinics(by=site.system)
    make_setting()
    site.surgeon = make_specialty("surgeon")
    with clock.at(morning(0, hour=12)):
        site.first, site.later = (make_reception(site.doctor, specialty=site.surgeon, by=site.registrar, days=days, room="11")
                                  for days in (1, 2))
        site.patient = make_attached(family="Ivanova", given="Anna", patronymic="Petrovna")
        site.coupon = site.first.coupons.get(number=2)
        yield site


def press(client, name, *args, key=None, status=302, **data):
    answer = client.post(reverse(f"polyclinic:{name}", args=args), {"request_key": key or str(uuid.uuid4())} | data)
    assert answer.status_code == status, text(answer.content.decode())[-1500:]
    return answer


def order(client, coupon, **options):
    press(client, "choose", coupon.pk)
    return press(client, "confirm", coupon.pk, **options)


def booked(patient):
    return Booking.objects.get(patient=patient, cancelled_at__isnull=True, held_until__isnull=True)


# -- ordering


def test_r57_an_order_is_complete_and_sending_it_again_gives_the_same_coupon(site, client):
    key, client = str(uuid.uuid4()), as_visitor(client, site.patient)
    answers = [order(client, site.coupon, key=key), press(client, "confirm", site.coupon.pk, key=key)]
    assert {answer.url for answer in answers} == {reverse("polyclinic:coupon", args=[booked(site.patient).pk])}
    assert Booking.objects.filter(patient=site.patient, held_until__isnull=True).count() == 1
    assert booked(site.patient).channel == "web"


def test_a31_the_coupon_is_kept_while_the_visitor_decides(site, client):
    press(as_visitor(client, site.patient), "choose", site.coupon.pk)
    said = text(shown(client, "confirm", site.coupon.pk))
    assert "kept for you until 12:05, 5 minutes more" in said and "Ivanova Anna Petrovna" in said
    other = as_visitor(type(client)(), make_attached())
    assert "already taken" in text(press(other, "choose", site.coupon.pk, status=409).content.decode())


def test_a31_who_has_not_said_who_he_is_keeps_his_coupon_and_a_robot_empties_no_reception(site, client):
    for number, coupon in enumerate(site.first.coupons.all()):
        assert press(type(client)(), "choose", coupon.pk).url == reverse("polyclinic:identify")
        assert Booking.objects.standing().filter(held_until__isnull=False).count() == min(number + 1, 3)


def test_r3_a_coupon_taken_meanwhile_is_refused_with_a_fresh_list_and_the_nearest_times(site, client):
    client = as_visitor(client, site.patient)
    shown(client, "confirm", site.coupon.pk)
    book_coupon(site.coupon, make_attached(), by=site.registrar)
    html = press(client, "confirm", site.coupon.pk, status=409).content.decode()
    assert "already taken" in text(html) and "The nearest free times" in text(html)
    near = html.split("The nearest free times")[1].split("</ul>")[0]
    assert re.findall(r"\d\d:\d\d", text(near)) == ["08:00", "08:30", "08:45"]
    assert f'action="{reverse("polyclinic:choose", args=[site.coupon.pk])}"' not in html and not Booking.objects.filter(
        patient=site.patient).exists()


def test_r36_a_coupon_close_to_another_one_is_warned_of(site, client):
    other = make_reception(by=site.registrar, specialty=make_specialty("otolaryngologist"),
                           starts_at=morning(1) + dt.timedelta(minutes=40))
    book_coupon(site.coupon, by=site.patient)
    said = text(shown(as_visitor(client, site.patient), "confirm", other.coupons.get(number=1).pk))
    assert "another coupon at 08:15" in said


# -- the coupon


def test_r49_the_site_shows_the_data_as_stored_and_offers_no_change(site, client):
    html = shown(as_visitor(client, site.patient), "confirm", site.coupon.pk)
    assert "mistakes are corrected in the registry" in text(html) and "Ivanova Anna Petrovna" in text(html)
    assert not re.findall(r'<input(?![^>]*type="hidden")', html.split("<main")[1].split("</main>")[0])


def test_r56_r58_the_coupon_tells_all_that_the_patient_needs(site, client):
    order(as_visitor(client, site.patient), site.coupon)
    booking = booked(site.patient)
    html = shown(client, "coupon", booking.pk)
    said = text(html)
    for told in ("08:15", site.doctor.full_name, "11", "Demo street", "+375 17 000-00-01", "Ivanova Anna Petrovna",
                 booking.code, "№ 2", "Be at the registry by 07:55"):
        assert told in said
    assert "<svg" in html.split('class="qr"')[1][:300]


def test_r59_what_the_site_prints_is_marked_as_a_reminder(site, client):
    order(as_visitor(client, site.patient), site.coupon)
    said = text(shown(client, "reminder", booked(site.patient).pk))
    assert "REMINDER" in said and "no basis for the visit" in said and "08:15" in said and "Surgeon" not in said


@pytest.mark.pdf
def test_r59_the_reminder_is_one_page_of_pdf(site, client):
    order(as_visitor(client, site.patient), site.coupon)
    body = client.get(reverse("polyclinic:reminder_pdf", args=[booked(site.patient).pk])).content
    assert body.startswith(b"%PDF") and len(re.findall(rb"/Type /Page\b", body)) <= 1


def test_the_paper_names_the_specialty_only_where_the_institution_says_so(site, client):
    make_setting(slip_names_specialty=True)
    order(as_visitor(client, site.patient), site.coupon)
    assert "Surgeon" in shown(client, "reminder", booked(site.patient).pk)


@pytest.mark.parametrize(("needed", "sentence"), [(True, "Get the coupon on paper there"), (False, "that is enough")])
def test_r61_whether_paper_is_needed_is_told_as_the_institution_sets_it(site, client, needed, sentence):
    make_setting(paper_required=needed)
    order(as_visitor(client, site.patient), site.coupon)
    assert sentence in text(shown(client, "coupon", booked(site.patient).pk))


# -- my coupons


def test_r62_only_his_own_coupons_that_have_not_expired(site, client):
    mine, foreign = book_coupon(site.coupon, by=site.patient), book_coupon(site.first.coupons.get(number=4), by=make_attached())
    client = as_visitor(client, site.patient)
    html = shown(client, "mine")
    assert str(mine.pk) in html and str(foreign.pk) not in html
    for name in ("coupon", "reminder", "cancel", "move"):
        shown(client, name, foreign.pk, status=404)
    press(client, "cancel", foreign.pk, status=404)
    foreign.refresh_from_db()
    assert foreign.cancelled_at is None


@pytest.mark.parametrize("name", ["mine", "coupon", "reminder", "cancel", "move"])
def test_r62_who_has_not_said_who_he_is_sees_nothing_even_with_the_right_address(site, client, name):
    booking = book_coupon(site.coupon, by=site.patient)
    answer = client.get(reverse(f"polyclinic:{name}", args=[] if name == "mine" else [booking.pk]))
    assert answer.url == reverse("polyclinic:identify")


def test_r62_a_coupon_leaves_the_list_an_hour_after_its_time(site, client):
    booking, client = book_coupon(site.coupon, by=site.patient), as_visitor(client, site.patient)
    for hour, minute, is_there in ((9, 0, True), (9, 20, False)):
        with clock.at(morning(1, hour=hour) + dt.timedelta(minutes=minute)):
            assert (str(booking.pk) in shown(as_visitor(client, site.patient), "mine")) == is_there


def test_r63_what_the_clinic_called_off_stays_crossed_out_with_its_reason_until_its_day_is_over(site, client):
    booking = book_coupon(site.coupon, by=site.patient)
    Booking.objects.filter(pk=booking.pk).update(cancelled_at=clock.now(), cancelled_by_clinic=True,
                                                 cancel_reason="The doctor is ill")
    html = shown(as_visitor(client, site.patient), "mine")
    assert "The doctor is ill" in html and "mine off" in html
    assert "The polyclinic called this visit off" in shown(client, "coupon", booking.pk)
    with clock.at(morning(2, hour=0)):
        assert "The doctor is ill" not in shown(as_visitor(client, site.patient), "mine")


def test_r64_opening_the_address_cancels_nothing_and_the_post_does(site, client):
    booking, client = book_coupon(site.coupon, by=site.patient), as_visitor(client, site.patient)
    for method in (client.get, client.head):
        method(reverse("polyclinic:cancel", args=[booking.pk]))
    booking.refresh_from_db()
    assert booking.cancelled_at is None
    key = str(uuid.uuid4())
    assert press(client, "cancel", booking.pk, key=key).url == press(client, "cancel", booking.pk, key=key).url
    booking.refresh_from_db()
    assert booking.cancelled_at and str(booking.pk) not in shown(client, "mine")
    assert "booking.booking_is_cancelled" in press(client, "cancel", booking.pk, status=409).content.decode()


def test_r64_a_coupon_whose_time_has_begun_is_no_longer_cancelled_here(site, client):
    booking = book_coupon(site.coupon, by=site.patient)
    with clock.at(site.coupon.starts_at):
        client = as_visitor(client, site.patient)
        assert "can no longer be cancelled here" in shown(client, "cancel", booking.pk)
        press(client, "cancel", booking.pk, status=422)
    booking.refresh_from_db()
    assert booking.cancelled_at is None


def test_a_coupon_is_moved_and_the_old_one_is_free_again(site, client):
    booking, new = book_coupon(site.coupon, by=site.patient), site.later.coupons.get(number=3)
    client = as_visitor(client, site.patient)
    html = shown(client, "move", booking.pk, query=f"?day={site.later.day}")
    assert reverse("polyclinic:move_to", args=[booking.pk, new.pk]) in html
    assert "08:15" in shown(client, "move_to", booking.pk, new.pk)
    press(client, "move_to", booking.pk, new.pk)
    assert booked(site.patient).coupon == new and booked(site.patient).rescheduled_from == booking


def test_a_coupon_that_cannot_be_moved_stays_where_it_was(site, client):
    booking, new = book_coupon(site.coupon, by=site.patient), site.later.coupons.get(number=3)
    book_coupon(new, make_attached(), by=site.registrar)
    html = press(as_visitor(client, site.patient), "move_to", booking.pk, new.pk, status=409).content.decode()
    assert "already taken" in text(html) and booked(site.patient) == booking
    cancel_booking(booking, by=site.patient)
    press(client, "move_to", booking.pk, site.later.coupons.get(number=4).pk)  # nothing to move: back to the coupon
    assert not Booking.objects.filter(patient=site.patient, cancelled_at__isnull=True).exists()


# -- who is there


def test_r52_the_site_remembers_the_patient_until_exit(site, client):
    client = as_visitor(client, site.patient)
    assert "Ivanova A. P." in text(shown(client, "home"))
    press(client, "exit")
    assert "Ivanova" not in shown(client, "home") and "visitor" not in client.session


def test_r52_a_quarter_of_an_hour_without_a_touch_closes_the_data(site, client):
    client = as_visitor(client, site.patient)
    for minutes, is_there in ((14, True), (28, True), (44, False)):
        with clock.at(morning(0, hour=12) + dt.timedelta(minutes=minutes)):
            html = shown(client, "home")
            assert ("Ivanova" in html) == is_there and ("Nobody touched the page" in html) == (not is_there)


def test_r65_the_browser_holds_no_person_and_no_address_names_one(site, client):
    answer = order(as_visitor(client, site.patient), site.coupon)
    cookies = " ".join(f"{name}={cookie.value}" for name, cookie in client.cookies.items())
    for secret in ("Ivanova", site.patient.number, str(site.patient.pk)):
        assert secret not in cookies and secret not in answer.url
    assert client.get(answer.url)["Cache-Control"] == "no-store"


# -- who is there, who comes home

HERE = {"family": "Ivanova", "initials": "A. P.", "birth_date": "01.02.1990", "settlement": "Minsk", "street": "Lenina",
        "house": "5", "flat": "12"}


def at_home(**values):
    patient = make_attached(**{"family": "Ivanova", "given": "Anna", "patronymic": "Petrovna", "birth_date": dt.date(1990, 2, 1)}
                            | values)
    PatientAddress.objects.create(patient=patient, city="Minsk", street="Lenina", house="5", flat="12")
    return patient


def test_r53_existing_and_unknown_persons_get_the_same_status_headers_and_length(site, client):
    ended, _there, _other = at_home(family="Petrova"), at_home(), at_home(family="Sidorov", given="Boris")
    Card.objects.filter(patient=ended).update(valid_until=dt.date(2020, 1, 1))
    seen = []
    for number, (family, flat) in enumerate([("Ivanova", "99"), ("Petrova", "12"), ("Sidorov", "12"), ("Nobodyy", "12")]):
        answer = type(client)().post(reverse("polyclinic:identify"), HERE | {"family": family, "flat": flat},
                                     REMOTE_ADDR=f"192.0.2.{number}")
        body = answer.content.decode()
        headers = {name: value for name, value in answer.items() if name not in ("X-Request-ID", "Content-Security-Policy")}
        seen.append((answer.status_code, headers, sorted(answer.headers), sorted(answer.cookies), len(body), text(body)))
    assert seen[0][0] == 422 and "was not found in the institution" in seen[0][-1]
    assert all(other[:-1] == seen[0][:-1] for other in seen[1:])


def test_r41_r69_who_says_who_he_is_comes_to_the_doctor_of_his_district(site, client):
    patient, therapist = at_home(), make_specialty("therapist", by_district=True)
    street = district.add_street(by=site.registrar, settlement="Minsk", name="Lenina")
    first = district.set_up_district(by=site.registrar, department=site.department, code="1")
    district.add_district_rule(by=site.registrar, district=first, street=street, houses="1-9 odd")
    other = make_staff("ward_doctor", department=site.department)
    district.appoint_district_doctor(by=site.registrar, district=first, specialty=therapist, doctor=other)
    make_reception(other, specialty=therapist, by=site.registrar)
    assert "My district doctor" in text(shown(client, "specialty", "therapist")) and "My district doctor" not in text(
        shown(client, "specialty", "surgeon"))
    asked = client.get(reverse("polyclinic:own_doctor", args=["therapist"]))
    assert asked.url == reverse("polyclinic:identify")
    found = client.post(asked.url, HERE)
    assert found.url == reverse("polyclinic:own_doctor", args=["therapist"])
    assert client.get(found.url).url == reverse("polyclinic:doctor", args=["therapist", other.pk])
    PatientAddress.objects.filter(patient=patient).update(house="4")
    assert "cannot be told from your address" in text(client.get(found.url).content.decode())


def test_r66_r68_a_doctor_is_called_home_in_the_morning_and_the_call_is_cancelled_by_telephone_only(site, client):
    client = as_visitor(client, at_home())
    assert "not now" in text(shown(client, "house_call"))
    press(client, "house_call", status=422)
    with clock.at(morning(0, hour=9)):
        key = str(uuid.uuid4())
        for _time in range(2):
            press(client, "house_call", key=key, phone="+375 29 000-00-00")
        said = text(shown(client, "mine"))
    assert HouseCall.objects.count() == 1 and "House call today" in said and "To cancel, telephone" in said
