"""Arrival, triage, time stamps, leaving (A1, A2, A6, A9)."""
import datetime as dt

import pytest

from admissions.actions.admission_request import request_admission
from admissions.actions.emergency_visit import close_emergency_visit, register_arrival, stamp_moment, undo_moment
from admissions.actions.triage import triage_patient
from admissions.errors import (
    AlreadyInEmergency,
    DispositionDoesNotFit,
    MomentAlreadyNoted,
    MomentOfAnotherAct,
    NotAnEmergencyRoom,
    NotAnEmergencyVisit,
    PatientHasDied,
    UnknownTriageLevel,
)
from admissions.models import EmergencyMoment, EmergencyVisit, Triage
from emr import clock
from emr.access import ChartNotVisible
from emr.actions.encounter import BackwardsInTime, EncounterIsFinished
from emr.errors import Malformed, NotPermitted, ReasonMissing, TimeInFuture
from emr.models import Encounter, EncounterLocation, JournalEntry
from tests.factories import make_bed, make_encounter, make_patient, make_staff


def arrive(house, patient=None, **values):
    return register_arrival(patient or make_patient(), by=house.er_nurse,
                            **{"department": house.emergency, "complaint": "chest pain"} | values)


def ago(**delta):
    return clock.now() - dt.timedelta(**delta)


def test_an_arrival_opens_the_visit_in_the_emergency_room(house):
    visit = arrive(house, arrival_mode="ambulance", brought_by="Brigade 7", arrived_at=ago(minutes=5))
    assert (visit.kind, visit.department, visit.reason) == ("EMER", house.emergency, "chest pain")
    more = EmergencyVisit.objects.get(encounter=visit)
    assert (more.arrival_mode, more.brought_by, more.complaint) == ("ambulance", "Brigade 7", "chest pain")
    assert EmergencyMoment.objects.get(encounter=visit).kind == "arrival"
    assert EncounterLocation.objects.get(encounter=visit).department == house.emergency
    entry = JournalEntry.objects.get(act="admissions.register_arrival")
    assert (entry.patient_id, entry.encounter_id) == (visit.patient_id, visit.pk)


def test_an_arrival_takes_few_queries(house, django_assert_max_num_queries):
    patient, nurse = make_patient(), house.er_nurse
    with django_assert_max_num_queries(17):  # two of them are the savepoint of the test
        register_arrival(patient, by=nurse, department=house.emergency, complaint="fever")


def test_a_patient_is_not_registered_twice(house):
    visit = arrive(house)
    before = JournalEntry.objects.count()
    with pytest.raises(AlreadyInEmergency) as refusal:
        arrive(house, visit.patient)
    assert visit.number in str(refusal.value)
    assert (Encounter.objects.count(), JournalEntry.objects.count()) == (1, before)


@pytest.mark.parametrize("wrong, refusal", [
    ({"arrived_at": "tomorrow"}, TimeInFuture), ({"arrival_mode": "carpet"}, Malformed),
    ({"department": "ward"}, NotAnEmergencyRoom)])
def test_a_wrong_arrival_writes_nothing(house, wrong, refusal):
    values = {"tomorrow": clock.now() + dt.timedelta(days=1), "ward": house.therapy}
    with pytest.raises(refusal):
        arrive(house, **{key: values.get(value, value) for key, value in wrong.items()})
    assert not Encounter.objects.exists() and not JournalEntry.objects.exists()


def test_somebody_who_died_does_not_arrive(house):
    with pytest.raises(PatientHasDied) as refusal:
        arrive(house, make_patient(died_at=ago(days=2)))
    assert refusal.value.code == "admissions.patient_has_died" and not Encounter.objects.exists()


def test_a_ward_nurse_registers_no_arrivals(house):
    with pytest.raises(NotPermitted):
        register_arrival(make_patient(), by=house.nurse, department=house.emergency)
    assert not Encounter.objects.exists()


def test_triage_keeps_every_judgement_and_notes_the_first_time(house):
    visit = arrive(house, arrived_at=ago(minutes=30))
    triage_patient(visit, by=house.er_nurse, level=4, at=ago(minutes=20))
    triage_patient(visit, by=house.er_nurse, level=2, at=ago(minutes=5), arrival_mode="ambulance")
    assert list(Triage.objects.order_by("happened_at").values_list("level", flat=True)) == [4, 2]
    assert EmergencyMoment.objects.filter(encounter=visit, kind="triage").count() == 1
    assert EmergencyVisit.objects.get(encounter=visit).arrival_mode == "ambulance"


@pytest.mark.parametrize("scale, level", [("ESI", 0), ("ESI", 6), ("SATS", 5), ("unknown", 1)])
def test_a_level_that_the_scale_does_not_have_is_refused(house, scale, level):
    visit = arrive(house)
    with pytest.raises(UnknownTriageLevel):
        triage_patient(visit, by=house.er_nurse, scale=scale, level=level)
    assert not Triage.objects.exists()


def test_triage_before_the_arrival_is_refused(house):
    visit = arrive(house, arrived_at=ago(minutes=30))
    with pytest.raises(BackwardsInTime):
        triage_patient(visit, by=house.er_nurse, level=3, at=ago(minutes=31))
    assert not Triage.objects.exists()


def test_a_nurse_of_another_department_cannot_triage(house):
    visit, stranger = arrive(house), make_staff("er_nurse", department=house.therapy)
    with pytest.raises(ChartNotVisible):
        triage_patient(visit, by=stranger, level=3)
    assert not Triage.objects.exists()


def test_a_stay_is_not_triaged(house):
    stay = make_encounter(bed=make_bed(house.emergency))
    with pytest.raises(NotAnEmergencyVisit):
        triage_patient(stay, by=house.er_nurse, level=3)


def test_a_time_stamp_is_noted_once_and_can_be_undone(house):
    visit = arrive(house, arrived_at=ago(minutes=30))
    moment = stamp_moment(visit, by=house.er_doctor, kind="first-contact")
    with pytest.raises(MomentAlreadyNoted):
        stamp_moment(visit, by=house.er_doctor, kind="first-contact")
    with pytest.raises(ReasonMissing):
        undo_moment(moment, by=house.er_doctor, reason=" ")
    undo_moment(moment, by=house.er_doctor, reason="wrong patient")
    stamp_moment(visit, by=house.er_doctor, kind="first-contact", at=ago(minutes=10))
    assert EmergencyMoment.objects.live().filter(kind="first-contact").count() == 1
    assert EmergencyMoment.objects.filter(kind="first-contact").count() == 2


@pytest.mark.parametrize("kind, minutes, refusal", [
    ("arrival", 1, MomentOfAnotherAct), ("left", 1, MomentOfAnotherAct), ("coffee", 1, Malformed),
    ("decision", 31, BackwardsInTime), ("decision", -5, TimeInFuture)])
def test_wrong_time_stamps_write_nothing(house, kind, minutes, refusal):
    visit = arrive(house, arrived_at=ago(minutes=30))
    with pytest.raises(refusal):
        stamp_moment(visit, by=house.er_doctor, kind=kind, at=ago(minutes=minutes))
    assert EmergencyMoment.objects.count() == 1


def test_leaving_ends_the_visit_and_takes_back_the_admission_request(house):
    visit = arrive(house, arrived_at=ago(minutes=30))
    request = request_admission(visit, by=house.er_doctor, department=house.therapy, reason="pneumonia")
    close_emergency_visit(visit, by=house.er_doctor, disposition="refused", conditions=[{"text": "Pneumonia"}])
    visit.refresh_from_db()
    request.refresh_from_db()
    assert (visit.status, visit.disposition) == ("finished", "refused")
    assert request.state == "withdrawn"
    assert visit.conditions.get().stage == "final"
    assert EmergencyMoment.objects.filter(encounter=visit, kind="left").count() == 1
    assert not EncounterLocation.objects.filter(encounter=visit, during__upper_inf=True).exists()
    with pytest.raises(EncounterIsFinished):
        stamp_moment(visit, by=house.er_doctor, kind="decision")


def test_the_death_of_a_patient_is_recorded_with_the_visit(house):
    visit = arrive(house, arrived_at=ago(minutes=30))
    at = ago(minutes=3)
    close_emergency_visit(visit, by=house.er_doctor, disposition="exp", at=at)
    visit.patient.refresh_from_db()
    assert visit.patient.died_at == at


@pytest.mark.parametrize("values, refusal", [
    ({"disposition": "admitted"}, DispositionDoesNotFit), ({"disposition": "vanished"}, Malformed),
    ({"disposition": "home", "conditions": [{"name": "flu"}]}, Malformed),
    ({"disposition": "home", "minutes": 31}, BackwardsInTime), ({"disposition": "home", "minutes": -1}, TimeInFuture)])
def test_a_wrong_leaving_changes_nothing(house, values, refusal):
    visit = arrive(house, arrived_at=ago(minutes=30))
    minutes = values.pop("minutes", None)
    with pytest.raises(refusal):
        close_emergency_visit(visit, by=house.er_doctor, **values, at=minutes and ago(minutes=minutes))
    visit.refresh_from_db()
    assert visit.status == "in-progress" and JournalEntry.objects.count() == 1
