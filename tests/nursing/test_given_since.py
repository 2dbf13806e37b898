"""What was given stays given: an order neither ends nor pauses before a dose that stands."""
import datetime as dt

import pytest

from admissions.actions.discharge import discharge_patient
from emr import clock
from emr.models import JournalEntry
from nursing.actions.medication_administration import administer_dose, undo_administration
from orders.actions.medication_request import hold_medication, stop_medication
from orders.errors import GivenSince
from orders.models import MedicationHold
from tests.nursing.factories import make_ward

pytestmark = pytest.mark.django_db


@pytest.fixture
def ward():
    ward = make_ward()
    ward.fact = administer_dose(ward.dose, by=ward.nurse, given_at=clock.now() - dt.timedelta(minutes=5))
    ward.earlier = ward.fact.happened_at - dt.timedelta(minutes=1)
    return ward


def refused(ward, act, *args, **values):
    before = JournalEntry.objects.count()
    with pytest.raises(GivenSince) as told:
        act(*args, by=ward.doctor, **values)
    ward.request.refresh_from_db()
    ward.encounter.refresh_from_db()
    assert told.value.code == "orders.given_since" and "Ivanova" in str(told.value)
    assert (JournalEntry.objects.count(), ward.request.stopped_at, ward.encounter.finished_at) == (before, None, None)
    assert not MedicationHold.objects.exists()


def test_an_order_is_not_stopped_before_a_dose_that_was_given(ward):
    refused(ward, stop_medication, ward.request, reason="rash", at=ward.earlier)
    stop_medication(ward.request, by=ward.doctor, reason="rash", at=ward.fact.happened_at + dt.timedelta(minutes=1))


def test_a_pause_does_not_begin_before_a_dose_that_was_given(ward):
    refused(ward, hold_medication, ward.request, reason="operation", since=ward.earlier)


def test_a_patient_is_not_discharged_before_a_dose_that_was_given(ward):
    refused(ward, discharge_patient, ward.encounter, at=ward.earlier)


def test_an_entry_taken_back_hinders_no_stop(ward):
    undo_administration(ward.fact, by=ward.nurse, reason="another patient")
    assert stop_medication(ward.request, by=ward.doctor, reason="rash", at=ward.earlier).stopped_at == ward.earlier
