"""Exchanges of beds at once: one winner, sentences for the rest, nobody in two beds and no bed with two patients."""
import pytest

from admissions.actions.admission import admit_patient
from admissions.actions.discharge import discharge_patient
from admissions.actions.stay import transfer_patient
from admissions.actions.swap import swap_patients
from emr.errors import Refusal
from emr.models import Encounter, EncounterLocation, Staff
from tests.admissions.factories import House
from tests.factories import make_bed, make_patient
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def house():
    return House()


def fresh(staff):
    return Staff.objects.get(pk=staff.pk)


def places():
    rows = EncounterLocation.objects.live().filter(during__upper_inf=True, bed__isnull=False).values_list("encounter", "bed")
    return dict(rows), len({bed for _stay, bed in rows}) == len({stay for stay, _bed in rows}) == len(rows)


def test_exchanges_crossing_each_other_leave_everybody_in_one_bed(house):
    beds = [house.bed, house.other_bed, make_bed(house.therapy)]
    stays = [admit_patient(make_patient(), by=house.doctor, bed=bed) for bed in beds]
    pairs = [(0, 1), (1, 0), (1, 2), (2, 0), (0, 2), (2, 1)]
    answers = at_once(*[lambda a=a, b=b: swap_patients(stays[a], by=fresh(house.nurse), other=stays[b]) for a, b in pairs])
    assert all(isinstance(answer, Encounter | Refusal) for answer in answers), answers
    assert any(isinstance(answer, Encounter) for answer in answers)
    assert {answer.code for answer in answers if isinstance(answer, Refusal)} <= {"emr.backwards_in_time", "emr.busy",
                                                                                  "emr.bed_is_taken"}
    lying, whole = places()
    assert whole and set(lying.values()) == {bed.pk for bed in beds}


def test_an_exchange_against_a_move_and_a_discharge_has_one_order(house):
    spare = make_bed(house.therapy)
    first, second = (admit_patient(make_patient(), by=house.doctor, bed=bed) for bed in (house.bed, house.other_bed))
    answers = at_once(lambda: swap_patients(first, by=fresh(house.nurse), other=second),
                      lambda: transfer_patient(first, by=fresh(house.nurse), bed=spare),
                      lambda: discharge_patient(second, by=fresh(house.doctor)))
    codes = {answer.code for answer in answers if isinstance(answer, Refusal)}
    assert all(isinstance(answer, Encounter | Refusal) for answer in answers), answers
    assert codes <= {"emr.backwards_in_time", "emr.encounter_is_finished", "admissions.nothing_to_swap", "emr.busy"}
    lying, whole = places()
    assert whole and first.pk in lying
    second.refresh_from_db()
    assert (second.pk in lying) == (second.finished_at is None)
