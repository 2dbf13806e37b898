"""Start, rate, pause, go on, change of bag, end, undo, hold and stop in any order: one state, one chain, the stock adds up,
volume too.
"""
import datetime as dt
import itertools
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from emr import clock
from emr.errors import Refusal
from emr.models import JournalEntry
from nursing.actions import infusion as acts
from nursing.infusion_flow import chain, infused
from nursing.models import InfusionEvent, MedicationAdministration
from nursing.queries.infusion import infused_between
from nursing.rules.infusion import state_of
from orders.actions.infusion_rate import change_rate
from orders.actions.medication_request import hold_medication, resume_medication, stop_medication
from orders.models import MedicationRequest, StockMove
from tests.nursing.factories import make_stock, make_ward
from tests.nursing.test_running_infusion import make_infusion

NEXT = {"over": {"start"}, "runs": {"rate", "pause", "bag", "end"}, "paused": {"rate", "resume", "bag", "end"}}
AFTER = {"start": "runs", "resume": "runs", "pause": "paused", "end": "over"}


class Bedside(RuleBasedStateMachine):
    """One infusion at 100 ml/h from bags of 200 ml, of which the ward keeps a few; a doctor who changes his mind."""

    def __init__(self):
        super().__init__()
        self.day = transaction.atomic()
        self.day.__enter__()

    def teardown(self):
        transaction.set_rollback(True)
        self.day.__exit__(None, None, None)

    @initialize(bags=st.integers(1, 5))
    def open_ward(self, bags):
        self.ward, self.bags = make_ward(timing={"once": True}), bags
        self.order = make_infusion(self.ward, bag=200, hours_ago=1)
        self.lot = make_stock(self.order.medication, self.ward.department, bags)
        self.begun = self.now = clock.now()
        self.book, self.done, self.before = ["over"], 0, JournalEntry.objects.count()  # the state after each standing entry
        self.seen = None

    def attempt(self, minutes, act, *args, **kwargs):
        self.now += dt.timedelta(minutes=minutes)
        with clock.at(self.now):
            try:
                with transaction.atomic():
                    done = act(*args, **kwargs)
            except Refusal as refusal:
                assert str(refusal)
                return None
        self.done += 1
        return done

    @rule(minutes=st.integers(1, 200), late=st.sampled_from([0, 0, 0, 5]),
          what=st.sampled_from(["start", "start", "rate", "pause", "resume", "bag", "end"]),
          rate=st.sampled_from([None, None, "60", "150"]), rest=st.sampled_from([None, None, "0", "40", "200", "201"]))
    def at_the_bedside(self, minutes, late, what, rate, rest):
        act = {"start": acts.start_infusion, "rate": acts.set_infusion_rate, "pause": acts.pause_infusion,
               "resume": acts.resume_infusion, "bag": acts.change_bag, "end": acts.end_infusion}[what]
        more = {"at": self.now + dt.timedelta(minutes=minutes - late)}
        if what in ("start", "rate"):
            more |= {"rate": rate, "reason": "as told"}
        if what == "pause":
            more["reason"] = "line"
        if what in ("bag", "end"):
            more["remaining"] = rest
        done = self.attempt(minutes, act, self.order.pk, by=self.ward.nurse, **more)
        if done:
            assert what in NEXT[self.book[-1]], f"{what} while {self.book[-1]}"
            ordered = rate is None or Decimal(rate) <= max(each.ml_per_hour for each in self.order.rates.all())
            assert (ordered or what not in ("start", "rate")) and (rest != "201" or what not in ("bag", "end"))
            self.book.append(AFTER.get(what, self.book[-1]))

    @rule(minutes=st.integers(1, 5), back=st.integers(0, 2))
    def undo(self, minutes, back):
        live = chain(InfusionEvent.objects.live().filter(request=self.order))
        if len(live) > back and self.attempt(minutes, acts.undo_infusion_event, live[-1 - back].pk, by=self.ward.nurse,
                                             reason="slip"):
            assert back == 0, "only the last entry is taken back"
            self.book.pop()

    @rule(minutes=st.integers(1, 60), what=st.sampled_from([hold_medication, resume_medication, stop_medication]))
    def change_order(self, minutes, what):
        more = {} if what is resume_medication else {"reason": "rash"}
        self.attempt(minutes, what, self.order.pk, by=self.ward.doctor, **more)

    @rule(minutes=st.integers(1, 60), rate=st.sampled_from(["50", "100", "160"]))
    def order_rate(self, minutes, rate):
        self.attempt(minutes, change_rate, self.order.pk, by=self.ward.doctor, rate=rate, reason="pressure")

    @invariant()
    def one_state_one_chain_and_everything_adds_up(self):
        if not hasattr(self, "ward"):
            return
        live = list(InfusionEvent.objects.live().filter(request=self.order))
        events = chain(live)
        assert len(events) == len(live) == len(self.book) - 1, "the standing entries are one chain"
        state = state_of(events, self.now)
        is_now = "over" if state is None or state.is_over else "paused" if state.is_paused else "runs"
        assert is_now == self.book[-1]
        hung = [event for event in events if event.kind in ("start", "bag")]
        given = MedicationAdministration.objects.live().filter(request=self.order)
        assert {event.administration_id for event in hung} == set(given.values_list("pk", flat=True))
        assert sum(move.quantity for move in StockMove.objects.filter(lot=self.lot)) == self.bags - len(hung) >= 0
        start, middle, end = self.begun - dt.timedelta(hours=2), self.begun + (self.now - self.begun) / 2, self.now
        with clock.at(self.now):
            whole = infused_between(self.ward.encounter, start, end)
            assert whole == infused_between(self.ward.encounter, start, middle) + infused_between(
                self.ward.encounter, middle, end)
        assert 0 <= whole <= 200 * len(hung)
        for before, after in itertools.pairwise(events):
            assert before.happened_at <= after.happened_at
            if before.kind in ("pause", "end"):
                assert infused(events, before.happened_at, after.happened_at) == 0
        order = MedicationRequest.objects.get(pk=self.order.pk)
        for event in events:
            assert event.kind in ("pause", "end") or order.stopped_at is None or event.happened_at < order.stopped_at
        assert JournalEntry.objects.count() == self.before + self.done


@pytest.mark.django_db
def test_the_infusion_machine():
    run_state_machine_as_test(Bedside, settings=settings(
        max_examples=settings.default.max_examples // 3, stateful_step_count=20))
