"""Messages: each once, on the eve, with a calendar entry and a link that cancels by a press only (spec booking, R74, A25; section
18).
"""
import datetime as dt
import zoneinfo

import pytest
from django.core import mail
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from emr import clock, jobs
from emr.models import JournalEntry, OutboxMessage, PatientContact
from outpatient.booking import errors
from outpatient.booking import jobs as desk_jobs
from outpatient.booking.actions.booking import book_coupon
from outpatient.booking.actions.cancelling import move_reception
from outpatient.booking.actions.notice import remind_patient, write_reminders
from outpatient.booking.actions.rebooking import cancel_booking, reschedule_booking
from outpatient.booking.models import Booking, BookingNotice, BookingSetting
from outpatient.booking.queries.notice import by_telephone
from outpatient.booking.rules import link
from outpatient.booking.rules.figures import rows_of
from outpatient.booking.rules.notice import is_late_cancel, reminder_moment
from outpatient.booking.rules.statistics import statistics
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
from tests.factories import make_system
from tests.races import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    class Desk:
        department, doctor, registrar = make_polyclinic()
        system = make_system()
        reception = make_reception(doctor, by=registrar, days=4, specialty=make_specialty("surgeon"), room="411")
        coupons = list(reception.coupons.all())
        patient = make_attached(given="Anna")

    with_mail(Desk.patient)
    return Desk


def with_mail(patient, address="anna@example.org"):
    PatientContact.objects.create(patient=patient, kind="email", value=address)
    return patient


def send():
    """The worker sends what is due; what it sent."""
    before = len(mail.outbox)
    while jobs.send_due_message():
        pass
    return mail.outbox[before:]


def calendar_of(message):
    return Calendar.from_ical(message.attachments[0].get_payload(decode=True))


def test_r74_a_mail_on_ordering_and_one_on_the_eve_at_the_reminder_hour(desk):
    book_coupon(desk.coupons[0], by=desk.patient)
    [ordered] = send()
    assert ordered.to == ["anna@example.org"] and "411" in ordered.body and "Anna" in ordered.body
    eve = reminder_moment(BookingSetting(), desk.reception.day)
    with clock.at(eve - dt.timedelta(seconds=1)):
        assert not write_reminders(by=desk.system)
    with clock.at(eve):
        assert write_reminders(by=desk.system) == 1 and write_reminders(by=desk.system) == 0
        [reminder] = send()
    assert "remind" in reminder.body and not reminder.attachments


def test_r74_ordered_after_the_reminder_hour_one_mail_says_both(desk):
    with clock.at(reminder_moment(BookingSetting(), desk.reception.day) + dt.timedelta(hours=1)):
        book_coupon(desk.coupons[0], by=desk.patient)
        assert write_reminders(by=desk.system) == 0
        [only] = send()
    assert "remind you" in only.body


def test_r74_no_reminder_after_a_cancel_even_when_it_was_written_already(desk):
    booking = book_coupon(desk.coupons[0], by=desk.patient)
    send()
    with clock.at(reminder_moment(BookingSetting(), desk.reception.day)):
        write_reminders(by=desk.system)
        cancel_booking(booking, by=desk.patient)
        assert [row.subject.split(":")[0] for row in send()] == ["Cancelled"]
        with pytest.raises(errors.NothingToRemind):
            remind_patient(booking, by=desk.system, kind="early")
    assert set(BookingNotice.objects.values_list("kind", "outcome")) == {("ordered", "sent"), ("reminder", "dropped"),
                                                                         ("cancelled", "sent")}


def test_r74_an_outage_is_caught_up_until_the_visit_begins(desk):
    book_coupon(desk.coupons[0], by=desk.patient)
    with clock.at(morning(4, hour=7)):
        assert write_reminders(by=desk.system) == 1, "the worker stood still all evening"
    with clock.at(desk.coupons[0].starts_at):
        assert not send()
    assert BookingNotice.objects.get(kind="reminder").outcome == "dropped"


def test_r74_a_mail_server_that_fails_is_tried_again_and_the_mail_goes_once(desk):
    book_coupon(desk.coupons[0], by=desk.patient)
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", EMAIL_HOST="127.0.0.1", EMAIL_PORT=1):
        assert jobs.send_due_message().attempts == 1
    assert not mail.outbox and BookingNotice.objects.get().done_at is None
    OutboxMessage.objects.update(next_try_at=clock.now())
    assert len(send()) == 1
    desk_jobs.send_notice({"notice": str(BookingNotice.objects.get().pk)})
    assert len(mail.outbox) == 1, "a message that comes twice is sent once"


def test_r74_the_registry_telephones_who_has_no_address(desk, client):
    patient = make_attached()
    PatientContact.objects.create(patient=patient, kind="phone", value="+375 29 000-00-00")
    book_coupon(desk.coupons[1], by=patient)
    with clock.at(reminder_moment(BookingSetting(), desk.reception.day)):
        write_reminders(by=desk.system)
    [row] = by_telephone(desk.reception.day)
    assert [phone.value for phone in row.patient.telephones] == ["+375 29 000-00-00"] and not OutboxMessage.objects.exists()
    page = signed_in(client, desk.registrar).get(reverse("booking:untold"), {"day": str(desk.reception.day)}).content.decode()
    assert "+375 29 000-00-00" in page and patient.full_name in page


def test_r74_a_child_s_mail_goes_to_the_account_that_orders_for_it(desk):
    from outpatient.booking.actions.account import add_account_patient

    mother, child = with_mail(make_own_login(), "mother@example.org"), make_attached(given="Boris")
    add_account_patient(child, by=mother)
    add_account_patient(desk.patient, by=mother)
    book_coupon(desk.coupons[0], child, by=mother)
    assert [row.to for row in send()] == [["mother@example.org"]]
    book_coupon(desk.coupons[1], desk.patient, by=mother)
    assert [row.to for row in send()] == [["anna@example.org"]], "whoever has an address of his own is told himself"


def test_r74_the_calendar_entry_has_one_uid_and_counts_every_change(desk):
    booking = book_coupon(desk.coupons[0], by=desk.patient)
    [first] = send()
    moved = reschedule_booking(booking, desk.coupons[1], by=desk.patient)
    [second] = send()
    move_reception(desk.reception, by=desk.registrar, room="12")
    [third] = send()
    cancel_booking(moved, by=desk.registrar, reason="the doctor is ill")
    [last] = send()
    entries = [calendar_of(row).walk("VEVENT")[0] for row in (first, second, third, last)]
    assert len({str(entry["UID"]) for entry in entries}) == 1
    assert [entry["SEQUENCE"] for entry in entries] == [0, 1, 2, 3]
    assert [str(calendar_of(row)["METHOD"]) for row in (first, second, third, last)] == ["REQUEST", "REQUEST",
                                                                                         "REQUEST", "CANCEL"]
    assert "room 12" in third.body and third.subject.startswith("Changed")
    assert entries[1].decoded("DTSTART") == desk.coupons[1].starts_at
    zone = calendar_of(first).walk("VTIMEZONE")[0]
    assert str(zone["TZID"]) == "Europe/Minsk" and "TZID=Europe/Minsk" in calendar_of(first).to_ical().decode()
    lines = calendar_of(first).to_ical().split(b"\r\n")
    assert max(map(len, lines)) <= 75


def test_r74_the_mail_names_nothing_medical_unless_the_institution_says_so(desk):
    book_coupon(desk.coupons[0], by=desk.patient)
    [plain] = send()
    text = plain.subject + plain.body + calendar_of(plain).to_ical().decode()
    assert not any(word in text for word in ("Surgeon", desk.doctor.family, desk.department.name, desk.patient.family,
                                             desk.patient.number))
    make_setting(mail_names_specialty=True, visit_cost="12.50")
    book_coupon(desk.coupons[1], by=with_mail(make_attached(), "b@example.org"))
    [named] = send()
    assert "Surgeon" in named.body
    with clock.at(reminder_moment(BookingSetting(), desk.reception.day)):
        write_reminders(by=desk.system)
        assert "12.5" in send()[0].body, "what a missed visit costs (section 19)"


def test_r74_long_ordered_visits_have_a_first_reminder_five_days_before(desk):
    reception = make_reception(desk.doctor, by=desk.registrar, days=10)
    book_coupon(reception.coupons.first(), by=desk.patient)
    with clock.at(morning(5, hour=18)):
        assert write_reminders(by=desk.system) == 1 and write_reminders(by=desk.system) == 0
    assert BookingNotice.objects.filter(kind="early").count() == 1


def test_r74_the_mail_is_in_the_language_of_the_patient(desk):
    desk.patient.language = "ru"
    desk.patient.save(update_fields=["language"])
    book_coupon(desk.coupons[0], by=desk.patient)
    assert "Талон заказан" in send()[0].body


@pytest.mark.parametrize(("zone", "day"), [("Europe/Minsk", dt.date(2027, 3, 28)), ("Europe/Berlin", dt.date(2027, 3, 28)),
                                          ("Europe/Berlin", dt.date(2027, 10, 31)), ("America/New_York", dt.date(2027, 11, 7))])
def test_r74_the_reminder_hour_is_the_institution_s_wall_clock_on_the_days_when_clocks_change(zone, day):
    with override_settings(TIME_ZONE=zone), timezone.override(zoneinfo.ZoneInfo(zone)):
        for visit in (day, day + dt.timedelta(days=1)):
            local = reminder_moment(BookingSetting(), visit).astimezone(zoneinfo.ZoneInfo(zone))
            assert (local.date(), local.time()) == (visit - dt.timedelta(days=1), dt.time(18))


def test_r64_r74_the_link_shows_and_only_the_button_cancels(desk, client):
    booking = book_coupon(desk.coupons[0], by=desk.patient)
    address = next(line for line in send()[0].body.splitlines() if "link/visit" in line)
    path = "/" + address.split("/", 3)[3]
    for _scan in range(2):
        page = client.get(path)
        assert page.status_code == 200 and client.head(path).status_code == 200
    assert "Anna" in page.content.decode() and desk.patient.family not in page.content.decode()
    assert Booking.objects.standing().count() == 1
    token = link.token(link.VISIT, booking)
    assert client.get(reverse("booking:link_cancel"), {"t": token}).status_code == 405
    client.post(reverse("booking:link_cancel"), {"t": token, "request_key": "00000000-0000-4000-8000-000000000001"})
    booking.refresh_from_db()
    assert booking.cancelled_at and JournalEntry.objects.get(act="booking.cancel_booking").by_patient == desk.patient
    assert "cancelled" in client.get(path).content.decode()


def test_r74_a_link_is_nobody_else_s_follows_a_move_and_ends_with_the_visit(desk, client):
    booking = book_coupon(desk.coupons[0], by=desk.patient)
    address, token = reverse("booking:link_visit"), link.token(link.VISIT, booking)
    for wrong in ("", "x", token + "x", token.split(".")[0], link.token(link.OFFER, booking)):
        assert client.get(address, {"t": wrong}).status_code == 404
    moved = reschedule_booking(booking, desk.coupons[2], by=desk.patient)
    client.post(reverse("booking:link_cancel"), {"t": token, "request_key": "00000000-0000-4000-8000-000000000002"})
    moved.refresh_from_db()
    assert moved.cancelled_at, "the old mail's button cancels the visit as it is now"
    with clock.at(moved.coupon.starts_at):
        assert client.get(address, {"t": token}).status_code == 404


def test_a25_r100_a_cancel_after_the_reminder_hour_is_counted_apart_with_its_row_and_is_no_missed_visit(desk):
    row, eve = BookingSetting(), reminder_moment(BookingSetting(), desk.reception.day)
    early, late, moved = (book_coupon(desk.coupons[n], by=make_attached()) for n in (0, 1, 2))
    with clock.at(eve - dt.timedelta(minutes=1)):
        cancel_booking(early, by=desk.registrar, reason="asked")
    with clock.at(eve):
        cancel_booking(late, by=desk.registrar, reason="asked")
        reschedule_booking(moved, desk.coupons[3], by=desk.registrar)
    early.refresh_from_db(), late.refresh_from_db()
    assert not is_late_cancel(row, early) and is_late_cancel(row, late) and late.no_show_at is None
    figure = rows_of(statistics(desk.reception.day, desk.reception.day), "late-cancels")
    assert (figure.shown, [found.booking for found in figure.rows], figure.rows[0].at) == ("1", [late.pk], late.cancelled_at)


@pytest.mark.django_db(transaction=True)
def test_r74_several_workers_write_and_send_each_message_once(desk):
    for coupon in desk.coupons:
        book_coupon(coupon, by=with_mail(make_attached(), f"{coupon.number}@example.org"))
    eve = reminder_moment(BookingSetting(), desk.reception.day)

    def worker():
        with clock.at(eve):
            write_reminders(by=desk.system)
            while jobs.send_due_message():
                pass

    at_once(*[worker] * 3)
    assert BookingNotice.objects.filter(kind="reminder").count() == len(desk.coupons)
    assert len({row.extra_headers["Message-ID"] for row in mail.outbox}) == len(mail.outbox) == 2 * len(desk.coupons)
