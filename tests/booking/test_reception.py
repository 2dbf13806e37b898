"""Publishing a reception: numbered coupons, or a sentence and no row."""
import datetime as dt

import pytest

from emr import clock
from emr.errors import Malformed, NotPermitted
from emr.models import JournalEntry
from outpatient.booking.actions.reception import publish_reception
from outpatient.booking.errors import (
    DoctorReceivesAtThatTime,
    DoctorReceivesThen,
    NoRoomForACoupon,
    ReceptionInPast,
    ReceptionTooLong,
)
from outpatient.booking.models import Coupon, Reception
from outpatient.booking.rules.reception import coupon_times
from tests.booking.factories import make_polyclinic, make_reception, morning

pytestmark = pytest.mark.django_db


def test_a_reception_is_cut_into_numbered_coupons():
    _department, doctor, registrar = make_polyclinic()
    reception = make_reception(doctor, by=registrar, coupons=24)
    rows = list(reception.coupons.all())
    assert [row.number for row in rows] == list(range(1, 25))
    assert rows[0].starts_at == reception.starts_at and rows[-1].starts_at == reception.ends_at - dt.timedelta(minutes=15)
    assert reception.published_at and JournalEntry.objects.get(about_id=reception.pk).data["coupons"] == 24


def test_the_last_coupon_ends_within_the_reception():
    begins = morning(1)
    assert len(coupon_times(begins, begins + dt.timedelta(minutes=50), 15)) == 3
    assert coupon_times(begins, begins + dt.timedelta(minutes=14), 15) == []


@pytest.mark.parametrize(("refusal", "values"), [
    (NoRoomForACoupon, {"ends_at": lambda begins: begins + dt.timedelta(minutes=10)}),
    (NoRoomForACoupon, {"ends_at": lambda begins: begins - dt.timedelta(hours=1)}),
    (ReceptionTooLong, {"ends_at": lambda begins: begins + dt.timedelta(hours=20)}),
    (ReceptionInPast, {"starts_at": lambda begins: begins - dt.timedelta(days=9),
                       "ends_at": lambda begins: begins - dt.timedelta(days=9, hours=-4)}),
    (Malformed, {"minutes": lambda begins: 1}),
    (Malformed, {"doctor": lambda begins: None}),
])
def test_a_reception_that_cannot_be_is_refused_and_leaves_no_row(refusal, values):
    department, doctor, registrar = make_polyclinic()
    begins = morning(1)
    given = {"starts_at": begins, "ends_at": begins + dt.timedelta(hours=6), "minutes": 15, "doctor": doctor}
    given |= {name: value(begins) for name, value in values.items()}
    with pytest.raises(refusal) as caught:
        publish_reception(by=registrar, department=department, **given)
    assert caught.value.code == refusal.code and str(caught.value)
    assert not Reception.objects.exists() and not Coupon.objects.exists() and not JournalEntry.objects.exists()


def test_a_doctor_does_not_receive_twice_at_one_time():
    _department, doctor, registrar = make_polyclinic()
    first = make_reception(doctor, by=registrar)
    with pytest.raises(DoctorReceivesThen, match=doctor.family):
        make_reception(doctor, by=registrar, starts_at=first.starts_at + dt.timedelta(minutes=30))
    assert Reception.objects.get() == first
    make_reception(doctor, by=registrar, starts_at=first.ends_at)  # end to end is no overlap


def test_the_database_holds_one_reception_per_doctor_and_moment(monkeypatch):
    monkeypatch.setattr("outpatient.booking.actions.reception._refuse_overlap", lambda *_args: None)
    _department, doctor, registrar = make_polyclinic()
    first = make_reception(doctor, by=registrar)
    with pytest.raises(DoctorReceivesAtThatTime):
        make_reception(doctor, by=registrar)
    assert Reception.objects.get() == first and Coupon.objects.count() == 4


def test_a_nurse_publishes_nothing():
    _department, doctor, _registrar = make_polyclinic()
    from tests.factories import make_staff

    with pytest.raises(NotPermitted):
        make_reception(doctor, by=make_staff("ward_nurse"))
    assert not Reception.objects.exists()


def test_a_shift_that_has_begun_may_still_be_published():
    _department, doctor, registrar = make_polyclinic()
    with clock.at(morning(0, hour=10)):
        assert make_reception(doctor, by=registrar, days=0, coupons=24).coupons.count() == 24
