"""Many clerks, one bed; a move against a discharge. One test shows that the race is real without the lock."""
import pytest
from django.db.models import QuerySet

from admissions.actions.admission import admit_patient
from admissions.actions.discharge import discharge_patient
from admissions.actions.stay import transfer_patient
from emr.actions.encounter import BedTakenMeanwhile, PatientHasOpenStay
from emr.errors import Busy, Refusal
from emr.models import Encounter, EncounterLocation, JournalEntry, Staff
from tests.admissions.factories import House
from tests.factories import make_bed, make_patient
from tests.races import at_once, just_before

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def house():
    return House()


def who_lies_in(bed):
    return EncounterLocation.objects.live().filter(bed=bed, during__upper_inf=True)


def fresh(staff):
    """The same person at another desk: rows are not shared between threads."""
    return Staff.objects.get(pk=staff.pk)


def test_of_twenty_clerks_one_gets_the_bed_and_the_others_a_sentence(house):
    patients = [make_patient() for _number in range(20)]
    answers = at_once(*[lambda patient=patient: admit_patient(patient, by=fresh(house.doctor), bed=house.bed)
                        for patient in patients])
    winners = [answer for answer in answers if isinstance(answer, Encounter)]
    refusals = [answer for answer in answers if isinstance(answer, Refusal)]
    assert (len(winners), len(refusals)) == (1, 19)
    assert {refusal.code for refusal in refusals} == {"emr.bed_is_taken"}
    assert all(winners[0].patient.short_name in str(refusal) for refusal in refusals)
    assert who_lies_in(house.bed).get().encounter == winners[0]
    assert Encounter.objects.count() == 1 and JournalEntry.objects.count() == 1


def test_the_same_patient_is_admitted_once(house):
    patient, beds = make_patient(), [make_bed(house.therapy) for _number in range(4)]
    answers = at_once(*[lambda bed=bed: admit_patient(patient, by=fresh(house.doctor), bed=bed) for bed in beds])
    assert sum(isinstance(answer, PatientHasOpenStay) for answer in answers) == 3
    assert Encounter.objects.count() == 1


def two_stays(house):
    return [admit_patient(make_patient(), by=house.doctor, department=house.therapy) for _number in range(2)]


def test_the_second_move_into_a_bed_waits_for_the_first(house):
    first, second = two_stays(house)
    answers = []

    def other_clerk():
        try:
            transfer_patient(second, by=fresh(house.nurse), bed=house.bed)
        except Refusal as refusal:
            answers.append(refusal)

    with just_before("emr.actions.encounter.leave", other_clerk):
        transfer_patient(first, by=house.nurse, bed=house.bed)
    assert [type(answer) for answer in answers] == [Busy]
    assert who_lies_in(house.bed).get().encounter == first


def test_control_without_the_lock_both_clerks_see_a_free_bed(house, monkeypatch):
    """The race is real: with locks switched off both pass the check, and only the database's constraint is left."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_options: rows)
    first, second = two_stays(house)
    with just_before("emr.actions.encounter.leave",
                     lambda: transfer_patient(second, by=fresh(house.nurse), bed=house.bed)), \
            pytest.raises(BedTakenMeanwhile):
        transfer_patient(first, by=house.nurse, bed=house.bed)
    assert who_lies_in(house.bed).get().encounter == second


def test_a_move_and_a_discharge_at_once_leave_no_patient_in_a_bed(house):
    stay = admit_patient(make_patient(), by=house.doctor, bed=house.bed)
    answers = at_once(lambda: transfer_patient(stay, by=fresh(house.nurse), bed=house.other_bed),
                      lambda: discharge_patient(stay, by=fresh(house.doctor)))
    codes = {answer.code for answer in answers if isinstance(answer, Refusal)}
    assert codes <= {"emr.encounter_is_finished", "emr.backwards_in_time"}
    stay.refresh_from_db()
    if stay.finished_at is None:  # the discharge was the one to be refused: its moment lay before the move
        assert codes == {"emr.backwards_in_time"} and who_lies_in(house.other_bed).exists()
    else:
        assert not EncounterLocation.objects.filter(encounter=stay, during__upper_inf=True).exists()
