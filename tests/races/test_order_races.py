"""Two people at the same order, the same lot, the same press of a button."""
import datetime as dt
import uuid
from unittest.mock import patch

import pytest

from emr import clock
from emr.errors import Refusal
from emr.models import JournalEntry
from orders.actions import stock as stores
from orders.actions.medication_request import change_medication, hold_medication, prescribe_medication, stop_medication
from orders.models import MedicationHold, MedicationRequest, StockMove
from orders.queries import stock
from tests.factories import make_department, make_system
from tests.orders.factories import make_medication, make_stock, make_ward, prescribe
from tests.races import at_once, just_before

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def order():
    doctor, stay = make_ward()
    return doctor, prescribe(stay, doctor)


def codes(answers):
    return sorted(answer.code if isinstance(answer, Refusal) else "done" for answer in answers)


def test_two_doctors_stop_one_order_and_the_second_is_told(order):
    doctor, row = order
    answers = at_once(*[lambda n=n: stop_medication(row.pk, by=doctor, reason=f"reason {n}") for n in range(2)])
    assert codes(answers) == ["done", "orders.already_stopped"]
    assert JournalEntry.objects.filter(act="orders.stop_medication").count() == 1


def test_a_stop_just_before_a_hold_wins(order):
    doctor, row = order
    stop = just_before("orders.actions.medication_request.lock_request",
                       lambda: stop_medication(row.pk, by=doctor, reason="rash"))
    with stop, pytest.raises(Refusal) as caught:
        hold_medication(row.pk, by=doctor, reason="operation")
    assert caught.value.code == "orders.already_stopped"
    assert not MedicationHold.objects.exists()


def test_hold_and_stop_at_once_leave_an_order_that_is_stopped(order):
    doctor, row = order
    answers = at_once(lambda: hold_medication(row.pk, by=doctor, reason="operation"),
                      lambda: stop_medication(row.pk, by=doctor, reason="rash"))
    assert codes(answers) in (["done", "done"], ["done", "orders.already_stopped"])
    assert MedicationRequest.objects.get(pk=row.pk).stop_reason == "rash"


def test_two_holds_at_once_make_one(order):
    doctor, row = order
    answers = at_once(*[lambda: hold_medication(row.pk, by=doctor, reason="operation")] * 2)
    assert codes(answers) == ["done", "orders.already_on_hold"]
    assert MedicationHold.objects.count() == 1


def test_two_changes_at_once_leave_one_successor(order):
    doctor, row = order
    answers = at_once(*[lambda n=n: change_medication(row.pk, by=doctor, reason="x", dose=n) for n in (750, 1000)])
    assert codes(answers) == ["done", "orders.already_stopped"]
    assert MedicationRequest.objects.filter(replaces=row).count() == 1


def test_signing_twice_prescribes_once():
    doctor, stay = make_ward()
    drug, key = make_medication(), uuid.uuid4()
    answers = at_once(*[lambda: prescribe_medication(stay.pk, medication=drug.pk, dose=1, dose_unit="g", timing={"once": True},
                                                     by=doctor, request_key=key)] * 3)
    assert len({row.pk for row in answers}) == 1
    assert MedicationRequest.objects.count() == 1


def take(lot, ward):
    """Take one unit as an act of nursing does: inside its transaction."""
    from django.db import transaction

    with transaction.atomic():
        return stores.take(lot, ward, 1, by=make_system())


def test_the_last_unit_is_taken_once():
    make_system()
    ward = make_department()
    lot = make_stock(department=ward, quantity=1)
    answers = at_once(*[lambda: take(lot, ward)] * 4)
    assert codes(answers) == ["done"] + ["orders.not_enough_stock"] * 3
    assert stock.left(lot, ward) == 0


def test_without_the_lock_the_last_unit_would_be_taken_twice():
    make_system()
    ward = make_department()
    lot = make_stock(department=ward, quantity=1)
    with patch("orders.actions.stock.lock_lot", lambda lot: lot), \
            just_before("orders.actions.stock._move", lambda: take(lot, ward)):
        take(lot, ward)
    assert stock.left(lot, ward) == -1


def test_one_move_is_undone_once():
    pharmacist, ward = make_system(), make_department()
    lot = make_stock(department=ward, quantity=5)
    move = StockMove.objects.get(lot=lot)
    answers = at_once(*[lambda: stores.undo_stock_move(move.pk, by=pharmacist, reason="wrong")] * 2)
    assert codes(answers) == ["done", "orders.move_already_undone"]
    assert stock.left(lot, ward) == 0


def test_two_deliveries_of_a_new_lot_make_one_lot():
    by, ward, drug = make_system(), make_department(), make_medication()
    expires_on = clock.today() + dt.timedelta(days=90)
    answers = at_once(*[lambda: stores.receive_stock(drug.pk, by=by, department=ward, lot_number="A1", expires_on=expires_on,
                                                     unit_cost=1, quantity=5)] * 2)
    assert codes(answers) == ["done", "done"]
    assert stock.left(drug.lots.get(), ward) == 10
