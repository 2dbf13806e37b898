"""Two people and one lot at the same moment; each promise with a control that shows the race without the lock."""
from contextlib import suppress
from functools import partial
from threading import Barrier, BrokenBarrierError
from unittest.mock import patch

import pytest
from django.db import transaction

from orders.actions import stock as acts
from orders.actions import stock_count
from orders.errors import MovedMeanwhile, NotEnoughStock
from orders.models import StockCount, StockLot, StockMove
from orders.queries import stock
from tests.factories import make_department, make_staff
from tests.orders.factories import make_stock
from tests.races import at_once, just_before

pytestmark = pytest.mark.django_db(transaction=True)
LOCK = "orders.actions.stock.lock_lot"


def unlocked(lot):
    """What lock_lot would be if somebody forgot the lock."""
    return StockLot.objects.get(pk=getattr(lot, "pk", lot))


def together(real, parties=2):
    """Nobody goes on from here until all have come here: what they read is read before anybody writes."""
    gate = Barrier(parties)

    def meet(*args, **kwargs):
        result = real(*args, **kwargs)
        with suppress(BrokenBarrierError):
            gate.wait(timeout=10)
        return result

    return meet


@pytest.fixture
def ward():
    return make_department()


@pytest.fixture
def head(ward):
    return make_staff("head_nurse", department=ward)


def waste(lot, ward, head, quantity=1):
    return acts.waste_stock(lot.pk, by=head, department=ward.pk, quantity=quantity, reason="broken")


def give(lot, ward, nurse, quantity=1):
    """What the act of giving a dose does with the stock."""
    with transaction.atomic():
        return acts.take(lot.pk, ward.pk, quantity, by=nurse)


def count(lot, ward, head, counted, expected=None):
    return stock_count.take_stock(ward.pk, by=head, lines=[
        {"lot": lot.pk, "counted": counted, "expected": expected, "reason": "found so"}])


def test_the_last_unit_is_wasted_once(ward, head):
    lot = make_stock(department=ward, quantity=1)
    results = at_once(*[partial(waste, lot, ward, head)] * 6)
    assert sum(isinstance(each, StockMove) for each in results) == 1
    assert sum(isinstance(each, NotEnoughStock) for each in results) == 5 and stock.left(lot, ward) == 0


def test_control_without_the_lock_the_last_unit_is_wasted_twice(ward, head):
    lot = make_stock(department=ward, quantity=1)
    with patch(LOCK, unlocked), patch.object(acts.stock, "left", together(stock.left)):
        at_once(*[partial(waste, lot, ward, head)] * 2)
    assert StockMove.objects.filter(lot=lot, kind="waste").count() == 2


def test_a_count_and_a_dose_agree_whoever_comes_first(ward, head):
    for _ in range(8):
        lot = make_stock(department=ward, quantity=5)
        counted, taken = at_once(partial(count, lot, ward, head, 5, 5), partial(give, lot, ward, head))
        assert isinstance(taken, StockMove) and isinstance(counted, StockCount | MovedMeanwhile)
        assert stock.left(lot, ward) == 4 and not StockMove.objects.filter(lot=lot, kind="count").exists()


def test_a_dose_taken_just_before_the_lock_is_not_counted_away(ward, head):
    lot = make_stock(department=ward, quantity=5)
    with just_before("orders.actions.stock_count._lock", partial(give, lot, ward, head)), pytest.raises(MovedMeanwhile):
        count(lot, ward, head, 5, 5)
    assert stock.left(lot, ward) == 4 and not StockCount.objects.exists()


def test_control_without_the_lock_a_dose_is_counted_away(ward, head):
    lot = make_stock(department=ward, quantity=5)

    def lots(found):
        return {str(row.pk): row for row in StockLot.objects.select_related("medication").filter(pk__in=list(found))}

    with (patch.object(stock_count, "_lock", lots),
          just_before("orders.actions.stock_count._check", partial(give, lot, ward, head))):
        count(lot, ward, head, 4)
    assert stock.left(lot, ward) == 3  # four were found and noted as found, and yet the dose went off once more


def test_two_counts_of_the_same_lots_in_other_orders_do_not_block_each_other(ward, head):
    lots = [make_stock(department=ward, quantity=5) for _ in range(6)]

    def sheet(rows):
        lines = [{"lot": lot.pk, "counted": 4, "reason": "found so"} for lot in rows]
        return stock_count.take_stock(ward.pk, by=head, lines=lines)

    results = at_once(partial(sheet, lots), partial(sheet, lots[::-1]))
    assert all(isinstance(each, StockCount) for each in results)
    assert [stock.left(lot, ward) for lot in lots] == [4] * 6


def test_the_rest_of_a_dose_is_thrown_away_once(ward, head):
    lot = make_stock(department=ward, quantity=5)
    dose = give(lot, ward, head, "0.5")
    results = at_once(*[partial(acts.waste_rest, dose.pk, by=head)] * 4)
    assert sum(isinstance(each, StockMove) for each in results) == 1 and stock.left(lot, ward) == 4
