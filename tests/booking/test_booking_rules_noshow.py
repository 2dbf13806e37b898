"""After missed visits: counted, proposed, decided by a person, told, and open to objection (spec booking, R75, A22, A25)."""
import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from emr import clock, jobs
from emr.errors import NotFound, ReasonMissing
from emr.models import JournalEntry, PatientContact
from outpatient.booking import errors_of_no_show as errors
from outpatient.booking.actions.booking import book_coupon, note_no_show
from outpatient.booking.actions.no_show import (
    answer_objection,
    confirm_booking,
    decide_pause,
    lift_pause,
    object_to_decision,
    require_confirmation,
    return_all_unconfirmed,
    send_notice,
)
from outpatient.booking.actions.notice import write_reminders
from outpatient.booking.actions.rebooking import cancel_booking
from outpatient.booking.errors import OnlinePaused
from outpatient.booking.models import Booking, BookingNotice, BookingSetting, NoShowDecision, OnlinePause
from outpatient.booking.queries import no_show as queries
from outpatient.booking.rules import link
from outpatient.booking.rules.no_show import proposed
from outpatient.booking.rules.notice import reminder_moment
from tests.booking.factories import make_attached, make_own_login, make_polyclinic, make_reception, make_setting, signed_in
from tests.factories import make_staff, make_system

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    class Desk:
        department, doctor, registrar = make_polyclinic()
        manager, system = make_staff("manager"), make_system()
        patient = make_own_login(given="Anna")

        def miss(self, *days_ago, patient=None):
            """The patient did not come so many days ago."""
            for ago in days_ago:
                with clock.at(clock.now() - dt.timedelta(days=ago + 1)):
                    reception = make_reception(make_staff("ward_doctor", department=self.department),
                                               by=self.registrar, coupons=2)
                    booking = book_coupon(reception.coupons.first(), patient or self.patient, by=self.registrar)
                with clock.at(reception.ends_at):
                    note_no_show(booking, by=self.registrar)
            return booking

    make_setting(no_show_ladder=True)
    return Desk()


def refused(refusal, act, *args, **kwargs):
    before = JournalEntry.objects.count(), NoShowDecision.objects.count(), OnlinePause.objects.count()
    with pytest.raises(refusal) as caught:
        act(*args, **kwargs)
    assert caught.value.code == refusal.code and str(caught.value)
    assert before == (JournalEntry.objects.count(), NoShowDecision.objects.count(), OnlinePause.objects.count())


def test_r75_a_missed_visit_counts_for_ninety_days(desk):
    desk.miss(120, 1)
    [row] = queries.proposals()
    assert row.missed == 1 and proposed(row.missed) == "notice"
    with clock.at(clock.now() + dt.timedelta(days=90)):
        assert not queries.proposals()


def test_a22_without_the_setting_or_an_account_nothing_is_decided(desk):
    stranger = make_attached()
    desk.miss(3, patient=stranger)
    assert not queries.proposals(), "who has no account cannot be told"
    desk.miss(2)
    make_setting(no_show_ladder=False)
    refused(errors.LadderIsOff, send_notice, desk.patient, by=desk.manager)
    assert not BookingSetting().no_show_ladder


def test_a25_what_anybody_cancelled_however_late_is_no_missed_visit(desk):
    reception = make_reception(desk.doctor, by=desk.registrar)
    late = book_coupon(reception.coupons.first(), desk.patient, by=desk.registrar)
    with clock.at(reception.starts_at - dt.timedelta(hours=1)):
        cancel_booking(late, by=desk.patient)
    missed = desk.miss(1)
    Booking.objects.filter(pk=missed.pk).update(cancelled_at=clock.now(), cancelled_by_clinic=True,
                                                cancel_reason="the doctor was ill")
    assert not queries.proposals()


def test_r75_each_step_needs_its_number_and_one_visit_gives_cause_once(desk):
    desk.miss(9)
    refused(errors.NotEnoughMissed, require_confirmation, desk.patient, by=desk.manager)
    send_notice(desk.patient, by=desk.manager)
    assert not queries.proposals()
    refused(errors.NotEnoughMissed, send_notice, desk.patient, by=desk.manager)
    desk.miss(8)
    refused(errors.NotEnoughMissed, decide_pause, desk.patient, by=desk.manager, reason="missed three")
    assert require_confirmation(desk.patient, by=desk.manager).missed == 2


def test_r75_a_pause_closes_the_web_only_for_thirty_days_and_is_lifted_at_once(desk):
    desk.miss(9, 8, 7)
    refused(ReasonMissing, decide_pause, desk.patient, by=desk.manager, reason=" ")
    decision = decide_pause(desk.patient, by=desk.manager, reason="three missed visits")
    coupons = list(make_reception(desk.doctor, by=desk.registrar, days=2).coupons.all())
    with pytest.raises(OnlinePaused):
        book_coupon(coupons[0], by=desk.patient)
    cancel_booking(book_coupon(coupons[0], desk.patient, by=desk.registrar), by=desk.registrar, reason="asked")
    lift_pause(decision, by=desk.manager, reason="the hospital confirmed a stay")
    assert book_coupon(coupons[0], by=desk.patient)
    refused(errors.DecisionIsOver, lift_pause, decision, by=desk.manager, reason="again")


def test_r75_the_patient_sees_the_decision_and_objects_once(desk, client):
    desk.miss(9)
    decision = send_notice(desk.patient, by=desk.manager)
    refused(NotFound, object_to_decision, decision, by=make_own_login(), text="not mine")
    refused(NotFound, answer_objection, decision, by=desk.manager, answer="nobody asked")
    signed_in(client, desk.patient)
    assert "After missed visits" in client.get(reverse("booking:account")).content.decode()
    key = {"request_key": "00000000-0000-4000-8000-000000000001"}
    client.post(reverse("booking:object_to_decision", args=[decision.pk]), {"text": "I was here"} | key)
    refused(errors.AlreadyObjected, object_to_decision, decision, by=desk.patient, text="again")
    signed_in(client, desk.manager)
    assert "I was here" in client.get(reverse("booking:no_shows")).content.decode()
    answer_objection(decision, by=desk.manager, answer="The office has no note of it")
    decision.refresh_from_db()
    assert decision.lifted_at is None and not queries.objections()


def test_r75_a_person_decides_on_a_page_in_few_queries(desk, client):
    desk.miss(9)
    signed_in(client, desk.manager)
    with CaptureQueriesContext(connection) as few:
        assert desk.patient.full_name in client.get(reverse("booking:no_shows")).content.decode()
    for _number in range(3):
        desk.miss(9, patient=make_own_login())
    with CaptureQueriesContext(connection) as more:
        client.get(reverse("booking:no_shows"))
    assert len(more) <= len(few)
    client.post(reverse("booking:decide_no_show", args=[desk.patient.pk]), {
        "step": "notice", "request_key": "00000000-0000-4000-8000-000000000001"})
    assert NoShowDecision.objects.get().decided_by == desk.manager


@pytest.fixture
def warned(desk):
    """A patient who has to confirm, with an online order and a reminder sent on the eve."""
    PatientContact.objects.create(patient=desk.patient, kind="email", value="anna@example.org")
    desk.miss(9, 8)
    require_confirmation(desk.patient, by=desk.manager)
    desk.reception = make_reception(desk.doctor, by=desk.registrar, days=3)
    desk.booking = book_coupon(desk.reception.coupons.last(), by=desk.patient)
    desk.eve, desk.midnight = reminder_moment(BookingSetting(), desk.reception.day), clock.start_of(desk.reception.day)
    return desk


def remind(desk, at):
    with clock.at(at):
        write_reminders(by=desk.system)
        while jobs.send_due_message():
            pass


def test_r75_an_unconfirmed_coupon_returns_after_midnight(warned, mailoutbox):
    remind(warned, warned.eve)
    assert "Confirm this one by midnight" in mailoutbox[-1].body
    with clock.at(warned.midnight - dt.timedelta(seconds=1)):
        assert return_all_unconfirmed(by=warned.system) == 0
    with clock.at(warned.midnight):
        assert return_all_unconfirmed(by=warned.system) == 1 and return_all_unconfirmed(by=warned.system) == 0
    warned.booking.refresh_from_db()
    assert warned.booking.cancelled_at and not warned.booking.no_show_at


def test_r75_confirmed_by_the_button_of_the_link_it_stays(warned, client):
    remind(warned, warned.eve)
    token = link.token(link.VISIT, warned.booking)
    page = client.get(reverse("booking:link_visit"), {"t": token}).content.decode()
    assert "I come" in page and Booking.objects.get(pk=warned.booking.pk).confirmed_at is None
    client.post(reverse("booking:link_confirm"), {"t": token, "request_key": "00000000-0000-4000-8000-000000000001"})
    assert "We expect you" in client.get(reverse("booking:link_visit"), {"t": token}).content.decode()
    with clock.at(warned.midnight):
        assert return_all_unconfirmed(by=warned.system) == 0
    refused(errors.NothingToConfirm, confirm_booking, warned.booking, by=warned.patient)


def test_r75_nothing_is_taken_from_whom_the_reminder_reached_too_late_or_never(warned):
    remind(warned, warned.midnight - dt.timedelta(hours=1))
    with clock.at(warned.midnight):
        assert return_all_unconfirmed(by=warned.system) == 0
    assert BookingNotice.objects.get(kind="reminder").outcome == "sent"


def test_r75_what_the_registry_gave_needs_no_confirmation(warned):
    other = book_coupon(make_reception(warned.doctor, by=warned.registrar, days=4).coupons.first(), warned.patient,
                        by=warned.registrar)
    assert not queries.has_to_confirm(other) and queries.has_to_confirm(warned.booking)
