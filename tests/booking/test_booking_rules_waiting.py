"""The waiting list: what becomes free is offered to one after the other, before the public (spec booking, R17 and section 18)."""
import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from emr import clock
from emr.errors import Malformed, NotFound, ReasonMissing
from emr.models import JournalEntry, PatientContact
from outpatient.booking import errors
from outpatient.booking.actions.booking import book_coupon
from outpatient.booking.actions.rebooking import cancel_booking
from outpatient.booking.actions.waiting import (
    accept_offer,
    decline_offer,
    join_waiting_list,
    leave_waiting_list,
    offer_coupon,
    offer_freed,
    set_waiting_priority,
)
from outpatient.booking.models import Booking, BookingNotice, WaitingEntry
from outpatient.booking.rules import link
from outpatient.booking.rules.waiting import why_none
from tests.booking.factories import (
    make_attached,
    make_own_login,
    make_polyclinic,
    make_reception,
    make_setting,
    make_specialty,
    signed_in,
)
from tests.factories import make_system
from tests.races import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    """A full reception of two coupons in three days, and three patients who might wait."""
    class Desk:
        department, doctor, registrar = make_polyclinic()
        system = make_system()
        surgeon = make_specialty("surgeon")
        reception = make_reception(doctor, by=registrar, days=3, coupons=2, specialty=surgeon)
        coupons = list(reception.coupons.all())
        first, second, third = (make_attached() for _number in range(3))

        def __init__(self):
            self.taken = [book_coupon(coupon, make_attached(), by=self.registrar) for coupon in self.coupons]

        def wait(self, patient, minutes=0, **values):
            with clock.at(clock.now() + dt.timedelta(minutes=minutes)):
                return join_waiting_list(patient, by=patient, specialty=self.surgeon, **values)

        def free(self, number=0):
            return cancel_booking(self.taken[number], by=self.registrar, reason="asked")

        def offered(self):
            return Booking.objects.standing().filter(held_until__isnull=False)

    return Desk()


def refused(refusal, act, *args, **kwargs):
    before = JournalEntry.objects.count(), list(Booking.objects.order_by("pk").values()), list(
        WaitingEntry.objects.order_by("pk").values())
    with pytest.raises(refusal) as caught:
        act(*args, **kwargs)
    assert caught.value.code == refusal.code and str(caught.value)
    assert before == (JournalEntry.objects.count(), list(Booking.objects.order_by("pk").values()),
                      list(WaitingEntry.objects.order_by("pk").values()))
    return caught.value


def test_s18_who_waits_longest_is_offered_what_becomes_free_before_the_public(desk):
    desk.wait(desk.second, minutes=-5)
    desk.wait(desk.first, minutes=-10)
    assert offer_freed(by=desk.system) == 0
    desk.free()
    refused(errors.CouponTaken, book_coupon, desk.coupons[0], by=desk.third)
    assert offer_freed(by=desk.system) == 1 and offer_freed(by=desk.system) == 0
    held = desk.offered().get()
    assert (held.patient, held.channel) == (desk.first, "web")
    refused(errors.CouponTaken, book_coupon, desk.coupons[0], by=desk.third)
    refused(NotFound, accept_offer, held, by=desk.second)


def test_s18_medical_priority_set_by_staff_goes_before_age(desk):
    desk.wait(desk.first, minutes=-10)
    entry = desk.wait(desk.second)
    refused(ReasonMissing, set_waiting_priority, entry, by=desk.registrar, priority=2, reason=" ")
    refused(Malformed, set_waiting_priority, entry, by=desk.registrar, priority=9, reason="x")
    set_waiting_priority(entry, by=desk.doctor, priority=2, reason="suspected fracture")
    desk.free()
    offer_freed(by=desk.system)
    assert desk.offered().get().patient == desk.second


def test_s18_accepting_books_online_and_ends_the_waiting(desk):
    desk.wait(desk.first)
    desk.free()
    offer_freed(by=desk.system)
    held = desk.offered().get()
    booking = accept_offer(held, by=desk.first)
    assert (booking.patient, booking.coupon, booking.channel, booking.held_until) == (desk.first, desk.coupons[0], "web", None)
    assert WaitingEntry.objects.get().end_reason == "booked"
    refused(errors.WaitingOfferIsOver, accept_offer, held, by=desk.first)


def test_s18_a_declined_or_forgotten_offer_goes_to_the_next_and_never_back(desk):
    desk.wait(desk.first, minutes=-10), desk.wait(desk.second, minutes=-5), desk.wait(desk.third)
    desk.free()
    offer_freed(by=desk.system)
    decline_offer(desk.offered().get(), by=desk.first)
    offer_freed(by=desk.system)
    held = desk.offered().get()
    assert held.patient == desk.second
    with clock.at(clock.now() + dt.timedelta(minutes=61)):
        refused(errors.WaitingOfferIsOver, accept_offer, held, by=desk.second)
        offer_freed(by=desk.system)
        assert desk.offered().get().patient == desk.third
        decline_offer(desk.offered().get(), by=desk.third)
        assert offer_freed(by=desk.system) == 0, "everybody had it"
    assert WaitingEntry.objects.filter(ended_at__isnull=True).count() == 3, "they go on waiting for another one"
    with clock.at(clock.now() + dt.timedelta(minutes=65)):
        assert book_coupon(desk.coupons[0], by=make_attached()), "then it is the public's"


def test_s18_whoever_may_not_have_it_is_passed_over_and_told_why(desk):
    make_setting(age_from=18)
    child = make_attached(birth_date=clock.today() - dt.timedelta(days=1000))
    entry = desk.wait(child, minutes=-10)
    desk.wait(desk.second)
    assert why_none(entry) == "taken"
    desk.free()
    offer_freed(by=desk.system)
    assert desk.offered().get().patient == desk.second
    assert why_none(WaitingEntry.objects.get(patient=desk.second)) == "taken"


def test_s18_wishes_of_day_hour_and_doctor_are_kept(desk):
    day = desk.reception.day.isoweekday()
    desk.wait(desk.first, minutes=-9, weekdays=[day % 7 + 1])
    desk.wait(desk.second, minutes=-8, time_from=dt.time(12))
    desk.wait(desk.third, minutes=-7, weekdays=[day], time_from=dt.time(8), time_until=dt.time(9), doctor=desk.doctor)
    desk.free()
    offer_freed(by=desk.system)
    assert desk.offered().get().patient == desk.third
    refused(Malformed, join_waiting_list, make_attached(), by=desk.registrar, specialty=desk.surgeon, weekdays=[8])


def test_s18_a_patient_waits_once_and_not_for_what_he_has(desk):
    desk.wait(desk.first)
    refused(errors.AlreadyWaiting, join_waiting_list, desk.first, by=desk.first, specialty=desk.surgeon)
    refused(errors.NotForOthers, join_waiting_list, desk.second, by=desk.first, specialty=desk.surgeon)
    refused(errors.AlreadyRegistered, join_waiting_list, desk.taken[0].patient, by=desk.registrar, specialty=desk.surgeon)
    leave_waiting_list(WaitingEntry.objects.get(), by=desk.first)
    assert join_waiting_list(desk.first, by=desk.first, specialty=desk.surgeon, doctor=desk.doctor)


def test_s18_an_entry_ends_by_itself_when_its_patient_is_booked_by_anybody(desk):
    desk.wait(desk.first)
    other = make_reception(desk.doctor, by=desk.registrar, days=4, specialty=desk.surgeon)
    book_coupon(other.coupons.first(), desk.first, by=desk.registrar)
    assert WaitingEntry.objects.get().end_reason == "booked"


def test_s18_an_offer_counts_as_given_online(desk):
    open_day = make_reception(desk.doctor, by=desk.registrar, days=5, coupons=4, specialty=desk.surgeon, quota_online=25)
    desk.wait(desk.first)
    offer_freed(by=desk.system)
    assert desk.offered().get().reception == open_day
    refused(errors.OnlineQuotaSpent, book_coupon, open_day.coupons.last(), by=desk.second)
    desk.wait(desk.second)
    assert offer_freed(by=desk.system) == 0, "the online share of that day is spent"


def test_s18_an_offer_is_taken_by_the_button_of_its_link_only(desk, client):
    PatientContact.objects.create(patient=desk.first, kind="email", value="a@example.org")
    desk.wait(desk.first)
    desk.free()
    offer_freed(by=desk.system)
    held = desk.offered().get()
    assert BookingNotice.objects.get(kind="offer").booking == held
    token = link.token(link.OFFER, held)
    assert "kept for you" in client.get(reverse("booking:link_offer"), {"t": token}).content.decode()
    assert desk.offered().count() == 1
    key = "00000000-0000-4000-8000-000000000001"
    answer = client.post(reverse("booking:offer_answer"), {"t": token, "answer": "accept", "request_key": key})
    assert answer.status_code == 302 and client.get(answer.url).status_code == 200
    assert Booking.objects.standing().filter(patient=desk.first, held_until__isnull=True).exists()
    assert "no longer kept" in client.get(reverse("booking:link_offer"), {"t": token}).content.decode()


def test_r17_tell_me_when_one_appears(desk, client):
    patient = make_own_login()
    signed_in(client, patient)
    assert "Surgeon" in client.get(reverse("booking:wait"), {"specialty": str(desk.surgeon.pk)}).content.decode()
    answer = client.post(reverse("booking:wait"), {"specialty": str(desk.surgeon.pk), "weekdays": ["1", "2"],
                                                   "request_key": "00000000-0000-4000-8000-000000000001"})
    assert answer.status_code == 302
    assert WaitingEntry.objects.get().weekdays == [1, 2]
    assert "All coupons are taken" in client.get(reverse("booking:my_waiting")).content.decode()


def test_s18_the_registry_reads_the_list_page_by_page_in_few_queries(desk, client):
    signed_in(client, desk.registrar)
    desk.wait(desk.first)
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("booking:waiting_list"))
    for _number in range(5):
        desk.wait(make_attached())
    with CaptureQueriesContext(connection) as more:
        page = client.get(reverse("booking:waiting_list")).content.decode()
    assert len(more) <= len(few) and desk.first.full_name in page


@pytest.mark.django_db(transaction=True)
def test_s18_two_workers_at_once_offer_each_coupon_once_and_nobody_two(desk):
    for minutes, patient in enumerate((desk.first, desk.second, desk.third)):
        desk.wait(patient, minutes=-minutes)
    desk.free(0), desk.free(1)
    at_once(*[lambda: offer_freed(by=desk.system)] * 3)
    offer_freed(by=desk.system)
    rows = list(desk.offered())
    assert len(rows) == 2 and len({row.patient_id for row in rows}) == 2 and len({row.coupon_id for row in rows}) == 2


@pytest.mark.django_db(transaction=True)
def test_s18_two_offers_of_one_coupon_at_once_give_one(desk):
    entries = [desk.wait(patient) for patient in (desk.first, desk.second)]
    desk.free()
    gave = at_once(*[lambda entry=entry: offer_coupon(entry, desk.coupons[0], by=desk.system) for entry in entries])
    assert sum(isinstance(row, Booking) for row in gave) == 1 == desk.offered().count()
