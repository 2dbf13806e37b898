"""The kiosk (R52, R61, R80-R82, R89, A9): the same coupons as the window, paper, forgetting who stood there, and nothing else."""
import datetime as dt
import time
import uuid

import pytest
from django.urls import reverse

from emr import clock
from emr.errors import Malformed
from emr.models import JournalEntry, PatientAddress
from outpatient.booking.actions.booking import book_coupon
from outpatient.booking.actions.kiosk_page import write_kiosk_page
from outpatient.booking.models import Booking, KioskPage, SlipPrint
from outpatient.booking.queries.kiosk import system
from outpatient.booking.rules.asker import asker
from outpatient.booking.rules.offer import offers
from outpatient.booking.web import kiosk_visitor as visitor
from outpatient.booking.web import printer
from tests.booking.factories import (
    make_attached,
    make_polyclinic,
    make_reception,
    make_setting,
    make_specialty,
    morning,
    signed_in,
)
from tests.factories import make_patient, make_staff, make_system

pytestmark = pytest.mark.django_db
WHO = {"family": "Иванова", "initials": "А.П.", "birth_date": "01.02.1990", "settlement": "Минск", "street": "Звезда",
       "house": "5", "flat": "7"}


def make_visitor(**values):
    """Somebody with a card whom WHO describes."""
    patient = make_attached(**({"family": "Иванова", "given": "Анна", "patronymic": "Петровна", "birth_date": dt.date(1990, 2, 1)}
                               | values))
    PatientAddress.objects.create(patient=patient, city="Минск", street="пр-т Газеты Звезда", house="5", flat="7")
    return patient


@pytest.fixture
def hall(settings):
    class Hall:
        department, doctor, registrar = make_polyclinic()
        system = make_system()
        kiosk = make_staff("kiosk")
        patient = make_visitor()
        surgeon = make_specialty("surgeon")
        reception = make_reception(doctor, by=registrar, specialty=surgeon, quota_online=0, room="411")
        coupons = list(reception.coupons.all())

    settings.SLIP_PRINTERS = {"kiosk": "dummy"}
    printer.SENT.clear()
    return Hall()


def post(client, name, *args, **data):
    return client.post(reverse(f"booking:{name}", args=args), {"request_key": str(uuid.uuid4())} | data)


def identified(client, hall):
    """The kiosk with the visitor known to it."""
    signed_in(client, hall.kiosk)
    answer = client.post(f"{reverse('booking:kiosk_identify')}?next=book", WHO)
    assert answer.headers["Location"] == reverse("booking:kiosk_choose"), answer.content.decode()
    return client


def test_r80_the_visitor_chooses_doctor_day_and_time_and_takes_a_printed_coupon(client, hall):
    identified(client, hall)
    choose, names = reverse("booking:kiosk_choose"), {"specialty": hall.surgeon.pk}
    assert "Surgeon" in client.get(choose).content.decode()
    assert hall.doctor.full_name in client.get(choose, names).content.decode()
    day = {"day": hall.reception.day.isoformat()}
    assert day["day"] in client.get(choose, names | {"doctor": hall.doctor.pk}).content.decode()
    times = client.get(choose, names | {"doctor": hall.doctor.pk} | day).content.decode()
    assert all(reverse("booking:kiosk_confirm", args=[coupon.pk]) in times for coupon in hall.coupons)
    assert "Иванова" in client.get(reverse("booking:kiosk_confirm", args=[hall.coupons[1].pk])).content.decode()
    answer = post(client, "kiosk_confirm", hall.coupons[1].pk)
    booking = Booking.objects.get()
    assert answer.headers["Location"] == reverse("booking:kiosk_done") and (booking.channel,
                                                                            booking.patient_id) == ("kiosk", hall.patient.pk)
    made = SlipPrint.objects.get()
    assert made.channel == "kiosk" and not made.is_copy and booking.code.encode() in printer.SENT[0]
    assert b"REMINDER" not in printer.SENT[0]


def test_r52_after_the_printed_coupon_nobody_is_known_any_more(client, hall):
    identified(client, hall)
    post(client, "kiosk_confirm", hall.coupons[0].pk)
    assert visitor.KEY not in client.session
    page = client.get(reverse("booking:kiosk_done")).content.decode()
    assert "Иванова" not in page and "no longer on this screen" in page
    assert client.get(reverse("booking:kiosk_mine")).headers["Location"] == reverse("booking:kiosk")
    assert post(client, "kiosk_confirm", hall.coupons[1].pk).status_code == 403 and Booking.objects.count() == 1


def test_r52_the_server_forgets_who_did_not_touch_the_screen_for_a_minute(client, hall, settings):
    identified(client, hall)
    session = client.session
    session[visitor.KEY] = {**session[visitor.KEY], "seen": time.time() - settings.KIOSK_IDLE - 1}
    session.save()
    refused = post(client, "kiosk_confirm", hall.coupons[0].pk)
    assert refused.status_code == 403 and not Booking.objects.exists() and visitor.KEY not in client.session
    assert client.get(reverse("booking:kiosk_awake")).status_code == 403


def test_r52_without_script_the_page_goes_back_by_itself_and_exit_forgets_the_language_too(client, hall):
    identified(client, hall)
    page = client.get(reverse("booking:kiosk_mine")).content.decode()
    assert f'<noscript><meta http-equiv="refresh" content="60; url={reverse("booking:kiosk_exit")}"></noscript>' in page
    gone = client.get(reverse("booking:kiosk_exit"))
    assert gone.headers["Location"] == reverse("booking:kiosk") and gone.cookies["emr_language"].value == ""
    assert client.get(reverse("booking:kiosk_mine")).status_code == 302


def test_r41_r53_who_is_not_found_reads_nothing_of_what_did_not_fit(client, hall):
    signed_in(client, hall.kiosk)
    answers = [client.post(reverse("booking:kiosk_identify"), WHO | wrong).content.decode()
               for wrong in ({"flat": "8"}, {"initials": "Б.П."})]
    assert all("was not found in the institution" in answer for answer in answers) and visitor.KEY not in client.session


def test_r44_twins_are_asked_for_their_full_names(client, hall):
    twin = make_visitor(given="Алиса")
    signed_in(client, hall.kiosk)
    asked = client.post(reverse("booking:kiosk_identify"), WHO).content.decode()
    assert 'name="given"' in asked and 'name="initials"' not in asked and 'value="Иванова"' in asked
    client.post(reverse("booking:kiosk_identify"), WHO | {"given": "Алиса", "patronymic": "Петровна"})
    assert client.session[visitor.KEY]["patient"] == str(twin.pk)


def test_a9_r80_the_kiosk_gives_today_s_coupons_without_the_online_quota(client, hall):
    with clock.at(morning(0, hour=8)):
        today = make_reception(hall.doctor, by=hall.registrar, specialty=hall.surgeon, starts_at=morning(0, hour=12),
                               quota_online=0)
        identified(client, hall)
        assert post(client, "kiosk_confirm", today.coupons.first().pk).status_code == 302
    assert Booking.objects.get().day == today.day


def test_r80_the_kiosk_sees_the_coupons_of_the_window_and_is_held_by_the_advance_quota(client, hall):
    full = make_reception(hall.doctor, by=hall.registrar, specialty=hall.surgeon, days=9, coupons=4, quota_advance=25)
    book_coupon(full.coupons.first(), make_patient(), by=hall.registrar)
    [at_kiosk], [at_window] = (offers(asker(hall.patient, channel), full.day) for channel in ("kiosk", "registry"))
    assert [offer.is_free for offer in at_kiosk.coupons] == [offer.is_free for offer in at_window.coupons]
    identified(client, hall)
    refused = post(client, "kiosk_confirm", full.coupons.last().pk)
    assert refused.status_code == 422 and Booking.objects.filter(channel="kiosk").count() == 0


def test_r80_the_second_of_two_persons_is_refused_and_shown_the_next_times(client, hall):
    identified(client, hall)
    book_coupon(hall.coupons[0], make_patient(), by=hall.registrar)
    answer = post(client, "kiosk_confirm", hall.coupons[0].pk)
    assert answer.status_code == 409 and "08:15" in answer.content.decode()


def test_r82_the_kiosk_prints_what_was_ordered_online_once_and_then_a_copy_and_cancels(client, hall):
    other = make_reception(make_staff("ward_doctor", department=hall.department), by=hall.registrar, days=2)
    mine, strange = book_coupon(other.coupons.first(), by=hall.patient), book_coupon(hall.coupons[0], make_patient(),
                                                                                     by=hall.registrar)
    identified(client, hall)
    page = client.get(reverse("booking:kiosk_mine")).content.decode()
    assert reverse("booking:kiosk_print", args=[mine.pk]) in page and str(strange.pk) not in page
    assert post(client, "kiosk_print", strange.pk).status_code == 404
    assert post(client, "kiosk_print", mine.pk).status_code == 302 and visitor.KEY not in client.session
    identified(client, hall)
    post(client, "kiosk_print", mine.pk)
    assert [row.is_copy for row in SlipPrint.objects.order_by("serial")] == [False, True] and b"COPY" in printer.SENT[1]
    identified(client, hall)
    post(client, "kiosk_cancel", mine.pk)
    mine.refresh_from_db()
    assert mine.cancelled_at and post(client, "kiosk_cancel", strange.pk).status_code == 404


@pytest.mark.parametrize("wants_paper", [True, False])
def test_r56_r61_checking_in_by_code_prints_where_paper_is_wanted(client, hall, wants_paper):
    make_setting(paper_required=wants_paper)
    booking = book_coupon(hall.coupons[0], make_patient(), by=hall.registrar)
    signed_in(client, hall.kiosk)
    assert post(client, "kiosk_arrive", code=booking.code).status_code == 422, "another day"
    with clock.at(morning(1, hour=7)):
        assert post(client, "kiosk_arrive", code="AAAAAAAAAA").status_code == 404
        answer = post(client, "kiosk_arrive", code=f" {booking.code.lower()} ")
    booking.refresh_from_db()
    assert booking.arrived_at and len(printer.SENT) == wants_paper
    assert wants_paper or "You are in the queue" in answer.content.decode()


def test_r81_the_administrator_writes_what_the_kiosk_tells_in_three_languages(client, hall):
    admin = make_staff("admin")
    signed_in(client, admin)
    form = {"title_ru": "Платные услуги", "text_ru": "Прейскурант <b>2026</b>", "title_en": "Paid services", "position": "10",
            "is_shown": "on"}
    assert post(client, "kiosk_page_new", **form).status_code == 302
    row = KioskPage.objects.get()
    assert "Paid services" in client.get(reverse("booking:kiosk_pages")).content.decode()
    signed_in(client, hall.kiosk)
    assert "Paid services" in client.get(reverse("booking:kiosk")).content.decode()
    page = client.get(reverse("booking:kiosk_information", args=[row.pk]), headers={"Accept-Language": "ru"}).content.decode()
    assert "Платные услуги" in page and "&lt;b&gt;2026" in page
    write_kiosk_page(row, by=admin, is_shown=False)
    assert client.get(reverse("booking:kiosk_information", args=[row.pk])).status_code == 404
    assert "Paid services" not in client.get(reverse("booking:kiosk")).content.decode()


def test_r81_a_page_without_a_title_is_refused_and_nothing_is_written(client, hall):
    before = JournalEntry.objects.count()
    assert post(signed_in(client, make_staff("admin")), "kiosk_page_new", text_en="words", position="10").status_code == 422
    with pytest.raises(Malformed) as caught:
        write_kiosk_page(by=make_staff("admin"), text_en="words")
    assert "title" in str(caught.value)
    assert not KioskPage.objects.exists() and JournalEntry.objects.count() == before


def test_the_kiosk_opens_nothing_else_and_begins_at_its_own_page(client, hall):
    signed_in(client, hall.kiosk)
    assert client.get("/").headers["Location"] == reverse("booking:kiosk")
    for name in ("desk", "receptions", "queue", "cards", "kiosk_pages", "publish"):
        assert client.get(reverse(f"booking:{name}")).status_code == 403
    assert client.get("/api/booking/bookings").status_code == 403 and client.get("/patients/").status_code in (403, 404)
    assert signed_in(client, hall.registrar).get(reverse("booking:kiosk")).status_code == 403


def test_r89_no_program_books_in_the_name_of_the_kiosk(client, hall):
    answer = signed_in(client, hall.registrar).post(f"/api/booking/coupons/{hall.coupons[0].pk}/book", {
        "patient": str(hall.patient.pk), "channel": "kiosk"}, content_type="application/json",
                                                    headers={"Idempotency-Key": str(uuid.uuid4())})
    assert answer.status_code == 400 and not Booking.objects.exists()


def test_the_visitor_is_identified_by_this_system(hall):
    assert system() == hall.system


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_r52_r80_in_a_browser_one_books_at_the_kiosk_and_the_screen_wipes_itself(live_server, page, client, settings):
    from tests.nursing.test_sheet_browser import sign_in

    settings.SLIP_PRINTERS, settings.KIOSK_IDLE = {"kiosk": "dummy"}, 4
    make_system()
    _department, doctor, registrar = make_polyclinic()
    reception = make_reception(doctor, by=registrar, specialty=make_specialty("surgeon"))
    make_visitor()
    page.set_viewport_size({"width": 1080, "height": 1920})
    sign_in(page, live_server, client, make_staff("kiosk"))

    def touch_through(last):
        page.goto(live_server.url + reverse("booking:kiosk"))
        page.get_by_text("Take a coupon").click()
        for name, value in WHO.items():
            page.fill(f"[name={name}]", value)
        page.get_by_role("button", name="Next").click()
        page.get_by_role("link", name="Surgeon").click()
        page.get_by_role("link", name=doctor.full_name).click()
        page.get_by_role("link", name="4 free" if not Booking.objects.exists() else "free").click()
        page.locator(".kiosk-times a").nth(last).click()
        page.get_by_text("Иванова").first.wait_for()

    touch_through(1)
    smallest = page.evaluate("() => Math.min(...[...document.querySelectorAll('main a, main button')].map((one) => "
                             "one.getBoundingClientRect().height))")
    assert smallest >= 44
    page.get_by_role("button", name="Take and print").click()
    page.get_by_text("Take your coupon").wait_for()
    assert Booking.objects.get().coupon.number == 2 and Booking.objects.get().reception_id == reception.pk
    page.wait_for_url(live_server.url + reverse("booking:kiosk"), timeout=20000)
    Booking.objects.update(cancelled_at=clock.now(), cancel_reason="asked")
    touch_through(0)
    page.wait_for_url(live_server.url + reverse("booking:kiosk"), timeout=10000)  # nobody touched the screen
    assert "Иванова" not in page.content()
    page.go_back()
    page.wait_for_url(live_server.url + reverse("booking:kiosk"), timeout=10000)
    assert "Иванова" not in page.content()
