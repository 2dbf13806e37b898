"""Four workers make the receptions of one timetable; two people cancel and book at the same moment."""
import datetime as dt

import pytest

from emr import clock
from emr.errors import Refusal
from emr.models import JournalEntry, Staff
from outpatient.booking import errors
from outpatient.booking.actions.booking import book_coupon
from outpatient.booking.actions.cancelling import cancel_reception
from outpatient.booking.actions.timetable import add_template, make_receptions
from outpatient.booking.models import Booking, Reception
from tests.booking.factories import make_polyclinic, make_reception
from tests.factories import make_patient
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk():
    class Desk:
        department, doctor, registrar = make_polyclinic()

    return Desk


def fresh(actor):
    return Staff.objects.get(pk=actor.pk)


def test_r12_four_workers_at_once_make_each_reception_once(desk):
    row = add_template(department=desk.department, doctor=desk.doctor, weekdays=range(1, 8), begins=dt.time(8), ends=dt.time(9),
                       valid_from=clock.today() + dt.timedelta(days=1), by=desk.registrar)
    until = clock.today() + dt.timedelta(days=5)
    answers = at_once(*[lambda: make_receptions(row.pk, by=fresh(desk.registrar), until=until) for _number in range(4)])
    assert sum(isinstance(answer, errors.NothingToMake) for answer in answers) == 3
    assert Reception.objects.count() == 5 and JournalEntry.objects.filter(act="booking.make_receptions").count() == 1


def test_r19_who_books_while_the_reception_is_cancelled_gets_a_sentence_and_no_live_coupon(desk):
    reception = make_reception(desk.doctor, by=desk.registrar)
    patients = [make_patient() for _number in range(3)]
    coupons = list(reception.coupons.all())
    answers = at_once(
        lambda: cancel_reception(reception.pk, by=fresh(desk.registrar), reason="ill"),
        *[lambda n=n: book_coupon(coupons[n].pk, patients[n].pk, by=fresh(desk.registrar)) for n in range(3)])
    reception.refresh_from_db()
    live = Booking.objects.standing().count()
    if reception.cancelled_at:
        assert live == 0
    else:
        assert isinstance(answers[0], Refusal) and live == 3
