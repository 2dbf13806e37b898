"""Twenty clients, one coupon. One test shows that the race is real without the lock."""
import uuid

import pytest
from django.db.models import QuerySet

from emr.errors import Busy, Refusal
from emr.models import Encounter, JournalEntry, Staff
from outpatient.booking import errors
from outpatient.booking.actions.booking import begin_visit, book_coupon
from outpatient.booking.actions.rebooking import cancel_booking
from outpatient.booking.actions.reception import publish_reception
from outpatient.booking.models import Booking, Reception
from tests.booking.factories import make_attached, make_polyclinic, make_reception, morning
from tests.factories import make_patient
from tests.races import at_once, just_before

pytestmark = pytest.mark.django_db(transaction=True)
SEAM = "outpatient.booking.actions.booking.new_code"  # drawn after all checks, just before the row is written


@pytest.fixture
def desk():
    class Desk:
        department, doctor, registrar = make_polyclinic()
        reception = make_reception(doctor, by=registrar, coupons=8)
        coupons = list(reception.coupons.all())

    return Desk


def fresh(actor):
    """The same person at another desk: rows are not shared between threads."""
    return type(actor).objects.get(pk=actor.pk)


def live():
    return Booking.objects.filter(cancelled_at__isnull=True)


def test_of_twenty_clients_one_gets_the_coupon_and_the_others_a_sentence(desk):
    patients = [make_attached() for _number in range(20)]
    before = JournalEntry.objects.count()
    answers = at_once(*[lambda patient=patient: book_coupon(desk.coupons[0].pk, by=fresh(patient)) for patient in patients])
    winners = [answer for answer in answers if isinstance(answer, Booking)]
    refusals = [answer for answer in answers if isinstance(answer, Refusal)]
    assert (len(winners), len(refusals)) == (1, 19)
    assert {refusal.code for refusal in refusals} == {"booking.coupon_taken"}
    assert Booking.objects.get() == winners[0] and JournalEntry.objects.count() == before + 1


def test_one_patient_at_many_desks_gets_one_coupon_of_a_reception(desk):
    patient = make_patient()
    answers = at_once(*[lambda coupon=coupon: book_coupon(coupon.pk, patient.pk, by=fresh(desk.registrar))
                        for coupon in desk.coupons])
    assert sum(isinstance(answer, errors.AlreadyRegistered) for answer in answers) == 7 and live().count() == 1


def test_the_same_request_sent_many_times_at_once_is_one_booking(desk):
    key, patient = uuid.uuid4(), make_patient()
    answers = at_once(*[lambda: book_coupon(desk.coupons[0].pk, patient.pk, by=fresh(desk.registrar), request_key=key)
                        for _number in range(6)])
    assert {answer.pk for answer in answers} == {Booking.objects.get().pk}


def test_the_second_client_waits_while_the_first_is_booking(desk):
    answers = []

    def other():
        try:
            book_coupon(desk.coupons[0].pk, make_patient().pk, by=fresh(desk.registrar))
        except Refusal as refusal:
            answers.append(refusal)

    with just_before(SEAM, other):
        first = book_coupon(desk.coupons[0].pk, make_patient().pk, by=desk.registrar)
    assert [type(answer) for answer in answers] == [Busy]
    assert live().get() == first


def test_control_without_the_lock_both_clients_see_a_free_coupon(desk, monkeypatch):
    """The race is real: with locks switched off both pass the check, and only the database's constraint is left."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_options: rows)
    second = make_patient()
    with just_before(SEAM, lambda: book_coupon(desk.coupons[0].pk, second.pk, by=fresh(desk.registrar))), \
            pytest.raises(errors.CouponJustTaken):
        book_coupon(desk.coupons[0].pk, make_patient().pk, by=desk.registrar)
    assert live().get().patient == second


def test_control_without_the_lock_one_patient_gets_two_coupons(desk, monkeypatch):
    """One coupon per patient and reception is held by the lock alone; without it the rule is broken."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_options: rows)
    patient = make_patient()
    with just_before(SEAM, lambda: book_coupon(desk.coupons[1].pk, patient.pk, by=fresh(desk.registrar))):
        book_coupon(desk.coupons[0].pk, patient.pk, by=desk.registrar)
    assert live().filter(patient=patient).count() == 2


def test_a_cancelling_patient_and_a_receiving_doctor_do_not_both_win(desk):
    from emr import clock

    patient = make_attached()
    booking = book_coupon(desk.coupons[3].pk, by=patient)

    def at_seven(act, actor):
        with clock.at(morning(1, hour=7)):
            return act(booking.pk, by=fresh(actor))

    answers = at_once(lambda: at_seven(cancel_booking, patient), lambda: at_seven(begin_visit, desk.doctor))
    assert sum(isinstance(answer, Refusal) for answer in answers) == 1
    booking.refresh_from_db()
    assert (booking.encounter_id is None) == (booking.cancelled_at is not None)
    assert Encounter.objects.count() == (booking.encounter_id is not None)


def test_two_registrars_publish_one_reception_of_a_doctor(desk):
    begins = morning(2)
    answers = at_once(*[lambda room=room: publish_reception(
        by=Staff.objects.get(pk=desk.registrar.pk), department=desk.department.pk, doctor=desk.doctor.pk, starts_at=begins,
        ends_at=begins.replace(hour=begins.hour + 2), minutes=15, room=str(room)) for room in range(4)])
    assert sum(isinstance(answer, errors.DoctorReceivesThen) for answer in answers) == 3
    assert Reception.objects.filter(starts_at=begins).count() == 1


def open_shift(desk, **values):
    """Receptions of other doctors, so that nothing but the rule in question stands in the way."""
    from tests.factories import make_staff

    return [make_reception(make_staff("ward_doctor", department=desk.department), by=desk.registrar, days=1 + number, **values)
            for number in range(8)]


def test_booking_rules_r33_the_month_limit_holds_for_one_patient_in_many_tabs(desk):
    patient, receptions = make_attached(), open_shift(desk)
    today = receptions[0].day
    same_month = [row for row in receptions if (row.day.year, row.day.month) == (today.year, today.month)]
    answers = at_once(*[lambda row=row: book_coupon(row.coupons.first().pk, by=fresh(patient)) for row in same_month])
    assert sum(isinstance(answer, Booking) for answer in answers) == min(2, len(same_month)) == live().filter(
        patient=patient).count() or (
        {answer.code for answer in answers if isinstance(answer, Refusal)} <= {"booking.month_limit", "emr.busy"})
    assert live().filter(patient=patient).count() <= 2


def test_booking_rules_r20_the_online_share_is_never_passed(desk):
    Reception.objects.filter(pk=desk.coupons[0].reception_id).update(quota_online=50)
    patients = [make_attached() for _coupon in desk.coupons]
    answers = at_once(*[lambda coupon=coupon, patient=patient: book_coupon(coupon.pk, by=fresh(patient))
                        for coupon, patient in zip(desk.coupons, patients, strict=True)])
    assert sum(isinstance(answer, Booking) for answer in answers) == 4 == live().count()
    assert {answer.code for answer in answers if isinstance(answer, Refusal)} == {"booking.online_quota_spent"}


def test_control_without_the_lock_the_online_share_is_passed(desk, monkeypatch):
    Reception.objects.filter(pk=desk.coupons[0].reception_id).update(quota_online=13)  # one of eight
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_options: rows)
    first, second = make_attached(), make_attached()
    with just_before(SEAM, lambda: book_coupon(desk.coupons[1].pk, by=fresh(second))):
        book_coupon(desk.coupons[0].pk, by=first)
    assert live().count() == 2


def test_two_who_swap_their_coupons_do_not_deadlock(desk):
    from outpatient.booking.actions.rebooking import reschedule_booking

    other = open_shift(desk)[0]
    one, two = (book_coupon(coupon.pk, make_patient().pk, by=desk.registrar)
                for coupon in (desk.coupons[0], other.coupons.first()))
    answers = at_once(lambda: reschedule_booking(one.pk, other.coupons.all()[1].pk, by=fresh(desk.registrar)),
                      lambda: reschedule_booking(two.pk, desk.coupons[1].pk, by=fresh(desk.registrar)))
    assert all(isinstance(answer, Booking) for answer in answers) and live().count() == 2
