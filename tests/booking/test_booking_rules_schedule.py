"""Timetables, the calendar's exceptions and the duty roster (spec booking R12, R78, A28; section 18, holidays)."""
import datetime as dt

import pytest

from emr import clock
from emr.errors import Malformed
from emr.models import JournalEntry
from outpatient.booking import errors
from outpatient.booking.actions.booking import book_coupon
from outpatient.booking.actions.cancelling import cancel_reception
from outpatient.booking.actions.duty import set_duty
from outpatient.booking.actions.timetable import add_exception, add_template, end_template, make_receptions, withdraw_exception
from outpatient.booking.jobs import make_all_receptions
from outpatient.booking.models import CalendarException, DoctorSetting, Duty, Reception, ReceptionTemplate
from outpatient.booking.queries.duty import duty_today
from outpatient.booking.queries.timetable import made_until
from outpatient.booking.rules.asker import anybody
from outpatient.booking.rules.calendar import calendar
from outpatient.booking.rules.timetable import days_of, is_week_of, worked_as
from tests.booking.factories import make_polyclinic, make_reception, make_setting, make_specialty, morning
from tests.factories import make_patient, make_staff, make_system

MONDAY = dt.date(2026, 11, 23)
DAY = dt.timedelta(days=1)


def template(**values):
    return ReceptionTemplate(**{"weekdays": [1, 3, 5], "begins": dt.time(8), "ends": dt.time(14), "valid_from": MONDAY} | values)


def exception(kind, first, last=None, **values):
    return CalendarException(kind=kind, first=first, last=last or first, reason="so it is", **values)


def test_r12_a_template_receives_on_its_weekdays_while_it_holds():
    week = days_of(template(), MONDAY - DAY, MONDAY + 6 * DAY, [])
    assert [day.isoweekday() for day in week] == [1, 3, 5]
    assert days_of(template(valid_until=MONDAY), MONDAY, MONDAY + 9 * DAY, []) == [MONDAY]


def test_r12_odd_and_even_weeks_take_turns():
    assert MONDAY.isocalendar().week % 2 == 0
    assert (is_week_of("odd", MONDAY), is_week_of("even", MONDAY), is_week_of("every", MONDAY)) == (False, True, True)
    assert days_of(template(weekdays=[1], weeks="odd"), MONDAY, MONDAY + 14 * DAY, []) == [MONDAY + 7 * DAY]


def test_section_18_a_holiday_closes_for_all_and_an_extra_day_is_worked_like_another():
    saturday = MONDAY + 5 * DAY
    moved = [exception("holiday", MONDAY), exception("extra", saturday, as_weekday=1)]
    assert days_of(template(weekdays=[1]), MONDAY, MONDAY + 6 * DAY, moved) == [saturday]
    own = exception("extra", MONDAY, as_weekday=1, doctor_id="d1")
    assert worked_as(MONDAY, "d1", [*moved, own]) == 1 and worked_as(MONDAY, "d2", [*moved, own]) is None
    assert worked_as(MONDAY, "d1", [own, exception("absence", MONDAY, doctor_id="d1")]) is None


@pytest.fixture
def desk(db):
    class Desk:
        department, doctor, registrar = make_polyclinic()
        manager = make_staff("manager")
        surgeon = make_specialty("surgeon", step_minutes=12)

        def template(self, **values):
            values = {"department": self.department, "doctor": self.doctor, "specialty": self.surgeon, "weekdays": range(1, 8),
                      "begins": dt.time(8), "ends": dt.time(10), "room": "101", "by": self.registrar} | values
            return add_template(**values)

    return Desk()


def made(**names):
    return Reception.objects.filter(template__isnull=False, **names)


def test_r12_receptions_are_made_up_to_the_horizon_and_two_weeks_each_once(desk):
    with clock.at(morning(0, hour=6)):
        make_setting(horizon_days=3)
        row = make_receptions(desk.template(), by=desk.registrar)
        days = list(made().order_by("day").values_list("day", flat=True))
        assert days == [clock.today() + ahead * DAY for ahead in range(18)] and days[-1] == made_until()
        assert row.made_now == 18 and made().first().coupons.count() == 10, "the specialty's step: 12 minutes"
        before = JournalEntry.objects.count()
        with pytest.raises(errors.NothingToMake) as caught:
            make_receptions(row, by=desk.registrar)
        assert caught.value.code == "booking.nothing_to_make" and (made().count(), JournalEntry.objects.count()) == (18, before)


def test_r12_what_was_changed_by_hand_is_never_touched(desk):
    with clock.at(morning(0, hour=6)):
        make_setting(horizon_days=1)
        make_reception(desk.doctor, by=desk.registrar, starts_at=morning(2, hour=9))
        row = make_receptions(desk.template(), by=desk.registrar)
        assert row.skipped == [(clock.today() + 2 * DAY).isoformat()], "the doctor receives otherwise on that day"
        cancelled, shared = made().order_by("day")[:2]
        cancel_reception(cancelled, by=desk.registrar, reason="training")
        Reception.objects.filter(pk=shared.pk).update(quota_online=7)
        with pytest.raises(errors.NothingToMake):
            make_receptions(row, by=desk.registrar)
        cancelled.refresh_from_db()
        shared.refresh_from_db()
        assert cancelled.cancelled_at and shared.quota_online == 7 and not made(day=cancelled.day, cancelled_at=None)


def test_section_18_an_absence_is_left_out_and_made_when_it_is_withdrawn(desk):
    with clock.at(morning(0, hour=6)):
        make_setting(horizon_days=1)
        row = desk.template()
        away = add_exception(by=desk.registrar, kind="absence", doctor=desk.doctor, first=clock.today() + DAY,
                             last=clock.today() + 2 * DAY, reason="business trip")
        make_receptions(row, by=desk.registrar)
        assert made().count() == 14
        withdraw_exception(away, by=desk.registrar)
        assert make_receptions(row, by=desk.registrar).made_now == 2


def test_the_job_makes_what_is_missing_of_all_templates(desk):
    make_system()
    with clock.at(morning(0, hour=6)):
        desk.template()
        desk.template(doctor=None, title="Commission", specialty=None, room="7")
        assert make_all_receptions() == 2 and make_all_receptions() == 0


def test_r12_a_doctor_without_a_schedule_inside_the_horizon_has_no_open_day(desk):
    DoctorSetting.objects.create(doctor=desk.doctor, specialty=desk.surgeon)
    with clock.at(morning(0, hour=6)):
        make_reception(desk.doctor, by=desk.registrar, specialty=desk.surgeon, days=15)
        assert {day.state for day in calendar(anybody(), clock.today(), clock.today() + 14 * DAY, specialty=desk.surgeon)} == {
            "closed"}
    with clock.at(morning(1, hour=6)):
        *_before, last = calendar(anybody(), clock.today(), clock.today() + 14 * DAY, specialty=desk.surgeon)
        assert last.day == clock.today() + 14 * DAY and last.state != "closed"


def test_an_ended_template_takes_back_what_nobody_has_booked(desk):
    with clock.at(morning(0, hour=6)):
        make_setting(horizon_days=1)
        row = make_receptions(desk.template(), by=desk.registrar)
        booked = made(day=clock.today() + 3 * DAY).get()
        book_coupon(booked.coupons.first(), make_patient(), by=desk.registrar)
        end_template(row, until=clock.today(), by=desk.registrar)
        assert set(made(cancelled_at=None).values_list("day", flat=True)) == {clock.today(), booked.day}
        assert JournalEntry.objects.get(act="booking.end_template").data["stay"] == 1


def test_a28_each_shift_is_a_reception_with_shares_of_its_own(desk):
    with clock.at(morning(0, hour=6)):
        make_setting(horizon_days=1)
        for begins, ends, q in ((8, 10, 20), (14, 16, 60)):
            make_receptions(desk.template(begins=dt.time(begins), ends=dt.time(ends), quota_online=q), by=desk.registrar)
        day = made(day=clock.today() + DAY).order_by("starts_at")
        assert [row.quota_online for row in day] == [20, 60]


@pytest.mark.parametrize("values", [{"weekdays": []}, {"weekdays": [8]}, {"ends": dt.time(7)}, {"quota_online": 101},
                                    {"doctor": None}])
def test_a_template_that_cannot_be_is_refused_and_leaves_no_row(desk, values):
    with pytest.raises(Malformed):
        desk.template(**values)
    assert not ReceptionTemplate.objects.exists() and not JournalEntry.objects.exists()


def test_r78_there_is_a_duty_administrator_doctor_and_assistant_and_the_last_entry_holds(desk):
    for part in Duty.Part.values:
        set_duty(day=clock.today(), part=part, staff=desk.doctor, phone="10-01", by=desk.manager)
    set_duty(day=clock.today(), part="doctor", staff=desk.registrar, by=desk.manager)
    assert {(row.part, row.staff) for row in duty_today()} == {
        ("administrator", desk.doctor), ("assistant", desk.doctor), ("doctor", desk.registrar)}
    assert Duty.objects.filter(replaced_at__isnull=False).count() == 1
