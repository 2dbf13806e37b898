"""The registry's desk (R3, R19, R30, R77-R79, R89, R99;

A9, A12): every coupon in two presses, reasons, overriding, family, idle offices.
"""
import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from emr import clock
from emr.models import JournalEntry
from outpatient.booking.actions.booking import book_coupon, check_in, note_no_show
from outpatient.booking.actions.paper_card import send_cards, set_paper_card
from outpatient.booking.actions.rebooking import hold_coupon
from outpatient.booking.models import Booking, Coupon
from outpatient.booking.rules.asker import anybody, asker
from outpatient.booking.rules.desk import desk_day, idle_offices
from tests.booking.factories import (
    make_attached,
    make_card,
    make_polyclinic,
    make_reception,
    make_setting,
    make_specialty,
    morning,
    signed_in,
)
from tests.factories import make_patient, make_staff, make_system

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    class Desk:
        department, doctor, registrar = make_polyclinic()
        surgeon = make_specialty("surgeon")
        reception = make_reception(doctor, by=registrar, specialty=surgeon, coupons=6)
        coupons = list(reception.coupons.all())
        day = reception.day

    return Desk()


def post(client, name, *args, **data):
    return client.post(reverse(f"booking:{name}", args=args), {"request_key": str(uuid.uuid4())} | data)


def states(office):
    return [place.state for place in office.places]


def test_r13_r89_the_desk_shows_every_coupon_and_what_has_become_of_it(client, desk):
    me, other = make_attached(), make_patient(family="Kowalska")
    book_coupon(desk.coupons[0], other, by=desk.registrar)
    book_coupon(desk.coupons[1], me, by=desk.registrar)
    hold_coupon(desk.coupons[2], by=make_system(), holder="visitor")
    Coupon.objects.filter(pk=desk.coupons[3].pk).update(withdrawn_at=clock.now(), withdrawn_reason="emergency reserve")
    [office] = desk_day(asker(me, "registry"), desk.day)
    assert states(office) == ["taken", "own", "held", "withdrawn", "over", "over"]
    assert [code for code, _sentence, over in office.whys if over] == ["ALREADY_REGISTERED"]
    page = signed_in(client, desk.registrar).get(reverse("booking:desk"), {"day": desk.day, "patient": me.pk}).content.decode()
    for word in ("Kowalska", "held until", "emergency reserve", "with a reason", "already registered"):
        assert word in page


def test_r79_the_registry_gives_what_the_web_may_not_order_today_included(desk):
    with clock.at(morning(0, hour=8)):
        today = make_reception(desk.doctor, by=desk.registrar, specialty=desk.surgeon, starts_at=morning(0, hour=12),
                               quota_online=0)
        [office] = desk_day(anybody("registry"), clock.today())
        assert states(office) == ["free"] * 4
        assert book_coupon(today.coupons.first(), make_patient(), by=desk.registrar).channel == "registry"


def test_r79_reasons_follow_the_channel(desk):
    far = make_reception(desk.doctor, by=desk.registrar, specialty=desk.surgeon, days=20)
    [by_phone], [at_desk] = (desk_day(anybody(channel), far.day) for channel in ("phone", "registry"))
    assert set(states(by_phone)) == {"refused"} and set(states(at_desk)) == {"free"}


def test_r3_the_second_is_refused_and_reads_which_times_are_free(client, desk):
    book_coupon(desk.coupons[0], make_patient(), by=desk.registrar)
    before = Booking.objects.count()
    answer = post(signed_in(client, desk.registrar), "give", desk.coupons[0].pk, patient=make_patient().pk)
    assert answer.status_code == 409 and "08:15" in answer.content.decode() and Booking.objects.count() == before


def test_r30_the_desk_says_the_nearest_coupon_of_each_specialty_today(client, desk):
    therapist = make_specialty("therapist")
    with clock.at(morning(0, hour=8)):
        make_reception(make_staff("ward_doctor", department=desk.department), by=desk.registrar, specialty=therapist,
                       starts_at=morning(0, hour=9) + dt.timedelta(minutes=40))
        make_reception(department=desk.department, by=desk.registrar, title="Inoculations", starts_at=morning(0, hour=10))
        page = signed_in(client, desk.registrar).get(reverse("booking:desk")).content.decode()
    nearest = page.split('aria-label="Nearest today"')[1].split("</nav>")[0]
    assert "09:40" in nearest and "Therapist" in nearest and "Surgeon" not in nearest and "Inoculations" in nearest


def test_a12_the_second_coupon_of_a_specialty_is_given_with_a_reason_in_the_same_dialogue(client, desk):
    patient = make_patient()
    book_coupon(desk.coupons[0], patient, by=desk.registrar)
    signed_in(client, desk.registrar)
    dialog = client.get(reverse("booking:give", args=[desk.coupons[3].pk]), {"patient": patient.pk},
                        headers={"HX-Request": "true"}).content.decode()
    assert "already registered" in dialog and 'name="override"' in dialog and "<html" not in dialog
    assert post(client, "give", desk.coupons[3].pk, patient=patient.pk).status_code == 409
    assert post(client, "give", desk.coupons[3].pk, patient=patient.pk, override="post-operative check").status_code == 302
    assert Booking.objects.get(coupon=desk.coupons[3]).is_second


def test_r22_two_children_get_their_coupons_in_one_step_or_nobody_does(client, desk):
    one, other = make_patient(), make_patient()
    signed_in(client, desk.registrar)
    taken = book_coupon(desk.coupons[2], make_patient(), by=desk.registrar)
    refused = post(client, "give", desk.coupons[0].pk, patient=one.pk, also_patient=other.pk, also_coupon=taken.coupon_id)
    assert refused.status_code == 409 and Booking.objects.count() == 1
    assert post(client, "give", desk.coupons[0].pk, patient=one.pk, also_patient=other.pk, also_coupon=desk.coupons[
        1].pk).status_code == 302
    assert {row.patient_id for row in Booking.objects.exclude(pk=taken.pk)} == {one.pk, other.pk}


def test_the_desk_moves_a_coupon_to_another_time(client, desk):
    booking = book_coupon(desk.coupons[0], make_patient(family="Kowalska"), by=desk.registrar)
    signed_in(client, desk.registrar)
    page = client.get(reverse("booking:desk"), {"day": desk.day, "move": booking.pk}).content.decode()
    assert "choose a coupon" in page and f"move={booking.pk}" in page
    post(client, "give", desk.coupons[4].pk, move=booking.pk, patient=booking.patient_id)
    booking.refresh_from_db()
    assert booking.cancelled_at and booking.rescheduled_to.coupon_id == desk.coupons[4].pk


def test_the_desk_opens_a_coupon_by_its_code_and_the_only_patient_by_name(client, desk):
    booking = book_coupon(desk.coupons[0], make_patient(family="Kowalska"), by=desk.registrar)
    signed_in(client, desk.registrar)
    found = client.get(reverse("booking:desk"), {"q": booking.code.lower()})
    assert found.headers["Location"] == reverse("booking:booking", args=[booking.pk])
    found = client.get(reverse("booking:desk"), {"q": "Kowal", "day": desk.day})
    assert f"patient={booking.patient_id}" in found.headers["Location"] and str(desk.day) in found.headers["Location"]


def test_the_call_operator_gives_by_telephone_and_checks_nobody_in(client, desk):
    operator = make_staff("call_operator")
    signed_in(client, operator)
    answer = post(client, "give", desk.coupons[0].pk, patient=make_patient().pk, channel="registry")
    booking = Booking.objects.get()
    assert answer.status_code == 302 and booking.channel == "phone"
    with clock.at(morning(1, hour=7)):
        assert post(client, "check_in", booking.pk).status_code == 403
        assert "Has come" not in client.get(reverse("booking:booking", args=[booking.pk])).content.decode()


def test_r77_an_office_without_work_and_a_place_of_who_did_not_come_are_told(client, desk):
    make_setting(grace_minutes=10)
    late = book_coupon(desk.coupons[0], make_patient(family="Lateova"), by=desk.registrar)
    with clock.at(morning(1) + dt.timedelta(minutes=14)):
        [office] = idle_offices()
        assert office.is_idle and not office.missed, "the grace is one step where that is longer"
    with clock.at(morning(1) + dt.timedelta(minutes=16)):
        [office] = idle_offices()
        assert office.is_idle and [row.pk for row in office.missed] == [late.pk]
        signed_in(client, desk.registrar)
        page = client.get(reverse("booking:desk")).content.decode()
        assert "idle now" in page and reverse("booking:miss", args=[late.pk]) in page
        post(client, "miss", late.pk)
        late.refresh_from_db()
        assert late.no_show_at and not idle_offices()[0].missed
        check_in(book_coupon(desk.coupons[3], make_patient(), by=desk.registrar), by=desk.registrar)
        assert not idle_offices(), "somebody waits, so the office is not idle"


def test_r77_a_released_place_shows_no_name_on_the_desk(desk):
    late = book_coupon(desk.coupons[0], make_patient(), by=desk.registrar)
    with clock.at(morning(1) + dt.timedelta(minutes=20)):
        note_no_show(late, by=desk.registrar)
        [office] = desk_day(anybody("registry"), desk.day)
        assert office.places[0].state == "past" and office.places[0].booking is None


def test_r99_each_booking_says_where_the_paper_card_is_and_the_list_is_printed_on_the_eve(client, desk):
    patient = make_patient(family="Kowalska")
    make_card(patient)
    one = book_coupon(desk.coupons[0], patient, by=desk.registrar)
    other = book_coupon(desk.coupons[1], make_patient(), by=desk.registrar)
    assert one.paper_card == "requested"
    signed_in(client, desk.registrar)
    page = client.get(reverse("booking:cards")).content.decode()
    assert "Kowalska" in page and f"C{patient.number}" in page and "2 cards are to be brought" in page
    assert f"C{patient.number}" in client.get(reverse("booking:cards"), {"paper": 1}).content.decode()
    post(client, "card", other.pk, state="not-needed")
    post(client, "cards_sent", desk.reception.pk)
    one.refresh_from_db(), other.refresh_from_db()
    assert (one.paper_card, other.paper_card) == ("at-office", "not-needed")


def test_r99_an_unknown_state_of_a_card_is_refused_and_nothing_is_written(client, desk):
    booking = book_coupon(desk.coupons[0], make_patient(), by=desk.registrar)
    before = JournalEntry.objects.count()
    assert post(signed_in(client, desk.registrar), "card", booking.pk, state="lost").status_code == 400
    booking.refresh_from_db()
    assert booking.paper_card == "requested" and JournalEntry.objects.count() == before
    set_paper_card(booking, by=desk.registrar, state="at-office")
    assert send_cards(desk.reception, by=desk.registrar)


def test_r19_cards_of_cancelled_receptions_are_not_asked_for(client, desk):
    book_coupon(desk.coupons[0], make_patient(family="Kowalska"), by=desk.registrar)
    Booking.objects.update(cancelled_at=clock.now(), cancel_reason="ill", cancelled_by_clinic=True)
    assert "Kowalska" not in signed_in(client, desk.registrar).get(reverse("booking:cards")).content.decode()


@pytest.mark.parametrize("name", ["desk", "cards", "people"])
def test_a_doctor_and_a_stranger_do_not_open_the_desk(client, name):
    for role in ("ward_doctor", "accountant"):
        assert signed_in(client, make_staff(role)).get(reverse(f"booking:{name}")).status_code == 403


@pytest.mark.parametrize("name", ["desk", "cards"])
def test_the_desk_asks_the_same_number_of_queries_for_one_office_and_many(client, name):
    department, _doctor, registrar = make_polyclinic()
    patient, counts, today = make_attached(), [], morning(0).date()
    make_specialty("surgeon")
    signed_in(client, registrar)
    with clock.at(morning(0, hour=7)):
        for number in (1, 6):
            for _ in range(number):
                reception = make_reception(make_staff("ward_doctor", department=department), by=registrar,
                                           starts_at=morning(0, hour=8))
                for coupon in reception.coupons.all()[:2]:
                    book_coupon(coupon, make_patient(), by=registrar)
            asked = {"day": today, "patient": patient.pk}
            with clock.at(morning(0, hour=8) + dt.timedelta(minutes=31)):
                client.get(reverse(f"booking:{name}"), asked)
                with CaptureQueriesContext(connection) as queries:
                    assert client.get(reverse(f"booking:{name}"), asked).status_code == 200
            counts.append(len(queries))
    assert counts[0] == counts[1] <= 18, counts


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_i1_any_coupon_in_two_clicks_and_the_whole_way_by_keyboard(live_server, page, client):
    from tests.nursing.test_sheet_browser import sign_in

    _department, doctor, registrar = make_polyclinic()
    reception = make_reception(doctor, by=registrar, coupons=6)
    patient = make_patient(family="Kowalska")
    make_patient(family="Borisova")
    sign_in(page, live_server, client, registrar)
    coupons = list(reception.coupons.all())
    page.goto(f"{live_server.url}{reverse('booking:desk')}?day={reception.day}&patient={patient.pk}")
    page.locator(f"#c{coupons[2].pk}").click()  # patient first: one
    page.locator("dialog[open] button[type=submit]").click()  # two
    page.wait_for_url("**/bookings/*")
    assert Booking.objects.get().coupon_id == coupons[2].pk
    page.goto(f"{live_server.url}{reverse('booking:desk')}?day={reception.day}")
    page.locator(f"#c{coupons[4].pk}").click()  # coupon first: one
    page.locator("#who:focus").wait_for()
    page.keyboard.type("Boris")
    page.locator("#found-patient input:checked").wait_for()
    page.locator("dialog[open] button[type=submit]").click()  # two
    page.wait_for_url("**/bookings/*")
    other = make_patient(family="Sidorenko")
    page.goto(f"{live_server.url}{reverse('booking:desk')}?day={reception.day}")
    page.locator("#q:focus").wait_for()
    page.keyboard.type("Sidor")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**patient={other.pk}**")
    page.keyboard.press("f")
    page.locator("dialog[open] button[type=submit]:focus").wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url("**/bookings/*")
    assert Booking.objects.get(patient=other).coupon_id == coupons[0].pk
