"""Give, refuse, withhold, undo, hold and stop in any order: never two live facts on a dose, and the stock always adds up."""
import datetime as dt
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from emr import clock
from emr.errors import Refusal
from emr.models import JournalEntry
from nursing.actions.medication_administration import (
    administer_dose,
    give_as_needed,
    refuse_dose,
    undo_administration,
    withhold_dose,
)
from nursing.models import MedicationAdministration
from orders.actions.medication_request import hold_medication, prescribe_medication, resume_medication, stop_medication
from orders.models import MedicationRequest, PlannedDose, StockMove
from tests.nursing.factories import make_medication, make_stock, make_ward


class DoseDesk(RuleBasedStateMachine):
    """One patient, two drugs of which the ward keeps a few, and everybody acts at any time."""

    def __init__(self):
        super().__init__()
        self.day = transaction.atomic()
        self.day.__enter__()

    def teardown(self):
        transaction.set_rollback(True)
        self.day.__exit__(None, None, None)

    @initialize(units=st.integers(0, 4))
    def open_ward(self, units):
        self.now, self.done = clock.now(), 0
        self.ward = make_ward()
        self.drug = make_medication()
        self.lot = make_stock(self.drug, self.ward.department, units) if units else None
        self.units = units

    def attempt(self, act, *args, **kwargs):
        """The clock goes on a minute before each act; a refusal changes nothing."""
        self.now += dt.timedelta(minutes=1)
        with clock.at(self.now):
            try:
                with transaction.atomic():
                    act(*args, **kwargs)
                self.done += 1
            except Refusal:
                pass

    def pick(self, rows, n):
        rows = list(rows.order_by("pk"))
        return rows[n % len(rows)] if rows else None

    @rule(as_needed=st.booleans())
    def prescribe(self, as_needed):
        how = ({"as_needed": True, "as_needed_for": "pain", "max_per_day": 2, "min_interval_minutes": 2} if as_needed
               else {"timing": {"every_hours": 12}, "doses": [self.now + dt.timedelta(minutes=m) for m in (0, 30)]})
        self.attempt(prescribe_medication, self.ward.encounter.pk, medication=self.drug, dose=Decimal(1), dose_unit="g", by=self.ward.doctor,
                     **how)

    @rule(n=st.integers(0, 20), what=st.sampled_from([administer_dose, refuse_dose, withhold_dose]), early=st.integers(0, 5))
    def record_dose(self, n, what, early):
        dose = self.pick(PlannedDose.objects.filter(request__medication=self.drug), n)
        if dose:
            moment = self.now - dt.timedelta(minutes=early)
            more = {"given_at": moment} if what is administer_dose else {"at": moment, "reason": "nausea"}
            self.attempt(what, dose.pk, by=self.ward.nurse, **more)

    @rule(n=st.integers(0, 20))
    def as_needed(self, n):
        request = self.pick(MedicationRequest.objects.filter(as_needed=True), n)
        if request:
            self.attempt(give_as_needed, request.pk, by=self.ward.nurse)

    @precondition(lambda self: MedicationAdministration.objects.exists())
    @rule(n=st.integers(0, 20))
    def undo(self, n):
        self.attempt(undo_administration, self.pick(MedicationAdministration.objects, n).pk, by=self.ward.nurse, reason="mistake")

    @rule(n=st.integers(0, 20), what=st.sampled_from([stop_medication, hold_medication, resume_medication]))
    def change_order(self, n, what):
        request = self.pick(MedicationRequest.objects.filter(medication=self.drug), n)
        if request:
            more = {} if what is resume_medication else {"reason": "rash"}
            self.attempt(what, request.pk, by=self.ward.doctor, **more)

    @invariant()
    def nothing_is_given_twice_and_stock_adds_up(self):
        if not hasattr(self, "ward"):
            return
        live = MedicationAdministration.objects.live()
        assert live.values("dose").distinct().count() == live.count()
        given = live.filter(status="given", request__medication=self.drug)
        moves = StockMove.objects.filter(lot__medication=self.drug)
        if self.lot:
            assert sum(move.quantity for move in moves) == self.units - given.count() >= 0
            assert not given.filter(stock_move=None).exists()
        for fact in live.select_related("request"):
            assert fact.request.stopped_at is None or fact.happened_at < fact.request.stopped_at
        assert JournalEntry.objects.count() == self.done


@pytest.mark.django_db
def test_the_dose_desk():
    run_state_machine_as_test(DoseDesk, settings=settings(max_examples=25, stateful_step_count=20, deadline=None))
