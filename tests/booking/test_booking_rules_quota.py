"""Quotas (spec booking, section 3): a moving online share, an advance share, inheritance, and when they change."""
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emr import clock
from outpatient.booking import errors
from outpatient.booking.actions.booking import book_coupon
from outpatient.booking.actions.rebooking import cancel_booking
from outpatient.booking.models import DoctorSetting, Reception
from outpatient.booking.rules.asker import anybody
from outpatient.booking.rules.offer import offers
from outpatient.booking.rules.quota import Share
from tests.booking.factories import make_attached, make_polyclinic, make_reception, make_setting, make_specialty, morning
from tests.factories import make_patient

# event, R, I -> F, cap left online: the worked table of R20, N = 100, q = 80
R20 = [("open", 0, 0, 100, 80), ("the registry gives 20", 20, 0, 80, 64), ("the web takes 30", 20, 30, 50, 34),
       ("the registry gives 30 more", 50, 30, 20, 10), ("the registry gives 15 more", 65, 30, 5, 0),
       ("one web booking is cancelled", 65, 29, 6, 0), ("ten registry bookings are cancelled", 55, 29, 16, 7)]


@pytest.mark.parametrize(("event", "others", "online", "free", "left"), R20, ids=[row[0] for row in R20])
def test_r20_the_online_share_moves_with_what_the_registry_gives(event, others, online, free, left):
    share = Share(100, online, others, q=80, p=100, released=False)
    assert (share.free, share.online_left) == (free, left)


def test_r24_before_the_eve_only_the_advance_share_is_given():
    assert Share(20, 0, 12, q=100, p=60, released=False).advance_left == 0
    assert Share(20, 0, 12, q=100, p=60, released=True).advance_left == 8


def test_r24_after_the_release_the_online_share_still_holds():
    share = Share(20, 5, 7, q=40, p=60, released=True)
    assert (share.advance_left, share.online_left, share.orderable_online) == (8, 0, 0)


def test_r25_both_quotas_hold_and_the_smaller_one_counts():
    share = Share(100, 0, 57, q=40, p=60, released=False)
    assert (share.online_left, share.advance_left, share.orderable_online) == (17, 3, 3)


def test_r27_a_small_share_of_a_few_coupons_is_none():
    assert Share(3, 0, 0, q=20, p=100, released=True).online_left == 0


@given(st.integers(0, 60), st.data(), st.integers(0, 100), st.integers(0, 100), st.booleans())
def test_r20_the_share_never_promises_more_than_is_free(places, data, q, p, released):
    others = data.draw(st.integers(0, places))
    online = data.draw(st.integers(0, places - others))
    share = Share(places, online, others, q, p, released)
    assert 0 <= share.orderable_online <= share.free
    assert share.online_left == 0 or online + share.online_left <= q * (places - others) / 100
    if q == 0:
        assert share.online_left == 0



@pytest.fixture
def desk(db):
    class Desk:
        department, doctor, registrar = make_polyclinic()

    return Desk


def give(reception, count, by):
    free = [row for row in reception.coupons.all() if not row.bookings.standing().exists()][:count]
    return [book_coupon(row, make_patient(), by=by) for row in free]


def test_r21_the_registry_gives_every_free_coupon_whatever_the_online_share(desk):
    reception = make_reception(desk.doctor, by=desk.registrar, coupons=5, quota_online=80)
    book_coupon(reception.coupons.first(), by=make_attached())
    assert len(give(reception, 4, desk.registrar)) == 4


def test_r22_the_share_may_run_out_between_two_orders(desk):
    reception = make_reception(desk.doctor, by=desk.registrar, coupons=4, quota_online=25)
    first, second = reception.coupons.all()[:2]
    book_coupon(first, by=make_attached())
    with pytest.raises(errors.OnlineQuotaSpent):
        book_coupon(second, by=make_attached())


def test_r23_no_share_at_all_means_the_registry_even_on_the_eve(desk):
    make_setting(quota_advance=50)
    reception = make_reception(desk.doctor, by=desk.registrar, coupons=4, quota_online=0)
    with clock.at(morning(0, hour=20)), pytest.raises(errors.ReferralViaRegistry):
        book_coupon(reception.coupons.first(), by=make_attached())
    [offered] = offers(anybody(), reception.day)
    assert {offer.reason for offer in offered.coupons} == {"REFERRAL_VIA_REGISTRY"} and offered.free == 4


def test_r24_what_is_kept_back_opens_on_the_eve_at_the_release_hour(desk):
    make_setting(quota_advance=50, release_time=dt.time(7))
    reception = make_reception(desk.doctor, by=desk.registrar, coupons=4, days=3)
    with clock.at(morning(1)):
        give(reception, 2, desk.registrar)
        with pytest.raises(errors.AdvanceQuotaSpent):
            give(reception, 1, desk.registrar)
    for minute, opens in ((59, False), (60, True)):
        with clock.at(morning(2, hour=6) + dt.timedelta(minutes=minute)):
            [offered] = offers(anybody(), reception.day)
            assert (offered.orderable > 0) == opens


def test_r24_the_eve_moves_back_over_days_without_online_hours(desk):
    monday = clock.today() + dt.timedelta(days=7 - clock.today().weekday())
    make_setting(quota_advance=0, online_hours=[{"days": [1, 2, 3, 4, 5], "from": "00:00", "until": "23:59"}], horizon_days=14)
    make_reception(desk.doctor, by=desk.registrar, coupons=2, days=(monday - clock.today()).days)
    friday = morning((monday - clock.today()).days - 3, hour=7)
    for moment, opens in ((friday - dt.timedelta(minutes=1), False), (friday, True)):
        with clock.at(moment):
            assert (offers(anybody(), monday)[0].orderable > 0) == opens


def test_r26_the_most_specific_share_wins(desk):
    make_setting(quota_online=30)
    eye = make_specialty("eye", quota_online=40)
    reception = make_reception(desk.doctor, by=desk.registrar, coupons=10, quota_online=None, specialty=eye)

    def shown():
        return offers(anybody(), reception.day)[0].place.share.q

    assert shown() == 40
    DoctorSetting.objects.create(doctor=desk.doctor, specialty=eye, quota_online=0)
    assert shown() == 0
    Reception.objects.update(quota_online=70)
    assert shown() == 70


def test_r28_a_lower_share_takes_nothing_away_and_a_higher_one_opens_at_once(desk):
    reception = make_reception(desk.doctor, by=desk.registrar, coupons=10, quota_online=80)
    bookings = [book_coupon(row, by=make_attached()) for row in reception.coupons.all()[:3]]
    Reception.objects.update(quota_online=20)
    with pytest.raises(errors.OnlineQuotaSpent):
        book_coupon(reception.coupons.all()[5], by=make_attached())
    assert all(row.state == "booked" for row in bookings)
    Reception.objects.update(quota_online=80)
    assert book_coupon(reception.coupons.all()[5], by=make_attached()).state == "booked"


def test_r24_a_registrar_goes_over_the_advance_share_saying_why(desk):
    make_setting(quota_advance=0)
    reception = make_reception(desk.doctor, by=desk.registrar, coupons=2, days=3)
    with pytest.raises(errors.AdvanceQuotaSpent):
        book_coupon(reception.coupons.first(), make_patient(), by=desk.registrar)
    booking = book_coupon(reception.coupons.first(), make_patient(), by=desk.registrar, override="discharged from hospital today")
    assert booking.override == "discharged from hospital today"
    with pytest.raises(errors.OverrideNotYours):
        book_coupon(reception.coupons.last(), make_patient(), by=desk.registrar, channel="kiosk", override="please")


def test_r20_a_cancelled_booking_of_the_registry_reopens_the_web(desk):
    reception = make_reception(desk.doctor, by=desk.registrar, coupons=4, quota_online=25)
    given = give(reception, 1, desk.registrar)
    with pytest.raises(errors.OnlineQuotaSpent):
        book_coupon(reception.coupons.last(), by=make_attached())
    cancel_booking(given[0], by=desk.registrar, reason="asked")
    assert book_coupon(reception.coupons.last(), by=make_attached())
