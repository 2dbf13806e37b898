"""Two nurses at one door press “call” at the same moment. One test shows that the race is real without the lock."""
import pytest
from django.db.models import QuerySet

from emr import clock
from emr.models import JournalEntry
from outpatient.booking import errors_of_queue as errors
from outpatient.booking.actions.queue import call_next
from outpatient.booking.actions.queue_entry import add_to_queue
from outpatient.booking.models import QueueEntry
from tests.booking.factories import make_polyclinic, make_reception
from tests.factories import make_patient, make_staff
from tests.races import at_once, just_before

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def office():
    class Office:
        department, doctor, registrar = make_polyclinic()
        nurses = make_staff("ward_nurse", department=department), make_staff("ward_nurse", department=department)
        reception = make_reception(doctor, by=registrar, starts_at=clock.now(), coupons=3)

    for _number in range(2):
        add_to_queue(Office.reception, by=Office.nurses[0], kind="walk-in", patient=make_patient(), purpose="referral")
    return Office


def press(office, nurse):
    return call_next(office.reception.pk, by=type(nurse).objects.get(pk=nurse.pk))


def test_of_two_who_call_at_once_one_calls_and_the_other_reads_who_is_called(office):
    answers = at_once(*[lambda nurse=nurse: press(office, nurse) for nurse in office.nurses])
    assert sum(isinstance(answer, QueueEntry) for answer in answers) == 1
    assert sum(isinstance(answer, errors.SomebodyIsCalled) for answer in answers) == 1
    assert QueueEntry.objects.filter(called_at__isnull=False).count() == 1


def test_without_the_lock_both_would_call(office, monkeypatch):
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_options: rows)
    with just_before("outpatient.booking.actions.queue.close_room", lambda: press(office, office.nurses[1])):
        press(office, office.nurses[0])
    assert JournalEntry.objects.filter(act="booking.call_next").count() == 2
