"""A coupon is given once, taken back, and becomes a visit in one key."""
import uuid

import pytest

from emr import clock
from emr.access import ChartNotVisible, chart_for
from emr.actions.encounter import PatientIsMerged
from emr.errors import Malformed, NotFound, NotPermitted, ReasonMissing
from emr.models import Encounter, JournalEntry, Patient
from outpatient.booking import errors
from outpatient.booking.actions.booking import begin_visit, book_coupon, check_in
from outpatient.booking.actions.demo import publish_demo_receptions
from outpatient.booking.actions.rebooking import cancel_booking
from outpatient.booking.models import Booking, Reception
from outpatient.booking.queries import reception as receptions
from outpatient.errors import PatientHasDied
from tests.booking.factories import make_own_login, make_polyclinic, make_reception, morning
from tests.factories import make_department, make_patient, make_staff, make_system

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    """A registrar, a doctor, and a reception of tomorrow."""
    class Desk:
        department, doctor, registrar = make_polyclinic()
        reception = make_reception(doctor, by=registrar)
        coupons = list(reception.coupons.all())

    return Desk


def refused(refusal, function, *args, **kwargs):
    """The act refuses with this code, and nothing was written."""
    before = JournalEntry.objects.count(), list(Booking.objects.order_by("pk").values()), Encounter.objects.count()
    with pytest.raises(refusal) as caught:
        function(*args, **kwargs)
    assert caught.value.code == refusal.code and str(caught.value)
    assert before == (JournalEntry.objects.count(), list(Booking.objects.order_by("pk").values()), Encounter.objects.count())
    return caught.value


def test_the_registry_gives_a_coupon_with_a_code_of_ten_characters(desk):
    patient = make_patient()
    booking = book_coupon(desk.coupons[1], patient, by=desk.registrar)
    assert (booking.patient, booking.channel, booking.booked_by_staff, booking.state) == (patient, "registry",
                                                                                          desk.registrar, "booked")
    assert len(booking.code) == 10 and set(booking.code) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
    entry = JournalEntry.objects.get(act="booking.book_coupon")
    assert (entry.patient_id, entry.about_id) == (patient.pk, booking.pk)


def test_sending_the_booking_twice_does_it_once(desk):
    key, patient = uuid.uuid4(), make_patient()
    first = book_coupon(desk.coupons[0].pk, patient.pk, by=desk.registrar, request_key=key)
    assert book_coupon(desk.coupons[0].pk, patient.pk, by=desk.registrar, request_key=key) == first
    assert Booking.objects.count() == 1


def test_a_taken_coupon_is_refused_with_the_times_still_free(desk):
    book_coupon(desk.coupons[1], make_patient(), by=desk.registrar)
    refusal = refused(errors.CouponTaken, book_coupon, desk.coupons[1], make_patient(), by=desk.registrar)
    assert "08:00" in str(refusal) and "08:30" in str(refusal) and "08:45" in str(refusal)


def test_one_patient_has_one_coupon_in_a_reception(desk):
    patient = make_patient()
    first = book_coupon(desk.coupons[0], patient, by=desk.registrar)
    assert first.code in str(refused(errors.AlreadyRegistered, book_coupon, desk.coupons[1], patient, by=desk.registrar))
    cancel_booking(first, by=desk.registrar, reason="another time")
    assert book_coupon(desk.coupons[1], patient, by=desk.registrar).state == "booked"


def test_an_unpublished_reception_gives_no_coupons(desk):
    Reception.objects.update(published_at=None)
    refused(errors.ReceptionNotPublished, book_coupon, desk.coupons[0], make_patient(), by=desk.registrar)


def test_a_past_coupon_is_not_given(desk):
    with clock.at(desk.coupons[0].starts_at):
        refused(errors.CouponInPast, book_coupon, desk.coupons[0], make_patient(), by=desk.registrar)
        assert book_coupon(desk.coupons[1], make_patient(), by=desk.registrar)


def test_the_dead_and_the_joined_get_no_coupon(desk):
    dead, joined = make_patient(died_at=clock.now()), make_patient(merged_into=make_patient())
    refused(PatientHasDied, book_coupon, desk.coupons[0], dead, by=desk.registrar)
    refused(PatientIsMerged, book_coupon, desk.coupons[0], joined, by=desk.registrar)


def test_an_unknown_coupon_and_a_nameless_booking_are_refused(desk):
    refused(NotFound, book_coupon, uuid.uuid4(), make_patient(), by=desk.registrar)
    refused(Malformed, book_coupon, desk.coupons[0], by=desk.registrar)
    refused(Malformed, book_coupon, desk.coupons[0], make_patient(), by=desk.registrar, channel="pigeon")


def test_a_patient_books_and_cancels_only_for_himself(desk):
    me, other = make_own_login(), make_patient()
    refused(errors.NotForOthers, book_coupon, desk.coupons[0], other, by=me)
    mine = book_coupon(desk.coupons[0], by=me, channel="registry")
    assert (mine.patient, mine.channel, mine.booked_by_staff) == (me, "web", None)
    theirs = book_coupon(desk.coupons[1], other, by=desk.registrar)
    refused(NotFound, cancel_booking, theirs, by=me)
    assert cancel_booking(mine, by=me).state == "cancelled" and mine.pk != theirs.pk
    refused(NotPermitted, check_in, theirs, by=me)


def test_a_cancelled_coupon_is_free_again_and_stays_as_history(desk):
    booking = book_coupon(desk.coupons[0], make_patient(), by=desk.registrar)
    refused(ReasonMissing, cancel_booking, booking, by=desk.registrar, reason=" ")
    cancel_booking(booking, by=desk.registrar, reason="ill")
    refused(errors.BookingIsCancelled, cancel_booking, booking, by=desk.registrar, reason="again")
    refused(errors.BookingIsCancelled, check_in, booking, by=desk.registrar)
    book_coupon(desk.coupons[0], make_patient(), by=desk.registrar)
    assert Booking.objects.filter(coupon=desk.coupons[0]).count() == 2


def test_a_patient_cannot_cancel_when_the_time_has_come(desk):
    me = make_own_login()
    booking = book_coupon(desk.coupons[0], by=me)
    with clock.at(desk.coupons[0].starts_at):
        refused(errors.TooLateToCancel, cancel_booking, booking, by=me)
        assert cancel_booking(booking, by=desk.registrar, reason="did not come").state == "cancelled"


def test_arrival_is_noted_once_and_on_the_day(desk):
    booking = book_coupon(desk.coupons[0], make_patient(), by=desk.registrar)
    refused(errors.NotToday, check_in, booking, by=desk.registrar)
    with clock.at(morning(1, hour=7)):
        assert check_in(booking, by=desk.registrar).state == "checked-in"
        refused(errors.AlreadyArrived, check_in, booking, by=desk.registrar)


def test_who_did_not_come_is_seen_from_the_clock(desk):
    booking = book_coupon(desk.coupons[0], make_patient(), by=desk.registrar)
    with clock.at(desk.reception.ends_at):
        assert Booking.objects.get(pk=booking.pk).state == "noshow"


def test_coupon_to_visit_in_one_key(desk):
    booking = book_coupon(desk.coupons[0], make_patient(), by=desk.registrar)
    with clock.at(desk.coupons[0].starts_at):
        done = begin_visit(booking, by=desk.doctor, complaint="Cough")
        visit = done.encounter
        assert (visit.kind, visit.department, visit.reason, visit.patient) == ("AMB", desk.department, "Cough", booking.patient)
        assert done.state == "fulfilled" and done.arrived_at == desk.coupons[0].starts_at
        assert visit.participants.get().staff == desk.doctor
        refused(errors.VisitHasBegun, begin_visit, booking, by=desk.doctor)
        refused(errors.VisitHasBegun, cancel_booking, booking, by=desk.registrar, reason="late")
    assert set(JournalEntry.objects.filter(encounter=visit).values_list("act", flat=True)) == {
        "outpatient.start_visit", "booking.begin_visit"}


def test_a_colleague_of_the_department_begins_the_visit_and_a_stranger_does_not(desk):
    booking = book_coupon(desk.coupons[0], make_patient(), by=desk.registrar)
    colleague = make_staff("ward_doctor", department=desk.department)
    stranger = make_staff("ward_doctor", department=make_department("outpatient"))
    refused(errors.NotToday, begin_visit, booking, by=desk.doctor)
    with clock.at(desk.coupons[0].starts_at):
        refused(NotFound, begin_visit, booking, by=stranger)
        referred = book_coupon(desk.coupons[1], make_patient(), by=stranger)  # he may give it, but not receive
        refused(errors.NotYourReception, begin_visit, referred, by=stranger)
        assert begin_visit(booking, by=colleague).encounter.participants.get().staff == colleague


def test_the_doctor_reads_the_chart_of_whoever_is_booked_with_him(desk):
    patient = make_patient()
    with pytest.raises(ChartNotVisible):
        chart_for(desk.doctor, patient, "test")
    booking = book_coupon(desk.coupons[0], patient, by=desk.registrar)
    assert chart_for(desk.doctor, patient, "test").link == "appointment"
    cancel_booking(booking, by=desk.registrar, reason="ill")
    with pytest.raises(ChartNotVisible):
        chart_for(desk.doctor, patient, "test")


def test_days_ahead_and_next_free_are_counted_from_live_rows(desk):
    make_reception(department=desk.department, by=desk.registrar, days=2)
    book_coupon(desk.coupons[0], make_patient(), by=desk.registrar)
    cancelled = book_coupon(desk.coupons[1], make_patient(), by=desk.registrar)
    cancel_booking(cancelled, by=desk.registrar, reason="ill")
    assert [(row["places"], row["free"]) for row in receptions.days_ahead(clock.today())] == [(4, 3), (4, 4)]
    assert [row.number for row in receptions.next_free()] == [2, 1]


def test_the_demo_receptions_are_published_once(desk):
    system = make_system()
    for _number in range(12):
        make_patient()
    with clock.at(morning(0, hour=7)):
        assert publish_demo_receptions(by=system) > 20
        before = Reception.objects.count(), Booking.objects.count()
        assert publish_demo_receptions(by=system) == 0
        assert before == (Reception.objects.count(), Booking.objects.count())
    assert Booking.objects.filter(arrived_at__isnull=False).exists()
    assert not Patient.objects.filter(died_at__isnull=False, pk__in=Booking.objects.values("patient")).exists()
