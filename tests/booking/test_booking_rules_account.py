"""One account, many patients (spec booking, R35, R72, R73; A35)."""
import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from emr import clock
from emr.access import ChartNotVisible, chart_for
from emr.errors import Malformed, NotFound, NotPermitted, ReasonMissing
from emr.models import JournalEntry
from outpatient.booking import errors
from outpatient.booking.actions.account import (
    add_account_patient,
    confirm_account_patient,
    end_account_patient,
    open_account,
)
from outpatient.booking.actions.booking import book_coupon
from outpatient.booking.actions.rebooking import book_family, cancel_booking, reschedule_booking
from outpatient.booking.models import AccountPatient, Booking
from outpatient.booking.queries import account as accounts
from outpatient.booking.rules.account import until
from outpatient.booking.rules.code import referral_number
from tests.booking.factories import make_attached, make_own_login, make_polyclinic, make_reception, make_specialty, signed_in
from tests.factories import make_patient

pytestmark = pytest.mark.django_db


@pytest.fixture
def home():
    """A mother with a login, her daughter Anna, and a reception of tomorrow."""
    class Home:
        department, doctor, registrar = make_polyclinic()
        surgeon = make_specialty("surgeon")
        reception = make_reception(doctor, by=registrar, specialty=surgeon, coupons=6)
        coupons = list(reception.coupons.all())
        mother = make_own_login(given="Maria")
        anna = make_attached(given="Anna", birth_date=clock.today() - dt.timedelta(days=3000))

    return Home


def refused(refusal, act, *args, **kwargs):
    before = JournalEntry.objects.count(), list(Booking.objects.order_by("pk").values()), list(
        AccountPatient.objects.order_by("pk").values())
    with pytest.raises(refusal) as caught:
        act(*args, **kwargs)
    assert caught.value.code == refusal.code and str(caught.value)
    assert before == (JournalEntry.objects.count(), list(Booking.objects.order_by("pk").values()),
                      list(AccountPatient.objects.order_by("pk").values()))
    return caught.value


def test_r72_an_account_orders_cancels_and_moves_for_its_patients_and_the_journal_says_who(home):
    refused(errors.NotForOthers, book_coupon, home.coupons[0], home.anna, by=home.mother)
    add_account_patient(home.anna, by=home.mother)
    booking = book_coupon(home.coupons[0], home.anna, by=home.mother)
    assert (booking.patient, booking.channel) == (home.anna, "web")
    moved = reschedule_booking(booking, home.coupons[1], by=home.mother)
    cancel_booking(moved, by=home.mother)
    entries = JournalEntry.objects.filter(act__startswith="booking.", patient=home.anna)
    assert {row.by_patient for row in entries} == {home.mother}


def test_r72_each_patient_of_an_account_keeps_own_limits(home):
    add_account_patient(home.anna, by=home.mother)
    book_coupon(home.coupons[0], by=home.mother)
    assert book_coupon(home.coupons[1], home.anna,
                       by=home.mother), "the mother's coupon of the same specialty is no obstacle (R35)"
    refused(errors.AlreadyRegistered, book_coupon, home.coupons[2], home.anna, by=home.mother)


def test_r22_r72_an_account_books_two_children_at_once(home):
    boris = make_attached(given="Boris")
    for child in (home.anna, boris):
        add_account_patient(child, by=home.mother)
    book_family([(home.coupons[0], home.anna), (home.coupons[1], boris)], by=home.mother, channel="web")
    assert Booking.objects.count() == 2
    refused(errors.NotForOthers, book_family, [(home.coupons[2], home.mother), (home.coupons[3], make_attached())],
            by=home.mother)


def test_r72_an_account_opens_no_chart(home):
    add_account_patient(home.anna, by=home.mother)
    with pytest.raises(ChartNotVisible):
        chart_for(home.mother, home.anna, "test")


def test_r72_the_patient_and_the_registry_see_and_end_the_accounts_that_order_for_them(home):
    grandmother = make_own_login()
    row = add_account_patient(grandmother, by=home.mother)
    assert [found.pk for found in accounts.attached_to(grandmother)] == [row.pk]
    refused(NotFound, end_account_patient, row, by=make_own_login())
    refused(ReasonMissing, end_account_patient, row, by=home.registrar)
    end_account_patient(row, by=grandmother)
    refused(errors.NotForOthers, book_coupon, home.coupons[0], grandmother, by=home.mother)
    again = add_account_patient(grandmother, by=home.mother)
    assert end_account_patient(again, by=home.registrar, reason="asked at the desk").end_reason


def test_r72_a_child_leaves_at_eighteen_unless_it_is_confirmed(home):
    born = clock.today().replace(year=clock.today().year - 17)
    child = make_own_login(birth_date=born)
    row = add_account_patient(child, by=home.mother)
    birthday = until(born, clock.today())
    assert row.until == birthday
    with clock.at(clock.start_of(birthday) - dt.timedelta(seconds=1)):
        assert accounts.is_of(home.mother, child)
    with clock.at(clock.start_of(birthday)):
        assert not accounts.is_of(home.mother, child)
        refused(NotPermitted, confirm_account_patient, row, by=home.mother)
        confirm_account_patient(row, by=child)
        assert accounts.is_of(home.mother, child)


def test_r72_one_born_on_the_29th_of_february_comes_of_age_on_the_first_of_march():
    assert until(dt.date(2012, 2, 29), dt.date(2026, 1, 1)) == dt.date(2030, 3, 1)
    assert until(dt.date(1990, 1, 1), dt.date(2026, 1, 1)) is None and until(None, dt.date(2026, 1, 1)) is None


def test_r72_nobody_is_added_twice_and_an_account_is_not_a_market(home):
    refused(errors.AlreadyInAccount, add_account_patient, home.mother, by=home.mother)
    add_account_patient(home.anna, by=home.mother)
    refused(errors.AlreadyInAccount, add_account_patient, home.anna, by=home.mother)
    for _number in range(11):
        add_account_patient(make_patient(), by=home.mother)
    refused(errors.AccountIsFull, add_account_patient, make_patient(), by=home.mother)


def test_a35_an_account_is_opened_at_the_registry_and_ordering_needs_none(home):
    person = make_patient()
    user = open_account(person, by=home.registrar, username=" Maria.K ")
    assert user.username == "maria.k" and user.check_password(user.first_password)
    assert user.first_password not in str(list(JournalEntry.objects.values_list("data", flat=True)))
    refused(errors.HasAccount, open_account, person, by=home.registrar, username="other")
    refused(errors.LoginTaken, open_account, make_patient(), by=home.registrar, username="maria.k")
    refused(Malformed, open_account, make_patient(), by=home.registrar, username="a b")
    assert book_coupon(home.coupons[0], by=make_attached()).channel == "web"


def test_r73_the_page_shows_the_coupons_of_all_patients_in_few_queries(home, client):
    add_account_patient(home.anna, by=home.mother)
    book_coupon(home.coupons[0], home.anna, by=home.mother)
    signed_in(client, home.mother)
    with CaptureQueriesContext(connection) as few:
        page = client.get(reverse("booking:my_bookings")).content.decode()
    assert home.anna.full_name in page and "Ordering for: Maria" in page
    for row in (make_attached() for _number in range(3)):
        add_account_patient(row, by=home.mother)
        book_coupon(home.coupons[2 + len(accounts.patients_of(home.mother)) - 3], row, by=home.mother)
    with CaptureQueriesContext(connection) as more:
        client.get(reverse("booking:my_bookings"))
    assert len(more) <= len(few)


def test_r35_the_switcher_stands_on_every_step_and_orders_for_the_chosen_one(home, client):
    add_account_patient(home.anna, by=home.mother)
    signed_in(client, home.mother)
    answer = client.post(reverse("booking:switch_patient"), {"patient": str(home.anna.pk)})
    assert answer.status_code == 302
    assert client.post(reverse("booking:switch_patient"), {"patient": str(make_patient().pk)}).status_code == 404
    for name, args in (("my_bookings", ()), ("receptions", ()), ("book", (home.coupons[0].pk,)), ("account", ())):
        assert "Ordering for: Anna" in client.get(reverse(f"booking:{name}", args=args)).content.decode()
    key = "00000000-0000-4000-8000-000000000001"
    client.post(reverse("booking:book", args=[home.coupons[0].pk]), {"request_key": key})
    booking = Booking.objects.get()
    assert booking.patient == home.anna
    page = client.get(reverse("booking:my_move", args=[booking.pk]), {"day": str(booking.day)}).content.decode()
    assert str(home.coupons[1].pk) in page
    client.post(reverse("booking:my_move", args=[booking.pk]), {"coupon": str(home.coupons[1].pk), "request_key": key[:-1] + "2"})
    assert Booking.objects.standing().get().coupon == home.coupons[1]


def test_r72_the_registry_s_page_opens_and_ends_accounts(home, client):
    signed_in(client, home.registrar)
    key = "00000000-0000-4000-8000-00000000000{}"
    page = client.post(reverse("booking:open_account", args=[home.anna.pk]), {"username": "anna.k", "request_key": key.format(1)})
    assert "First password" in page.content.decode()
    client.post(reverse("booking:add_account_patient", args=[home.anna.pk]),
                {"patient": str(home.mother.pk), "request_key": key.format(2)})
    row = AccountPatient.objects.get()
    assert row.proof == "document"
    assert "document shown" in client.get(reverse("booking:accounts", args=[home.mother.pk])).content.decode()
    client.post(reverse("booking:end_account_patient", args=[row.pk]), {"reason": "asked", "request_key": key.format(3)})
    row.refresh_from_db()
    assert row.ended_at


def test_r37_r39_from_the_visit_the_doctor_gives_a_coupon_ahead_and_refers_and_the_patient_orders_with_it(home, client):
    from orders.models import ServiceRequest
    from outpatient.actions.visit import start_visit

    cardiology = make_specialty("cardiologist", needs_referral=True)
    coupons = list(make_reception(home.doctor, by=home.registrar, days=20, specialty=home.surgeon).coupons.all())
    other = make_reception(department=home.department, by=home.registrar, days=3, specialty=cardiology)
    visit = start_visit(home.mother, by=home.doctor, department=home.department)
    refused(errors.ReferralRequired, book_coupon, other.coupons.first(), by=home.mother)
    signed_in(client, home.doctor)
    assert str(coupons[0].pk) in client.get(reverse("booking:follow_up", args=[visit.pk])).content.decode()
    key = "00000000-0000-4000-8000-00000000000{}"
    client.post(reverse("booking:follow_up_book", args=[visit.pk]), {"coupon": str(coupons[0].pk), "request_key": key.format(1)})
    again = Booking.objects.get(coupon=coupons[0])
    assert (again.channel, again.patient, again.booked_by_staff) == ("doctor", home.mother, home.doctor)
    answer = client.post(reverse("booking:refer", args=[visit.pk]), {"specialty": str(cardiology.pk), "reason": "murmur",
                                                                     "request_key": key.format(2)})
    paper = client.get(answer.url).content.decode()
    assert "murmur" in paper and referral_number(ServiceRequest.objects.get().pk) in paper
    booking = book_coupon(other.coupons.first(), by=home.mother)
    referral = ServiceRequest.objects.get()
    assert (booking.referral, referral.code) == (referral, "cardiologist")
    assert client.get(answer.url).status_code == 404, "used by the booking"
    cancel_booking(booking, by=home.mother)
    assert book_coupon(other.coupons.last(), by=home.mother).referral == referral, "free again after the cancel"


def test_a34_the_doctor_s_come_again_goes_over_one_per_specialty_with_his_name_and_reason(home):
    book_coupon(home.coupons[0], by=home.mother)
    refused(errors.AlreadyRegistered, book_coupon, home.coupons[1], home.mother, by=home.doctor, channel="doctor")
    second = book_coupon(home.coupons[1], home.mother, by=home.doctor, channel="doctor", override="stitches out in the afternoon")
    assert (second.booked_by_staff, second.override, second.is_second) == (home.doctor, "stitches out in the afternoon", True)
