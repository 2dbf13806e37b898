"""Who may order and when (spec booking, sections 4 and 5), the order of checks (15), family, moving, keeping (18)."""
import datetime as dt

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from emr import clock
from emr.models import Encounter, JournalEntry, OutboxMessage, PatientContact
from orders.actions.service_request import request_service
from outpatient.booking import errors
from outpatient.booking.actions.booking import book_coupon, note_no_show
from outpatient.booking.actions.rebooking import book_family, cancel_booking, hold_coupon, reschedule_booking
from outpatient.booking.models import Booking, OnlinePause
from outpatient.booking.rules.asker import anybody, asker
from outpatient.booking.rules.calendar import calendar
from outpatient.booking.rules.offer import offers
from tests.booking.factories import (
    make_attached,
    make_card,
    make_polyclinic,
    make_reception,
    make_setting,
    make_specialty,
    morning,
)
from tests.factories import make_department, make_encounter, make_patient, make_staff, make_system

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    class Desk:
        department, doctor, registrar = make_polyclinic()
        surgeon = make_specialty("surgeon")
        other = make_staff("ward_doctor", department=department)

        def reception(self, doctor=None, **values):
            values = {"specialty": self.surgeon, "by": self.registrar} | values
            return make_reception(doctor or self.doctor, **values)

    return Desk()


def first(reception, number=0):
    return reception.coupons.all()[number]


def refused(refusal, act, *args, **kwargs):
    before = JournalEntry.objects.count(), list(Booking.objects.order_by("pk").values())
    with pytest.raises(refusal) as caught:
        act(*args, **kwargs)
    assert caught.value.code == refusal.code and str(caught.value)
    assert before == (JournalEntry.objects.count(), list(Booking.objects.order_by("pk").values()))
    return caught.value


def test_r9_r10_only_who_has_a_card_here_orders_online(desk):
    coupon = first(desk.reception())
    refused(errors.NotIdentified, book_coupon, coupon, by=make_patient())
    assert book_coupon(coupon, make_patient(), by=desk.registrar)


def test_r8_a_children_s_polyclinic_receives_up_to_the_eighteenth_birthday(desk):
    make_setting(age_to=18)
    reception = desk.reception(days=2)
    born = reception.day.replace(year=reception.day.year - 18)
    refused(errors.AgeLimit, book_coupon, first(reception), by=make_attached(birth_date=born))
    assert book_coupon(first(reception), by=make_attached(birth_date=born + dt.timedelta(days=1)))


def test_r29_no_order_for_today_and_midnight_decides(desk):
    reception = desk.reception(days=1)
    midnight = clock.start_of(reception.day)
    with clock.at(midnight):
        refused(errors.SameDay, book_coupon, first(reception), by=make_attached())
    with clock.at(midnight - dt.timedelta(seconds=1)):
        assert book_coupon(first(reception), by=make_attached())


@pytest.mark.parametrize("channel", ["registry", "phone", "kiosk"])
def test_r30_the_desk_the_telephone_and_the_kiosk_give_today_s_coupons(desk, channel):
    reception = desk.reception(days=1)
    with clock.at(morning(1, hour=7)):
        patient = make_attached()
        by = patient if channel == "kiosk" else desk.registrar
        assert book_coupon(first(reception), patient, by=by, channel=channel).channel == channel


def test_r31_the_horizon_moves_at_midnight(desk):
    reception = desk.reception(days=15)
    refusal = refused(errors.TooFar, book_coupon, first(reception), by=make_attached())
    assert str(clock.today() + dt.timedelta(days=1)) in str(refusal)
    with clock.at(clock.start_of(clock.today() + dt.timedelta(days=1))):
        assert book_coupon(first(reception), by=make_attached())


def test_r33_two_own_online_orders_in_a_calendar_month_of_the_visit(desk):
    make_setting(horizon_days=60)
    patient = make_attached()
    start = clock.today().replace(day=1)
    month = (start + dt.timedelta(days=40)).replace(day=1)
    days = [(month + dt.timedelta(days=ahead) - clock.today()).days for ahead in (2, 4, 6, 33)]
    rows = [desk.reception(days=ahead) for ahead in days]
    a, _b = (book_coupon(first(row), by=patient) for row in rows[:2])
    refused(errors.MonthLimit, book_coupon, first(rows[2]), by=patient)
    assert book_coupon(first(rows[3]), by=patient), "the month after has its own limit"
    assert book_coupon(first(rows[2], 1), patient, by=desk.registrar), "the registry's do not count"
    cancel_booking(a, by=patient)
    other = desk.reception(desk.other, days=days[2] + 2)
    assert book_coupon(first(other), by=patient), "a cancelled one does not count"


def test_r34_one_coupon_per_specialty_and_day(desk):
    patient, ent = make_attached(), make_specialty("ent")
    one, two = desk.reception(), desk.reception(desk.other, starts_at=morning(1, hour=15))
    booking = book_coupon(first(one), by=patient)
    assert booking.code in str(refused(errors.AlreadyRegistered, book_coupon, first(two), by=patient))
    third = make_staff("ward_doctor", department=desk.department)
    assert book_coupon(first(desk.reception(third, specialty=ent, starts_at=morning(1, hour=12))), by=patient)
    assert book_coupon(first(two), patient, by=desk.registrar, override="both parts of one operation").is_second
    cancel_booking(booking, by=patient)


def test_r35_two_patients_in_a_row_are_no_obstacle(desk):
    reception = desk.reception()
    assert [book_coupon(coupon, by=make_attached()) for coupon in reception.coupons.all()]


def test_r36_overlapping_times_are_refused_online(desk):
    patient, ent = make_attached(), make_specialty("ent")
    book_coupon(first(desk.reception()), by=patient)
    clash = desk.reception(desk.other, specialty=ent, starts_at=morning(1) + dt.timedelta(minutes=10))
    refused(errors.TimeClash, book_coupon, first(clash), by=patient)
    assert book_coupon(first(clash, 1), by=patient)


def refer(patient, code="cardiologist"):
    stay = make_encounter(patient=patient, kind=Encounter.Kind.OUTPATIENT)
    return request_service(stay, category="referral", text="cardiologist", code=code, system="urn:specialty", by=make_system())


def test_r37_a_referral_opens_the_specialist_is_used_and_comes_back(desk):
    heart, patient = make_specialty("cardiologist", needs_referral=True), make_attached()
    reception = desk.reception(specialty=heart)
    refused(errors.ReferralRequired, book_coupon, first(reception), by=patient)
    referral = refer(patient)
    booking = book_coupon(first(reception), by=patient)
    assert booking.referral == referral
    later = desk.reception(desk.other, specialty=heart, days=2)
    refused(errors.ReferralRequired, book_coupon, first(later), by=patient)
    cancel_booking(booking, by=patient)
    assert book_coupon(first(later), by=patient).referral == referral


def test_r38_with_no_online_share_even_a_referral_goes_to_the_registry(desk):
    heart, patient = make_specialty("cardiologist", needs_referral=True), make_attached()
    refer(patient)
    refused(errors.ReferralViaRegistry, book_coupon, first(desk.reception(specialty=heart, quota_online=0)), by=patient)


def test_r39_the_doctor_s_own_repeat_visit_needs_no_referral_and_no_horizon(desk):
    heart, patient = make_specialty("cardiologist", needs_referral=True), make_patient()
    reception = desk.reception(specialty=heart, days=30)
    assert book_coupon(first(reception), patient, by=desk.doctor, channel="doctor").channel == "doctor"


def test_r101_a_consulting_centre_receives_whoever_has_a_referral_card_or_not(desk):
    make_setting(population="referral")
    heart, patient = make_specialty("cardiologist", needs_referral=True), make_patient()
    reception = desk.reception(specialty=heart)
    refused(errors.ReferralRequired, book_coupon, first(reception), by=patient)
    referral = refer(patient)
    assert book_coupon(first(reception), by=patient).referral == referral


def test_r40_a_longer_visit_takes_adjacent_coupons_under_one_lock(desk):
    reception, patient = desk.reception(), make_patient()
    book_coupon(first(reception, 2), make_patient(), by=desk.registrar)
    refused(errors.CouponTaken, book_coupon, first(reception, 1), patient, by=desk.registrar, places=2)
    refused(errors.NotAdjacent, book_coupon, first(reception, 3), patient, by=desk.registrar, places=2)
    booking = book_coupon(first(reception, 0), patient, by=desk.registrar, places=2)
    assert booking.further.count() == 1
    cancel_booking(booking, by=desk.registrar, reason="asked")
    assert Booking.objects.standing().filter(patient=patient).count() == 0


def test_r46_a_permission_ends_before_the_visit(desk):
    reception, patient = desk.reception(days=3), make_patient()
    make_card(patient, valid_until=reception.day - dt.timedelta(days=1))
    refused(errors.AttachmentEnds, book_coupon, first(reception), by=patient)


def test_r5_outside_online_hours_one_looks_and_does_not_order(desk):
    make_setting(online_hours=[{"days": [1, 2, 3, 4, 5, 6, 7], "from": "07:00", "until": "20:00"}])
    reception = desk.reception(days=2)
    with clock.at(morning(0, hour=21)):
        assert offers(anybody(), reception.day)[0].free == 4
        assert "07:00" in str(refused(errors.OnlineClosed, book_coupon, first(reception), by=make_attached()))


def test_r75_a_pause_decided_by_a_person_closes_the_web_only(desk):
    reception, patient = desk.reception(), make_attached()
    OnlinePause.objects.create(patient=patient, until=clock.now() + dt.timedelta(days=30), reason="three missed",
                               decided_by=desk.registrar)
    refused(errors.OnlinePaused, book_coupon, first(reception), by=patient)
    assert book_coupon(first(reception), patient, by=desk.registrar, channel="phone")


def test_r77_a_place_is_free_again_when_the_patient_did_not_come(desk):
    reception = desk.reception(days=1)
    booking = book_coupon(first(reception, 3), make_patient(), by=desk.registrar)
    with clock.at(first(reception, 3).starts_at + dt.timedelta(minutes=14)):
        refused(errors.TooEarlyForNoShow, note_no_show, booking, by=desk.registrar)
    with clock.at(first(reception, 3).starts_at + dt.timedelta(minutes=15)):
        assert note_no_show(booking, by=desk.registrar).state == "noshow"


def test_r22_a_family_gets_all_its_coupons_or_none(desk):
    reception = desk.reception(quota_online=100)
    book_coupon(first(reception, 1), make_patient(), by=desk.registrar)
    anna, oleg = make_patient(), make_patient()
    refused(errors.CouponTaken, book_family, [(first(reception, 0), anna), (first(reception, 1), oleg)], by=desk.registrar)
    assert book_family([(first(reception, 0), anna), (first(reception, 2), oleg)], by=desk.registrar)
    assert Booking.objects.standing().filter(patient__in=[anna, oleg]).count() == 2


def test_moving_a_booking_keeps_the_old_one_when_the_new_place_is_taken(desk):
    reception, patient = desk.reception(), make_attached()
    booking = book_coupon(first(reception), by=patient)
    book_coupon(first(reception, 1), make_patient(), by=desk.registrar)
    refused(errors.CouponTaken, reschedule_booking, booking, first(reception, 1), by=patient)
    refused(errors.NothingToMove, reschedule_booking, booking, first(reception), by=patient)
    moved = reschedule_booking(booking, first(reception, 2), by=patient)
    booking.refresh_from_db()
    assert (booking.state, moved.state, moved.rescheduled_from, moved.channel) == ("cancelled", "booked", booking, "web")


def test_moving_counts_neither_the_month_nor_the_share_twice(desk):
    make_setting(month_limit=1)
    reception, patient = desk.reception(quota_online=25), make_attached()
    booking = book_coupon(first(reception), by=patient)
    assert reschedule_booking(booking, first(reception, 1), by=patient).state == "booked"


def test_a31_a_held_coupon_is_taken_for_others_and_ends_by_itself(desk):
    reception, site = desk.reception(quota_online=50), make_system()
    held = hold_coupon(first(reception), by=site, holder="visitor-1")
    refused(errors.CouponTaken, book_coupon, first(reception), make_patient(), by=desk.registrar)
    patient = make_attached()
    booking = book_coupon(first(reception), by=patient, holder="visitor-1")
    held.refresh_from_db()
    assert held.cancelled_at and booking.state == "booked"
    hold_coupon(first(reception, 1), by=site, holder="visitor-2")
    with clock.at(clock.now() + dt.timedelta(minutes=6)):
        assert book_coupon(first(reception, 1), make_patient(), by=desk.registrar)


def test_a26_a_freed_coupon_comes_back_online_after_the_random_delay(desk):
    make_setting(reopen_delay_minutes=30)
    reception, patient = desk.reception(days=3), make_attached()
    cancel_booking(book_coupon(first(reception), by=patient), by=patient)
    coupon = first(reception)
    assert clock.now() <= coupon.reopens_at <= clock.now() + dt.timedelta(minutes=30)
    with clock.at(coupon.reopens_at - dt.timedelta(seconds=1)):
        refused(errors.CouponTaken, book_coupon, coupon, by=make_attached())
        assert book_coupon(coupon, make_patient(), by=desk.registrar, channel="phone")


def test_r15_r16_the_calendar_has_four_states_and_knows_one_s_own_days(desk):
    make_setting(quota_online=30)
    green, grey, full = (desk.reception(days=ahead, quota_online=share) for ahead, share in ((1, 100), (2, 0), (3, 100)))
    for coupon in full.coupons.all():
        book_coupon(coupon, make_patient(), by=desk.registrar)
    patient = make_attached()
    today = clock.today()

    def states(who):
        return [day.state for day in calendar(who, today + dt.timedelta(days=1), today + dt.timedelta(days=4))]

    assert states(anybody()) == ["green", "grey", "full", "closed"]
    book_coupon(first(green), by=patient)
    days = calendar(asker(patient, "web"), today + dt.timedelta(days=1), today + dt.timedelta(days=4))
    assert [day.state for day in days] == ["grey", "grey", "full", "closed"]
    assert days[0].is_own and days[0].reason == "ALREADY_REGISTERED" and grey


@pytest.mark.parametrize("channel", ["web", "registry"])
def test_a_booking_asks_at_most_eight_things_with_own_coupons_a_referral_and_a_mail(desk, channel):
    heart, patient = make_specialty("cardiologist", needs_referral=True), make_attached()
    wanted = first(desk.reception(specialty=heart, days=1))
    book_coupon(first(desk.reception(days=2)), by=patient)
    book_coupon(first(desk.reception(specialty=heart, days=3)), patient, by=desk.registrar, override="by telephone of the head")
    PatientContact.objects.create(patient=patient, kind="email", value="somebody@example.test")
    referral = refer(patient)
    with CaptureQueriesContext(connection) as asked:
        booking = book_coupon(wanted, patient, by=patient if channel == "web" else desk.registrar, channel=channel)
    statements = [row["sql"] for row in asked if not row["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(statements) <= 8, statements
    assert booking.referral == referral and OutboxMessage.objects.count() == 1


def test_a_day_with_reasons_asks_four_things_and_a_calendar_as_many(desk, django_assert_max_num_queries):
    for _number in range(4):
        desk.reception(make_staff("ward_doctor", department=make_department("outpatient")))
    patient = make_attached()
    with django_assert_max_num_queries(4):
        assert offers(asker(patient, "web"), clock.today() + dt.timedelta(days=1))
    with django_assert_max_num_queries(4):
        calendar(asker(patient, "web"), clock.today(), clock.today() + dt.timedelta(days=14))


def test_the_copies_on_a_booking_cannot_disagree_with_its_coupon(desk):
    from django.db import IntegrityError, transaction

    reception = desk.reception()
    booking = book_coupon(first(reception), make_patient(), by=desk.registrar)
    with pytest.raises(IntegrityError), transaction.atomic():
        Booking.objects.filter(pk=booking.pk).update(day=clock.today() + dt.timedelta(days=9))
        call_command("check")
        with connection.cursor() as cursor:
            cursor.execute("set constraints all immediate")
