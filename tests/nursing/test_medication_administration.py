"""Giving, refusing, withholding a dose and taking a wrong entry back."""
import datetime as dt
import uuid
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from emr import clock
from emr.access import ChartNotVisible
from emr.errors import AlreadyInError, Malformed, NotPermitted, ReasonMissing, TextTooLong, TimeInFuture
from emr.models import JournalEntry
from nursing.actions.medication_administration import (
    administer_dose,
    give_as_needed,
    refuse_dose,
    undo_administration,
    withhold_dose,
)
from nursing.errors import (
    AmountNotPositive,
    BeforeStay,
    DailyMaximumReached,
    DoseAlreadyRecorded,
    GivenAsNeededOnly,
    LotOfAnotherDrug,
    NoStockLeft,
    NotAsNeeded,
    NotYourEntry,
    NotYourName,
    OrderWasHeld,
    OrderWasStopped,
    StayHasEnded,
    TooSoon,
    WitnessIsGiver,
    WitnessMayNot,
    WitnessMissing,
)
from nursing.models import MedicationAdministration
from orders.actions.medication_request import hold_medication, stop_medication
from orders.errors import LotIsExpired, NotEnoughStock
from orders.models import PlannedDose, StockMove
from orders.queries.stock import left
from tests.factories import make_staff, make_system, signed_by
from tests.nursing.factories import make_as_needed, make_dose, make_medication, make_order, make_stock, make_ward

pytestmark = pytest.mark.django_db


@pytest.fixture
def ward():
    return make_ward()


def ago(**time):
    return clock.now() - dt.timedelta(**time)


def refused(refusal, act, *args, **kwargs):
    """The act is refused so, and nothing is written."""
    before = MedicationAdministration.objects.count(), JournalEntry.objects.count(), StockMove.objects.count(
        ), PlannedDose.objects.count()
    with pytest.raises(refusal) as caught:
        act(*args, **kwargs)
    assert before == (MedicationAdministration.objects.count(), JournalEntry.objects.count(), StockMove.objects.count(),
                      PlannedDose.objects.count())
    return caught.value


def test_a_nurse_gives_a_dose_and_the_journal_says_so(ward):
    fact = administer_dose(ward.dose, by=ward.nurse)
    entry = JournalEntry.objects.get()
    assert (fact.status, fact.performer, fact.amount, fact.unit, fact.department) == ("given", ward.nurse, 1, "g",
                                                                                      ward.department)
    assert (entry.act, entry.about_id, entry.patient, entry.data["amount"]) == ("nursing.administer_dose", fact.pk,
                                                                                ward.patient, "1")


def test_a_second_nurse_is_told_who_gave_it_and_when(ward):
    with clock.at(clock.now()):
        given_at = ago(minutes=5)
        administer_dose(ward.dose, by=ward.nurse, given_at=given_at)
        refusal = refused(DoseAlreadyRecorded, administer_dose, ward.dose.pk, by=ward.colleague)
    assert refusal.data["by"] == "Ivanova A." and refusal.data["at"] == given_at
    assert "given" in str(refusal) and "Ivanova A." in str(refusal) and ":" in str(refusal)


def test_the_same_request_key_gives_once_and_answers_the_same(ward):
    key = uuid.uuid4()
    assert administer_dose(ward.dose, by=ward.nurse, request_key=key) == administer_dose(ward.dose, by=ward.nurse,
                                                                                         request_key=key)
    assert MedicationAdministration.objects.count() == 1


def test_a_dose_is_given_in_eight_queries_with_its_stock(ward):
    make_stock(ward.request.medication, ward.department, 5)
    assert ward.nurse.role_names
    with CaptureQueriesContext(connection) as queries:
        administer_dose(ward.dose.pk, by=ward.nurse)
    asked = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
    assert len(asked) <= 8, "\n".join(asked)


@pytest.mark.parametrize("act", [administer_dose, refuse_dose, withhold_dose])
def test_nothing_is_recorded_about_a_dose_after_its_order_was_stopped(ward, act):
    stop_medication(ward.request, by=ward.doctor, reason="rash")
    more = {} if act is administer_dose else {"reason": "nausea"}
    assert "rash" in str(refused(OrderWasStopped, act, ward.dose, by=ward.nurse, **more))


def test_what_was_given_before_the_stop_can_be_written_up_late(ward):
    given_at = ago(minutes=5)
    stop_medication(ward.request, by=ward.doctor, reason="rash")
    assert administer_dose(ward.dose, by=ward.nurse, given_at=given_at).happened_at == given_at


def test_a_dose_on_hold_is_not_given_but_may_be_recorded_as_withheld(ward):
    hold_medication(ward.request, by=ward.doctor, reason="operation")
    refused(OrderWasHeld, administer_dose, ward.dose, by=ward.nurse)
    assert withhold_dose(ward.dose, by=ward.nurse, reason="told-by-doctor").status == "withheld"


def test_nothing_is_given_in_the_future_before_the_stay_or_after_its_end(ward):
    refused(TimeInFuture, administer_dose, ward.dose, by=ward.nurse, given_at=clock.now() + dt.timedelta(minutes=1))
    refused(BeforeStay, administer_dose, ward.dose, by=ward.nurse, given_at=ago(days=400))
    ward.encounter.finished_at = ago(minutes=30)
    ward.encounter.save()
    refused(StayHasEnded, administer_dose, ward.dose, by=ward.nurse)
    assert administer_dose(ward.dose, by=ward.nurse, given_at=ago(hours=1)).status == "given"


def test_a_nurse_of_another_ward_finds_no_such_dose(ward):
    absent = refused(ChartNotVisible, administer_dose, uuid.uuid4(), by=ward.nurse)
    hidden = refused(ChartNotVisible, administer_dose, ward.dose, by=ward.stranger)
    assert (str(absent), absent.status) == (str(hidden), 404)
    refused(NotPermitted, administer_dose, ward.dose, by=ward.doctor)


def test_a_high_risk_drug_needs_another_person_who_may_give_it():
    ward = make_ward(medication=make_medication(is_high_risk=True))
    refused(WitnessMissing, administer_dose, ward.dose, by=ward.nurse)
    refused(WitnessIsGiver, administer_dose, ward.dose, by=ward.nurse, witness=ward.nurse)
    refused(WitnessMayNot, administer_dose, ward.dose, by=ward.nurse, **signed_by(make_staff("registrar")))
    assert administer_dose(ward.dose, by=ward.nurse, **signed_by(ward.colleague, row=ward.colleague.pk)).witness == ward.colleague


def test_the_system_replays_a_high_risk_dose_in_the_nurses_name():
    ward = make_ward(medication=make_medication(is_high_risk=True))
    fact = administer_dose(ward.dose, by=make_system(), performer=ward.nurse)
    assert fact.performer == ward.nurse and fact.witness is None


def test_nobody_records_in_the_name_of_a_colleague(ward):
    refused(NotYourName, administer_dose, ward.dose, by=ward.nurse, performer=ward.colleague)


@pytest.mark.parametrize("amount, refusal", [("0", AmountNotPositive), ("-1", AmountNotPositive), ("NaN", Malformed),
                                             ("1e999", Malformed), ("one", Malformed), ("1.1234567890123", Malformed)])
def test_an_amount_is_a_number_above_nothing(ward, amount, refusal):
    refused(refusal, administer_dose, ward.dose, by=ward.nurse, amount=amount)


def test_a_part_of_the_dose_can_be_given(ward):
    lot = make_stock(ward.request.medication, ward.department, 5)
    assert administer_dose(ward.dose, by=ward.nurse, amount="0,5").amount == Decimal("0.5")
    assert left(lot, ward.department) == Decimal("4.5")


def test_the_lot_that_expires_first_is_used_and_its_cost_is_known(ward):
    make_stock(ward.request.medication, ward.department, 5, days=200)
    soon = make_stock(ward.request.medication, ward.department, 5, days=20)
    make_stock(ward.request.medication, ward.department, 5, days=-1)
    fact = administer_dose(ward.dose, by=ward.nurse)
    assert fact.stock_move.lot == soon and fact.stock_move.quantity == -1 and fact.stock_move.lot.unit_cost == Decimal("2.5")


def test_an_amount_in_another_unit_of_measure_takes_one_whole_unit():
    ward = make_ward(dose=Decimal("500"), dose_unit="mg")
    lot = make_stock(ward.request.medication, ward.department, 3)
    administer_dose(ward.dose, by=ward.nurse)
    assert left(lot, ward.department) == 2


def test_a_dose_is_refused_when_the_ward_has_none_left_unless_the_patient_brought_his_own(ward):
    make_stock(ward.request.medication, ward.department, "0.5")
    assert refused(NoStockLeft, administer_dose, ward.dose, by=ward.nurse).code == "orders.not_enough_stock"
    assert administer_dose(ward.dose, by=ward.nurse, own_drug=True).stock_move is None


def test_a_ward_that_keeps_no_stock_of_the_drug_gives_it_without(ward):
    make_stock(ward.request.medication, make_ward().department, 9)
    assert administer_dose(ward.dose, by=ward.nurse).stock_move is None


def test_a_named_lot_must_be_of_this_drug_enough_and_not_expired(ward):
    drug = ward.request.medication
    refused(LotOfAnotherDrug, administer_dose, ward.dose, by=ward.nurse, lot=make_stock(make_medication(), ward.department, 5))
    refused(LotOfAnotherDrug, administer_dose, ward.dose, by=ward.nurse, lot=uuid.uuid4())
    refused(NotEnoughStock, administer_dose, ward.dose, by=ward.nurse, lot=make_stock(drug, ward.department, "0.9"))
    refused(LotIsExpired, administer_dose, ward.dose, by=ward.nurse, lot=make_stock(drug, ward.department, 5, days=-1).pk)


@pytest.mark.parametrize("act", [refuse_dose, withhold_dose])
def test_a_dose_not_given_needs_its_reason_and_closes_the_dose(ward, act):
    refused(ReasonMissing, act, ward.dose, by=ward.nurse, reason="  ")
    refused(TextTooLong, act, ward.dose, by=ward.nurse, reason="x" * 2_000_000)
    assert act(ward.dose, by=ward.nurse, reason="nausea").reason == "nausea"
    refused(DoseAlreadyRecorded, administer_dose, ward.dose, by=ward.colleague)


def test_a_wrong_entry_is_taken_back_with_its_stock_and_the_dose_can_be_given_again(ward):
    lot = make_stock(ward.request.medication, ward.department, 5)
    wrong = administer_dose(ward.dose, by=ward.nurse)
    refused(ReasonMissing, undo_administration, wrong, by=ward.nurse, reason="")
    undone = undo_administration(wrong.pk, by=ward.nurse, reason="wrong patient")
    assert (undone.error_by, undone.error_reason, left(lot, ward.department)) == (ward.nurse, "wrong patient", 5)
    refused(AlreadyInError, undo_administration, wrong, by=ward.nurse, reason="again")
    assert administer_dose(ward.dose, by=ward.colleague).stock_move_id and left(lot, ward.department) == 4


def test_only_who_made_an_entry_or_the_head_nurse_takes_it_back(ward):
    fact = administer_dose(ward.dose, by=ward.nurse)
    refused(NotYourEntry, undo_administration, fact, by=ward.colleague, reason="mistake")
    refused(ChartNotVisible, undo_administration, fact, by=ward.stranger, reason="mistake")
    assert undo_administration(fact, by=ward.head, reason="mistake").error_by == ward.head


def test_a_drug_as_needed_keeps_its_interval_and_its_daily_maximum(ward):
    request, now = make_as_needed(ward.encounter, hours_ago=30), clock.now()
    with clock.at(now - dt.timedelta(hours=13)):
        first = give_as_needed(request, by=ward.nurse, reason="headache")
    assert (first.reason, first.dose.due_at) == ("headache", now - dt.timedelta(hours=13))
    with clock.at(now - dt.timedelta(hours=10)):
        refusal = refused(TooSoon, give_as_needed, request, by=ward.nurse)
        assert refusal.data["allowed"] == now - dt.timedelta(hours=9)
    for hours in (9, 5):
        with clock.at(now - dt.timedelta(hours=hours)):
            assert give_as_needed(request.pk, by=ward.nurse).reason == "pain"
    refusal = refused(DailyMaximumReached, give_as_needed, request, by=ward.nurse)
    assert refusal.data["allowed"] == now + dt.timedelta(hours=11)


def test_a_second_order_of_the_same_drug_as_needed_does_not_double_it(ward):
    first = make_as_needed(ward.encounter)
    second = make_as_needed(ward.encounter, medication=first.medication)
    give_as_needed(first, by=ward.nurse)
    refused(TooSoon, give_as_needed, second, by=ward.nurse)


def test_a_late_entry_cannot_slip_between_two_givings(ward):
    request = make_as_needed(ward.encounter, hours_ago=10)
    give_as_needed(request, by=ward.nurse, given_at=ago(hours=1))
    refused(TooSoon, give_as_needed, request, by=ward.nurse, given_at=ago(hours=2))


def test_planned_and_as_needed_are_not_mixed_up(ward):
    refused(NotAsNeeded, give_as_needed, ward.request, by=ward.nurse)
    request = make_as_needed(ward.encounter)
    refused(GivenAsNeededOnly, administer_dose, make_dose(request), by=ward.nurse)
    stop_medication(request, by=ward.doctor, reason="rash")
    refused(OrderWasStopped, give_as_needed, request, by=ward.nurse)


def test_a_giving_as_needed_that_was_taken_back_can_be_entered_again(ward):
    request = make_as_needed(ward.encounter)
    given_at = ago(minutes=20)
    undo_administration(give_as_needed(request, by=ward.nurse, given_at=given_at), by=ward.nurse, reason="wrong patient")
    assert give_as_needed(request, by=ward.nurse, given_at=given_at).status == "given"


def test_a_dose_in_words_is_given_without_a_number(ward):
    request = make_order(ward.encounter, dose_text="2 puffs", dose_unit="")
    assert administer_dose(make_dose(request), by=ward.nurse).amount is None
