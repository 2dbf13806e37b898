"""A reception cancelled or shortened, a doctor absent, coupons held back (spec booking R19, R33, R63, R89, A27; section 18)."""
import datetime as dt

import pytest

from emr import clock
from emr.errors import NotFound, NotPermitted, ReasonMissing
from emr.models import JournalEntry, OutboxMessage, PatientContact
from outpatient.booking import errors
from outpatient.booking.actions.booking import book_coupon
from outpatient.booking.actions.call_task import close_call
from outpatient.booking.actions.cancelling import accept_offer, cancel_reception, move_reception, note_absence, shorten_reception
from outpatient.booking.actions.coupon import give_back_coupon, withdraw_coupon
from outpatient.booking.models import Booking, BookingNotice, CalendarException, CallTask, Coupon
from outpatient.booking.queries.hits import calls_to_make, hits, instead_of, offer_for, withdrawn
from outpatient.booking.rules.asker import anybody
from outpatient.booking.rules.offer import offers
from outpatient.booking.rules.substitute import suggestions
from tests.booking.factories import make_attached, make_polyclinic, make_reception, make_setting, make_specialty
from tests.factories import make_patient, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    class Desk:
        department, doctor, registrar = make_polyclinic()
        surgeon = make_specialty("surgeon")
        other = make_staff("ward_doctor", department=department)

        def reception(self, doctor=None, **values):
            return make_reception(doctor or self.doctor, **{"specialty": self.surgeon, "by": self.registrar} | values)

    return Desk()


def with_email(patient):
    PatientContact.objects.create(patient=patient, kind="email", value="somebody@example.test")
    return patient


def state():
    return [list(model.objects.order_by("pk").values()) for model in (Booking, Coupon, CallTask, JournalEntry, OutboxMessage)]


def refused(refusal, act, *args, **kwargs):
    before = state()
    with pytest.raises(refusal) as caught:
        act(*args, **kwargs)
    assert caught.value.code == refusal.code and str(caught.value) and state() == before
    return caught.value


def first(reception, number=0):
    return reception.coupons.all()[number]


def test_r19_a_cancelled_reception_takes_its_bookings_back_and_tells_each_patient(desk):
    reception = desk.reception()
    mailed, called = with_email(make_attached()), make_attached()
    one, two = (book_coupon(first(reception, n), by=who) for n, who in enumerate((mailed, called)))
    cancel_reception(reception, by=desk.registrar, reason="The doctor is ill")
    rows = Booking.objects.filter(reception=reception)
    assert all(row.cancelled_by_clinic and row.cancel_reason == "The doctor is ill" for row in rows)
    told = BookingNotice.objects.filter(kind="cancelled")
    assert {row.booking: bool(row.message) for row in told} == {one: True, two: False}
    assert [task.booking for task in calls_to_make()] == [two]
    assert not offers(anybody(), reception.day), "its coupons are void"
    assert JournalEntry.objects.get(act="booking.cancel_reception").data["bookings"] == 2


def test_r19_r33_the_month_limit_is_not_charged_for_what_the_clinic_cancelled(desk):
    make_setting(month_limit=1)
    patient, lost = make_attached(), desk.reception()
    book_coupon(first(lost), by=patient)
    cancel_reception(lost, by=desk.registrar, reason="ill")
    assert book_coupon(first(desk.reception(desk.other)), by=patient)


def test_r19_a_substitute_s_coupon_is_kept_for_the_patient_for_24_hours_before_anybody_else(desk):
    lost, theirs = desk.reception(days=3), desk.reception(desk.other, days=3)
    patient = make_attached()
    booking = book_coupon(first(lost), by=patient)
    cancel_reception(lost, by=desk.registrar, reason="ill",
                     answers={str(booking.pk): {"answer": "offer", "coupon": first(theirs).pk}})
    refused(errors.CouponTaken, book_coupon, first(theirs), make_patient(), by=desk.registrar)
    assert offer_for(booking).coupon == first(theirs)
    refused(NotFound, accept_offer, booking, by=make_attached())
    taken = accept_offer(booking, by=patient)
    assert taken.rescheduled_from == booking and taken.channel == "registry" and offer_for(booking) is None


def test_r19_what_nobody_took_within_24_hours_is_released_to_all(desk):
    lost, theirs = desk.reception(days=5), desk.reception(desk.other, days=5)
    patient = make_attached()
    booking = book_coupon(first(lost), by=patient)
    cancel_reception(lost, by=desk.registrar, reason="ill",
                     answers={str(booking.pk): {"answer": "offer", "coupon": first(theirs).pk}})
    with clock.at(clock.now() + dt.timedelta(hours=24, seconds=1)):
        refused(errors.OfferIsOver, accept_offer, booking, by=patient)
        assert book_coupon(first(theirs), make_patient(), by=desk.registrar)


def test_r19_a_booking_is_moved_to_the_substitute_or_nothing_changes_at_all(desk):
    lost, theirs = desk.reception(), desk.reception(desk.other)
    booking = book_coupon(first(lost), make_patient(), by=desk.registrar)
    book_coupon(first(theirs), make_patient(), by=desk.registrar)
    refused(errors.CouponTaken, cancel_reception, lost, by=desk.registrar, reason="ill",
            answers={str(booking.pk): {"answer": "move", "coupon": str(first(theirs).pk)}})
    cancel_reception(lost, by=desk.registrar, reason="ill",
                     answers={str(booking.pk): {"answer": "move", "coupon": str(first(theirs, 1).pk)}})
    moved = Booking.objects.standing().get(patient=booking.patient)
    assert moved.coupon == first(theirs, 1) and moved.rescheduled_from == booking


def test_r19_a_booking_made_after_the_preview_refuses_until_it_was_looked_at(desk):
    reception = desk.reception()
    seen = [book_coupon(first(reception), make_patient(), by=desk.registrar).pk]
    late = book_coupon(first(reception, 1), make_patient(), by=desk.registrar).pk
    refused(errors.HitsHaveChanged, cancel_reception, reception, by=desk.registrar, reason="ill", seen=seen)
    assert cancel_reception(reception, by=desk.registrar, reason="ill", seen=[*seen, late]).cancelled_at


def test_r19_a_shortened_reception_keeps_what_lies_within(desk):
    reception = desk.reception(coupons=8)
    kept, lost = (book_coupon(first(reception, n), make_patient(), by=desk.registrar) for n in (1, 7))
    shorten_reception(reception, by=desk.registrar, reason="training", ends_at=reception.starts_at + dt.timedelta(hours=1))
    for row in (kept, lost):
        row.refresh_from_db()
    assert kept.cancelled_at is None and lost.cancelled_by_clinic
    [offer] = offers(anybody(), reception.day)
    assert offer.place.share.places == 4, "what was taken away is not in N (A27)"
    refused(errors.NothingShortened, shorten_reception, reception, by=desk.registrar, reason="x", ends_at=reception.ends_at)


def test_r74_a_reception_moves_to_another_room_and_whoever_has_a_coupon_is_told(desk):
    reception, other = desk.reception(), make_reception(desk.doctor, by=desk.registrar, days=2, room="7")
    booking = book_coupon(first(reception), make_patient(), by=desk.registrar)
    assert move_reception(reception, by=desk.registrar, room=" 12 ", place="Kolcova 53/1").room == "12"
    assert [row.kind for row in booking.notices.order_by("pk")][-1] == "changed"
    refused(errors.NothingMoved, move_reception, reception, by=desk.registrar, room="12", place="Kolcova 53/1")
    with clock.at(other.ends_at):
        refused(errors.ReceptionIsOver, move_reception, other, by=desk.registrar, room="12")
    cancel_reception(reception, by=desk.registrar, reason="ill")
    refused(errors.ReceptionIsCancelled, move_reception, reception, by=desk.registrar, room="13")


def test_r74_two_receptions_never_move_into_one_room_at_one_hour(desk):
    reception = desk.reception(room="7")
    second = make_reception(make_staff("ward_doctor", department=desk.department), by=desk.registrar,
                            starts_at=reception.starts_at, room="8")
    refused(errors.RoomIsUsed, move_reception, second, by=desk.registrar, room="7")


def test_r19_cancelling_needs_a_reason_and_happens_once(desk):
    reception = desk.reception()
    refused(ReasonMissing, cancel_reception, reception, by=desk.registrar, reason=" ")
    cancel_reception(reception, by=desk.registrar, reason="ill")
    refused(errors.ReceptionIsCancelled, cancel_reception, reception, by=desk.registrar, reason="ill")
    with pytest.raises(NotPermitted):
        cancel_reception(desk.reception(days=2), by=desk.doctor, reason="ill")


def test_section_18_an_absence_of_days_hits_each_reception_in_its_own_act(desk):
    days = [desk.reception(days=ahead) for ahead in (1, 2, 3)]
    booking = book_coupon(first(days[0]), make_patient(), by=desk.registrar)
    _exception, cancelled, left = note_absence(by=desk.registrar, doctor=desk.doctor, first=days[0].day,
                                               last=days[1].day, reason="ill")
    assert {row.pk for row in cancelled} == {days[0].pk, days[1].pk} and not left
    booking.refresh_from_db()
    days[2].refresh_from_db()
    assert booking.cancelled_by_clinic and days[2].cancelled_at is None
    assert CalendarException.objects.get().doctor == desk.doctor
    assert JournalEntry.objects.filter(act="booking.cancel_reception").count() == 2


def test_section_18_the_nearest_free_coupon_of_the_specialty_is_suggested_to_one_each(desk):
    lost, theirs = desk.reception(), desk.reception(desk.other)
    for number in (0, 2):
        book_coupon(first(lost, number), make_patient(), by=desk.registrar)
    found = suggestions(list(hits([lost.pk])), list(instead_of(desk.surgeon, lost.day, lost.day, without=[lost.pk])))
    assert [coupon.number for coupon in found.values()] == [1, 3] and {coupon.reception for coupon in found.values()} == {theirs}


def test_r19_the_registry_closes_a_call_once(desk):
    reception = desk.reception()
    book_coupon(first(reception), make_patient(), by=desk.registrar)
    cancel_reception(reception, by=desk.registrar, reason="ill")
    task = CallTask.objects.get()
    close_call(task, by=desk.registrar, outcome="told")
    refused(errors.CallIsMade, close_call, task, by=desk.registrar, outcome="told")
    assert not calls_to_make().exists()


def test_r89_a27_a_coupon_held_back_with_a_named_reason_is_in_no_channel_and_comes_back(desk):
    reception = desk.reception(coupons=5)
    refused(ReasonMissing, withdraw_coupon, first(reception), by=desk.registrar, reason="")
    withdraw_coupon(first(reception), by=desk.registrar, reason="emergency reserve")
    refused(errors.ReceptionCancelled, book_coupon, first(reception), make_patient(), by=desk.registrar)
    assert offers(anybody(), reception.day)[0].place.share.places == 4
    assert [row.withdrawn_reason for row in withdrawn()] == ["emergency reserve"]
    give_back_coupon(first(reception), by=desk.registrar)
    assert book_coupon(first(reception), make_patient(), by=desk.registrar)
    refused(errors.CouponIsGiven, withdraw_coupon, first(reception), by=desk.registrar, reason="reserve")
    refused(errors.CouponIsNotWithdrawn, give_back_coupon, first(reception, 1), by=desk.registrar)
    assert JournalEntry.objects.get(act="booking.give_back_coupon").data["reason"] == "emergency reserve"


def test_r19_a_visit_that_needs_several_coupons_is_moved_as_a_whole(desk):
    lost, theirs = desk.reception(), desk.reception(desk.other)
    booking = book_coupon(first(lost), make_patient(), by=desk.registrar, places=2)
    cancel_reception(lost, by=desk.registrar, reason="ill",
                     answers={str(booking.pk): {"answer": "move", "coupon": first(theirs).pk}})
    assert Booking.objects.standing().filter(patient=booking.patient, reception=theirs).count() == 2
