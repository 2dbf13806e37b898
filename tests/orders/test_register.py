"""The controlled-drug register: a running balance over the moves, rests of doses, returns, two people, a page to print."""
import datetime as dt
import uuid
from decimal import Decimal

import pytest
from django.urls import reverse

from emr import clock
from emr.errors import Refusal
from emr.models import AccessEntry, JournalEntry
from orders.actions.stock import issue_stock, put_back, return_stock, take, undo_stock_move, waste_rest, waste_stock
from orders.models import StockMove
from orders.queries import register, stock
from tests.factories import PIN, give_pin, make_department, make_encounter, make_staff, make_system, number, signed_by
from tests.orders.factories import make_medication, make_stock, sign_in

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def ward():
    return make_department()


@pytest.fixture
def nurse(ward):
    return make_staff("ward_nurse", department=ward, login=f"nurse{number()}")


@pytest.fixture
def head(ward):
    return make_staff("head_nurse", department=ward, login=f"head{number()}")


@pytest.fixture
def morphine():
    return make_medication("Morphine", is_controlled=True, stock_unit="ampoule")


def refused(code, act, *args, **values):
    before = StockMove.objects.count(), JournalEntry.objects.count()
    with pytest.raises(Refusal) as caught:
        act(*args, **values)
    assert caught.value.code == code and str(caught.value)
    assert (StockMove.objects.count(), JournalEntry.objects.count()) == before


def test_the_balance_runs_over_all_lots_in_the_order_of_writing(ward, nurse, head, morphine):
    first, second = make_stock(morphine, ward, quantity=5), make_stock(morphine, ward, quantity=3)
    stay = make_encounter(department=ward)
    late = clock.now() - dt.timedelta(days=1)
    dose = take(first, ward, "0.5", by=nurse, patient=stay.patient, encounter=stay, witness=head, happened_at=late)
    waste_rest(dose, by=nurse, **signed_by(head))
    take(second, ward, 1, by=nurse)
    make_stock(morphine, make_department(), quantity=99)
    lines = list(register.lines(morphine, ward))
    assert [line.balance for line in lines] == [5, 8, Decimal("7.5"), 7, 6]
    assert [(line.kind, line.patient, line.witness) for line in lines[2:4]] == [
        ("given", stay.patient, head), ("waste", stay.patient, head)]
    assert register.balance(morphine, ward) == 6 == sum(line.quantity for line in lines)


def test_a_page_of_the_register_begins_with_what_was_carried_over(ward, morphine):
    yesterday = clock.now() - dt.timedelta(days=1)
    with clock.at(yesterday):
        lot = make_stock(morphine, ward, quantity=5)
    take(lot, ward, 2, by=make_system())
    today = clock.start_of(clock.today())
    assert [line.balance for line in register.lines(morphine, ward, since=today)] == [3]
    assert [line.balance for line in register.lines(morphine, ward, until=today)] == [5]
    assert (register.balance(morphine, ward, today), register.balance(morphine, ward)) == (5, 3)


def test_what_remains_of_the_opened_unit_is_thrown_away_once(ward, nurse, head):
    lot = make_stock(make_medication(), ward, quantity=5)
    dose = take(lot, ward, "1.25", by=nurse)
    refused("orders.nothing_remains", waste_rest, dose, by=nurse, quantity=1)
    assert waste_rest(dose, by=nurse, quantity="0.5").quantity == Decimal("-0.5")
    rest = waste_rest(dose, by=nurse)
    assert (rest.quantity, rest.rest_of, stock.left(lot, ward)) == (Decimal("-0.25"), dose, 3)
    refused("orders.nothing_remains", waste_rest, dose, by=nurse)
    refused("orders.not_a_dose", waste_rest, rest, by=nurse)
    undo_stock_move(rest, by=make_staff("pharmacist"), reason="not thrown away")
    assert waste_rest(dose, by=nurse).quantity == Decimal("-0.25")
    put_back(dose, by=nurse, reason="wrong patient")
    refused("orders.not_a_dose", waste_rest, dose, by=nurse)
    refused("orders.nothing_remains", waste_rest, take(lot, ward, 1, by=nurse), by=nurse)


def test_nothing_of_a_controlled_drug_is_wasted_or_undone_by_one_person(ward, nurse, head, morphine):
    lot, pharmacist = make_stock(morphine, ward, quantity=5), make_staff("pharmacist")
    dose = take(lot, ward, "0.5", by=nurse)
    refused("orders.second_person_missing", waste_rest, dose, by=nurse)
    refused("orders.second_person_is_you", waste_rest, dose, by=nurse, witness=nurse)
    refused("orders.second_person_missing", waste_stock, lot, by=head, department=ward, quantity=1, reason="broken")
    wasted = waste_stock(lot, by=head, department=ward, quantity=1, reason="broken", **signed_by(nurse))
    refused("orders.second_person_missing", undo_stock_move, wasted, by=pharmacist, reason="wrong")
    refused("orders.second_person_may_not", undo_stock_move, wasted, by=pharmacist, reason="wrong",
            **signed_by(make_staff("lab")))
    assert undo_stock_move(wasted, by=pharmacist, reason="wrong", **signed_by(head)).witness == head


def test_a_ward_returns_stock_to_the_pharmacy(ward, head):
    pharmacy, lot = make_department("pharmacy"), make_stock(department=ward, quantity=5, expires_in=-3)
    gone = return_stock(lot, by=head, from_department=ward, quantity=2, reason="expired")
    assert (gone.kind, gone.issued_to.department, gone.issued_to.kind) == ("return", pharmacy, "return")
    assert (stock.left(lot, ward), stock.left(lot, pharmacy)) == (3, 2)
    values = {"by": head, "from_department": ward, "reason": "expired"}
    refused("orders.not_enough_stock", return_stock, lot, quantity=4, **values)
    refused("emr.reason_missing", return_stock, lot, quantity=1, **values | {"reason": " "})
    refused("orders.not_a_pharmacy", return_stock, lot, quantity=1, to_department=make_department(), **values)
    make_department("pharmacy")
    refused("orders.not_a_pharmacy", return_stock, lot, quantity=1, **values)
    undo_stock_move(gone, by=make_staff("pharmacist"), reason="it stays")
    assert (stock.left(lot, ward), stock.left(lot, pharmacy)) == (5, 0)


def test_nobody_moves_the_stock_of_another_department(ward, head):
    lot, other = make_stock(department=ward), make_staff("head_nurse", department=make_department())
    refused("emr.not_found", waste_stock, lot, by=other, department=ward, quantity=1, reason="x")
    refused("emr.not_found", return_stock, lot, by=other, from_department=ward, to_department=make_department("pharmacy"),
            quantity=1, reason="x")
    refused("emr.not_found", issue_stock, lot, by=other, from_department=ward, to_department=make_department(), quantity=1)
    refused("emr.not_found", waste_rest, take(lot, ward, "0.5", by=make_system()), by=other)


def test_the_book_is_read_printed_and_leaves_a_trace(ward, nurse, head, morphine, client, django_assert_max_num_queries):
    lot, stay = make_stock(morphine, ward, quantity=50), make_encounter(department=ward)
    for _ in range(12):
        dose = take(lot, ward, "0.5", by=nurse, patient=stay.patient, encounter=stay, witness=head)
    issue_stock(lot, by=head, from_department=ward, to_department=make_department(), quantity=1)
    done = take(lot, ward, "1.75", by=nurse)
    waste_rest(done, by=nurse, **signed_by(head))
    sign_in(client, nurse)
    address = reverse("orders:register_book", args=[morphine.pk, ward.pk])
    assert address in client.get(reverse("orders:register")).content.decode()
    with django_assert_max_num_queries(18):
        page = client.get(address).content.decode()
    assert stay.patient.number in page and reverse("orders:waste_rest", args=[dose.pk]) in page and "style=" not in page
    assert reverse("orders:waste_rest", args=[done.pk]) not in page
    moves = client.get(reverse("orders:moves", args=[lot.pk, ward.pk])).content.decode()
    assert reverse("orders:waste_rest", args=[dose.pk]) in moves and reverse("orders:waste_rest", args=[done.pk]) not in moves
    with django_assert_max_num_queries(12):
        paper = client.get(reverse("orders:register_paper", args=[morphine.pk, ward.pk])).content.decode()
    assert "41" in paper and stay.patient.number in paper and head.short_name in paper
    assert AccessEntry.objects.filter(purpose="drug register", by_staff=nurse).count() == 2
    assert client.get(address, {"since": "2026-02-01", "until": "2026-01-01"}).status_code == 400
    for drug, department in ((make_medication(), ward), (morphine, make_department())):
        assert client.get(reverse("orders:register_book", args=[drug.pk, department.pk])).status_code == 404


def test_the_rest_is_thrown_away_from_the_page(ward, nurse, head, morphine, client):
    lot = make_stock(morphine, ward, quantity=5)
    dose = take(lot, ward, "0.5", by=nurse)
    address = reverse("orders:waste_rest", args=[dose.pk])
    assert "0.5" in sign_in(client, nurse).get(address, headers=HTMX).content.decode()
    sent = {"request_key": str(uuid.uuid4()), "witness": str(give_pin(head).pk), "witness_pin": PIN}
    for _ in range(2):
        assert client.post(address, sent, headers=HTMX).status_code == 200
    assert StockMove.objects.get(kind="waste").witness == head and stock.left(lot, ward) == 4


def test_stock_is_returned_from_the_page_and_an_older_lot_is_pointed_out(ward, head, client):
    make_department("pharmacy")
    drug = make_medication()
    soon, late = make_stock(drug, ward, expires_in=20), make_stock(drug, ward, expires_in=200)
    sign_in(client, head)
    assert soon.lot_number in client.get(reverse("orders:issue_stock", args=[late.pk, ward.pk]), headers=HTMX).content.decode()
    assert late.lot_number not in client.get(reverse("orders:issue_stock", args=[soon.pk, ward.pk]), headers=HTMX).content.decode(
        )
    address = reverse("orders:return_stock", args=[soon.pk, ward.pk])
    assert client.get(address, headers=HTMX).status_code == 200
    sent = {"request_key": str(uuid.uuid4()), "quantity": "4", "reason": "not needed"}
    assert client.post(address, sent, headers=HTMX).status_code == 200 and stock.left(soon, ward) == 6
    assert "20 days left" in client.get(reverse("orders:stock")).content.decode()
    assert soon.lot_number in client.get(reverse("orders:home_card")).content.decode()


def test_pages_are_in_the_readers_language(ward, nurse, morphine, client):
    make_stock(morphine, ward)
    sign_in(client, nurse)
    for language, word in (("ru", "Журнал"), ("be", "Журнал")):
        client.cookies["emr_language"] = language
        assert word in client.get(reverse("orders:register")).content.decode()


def test_a_program_reads_the_register_and_changes_nothing_in_it(ward, nurse, morphine, client):
    lot = make_stock(morphine, ward, quantity=5)
    take(lot, ward, 2, by=nurse)
    address = f"/api/orders/registers/{morphine.pk}/{ward.pk}"
    lines = sign_in(client, nurse).get(address).json()["results"]
    assert [line["balance"] for line in lines] == ["5", "3"]
    assert client.get(f"{address}?since={clock.today() + dt.timedelta(days=1)}").json()["results"] == []
    assert client.post(address, {}).status_code == 405
    assert client.get(f"/api/orders/registers/{morphine.pk}/{make_department().pk}").status_code == 404
