"""The coupon on paper (R56, R58-R61): what stands on it, serial numbers, copies, the printer's bytes, the queue entry by
printing.
"""
import uuid

import pytest
from django.urls import reverse

from emr import clock
from emr.models import JournalEntry
from outpatient.booking import errors
from outpatient.booking.actions.booking import book_coupon
from outpatient.booking.actions.rebooking import cancel_booking
from outpatient.booking.actions.slip import print_slip, spoil_slip
from outpatient.booking.models import SlipPrint
from outpatient.booking.queries.setting import setting
from outpatient.booking.rules.receipt import in_code_page, receipt_bytes
from outpatient.booking.rules.slip import slip_of
from outpatient.booking.web import printer
from tests.booking.factories import (
    make_attached,
    make_own_login,
    make_polyclinic,
    make_reception,
    make_setting,
    make_specialty,
    morning,
    signed_in,
)
from tests.factories import make_institution, make_patient, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    class Desk:
        department, doctor, registrar = make_polyclinic()
        kiosk = make_staff("kiosk")
        institution = make_institution()
        reception = make_reception(doctor, by=registrar, room="411", specialty=make_specialty("surgeon"), place="Kolcova 53/1")
        coupons = list(reception.coupons.all())

        def booked(self, number=0, **patient):
            return book_coupon(self.coupons[number], make_patient(**patient), by=self.registrar)

    printer.SENT.clear()
    return Desk()


def paper(booking, printed=None):
    return slip_of(booking, setting(), make_institution(), printed)


def test_r56_the_paper_says_when_to_be_at_the_registry(desk):
    make_setting(checkin_lead_minutes=20)
    assert paper(desk.booked(number=1)).be_there == "07:55"


def test_r58_the_paper_says_when_to_whom_where_under_which_number_and_code(desk):
    booking = desk.booked(number=1, family="Kowalska")
    slip = paper(booking, print_slip(booking, by=desk.registrar))
    assert (slip.time, slip.number, slip.doctor, slip.code) == ("08:15", 2, desk.doctor.full_name, booking.code)
    assert "411" in slip.where and slip.position == "" and slip.place == "Kolcova 53/1" and "Kowalska" in slip.patient
    make_setting(slip_names_specialty=True)
    assert paper(booking).position == "Surgeon"
    assert slip.phone == desk.institution.phone and any("this day only" in note for note in slip.notes)


def test_r59_what_one_prints_at_home_is_a_reminder_in_large_type(client, desk):
    me = make_own_login()
    booking = book_coupon(desk.coupons[0], by=me)
    page = signed_in(client, me).get(reverse("booking:slip", args=[booking.pk])).content.decode()
    assert "REMINDER ONLY" in page and "registry or the kiosk" in page and not SlipPrint.objects.exists()
    assert client.post(reverse("booking:print_slip", args=[booking.pk]), {"request_key": uuid.uuid4()}).status_code == 403


def test_r60_registry_and_kiosk_print_the_same_paper(desk):
    booking = desk.booked()
    one = print_slip(booking, by=desk.registrar)
    spoil_slip(one, by=desk.registrar, reason="jam")
    other = print_slip(booking, by=desk.kiosk)
    assert (one.channel, other.channel) == ("registry", "kiosk") and other.serial == one.serial + 1
    same = {name: value for name, value in vars(paper(booking, one)).items() if name != "serial"}
    assert same == {name: value for name, value in vars(paper(booking, other)).items() if name != "serial"}
    assert receipt_bytes(paper(booking, one)).replace(str(one).encode(), b"") == receipt_bytes(paper(booking, other)).replace(
        str(other).encode(), b"")


def test_r60_each_print_has_its_number_in_the_log_and_the_second_one_is_a_copy(desk):
    booking = desk.booked()
    first, second = print_slip(booking, by=desk.registrar), print_slip(booking, by=desk.registrar)
    assert (first.is_copy, second.is_copy) == (False, True) and second.serial == first.serial + 1
    assert paper(booking, second).stamp == "COPY" and paper(booking, first).stamp == ""
    told = JournalEntry.objects.filter(act="booking.print_slip").order_by("at")
    assert [row.data["number"] for row in told] == [str(first), str(second)]


def test_r60_a_print_that_the_printer_spoiled_makes_the_next_one_no_copy(desk):
    booking = desk.booked()
    first = print_slip(booking, by=desk.registrar)
    spoil_slip(first, by=desk.registrar, reason="no paper")
    with pytest.raises(errors.SlipIsSpoiled):
        spoil_slip(first, by=desk.registrar, reason="no paper")
    assert not print_slip(booking, by=desk.registrar).is_copy


def test_r60_a_cancelled_coupon_is_not_printed(desk):
    booking = desk.booked()
    cancel_booking(booking, by=desk.registrar, reason="asked")
    before = JournalEntry.objects.count()
    with pytest.raises(errors.BookingIsCancelled):
        print_slip(booking, by=desk.registrar)
    assert not SlipPrint.objects.exists() and JournalEntry.objects.count() == before


@pytest.mark.parametrize(("wanted", "arrived"), [(True, True), (False, False)])
def test_r61_where_paper_is_wanted_printing_on_the_day_makes_the_queue_entry(desk, wanted, arrived):
    make_setting(paper_required=wanted)
    me = make_attached()
    booking = book_coupon(desk.coupons[0], by=me)
    print_slip(booking, by=desk.registrar)
    booking.refresh_from_db()
    assert booking.arrived_at is None, "printed on another day: nobody has come"
    with clock.at(morning(1, hour=7)):
        print_slip(booking, by=desk.kiosk)
    booking.refresh_from_db()
    assert bool(booking.arrived_at) is arrived


def test_r60_the_receipt_is_cyrillic_in_the_code_page_of_the_printer(desk):
    booking = desk.booked(family="Кавальчук", given="Ўладзімір")
    body = receipt_bytes(paper(booking, print_slip(booking, by=desk.registrar)))
    assert body.startswith(b"\x1b@") and b"\x1bt\x11" in body, "reset, then code page 17 = CP866"
    assert "Кавальчук".encode("cp866") in body and "Ўладзiмiр".encode(
        "cp866") in body, "і is printed by the same-looking Latin letter"
    assert booking.code.encode() in body and body.endswith(b"\x1dV\x00") and b"?" not in in_code_page("«Ёлка» – № 5")


def test_r60_long_lines_are_broken_between_words_within_the_paper():
    lines = in_code_page("Государственное учреждение здравоохранения городская клиническая поликлиника").split(b"\n")
    assert len(lines) == 2 and all(len(line) <= 48 for line in lines)


def test_r60_the_desk_sends_it_to_the_receipt_printer_of_the_place(client, desk, settings):
    settings.SLIP_PRINTERS = {"registry": "dummy"}
    booking = desk.booked()
    signed_in(client, desk.registrar)
    answer = client.post(reverse("booking:print_slip", args=[booking.pk]), {"request_key": uuid.uuid4()})
    assert answer.headers["Location"] == reverse("booking:booking", args=[booking.pk])
    assert len(printer.SENT) == 1 and booking.code.encode() in printer.SENT[0]
    assert str(SlipPrint.objects.get()) in client.get(answer.headers["Location"]).content.decode()


def test_r60_a_printer_may_stand_for_one_device_and_write_to_its_port(desk, settings, tmp_path):
    settings.SLIP_PRINTERS = {"registry": "dummy", desk.kiosk.code: f"file:{tmp_path / 'lp0'}"}
    booking = desk.booked()
    made = print_slip(booking, by=desk.kiosk)
    (tmp_path / "lp0").touch()
    printer.send(paper(booking, made), printer.address_of(desk.kiosk, made.channel))
    assert booking.code.encode() in (tmp_path / "lp0").read_bytes() and not printer.SENT


def test_r60_a_dead_printer_is_told_and_its_print_does_not_count(client, desk, settings, tmp_path):
    settings.SLIP_PRINTERS = {"registry": f"file:{tmp_path / 'no' / 'lp0'}"}
    booking = desk.booked()
    answer = signed_in(client, desk.registrar).post(reverse("booking:print_slip", args=[booking.pk]),
                                                    {"request_key": uuid.uuid4()})
    assert answer.status_code == 503 and booking.code in answer.content.decode()
    assert SlipPrint.objects.get().spoiled_at and not print_slip(booking, by=desk.registrar).is_copy


def test_r60_without_a_receipt_printer_the_browser_prints_the_page(client, desk):
    booking = desk.booked()
    signed_in(client, desk.registrar)
    answer = client.post(reverse("booking:print_slip", args=[booking.pk]), {"request_key": uuid.uuid4()})
    page = client.get(answer.headers["Location"]).content.decode()
    assert booking.code in page and "print.js" in page and "REMINDER" not in page


@pytest.mark.pdf
def test_r60_the_pdf_has_the_width_of_a_receipt(client, desk):
    booking = desk.booked()
    made = print_slip(booking, by=desk.registrar, language="ru")
    answer = signed_in(client, desk.registrar).get(reverse("booking:print_pdf", args=[booking.pk, made.pk]))
    assert answer.headers["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF")
