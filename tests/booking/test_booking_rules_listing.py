"""What a list shows is what the act answers (spec booking 17 i), for random states, channels and patients."""
from types import SimpleNamespace

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emr import clock
from emr.errors import Refusal
from outpatient.booking.actions.booking import book_coupon
from outpatient.booking.actions.rebooking import cancel_booking, hold_coupon
from outpatient.booking.models import Coupon, Reception
from outpatient.booking.rules.asker import asker
from outpatient.booking.rules.calendar import calendar
from outpatient.booking.rules.offer import offers
from tests.booking.factories import make_attached, make_polyclinic, make_reception, make_setting, make_specialty, morning
from tests.factories import make_patient, make_staff, make_system

pytestmark = pytest.mark.django_db
CHANNELS = ["web", "kiosk", "phone", "registry", "doctor"]


@pytest.fixture
def clinic():
    """Two specialties, three doctors, receptions of three days that overlap; four patients, one without a card."""
    clinic = SimpleNamespace(system=make_system())
    clinic.department, doctor, clinic.registrar = make_polyclinic()
    kinds = [make_specialty("surgeon"), make_specialty("cardiologist", needs_referral=True)]
    doctors = [doctor, *(make_staff("ward_doctor", department=clinic.department) for _number in range(2))]
    clinic.patients = [make_attached(), make_attached(), make_attached(), make_patient()]
    with clock.at(morning(-1, hour=21)):
        clinic.receptions = [
            make_reception(who, specialty=kinds[number % 2], by=clinic.registrar, coupons=3,
                           starts_at=morning(day, hour=8 + number // 2))
            for day in (1, 2, 3) for number, who in enumerate(doctors)]
        yield clinic


moves = st.lists(st.tuples(st.sampled_from(["book", "book", "book", "cancel", "hold", "withdraw", "share"]), st.integers(0, 99),
                           st.integers(0, 99), st.sampled_from(CHANNELS)), max_size=14)


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(moves=moves, q=st.sampled_from([0, 30, 60, 100]), p=st.sampled_from([0, 50, 100]), limit=st.integers(0, 2),
       hours=st.integers(0, 40), channel=st.sampled_from(CHANNELS), who=st.integers(0, 3))
def test_r13_r14_each_coupon_s_shown_reason_is_the_answer_of_the_act(clinic, moves, q, p, limit, hours, channel, who):
    with transaction.atomic():
        make_setting(quota_advance=p, month_limit=limit)
        Reception.objects.update(quota_online=q)
        coupons, bookings = list(Coupon.objects.order_by("pk")), []
        for move, one, other, by_channel in moves:
            _live_through(clinic, move, coupons[one % len(coupons)], clinic.patients[other % 4], by_channel, bookings)
        with clock.at(morning(-1, hour=21) + hours * (morning(0, hour=1) - morning(0, hour=0))):
            _compare(clinic, clinic.patients[who], channel)
        transaction.set_rollback(True)


def _live_through(clinic, move, coupon, patient, channel, bookings):
    try:
        with transaction.atomic():
            if move == "book":
                by = patient if channel in ("web", "kiosk") else clinic.registrar
                bookings.append(book_coupon(coupon, patient, by=by, channel=channel))
            elif move == "cancel" and bookings:
                cancel_booking(bookings.pop(), by=clinic.registrar, reason="asked")
            elif move == "hold":
                hold_coupon(coupon, by=clinic.system, holder=f"v{patient.number}")
            elif move == "withdraw":
                Coupon.objects.filter(pk=coupon.pk, bookings=None).update(withdrawn_at=clock.now(), withdrawn_reason="reserve")
            elif move == "share":
                Reception.objects.filter(pk=coupon.reception_id).update(quota_online=coupon.number * 20)
    except Refusal:
        pass


def _compare(clinic, patient, channel):
    """Every coupon of every day: the reason shown, and what book_coupon does when it is asked (and rolled back)."""
    by = patient if channel in ("web", "kiosk") else clinic.registrar
    who = asker(patient, channel)
    for day in sorted({reception.day for reception in clinic.receptions}):
        shown = [offer for found in offers(who, day) for offer in found.coupons]
        for offer in shown:
            answer = _answer(offer.coupon, patient, by, channel)
            assert answer == offer.reason, (offer.coupon, channel)
        [state] = calendar(who, day, day)
        assert (state.state == "green") == any(offer.reason is None for offer in shown)
        assert state.free == sum(offer.is_free for offer in shown)


def _answer(coupon, patient, by, channel):
    try:
        with transaction.atomic():
            book_coupon(coupon, patient, by=by, channel=channel)
            transaction.set_rollback(True)
    except Refusal as refusal:
        return refusal.data["reason"]
    return None
