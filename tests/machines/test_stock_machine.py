"""Receive, issue, take, put back, waste, return, count and undo in any order: no lot below nothing, and every sum agrees."""
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from emr.errors import Refusal
from emr.models import JournalEntry
from orders.actions.stock import (
    issue_stock,
    put_back,
    receive_stock,
    return_stock,
    take,
    undo_stock_move,
    waste_rest,
    waste_stock,
)
from orders.actions.stock_count import take_stock
from orders.models import StockCountLine, StockMove
from orders.queries import register, stock
from tests.factories import make_department, make_staff
from tests.orders.factories import make_medication, make_stock

SOME = st.sampled_from([Decimal(text) for text in ("0.25", "0.5", "1", "1.5", "2", "5", "9")])
WHICH = st.integers(0, 30)


class StockRoom(RuleBasedStateMachine):
    """A pharmacy, two wards and two lots of a controlled drug; a plain ledger beside it says what must lie where."""

    def __init__(self):
        super().__init__()
        self.day = transaction.atomic()
        self.day.__enter__()

    def teardown(self):
        transaction.set_rollback(True)
        self.day.__exit__(None, None, None)

    @initialize()
    def open_room(self):
        self.places = [make_department("pharmacy"), make_department(), make_department()]
        self.drug = make_medication(is_controlled=True)
        self.lots = [make_stock(self.drug, self.places[0], quantity=5) for _ in range(2)]
        self.people = [make_staff("pharmacist"), make_staff("pharmacist")]
        self.ledger = {(lot.pk, place.pk): Decimal(0) for lot in self.lots for place in self.places}
        for lot in self.lots:
            self.ledger[lot.pk, self.places[0].pk] = Decimal(5)
        self.journal = JournalEntry.objects.count()

    def attempt(self, act, *args, **values):
        """What the act gave, or None when it was refused; a refusal leaves no move."""
        before = StockMove.objects.count()
        try:
            with transaction.atomic():
                return act(*args, by=self.people[0], **values)
        except Refusal:
            assert StockMove.objects.count() == before
            return None

    def book(self, move, sign=1):
        self.ledger[move.lot_id, move.department_id] += sign * move.quantity

    def at(self, lot, place):
        return self.lots[lot % 2], self.places[place % 3]

    @rule(lot=WHICH, place=WHICH, quantity=SOME)
    def receive(self, lot, place, quantity):
        lot, place = self.at(lot, place)
        if self.attempt(receive_stock, self.drug, department=place, lot_number=lot.lot_number, expires_on=lot.expires_on,
                        unit_cost=lot.unit_cost, quantity=quantity):
            self.ledger[lot.pk, place.pk] += quantity

    @rule(lot=WHICH, start=WHICH, end=WHICH, quantity=SOME, back=st.booleans())
    def carry(self, lot, start, end, quantity, back):
        lot, start = self.at(lot, start)
        end = self.places[0] if back else self.places[end % 3]
        more = {"reason": "not needed"} if back else {}
        if self.attempt(return_stock if back else issue_stock, lot, from_department=start, to_department=end, quantity=quantity, **more):
            self.ledger[lot.pk, start.pk] -= quantity
            self.ledger[lot.pk, end.pk] += quantity

    @rule(lot=WHICH, place=WHICH, quantity=SOME, what=st.sampled_from([take, waste_stock]))
    def use(self, lot, place, quantity, what):
        lot, place = self.at(lot, place)
        done = self.attempt(take, lot, place, quantity) if what is take else self.attempt(
            waste_stock, lot, department=place, quantity=quantity, reason="broken", witness=self.people[1])
        if done:
            self.book(done)

    @rule(n=WHICH, what=st.sampled_from([put_back, undo_stock_move, waste_rest]))
    def answer_a_move(self, n, what):
        """Undo a dose, undo a move by hand, throw away the rest of a dose."""
        moves = StockMove.objects.filter(lot__medication=self.drug)
        moves = list((moves.filter(kind="given") if what is not undo_stock_move else moves).order_by("recorded_at", "pk"))
        if not moves:
            return
        move = moves[n % len(moves)]
        more = {"reason": "mistake"} | ({} if what is put_back else {"witness": self.people[1]})
        done = self.attempt(what, move, **more)
        if done:
            self.book(done)
            legs = [move.issued_from, StockMove.objects.filter(issued_from=move).first()]
            for leg in (leg for leg in legs if leg and what is undo_stock_move):
                self.book(leg, -1)

    @rule(place=WHICH, found=st.lists(SOME, min_size=2, max_size=2), said=st.booleans())
    def count(self, place, found, said):
        place = self.places[place % 3]
        lines = [{"lot": lot, "counted": quantity, "reason": "found so", "expected": stock.left(lot, place) if said else None}
                 for lot, quantity in zip(self.lots, found, strict=True)]
        assert self.attempt(take_stock, place, lines=lines, witness=self.people[1])
        for lot, quantity in zip(self.lots, found, strict=True):
            self.ledger[lot.pk, place.pk] = quantity

    @invariant()
    def no_lot_is_below_nothing_and_the_sums_agree(self):
        if not hasattr(self, "ledger"):
            return
        for (lot, place), expected in self.ledger.items():
            assert stock.left(lot, place) == expected >= 0

    @invariant()
    def a_lot_is_its_receipts_less_given_and_wasted_and_more_what_came_back(self):
        if not hasattr(self, "ledger"):
            return
        for lot in self.lots:
            moves = list(StockMove.objects.filter(lot=lot).select_related("mirrors"))

            def of(kind, moves=moves):
                """The sum of the moves of a kind, with what took them back."""
                return sum(move.quantity for move in moves if (move.mirrors or move).kind == kind)

            assert of("issue") == of("return") == 0
            left = of("receipt") - -of("given") - -of("waste") + of("count")
            assert left == sum(quantity for (key, _place), quantity in self.ledger.items() if key == lot.pk)

    @invariant()
    def the_register_runs_without_a_gap(self):
        if not hasattr(self, "ledger"):
            return
        for place in self.places:
            left = Decimal(0)
            for line in register.lines(self.drug, place):
                left += line.quantity
                assert line.balance == left >= 0
        assert not StockCountLine.objects.filter(move__isnull=False, reason="").exists()


@pytest.mark.django_db
def test_the_stock_room():
    run_state_machine_as_test(StockRoom, settings=settings(max_examples=25, stateful_step_count=20, deadline=None))
