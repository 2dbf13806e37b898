"""Late time-critical doses: the senior nurse is told, then the doctor on duty, and it is written down who was told when."""
import datetime as dt
import uuid

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from emr import clock
from emr.models import JournalEntry, Shift
from nursing.actions.dose_escalation import escalate_dose
from nursing.actions.medication_administration import administer_dose
from nursing.errors import DoseAlreadyRecorded
from nursing.jobs import tell_of_late_doses
from nursing.models import DoseEscalation
from orders.actions.medication_request import hold_medication, stop_medication
from tests.factories import make_department, make_staff, make_system
from tests.nursing.factories import make_dose, make_medication, make_order, make_ward
from tests.nursing.test_nursing_pages import client_of

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)


def minutes(n):
    return dt.timedelta(minutes=n)


@pytest.fixture
def ward():
    with clock.at(NOON):
        made = make_ward(hours_ago=30, medication=make_medication(is_time_critical=True))  # its dose was due ten minutes ago
        make_system()
        yield made


def told():
    return sorted((row.step, row.told and row.told.pk) for row in DoseEscalation.objects.all())


def test_the_senior_nurse_is_told_after_half_an_hour_and_the_doctor_after_an_hour_each_once(ward):
    assert tell_of_late_doses() == 0
    with clock.at(NOON + minutes(20)):
        assert tell_of_late_doses() == 1 and tell_of_late_doses() == 0
        assert told() == [("senior-nurse", ward.head.pk)]
    with clock.at(NOON + minutes(50)):
        assert tell_of_late_doses() == 1
        assert told() == [("doctor", ward.doctor.pk), ("senior-nurse", ward.head.pk)]
    entry = JournalEntry.objects.latest("pk")
    assert entry.act == "nursing.escalate_dose" and entry.data["step"] == "doctor" and entry.patient == ward.patient


def test_who_is_on_shift_is_told_and_others_of_the_ward_only_when_nobody_is(ward):
    here, elsewhere = make_staff("head_nurse"), make_staff("head_nurse", department=make_department())
    Shift.objects.create(staff=here, department=ward.department, during=DateTimeTZRange(NOON - minutes(60), NOON + minutes(600)))
    with clock.at(NOON + minutes(20)):
        tell_of_late_doses()
    assert told() == [("senior-nurse", here.pk)] and elsewhere.pk not in {pk for _step, pk in told()}


def test_that_nobody_was_on_duty_is_written_down(ward):
    ward.head.roles.update(until=dt.date(2001, 1, 1))
    with clock.at(NOON + minutes(20)):
        assert tell_of_late_doses() == 1 and tell_of_late_doses() == 0
    assert told() == [("senior-nurse", None)]


@pytest.mark.parametrize("what", ["given", "stopped", "held", "discharged", "not critical"])
def test_nobody_is_told_of_a_dose_that_asks_for_nothing(ward, what):
    if what == "given":
        administer_dose(ward.dose, by=ward.nurse)
    elif what == "stopped":
        stop_medication(ward.request, by=ward.doctor, reason="rash")
    elif what == "held":
        hold_medication(ward.request, by=ward.doctor, reason="operation")
    elif what == "discharged":
        ward.encounter.finished_at = NOON
        ward.encounter.save()
    else:
        ward.request.medication.is_time_critical = False
        ward.request.medication.save()
    with clock.at(NOON + minutes(55)):
        assert tell_of_late_doses() == 0 and not DoseEscalation.objects.exists()


def test_a_dose_given_in_the_same_moment_is_not_told_of(ward):
    administer_dose(ward.dose, by=ward.nurse)
    before = JournalEntry.objects.count()
    with pytest.raises(DoseAlreadyRecorded):
        escalate_dose(ward.dose, by=make_system(), step="doctor")
    assert not DoseEscalation.objects.exists() and JournalEntry.objects.count() == before


def test_what_was_told_is_never_changed(ward):
    with clock.at(NOON + minutes(20)):
        tell_of_late_doses()
    with pytest.raises(DatabaseError), transaction.atomic():
        DoseEscalation.objects.update(told=ward.nurse)


def test_the_first_page_shows_what_i_was_told_until_it_is_given(ward):
    with clock.at(NOON + minutes(20)):
        tell_of_late_doses()
        client = client_of(ward.head)
        assert ward.patient.short_name in client.get(reverse("nursing:home_late")).content.decode()
        assert ward.patient.short_name not in client_of(ward.colleague).get(reverse("nursing:home_late")).content.decode()
        administer_dose(ward.dose, by=ward.nurse)
        assert ward.patient.short_name not in client.get(reverse("nursing:home_late")).content.decode()


def test_the_log_asks_as_many_questions_for_many_rows_and_shows_a_manager_no_patient(ward):
    for n in range(15):
        make_dose(make_order(ward.encounter, hours_ago=30, medication=ward.request.medication), minutes=-70 - n)
    tell_of_late_doses()
    client, address = client_of(ward.head), reverse("nursing:escalations")
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        page = client.get(address).content.decode()
    assert page.count(ward.patient.short_name) == 30 and len(queries) <= 14, len(queries)
    page = client_of(make_staff("manager")).get(address).content.decode()
    assert ward.patient.short_name not in page and ward.request.medication.name in page


def test_the_head_nurse_sets_the_times_on_the_page(ward):
    client = client_of(ward.head)
    answer = client.post(reverse("nursing:set_waiting_times"), {
        "effect_after": "90", "senior_after": "15", "doctor_after": "45", "request_key": str(uuid.uuid4())})
    page = client.get(reverse("nursing:escalations")).content.decode()
    assert answer.status_code == 302 and "15 minutes late" in page and "demo values" not in page
