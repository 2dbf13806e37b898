"""Counting: what was found is what is left; differences have a reason, controlled drugs two signatures."""
import uuid
from decimal import Decimal

import pytest
from django.urls import reverse

from emr.errors import Refusal
from emr.models import JournalEntry
from orders.actions.stock import take, undo_stock_move
from orders.actions.stock_count import count_shift, take_stock
from orders.models import StockCount, StockCountLine, StockMove
from orders.queries import stock
from orders.queries.stock_count import counts
from tests.factories import PIN, give_pin, make_department, make_staff, make_system, number, signed_by
from tests.orders.factories import make_medication, make_stock, sign_in

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def ward():
    return make_department()


@pytest.fixture
def head(ward):
    return make_staff("head_nurse", department=ward, login=f"head{number()}")


@pytest.fixture
def nurse(ward):
    return make_staff("ward_nurse", department=ward, login=f"nurse{number()}")


def refused(code, act, *args, **values):
    tables = StockCount, StockCountLine, StockMove, JournalEntry
    before = [table.objects.count() for table in tables]
    with pytest.raises(Refusal) as caught:
        act(*args, **values)
    assert caught.value.code == code and str(caught.value)
    assert [table.objects.count() for table in tables] == before


def opium(ward, **values):
    return make_stock(make_medication("Morphine", is_controlled=True), ward, **values)


def test_after_a_count_exactly_what_was_counted_is_left(ward, head):
    full, short, over, untouched = (make_stock(department=ward, quantity=quantity) for quantity in ("10", "7.5", "2", "3"))
    count = take_stock(ward, by=head, note="end of the month", lines=[
        {"lot": full.pk, "counted": "10"}, {"lot": short.pk, "counted": "7", "reason": "half a tablet lost"},
        {"lot": over, "counted": 3, "reason": "found behind the drawer"}])
    assert [stock.left(lot, ward) for lot in (full, short, over, untouched)] == [10, 7, 3, 3]
    assert [line.difference for line in count.lines.order_by("counted")] == [1, Decimal("-0.5"), 0]
    assert {(move.quantity, move.reason, move.recorded_by) for move in StockMove.objects.filter(kind="count")} == {
        (Decimal("-0.5"), "half a tablet lost", head), (1, "found behind the drawer", head)}
    assert JournalEntry.objects.get(act="orders.take_stock").data["differing"] == 2
    assert [(row.lots, row.differing) for row in counts([ward.pk])] == [(3, 2)]


def test_a_lot_that_was_found_without_being_on_record_here_is_taken_in(ward, head):
    lot = make_stock(department=make_department(), quantity=5)
    take_stock(ward, by=head, lines=[{"lot": lot.pk, "counted": 2, "reason": "came without a paper"}])
    assert stock.left(lot, ward) == 2


def test_a_count_without_sense_is_refused(ward, head):
    lot = make_stock(department=ward, quantity=5)
    refused("orders.count_is_empty", take_stock, ward, by=head, lines=[])
    refused("orders.difference_unexplained", take_stock, ward, by=head, lines=[{"lot": lot.pk, "counted": 4, "reason": " "}])
    for wrong in ("-1", "NaN", "many", "1e99"):
        refused("emr.malformed", take_stock, ward, by=head, lines=[{"lot": lot.pk, "counted": wrong, "reason": "x"}])
    refused("emr.malformed", take_stock, ward, by=head, lines=[{"lot": lot.pk, "counted": 5}] * 2)
    refused("emr.not_found", take_stock, ward, by=head, lines=[{"lot": uuid.uuid4(), "counted": 5}])
    refused("emr.not_found", take_stock, ward, by=head, lines=[{"lot": "x", "counted": 5}])
    refused("emr.not_found", take_stock, make_department(), by=head, lines=[{"lot": lot.pk, "counted": 5}])


def test_a_lot_used_while_it_was_counted_is_counted_once_more(ward, head):
    lot = make_stock(department=ward, quantity=5)
    take(lot, ward, 1, by=make_system())
    refused("orders.moved_while_counting", take_stock, ward, by=head, lines=[{"lot": lot.pk, "counted": 5, "expected": "5.0"}])
    assert take_stock(ward, by=head, lines=[{"lot": lot.pk, "counted": 4, "expected": "4"}]).lines.get().move is None


def test_controlled_drugs_are_counted_by_two(ward, head, nurse):
    lot, doctor = opium(ward), make_staff("ward_doctor", department=ward)
    lines = [{"lot": lot.pk, "counted": 9, "reason": "broken"}]
    refused("orders.second_person_missing", take_stock, ward, by=head, lines=lines)
    refused("orders.second_person_is_you", take_stock, ward, by=head, lines=lines, witness=head.pk)
    refused("orders.second_person_may_not", take_stock, ward, by=head, lines=lines, **signed_by(doctor))
    refused("emr.not_found", take_stock, ward, by=head, lines=lines, witness=uuid.uuid4())
    count = take_stock(ward, by=head, lines=lines, **signed_by(nurse))
    assert (count.witness, count.lines.get().move.witness) == (nurse, nurse)


def test_the_shift_counts_controlled_drugs_only(ward, nurse, head):
    controlled, other = opium(ward), make_stock(department=ward)
    refused("orders.not_for_shift_count", count_shift, ward, by=nurse, **signed_by(head),
            lines=[{"lot": other.pk, "counted": 10}])
    refused("orders.second_person_missing", count_shift, ward, by=nurse, lines=[{"lot": controlled.pk, "counted": 10}])
    count = count_shift(ward, by=nurse, **signed_by(head), lines=[{"lot": controlled.pk, "counted": 10}])
    assert (count.kind, count.lines.get().expected) == ("shift", 10)
    refused("emr.not_permitted", take_stock, ward, by=nurse, **signed_by(head), lines=[{"lot": controlled.pk, "counted": 10}])


def test_a_wrong_difference_is_undone_by_its_mirror(ward, head):
    lot = make_stock(department=ward, quantity=5)
    line = take_stock(ward, by=head, lines=[{"lot": lot.pk, "counted": 4, "reason": "lost"}]).lines.get()
    undo_stock_move(line.move, by=make_staff("pharmacist"), reason="found")
    assert stock.left(lot, ward) == 5


def test_a_count_of_many_lots_takes_as_many_statements_as_of_one(ward, head, django_assert_max_num_queries):
    lots = [make_stock(department=ward, quantity=5) for _ in range(12)]
    with django_assert_max_num_queries(13):
        take_stock(ward, by=head, lines=[{"lot": lot.pk, "counted": 4, "reason": "lost"} for lot in lots])


def test_the_sheet_is_filled_in_signed_and_read_again(ward, head, nurse, client, django_assert_max_num_queries):
    lots = [opium(ward), *(make_stock(department=ward, expires_in=days) for days in range(10, 22))]
    there = make_stock(department=make_department())
    sign_in(client, head)
    asked = {"department": ward.code, "kind": "full"}
    with django_assert_max_num_queries(16):
        page = client.get(reverse("orders:count_stock"), asked).content.decode()
    assert all(lot.lot_number in page for lot in lots) and there.lot_number not in page and f'value="{nurse.pk}"' in page
    filled = {"request_key": str(uuid.uuid4()), **asked, f"counted-{lots[0].pk}": "9", f"reason-{lots[0].pk}": "broken",
              f"expected-{lots[0].pk}": "10", f"counted-{lots[1].pk}": " ", "witness": str(give_pin(nurse).pk),
              "witness_pin": PIN, "note": ""}
    assert client.post(reverse("orders:count_stock"), filled | {"witness": ""}, headers=HTMX).status_code == 422
    answer = client.post(reverse("orders:count_stock"), filled, headers=HTMX)
    count = StockCount.objects.get()
    assert answer["HX-Redirect"] == reverse("orders:count", args=[count.pk]) and stock.left(lots[0], ward) == 9
    with django_assert_max_num_queries(14):
        assert "broken" in client.get(reverse("orders:count", args=[count.pk])).content.decode()
    page = client.get(reverse("orders:counts")).content.decode()
    assert reverse("orders:count", args=[count.pk]) in page and "style=" not in page


def test_the_shift_sheet_shows_controlled_drugs_only_and_no_other_ward(ward, nurse, client):
    controlled, other = opium(ward), make_stock(department=ward)
    page = sign_in(client, nurse).get(reverse("orders:count_stock"), {"department": ward.code, "kind": "shift"}).content.decode()
    assert controlled.lot_number in page and other.lot_number not in page
    assert client.get(reverse("orders:count_stock"), {"department": ward.code, "kind": "full"}).status_code == 403
    elsewhere = make_department()
    assert client.get(reverse("orders:count_stock"), {"department": elsewhere.code, "kind": "shift"}).status_code == 404
    count = count_shift(elsewhere, by=make_staff("pharmacist"), **signed_by(nurse),
                        lines=[{"lot": opium(elsewhere).pk, "counted": 10}])
    assert client.get(reverse("orders:count", args=[count.pk])).status_code == 404


def test_a_program_reads_the_sheet_and_signs_a_count(ward, head, nurse, client):
    lot = opium(ward)
    sign_in(client, head)
    address = f"/api/orders/departments/{ward.pk}"
    row, = client.get(f"{address}/sheet?controlled=true").json()["results"]
    assert (row["left"], row["is_controlled"]) == ("10", True)
    body = {"lines": [{"lot": str(lot.pk), "counted": "8", "expected": row["left"], "reason": "broken"}],
            "witness": str(give_pin(nurse).pk), "witness_pin": PIN}
    count = client.post(f"{address}/take_stock", body, content_type="application/json").json()
    line, = client.get(f"/api/orders/counts/{count['id']}/lines").json()["results"]
    assert (line["expected"], line["counted"], line["difference"]) == ("10", "8.0000", "-2.0000")
    assert client.get("/api/orders/counts").json()["count"] == 1
    assert client.get(f"/api/orders/departments/{make_department().pk}/sheet").status_code == 404
