"""Stock: counted from its moves, never negative, undone by mirrors."""
import datetime as dt
from decimal import Decimal

import pytest

from emr import clock
from emr.errors import Refusal
from orders.actions.stock import issue_stock, put_back, receive_stock, take, undo_stock_move, waste_stock
from orders.models import StockLot, StockMove
from orders.queries import stock
from tests.factories import make_department, make_staff, make_system
from tests.orders.factories import make_medication, make_stock

pytestmark = pytest.mark.django_db


@pytest.fixture
def pharmacist():
    return make_staff("pharmacist")


def refused(code, deed):
    before = list(StockMove.objects.order_by("pk").values()), StockLot.objects.count()
    with pytest.raises(Refusal) as caught:
        deed()
    assert caught.value.code == code and str(caught.value)
    assert (list(StockMove.objects.order_by("pk").values()), StockLot.objects.count()) == before


def test_what_is_left_is_the_sum_of_the_moves_of_the_department(pharmacist):
    store, ward = make_department("pharmacy"), make_department()
    lot = make_stock(department=store, quantity="10.5")
    issue_stock(lot, by=pharmacist, from_department=store, to_department=ward, quantity=4)
    waste_stock(lot, by=pharmacist, department=ward, quantity=1, reason="broken")
    assert (stock.left(lot, store), stock.left(lot, ward)) == (Decimal("6.5"), 3)


def test_a_second_delivery_of_a_lot_at_the_same_price_adds_to_it(pharmacist):
    drug, store = make_medication(), make_department()
    lot = make_stock(drug, store, lot_number="A1", quantity=5)
    assert make_stock(drug, store, lot_number="A1", quantity=5) == lot
    assert stock.left(lot, store) == 10
    refused("orders.lot_differs", lambda: receive_stock(
        drug, by=pharmacist, department=store, lot_number="A1", unit_cost="1.25", quantity=1, expires_on=dt.date(2031, 1, 1)))


@pytest.mark.parametrize(("code", "values"), [
    ("orders.quantity_not_positive", {"quantity": 0}), ("orders.quantity_not_positive", {"quantity": "-2"}),
    ("orders.quantity_not_positive", {"quantity": "NaN"}), ("emr.malformed", {"quantity": "two"}),
    ("emr.malformed", {"unit_cost": "-1"}), ("emr.malformed", {"lot_number": " "})])
def test_a_delivery_that_cannot_be_is_refused(pharmacist, code, values):
    drug, store = make_medication(), make_department()
    refused(code, lambda: receive_stock(drug, by=pharmacist, **{
        "department": store, "lot_number": "A1", "unit_cost": 1, "quantity": 1, "expires_on": dt.date(2030, 1, 1)} | values))


def test_stock_never_becomes_negative(pharmacist):
    store = make_department()
    lot = make_stock(department=store, quantity=2)
    refused("orders.not_enough_stock", lambda: take(lot, store, 3, by=pharmacist))
    refused("orders.not_enough_stock", lambda: waste_stock(lot, by=pharmacist, department=store, quantity=3, reason="x"))
    refused("orders.not_enough_stock", lambda: issue_stock(
        lot, by=pharmacist, from_department=store, to_department=make_department(), quantity=3))
    refused("orders.not_enough_stock", lambda: take(lot, make_department(), 1, by=pharmacist))
    refused("orders.same_department", lambda: issue_stock(
        lot, by=pharmacist, from_department=store, to_department=store, quantity=1))
    refused("emr.reason_missing", lambda: waste_stock(lot, by=pharmacist, department=store, quantity=1, reason=" "))


def test_an_expired_lot_is_not_given_but_may_be_thrown_away(pharmacist):
    store = make_department()
    lot = make_stock(department=store, expires_in=-1)
    refused("orders.lot_expired", lambda: take(lot, store, 1, by=pharmacist))
    assert waste_stock(lot, by=pharmacist, department=store, quantity=10, reason="expired")


def test_the_lot_that_expires_first_and_holds_enough_is_taken():
    drug, store = make_medication(), make_department()
    late, soon = make_stock(drug, store, expires_in=90, quantity=9), make_stock(drug, store, expires_in=30, quantity=2)
    make_stock(drug, store, expires_in=-1)
    make_stock(drug, make_department(), expires_in=1)
    assert stock.first_to_expire(drug, store) == soon
    assert stock.first_to_expire(drug, store, quantity=3) == late
    assert stock.first_to_expire(drug, make_department()) is None
    assert stock.is_kept(drug, store) and not stock.is_kept(make_medication(), store)


def test_a_move_is_undone_once_by_its_mirror(pharmacist):
    store, ward = make_department(), make_department()
    lot = make_stock(department=store, quantity=10)
    gone = issue_stock(lot, by=pharmacist, from_department=store, to_department=ward, quantity=4)
    mirror = undo_stock_move(gone, by=pharmacist, reason="wrong ward")
    assert (mirror.mirrors_id, mirror.kind, mirror.quantity) == (gone.pk, "mirror", 4)
    assert (stock.left(lot, store), stock.left(lot, ward)) == (10, 0)
    refused("orders.move_already_undone", lambda: undo_stock_move(gone, by=pharmacist, reason="again"))
    refused("orders.move_already_undone", lambda: undo_stock_move(gone.issued_to, by=pharmacist, reason="again"))


def test_what_came_in_and_is_partly_used_cannot_be_undone(pharmacist):
    store = make_department()
    lot = make_stock(department=store, quantity=10)
    receipt = lot.moves.get()
    taken = take(lot, store, 1, by=pharmacist)
    refused("orders.not_enough_stock", lambda: undo_stock_move(receipt, by=pharmacist, reason="x"))
    refused("orders.move_not_undone_by_hand", lambda: undo_stock_move(taken, by=pharmacist, reason="x"))
    put_back(taken, by=pharmacist, reason="dose undone")
    refused("orders.move_already_undone", lambda: put_back(taken, by=pharmacist, reason="x"))
    assert undo_stock_move(receipt, by=pharmacist, reason="x")
    assert stock.left(lot, store) == 0


def test_what_lies_where_takes_one_statement(django_assert_num_queries):
    store = make_department()
    for days in (10, 90):
        make_stock(department=store, expires_in=days, quantity=5)
    with django_assert_num_queries(1):
        assert [row["left"] for row in stock.lying([store.pk])] == [5, 5]
    with django_assert_num_queries(1):
        assert len(stock.lying([store.pk], expiring_days=60)) == 1
    with django_assert_num_queries(1):
        assert len(stock.running_low([store.pk], low=5)) == 2


def test_stock_does_not_move_in_the_future(pharmacist):
    lot = make_stock(department=(store := make_department()))
    refused("emr.time_in_future", lambda: take(lot, store, 1, by=make_system(), happened_at=clock.now() + dt.timedelta(hours=1)))
