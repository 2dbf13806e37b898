"""How coupons are given out is set by the institution; appeals (spec booking R5-R7, R26-R28, R76, R97; section 14)."""
import pytest

from emr import clock
from emr.errors import Malformed, NotPermitted, ReasonMissing
from emr.models import JournalEntry
from outpatient.booking import errors
from outpatient.booking.actions.appeal import answer_appeal, send_appeal
from outpatient.booking.actions.booking import book_coupon
from outpatient.booking.actions.booking_setting import change_setting, set_doctor, set_shares, set_specialty
from outpatient.booking.models import Appeal, Booking, BookingSetting, DoctorSetting, Specialty
from outpatient.booking.queries.appeal import appeals
from outpatient.booking.queries.pace import durations, missed_online
from outpatient.booking.rules.asker import anybody
from outpatient.booking.rules.effective import effective, preview
from outpatient.booking.rules.offer import offers
from outpatient.booking.rules.pace import proposed_share, suggested_steps
from tests.booking.factories import make_attached, make_polyclinic, make_reception, make_specialty
from tests.factories import make_staff, make_system


def test_r26_the_most_specific_level_wins_and_is_named():
    house, eye = BookingSetting(quota_online=30), Specialty(quota_online=40)
    assert effective("quota_online", institution=house) == effective("quota_online", institution=house, specialty=Specialty())
    found = [effective("quota_online", institution=house, specialty=eye, doctor=row)
             for row in (DoctorSetting(quota_online=0), DoctorSetting())]
    assert [(one.value, one.level) for one in found] == [(0, "doctor"), (40, "specialty")]


def test_r27_the_editor_says_that_twenty_percent_of_three_is_nothing():
    assert preview(20, 3).is_nothing and not preview(40, 3).is_nothing and not preview(0, 3).is_nothing


def test_r28_the_editor_says_that_bookings_stay_and_the_web_closes():
    shown = preview(20, 100, online=30)
    assert (shown.cap, shown.left, shown.stay, shown.closes) == (20, 0, 30, True)
    assert not preview(80, 100, online=30).closes


def test_r97_seven_planned_and_eleven_real_suggest_eleven_or_twelve():
    assert suggested_steps([9, 11, 13] * 10, 7) == (11, [11, 12])
    assert suggested_steps([7] * 30, 7) == (7, []) and suggested_steps([11] * 5, 7) == (None, [])


def test_r76_the_share_is_proposed_from_the_doctor_s_own_no_shows_and_stays_within_20_and_40():
    assert [proposed_share(100, missed) for missed in (2, 10, 12, 15, 40)] == [40, 35, 30, 25, 20]
    assert proposed_share(10, 0) is None


@pytest.fixture
def house(db):
    class House:
        manager = make_staff("manager")
        department, doctor, registrar = make_polyclinic()

    return House()


def told():
    return JournalEntry.objects.latest("at").data["changes"]


def refused(refusal, act, *args, **kwargs):
    before = JournalEntry.objects.count(), list(BookingSetting.objects.values()), list(
        Specialty.objects.values()), Appeal.objects.count()
    with pytest.raises(refusal):
        act(*args, **kwargs)
    assert before == (JournalEntry.objects.count(), list(BookingSetting.objects.values()), list(Specialty.objects.values()),
                      Appeal.objects.count())


def test_section_14_each_change_tells_old_and_new(house):
    change_setting(by=house.manager, quota_online=30, month_limit=2)
    change_setting(by=house.manager, quota_online=40, month_limit=2)
    assert told() == {"quota_online": [30, 40]}
    refused(errors.NothingChanged, change_setting, by=house.manager, quota_online=40)
    refused(Malformed, change_setting, by=house.manager, quota_online=101)
    refused(Malformed, change_setting, by=house.manager, colour="red")
    refused(NotPermitted, change_setting, by=house.registrar, quota_online=1)


@pytest.mark.parametrize("hours", [[{"from": "07:00"}], [{"from": "9", "until": "x"}],
                                   [{"days": [8], "from": "07:00", "until": "20:00"}],
                                   [{"from": "20:00", "until": "07:00"}], ["always"]])
def test_r5_hours_that_cannot_be_are_refused(house, hours):
    refused(Malformed, change_setting, by=house.manager, online_hours=hours)


def test_r5_outside_its_hours_nothing_is_ordered_online_and_the_opening_is_told(house):
    tomorrow = clock.today().isoweekday() % 7 + 1
    change_setting(by=house.manager, online_hours=[{"days": [tomorrow], "from": "07:00", "until": "20:00"}])
    reception = make_reception(house.doctor, by=house.registrar, days=2)
    with pytest.raises(errors.OnlineClosed):
        book_coupon(reception.coupons.first(), by=make_attached())
    assert offers(anybody(), reception.day)[0].free == 4, "viewing works (A2)"


def test_r7_the_institution_chooses_which_specialties_the_public_sees(house):
    row = set_specialty(code="endocrinologist", name="Endocrinologist", by=house.manager)
    set_specialty(row, is_published=False, by=house.manager)
    assert told() == {"is_published": [True, False]}
    reception = make_reception(house.doctor, by=house.registrar, specialty=row)
    with pytest.raises(errors.NotPublished):
        book_coupon(reception.coupons.first(), by=make_attached())
    refused(Malformed, set_specialty, code="endocrinologist", name="again", by=house.manager)


def test_r28_a_changed_share_holds_at_once_and_only_forward(house):
    reception = make_reception(house.doctor, by=house.registrar, coupons=10, quota_online=80)
    stay = [book_coupon(coupon, by=make_attached()) for coupon in reception.coupons.all()[:3]]
    set_shares(reception, by=house.manager, quota_online=20)
    assert told() == {"quota_online": [80, 20]}
    with pytest.raises(errors.OnlineQuotaSpent):
        book_coupon(reception.coupons.last(), by=make_attached())
    assert Booking.objects.standing().filter(pk__in=[row.pk for row in stay]).count() == 3
    set_shares(reception, by=house.manager, quota_online=80)
    assert book_coupon(reception.coupons.last(), by=make_attached())


def test_r26_a_doctor_s_own_share_differs_from_his_colleagues(house):
    eye = make_specialty("ophthalmologist", quota_online=40)
    set_doctor(house.doctor, specialty=eye, quota_online=0, by=house.manager)
    reception = make_reception(house.doctor, by=house.registrar, quota_online=None)
    assert reception.specialty == eye and offers(anybody(), reception.day)[0].place.share.q == 0
    set_doctor(house.doctor, quota_online=None, by=house.manager)
    assert offers(anybody(), reception.day)[0].place.share.q == 40


def test_r76_r97_the_figures_come_from_live_rows(house):
    reception = make_reception(house.doctor, by=house.registrar)
    come, missed = (book_coupon(coupon, by=make_attached()) for coupon in reception.coupons.all()[:2])
    Booking.objects.filter(pk=come.pk).update(arrived_at=reception.starts_at)
    with clock.at(reception.ends_at + (reception.ends_at - reception.starts_at) * 24):
        assert missed_online() == {house.doctor.pk: (2, 1)} and durations(house.doctor) == []
    assert missed.no_show_at is None


def test_r6_an_appeal_from_a_refusal_reaches_the_inbox_and_is_answered_once(house):
    patient, eye = make_attached(), make_specialty("eye")
    row = send_appeal(by=patient, text="Please open more coupons", specialty=eye, doctor=house.doctor, day=clock.today(),
                      reason_code="ONLINE_QUOTA_SPENT", reply_to="me@example.test")
    assert appeals().get() == row and row.reason_code == "ONLINE_QUOTA_SPENT"
    answer_appeal(row, by=house.manager, answer="From Monday on there are more.")
    refused(errors.AppealIsAnswered, answer_appeal, row, by=house.manager)
    assert appeals(answered=True).get().answer


def test_r6_a_flood_of_appeals_is_stopped_for_each_sender(house):
    patient, system = make_attached(), make_system()
    for _number in range(3):
        send_appeal(by=patient, text="more")
        send_appeal(by=system, text="more", sender="a1")
    refused(errors.TooManyAppeals, send_appeal, by=patient, text="more")
    refused(errors.TooManyAppeals, send_appeal, by=system, text="more", sender="a1")
    assert send_appeal(by=system, text="more", sender="b2")
    refused(ReasonMissing, send_appeal, by=make_attached(), text=" ")
    refused(Malformed, send_appeal, by=system, text="more")
