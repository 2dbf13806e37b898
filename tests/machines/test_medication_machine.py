"""Everybody acts at any time on two drugs: never two facts on a dose, none given after its stop or in a pause, and stock adds up.

A plain ledger beside the machine says what must lie where: receipts − given − wasted + what came back, written from what each act
promises and never read from the moves. The clock goes on with every act, from a minute to more than a day, and people write late.
"""
import datetime as dt
from collections import Counter, defaultdict
from decimal import ROUND_CEILING, Decimal

import pytest
from django.db import connection, transaction
from django.db.models import Sum
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from admissions.actions.discharge import discharge_patient
from admissions.actions.stay import transfer_patient
from emr import clock
from emr.errors import Refusal
from emr.models import Encounter
from nursing.actions.medication_administration import (
    administer_dose,
    give_as_needed,
    refuse_dose,
    undo_administration,
    withhold_dose,
)
from nursing.models import MedicationAdministration
from orders.actions.medication_request import (
    change_medication,
    hold_medication,
    prescribe_medication,
    resume_medication,
    stop_medication,
)
from orders.actions.planned_dose import HORIZON, extend_plan
from orders.actions.stock import issue_stock, receive_stock, return_stock, undo_stock_move, waste_rest, waste_stock
from orders.actions.stock_count import take_stock
from orders.models import MedicationHold, MedicationRequest, PlannedDose, StockCountLine, StockMove
from orders.queries import register
from tests.factories import PIN, give_pin, make_department, make_encounter, make_staff, make_system
from tests.nursing.factories import make_medication

N = st.integers(0, 30)
SOME = st.sampled_from([Decimal(text) for text in ("0.25", "0.5", "1", "2", "5")])
AGO = st.sampled_from([0, 0, 3, 90])  # minutes: most people write at once, some late
WAIT = st.sampled_from([1, 1, 1, 10, 240, 1500])
ODD = st.sampled_from(["", "", "", "", "", "", "own", "stray", "alone", "doctor", "stranger"])
FOOTPRINT = """select (select count(*) from emr_rowhistory), (select count(*) from emr_journalentry),
    (select count(*) from orders_planneddose)"""


class Hospital(RuleBasedStateMachine):
    """A pharmacy and two wards, a plain drug and a controlled one of which half an ampoule is a dose, patients who come and go.
    """

    def __init__(self):
        super().__init__()
        self.day = transaction.atomic()
        self.day.__enter__()

    def teardown(self):
        transaction.set_rollback(True)
        self.day.__exit__(None, None, None)

    @initialize(packs=st.lists(st.integers(0, 4), min_size=4, max_size=4))
    def open_hospital(self, packs):
        self.now, self.refused, self.ledger = clock.now(), Counter(), defaultdict(Decimal)
        self.effects, self.rests, self.kept, self.touched = {}, {}, set(), True
        self.places = [make_department("pharmacy"), make_department(), make_department()]
        self.people = {"stranger": make_staff("ward_nurse", department=make_department()), "pharmacist": make_staff("pharmacist"),
                       "witness": give_pin(self._everywhere("ward_nurse", "head_nurse")), "nurse": self._everywhere("ward_nurse"),
                       "doctor": self._everywhere("ward_doctor"), "system": make_system()}
        dose = {"dose_per_unit": Decimal(10), "dose_unit": "mg", "stock_unit": "ampoule", "strength": "10 mg"}
        self.drugs = [make_medication(**dose), make_medication(is_controlled=True, is_high_risk=True, **dose)]
        self.lots, self.stays = {}, []
        for number, quantity in enumerate(packs):
            if quantity:
                self._receive(self.drugs[number % 2], number, self.places[1], Decimal(quantity))
        self._arrive()
        for drug, how in enumerate(("hours", "need")):
            self._prescribe(self.stays[0], drug, how, 5)
        self.now += dt.timedelta(hours=7)

    def _everywhere(self, *roles):
        staff = make_staff()
        for role in roles:
            for place in self.places:
                staff.roles.create(role=role, department=place, since=dt.date(2000, 1, 1))
        return staff

    def _arrive(self):
        with clock.at(self.now):
            stay = make_encounter(department=self.places[1], hours_ago=3)
        self.stays.append(stay)
        stay.been = [(stay.started_at, self.places[1].pk)]  # where the patient was from when on, in our own book

    def attempt(self, act, *args, by="nurse", **values):
        """What the act gave, or None: a refusal has a type of its own, a code and a sentence, and leaves no row."""
        if values.get("witness"):
            values["witness_pin"] = PIN
        before = self._footprint()
        with clock.at(self.now):
            try:
                done = act(*args, by=self.people[by], **values)
            except Refusal as refusal:
                assert type(refusal) is not Refusal and "." in refusal.code and str(refusal.message).strip()
                assert self._footprint() == before, f"{refusal.code} left rows"
                self.refused[refusal.code] += 1
                return None
        assert self._footprint()[1] == before[1] + 1
        return done

    @staticmethod
    def _footprint():
        with connection.cursor() as cursor:
            cursor.execute(FOOTPRINT)
            return cursor.fetchone()

    @staticmethod
    def pick(rows, n):
        rows = list(rows)
        return rows[n % len(rows)] if rows else None

    def book(self, move, *legs):
        """Note what the act promised: (lot, department, plus or minus) each."""
        self.effects[move.pk], self.touched = legs, True
        for lot, place, quantity in legs:
            self.ledger[lot, place] += quantity
            self.kept.add((lot, place))

    # -- the clock and the door

    @rule(minutes=WAIT)
    def time_goes_on(self, minutes):
        self.now += dt.timedelta(minutes=minutes)
        for request in MedicationRequest.objects.filter(planned_until__lt=self.now + HORIZON, stopped_at=None).order_by("pk"):
            self.attempt(extend_plan, request, by="system")

    @rule(n=N, ago=AGO, place=st.sampled_from([1, 0, 1]))
    def transfer(self, n, ago, place):
        stay, place, at = self.pick(self.stays, n), self.places[1 + place % 2], self._ago(ago)
        if self.attempt(transfer_patient, stay.pk, department=place, at=at, by="doctor"):
            stay.been.append((at, place.pk))

    @rule(n=N, ago=AGO, sure=st.integers(0, 4))
    def discharge(self, n, ago, sure):
        if sure == 4:
            stay = self.pick(self.stays, n)
            self.attempt(discharge_patient, stay.pk, at=self._ago(ago), by="doctor")
        if not Encounter.objects.filter(finished_at=None).exists():
            self._arrive()

    def _ago(self, minutes):
        self.now += dt.timedelta(minutes=1)
        return self.now - dt.timedelta(minutes=minutes)

    # -- orders

    @rule(n=N, drug=N, how=st.sampled_from(["hours", "need", "once"]), dose=st.sampled_from([5, 10]))
    def prescribe(self, n, drug, how, dose):
        self._ago(0)
        self._prescribe(self.pick(self.stays, n), drug, how, dose)

    def _prescribe(self, stay, drug, how, dose):
        rule_of = {"need": {"as_needed": True, "as_needed_for": "pain", "max_per_day": 2, "min_interval_minutes": 60},
                   "hours": {"timing": {"every_hours": 6}}, "once": {"timing": {"once": True}}}[how]
        self.attempt(prescribe_medication, stay.pk, medication=self.drugs[drug % 2], dose=Decimal(dose),
                     dose_unit="mg", by="doctor", override_reason="as agreed", **rule_of)

    def order(self, n, **of):
        """An order that runs; every third time the one given last, every fifth perhaps one that is over."""
        rows = MedicationRequest.objects.filter(**({} if n % 5 == 4 else {"stopped_at": None} | of)).order_by("pk")
        last = MedicationAdministration.objects.live().filter(status="given").order_by("-happened_at").values("request")[:1]
        return (n % 3 == 0 and rows.filter(pk__in=last).first()) or self.pick(rows, n)

    @rule(n=N, ago=AGO)
    def stop(self, n, ago):
        request, at = self.order(n), self._ago(ago)
        if request:
            self.attempt(stop_medication, request.pk, by="doctor", reason="rash", at=at)

    @rule(n=N, ago=AGO, ahead=st.booleans())
    def hold(self, n, ago, ahead):
        request, at = self.order(n), self._ago(ago)
        if request:
            self.attempt(hold_medication, request.pk, by="doctor", reason="operation",
                         since=self.now + dt.timedelta(hours=3) if ahead else at)

    @rule(n=N, ago=AGO)
    def resume(self, n, ago):
        request, at = self.order(n, pk__in=MedicationHold.objects.filter(until=None).values("request")), self._ago(ago)
        if request:
            self.attempt(resume_medication, request.pk, by="doctor", at=at)

    @rule(n=N, dose=st.sampled_from([5, 10, 20]), from_next_dose=st.booleans())
    def change_order(self, n, dose, from_next_dose):
        request = self.order(n)
        self._ago(0)
        if request:
            self.attempt(change_medication, request.pk, by="doctor", reason="too little", dose=Decimal(dose),
                         from_next_dose=from_next_dose, override_reason="as agreed")

    # -- the bedside

    @rule(n=N, ago=AGO, odd=ODD, amount=st.sampled_from([None, None, 5, 20]))
    def give(self, n, ago, odd, amount):
        """Mostly a dose that is due on an order that runs; now and then another one, by somebody else, alone, or the patient's
        own drug.
        """
        rows, at = PlannedDose.objects.filter(request__as_needed=False).order_by("due_at", "pk"), self._ago(ago)
        done = MedicationAdministration.objects.live().values("dose")
        dose = self.pick(rows if odd == "stray" else rows.filter(due_at__lte=self.now, request__stopped_at=None)
                         .exclude(pk__in=done), n)
        if dose:
            self._given(self.attempt(administer_dose, dose.pk, given_at=at, amount=amount, own_drug=odd == "own",
                                     by=odd if odd in self.people else "nurse", witness=self._witness(odd)))

    @rule(n=N, ago=AGO, odd=ODD)
    def give_when_needed(self, n, ago, odd):
        request, at = self.order(n, as_needed=True), self._ago(ago)
        if request:
            self._given(self.attempt(give_as_needed, request.pk, given_at=at, witness=self._witness(odd)))

    def _witness(self, odd):
        return None if odd == "alone" else self.people["witness"]

    def _given(self, fact):
        """In our own book: so many ampoules of one lot left the department in which the patient lay at that moment."""
        if fact is None or fact.own_drug:
            return
        stay = next(stay for stay in self.stays if stay.pk == fact.encounter_id)
        place = next(place for since, place in reversed(stay.been) if since <= fact.happened_at or since == stay.been[0][0])
        kept = any(lot.medication_id == fact.request.medication_id and (lot.pk, place) in self.kept for lot in self.lots.values())
        if not kept:
            assert fact.stock_move is None
            return
        move, used = fact.stock_move, fact.amount / 10
        assert move.department_id == place and move.lot.medication_id == fact.request.medication_id
        assert move.lot.expires_on >= clock.day_of(fact.happened_at)
        self.rests[move.pk] = used.to_integral_value(ROUND_CEILING) - used
        self.book(move, (move.lot_id, place, -used))

    @rule(n=N, what=st.sampled_from([refuse_dose, withhold_dose]), ago=AGO)
    def not_given(self, n, what, ago):
        dose, at = self.pick(PlannedDose.objects.order_by("due_at", "pk"), n), self._ago(ago)
        if dose and not dose.request.as_needed:
            self.attempt(what, dose.pk, reason="nausea", at=at)

    @rule(n=N)
    def undo(self, n):
        fact = self.pick(MedicationAdministration.objects.order_by("pk"), n)
        self._ago(0)
        if fact and self.attempt(undo_administration, fact.pk, reason="mistake") and fact.stock_move_id:
            self._undone(fact.stock_move_id)
            self.rests.pop(fact.stock_move_id)

    def _undone(self, move):
        self.touched = True
        for lot, place, quantity in self.effects.pop(move):
            self.ledger[lot, place] -= quantity

    # -- the store

    def _receive(self, drug, number, place, quantity):
        move = self.attempt(receive_stock, drug, department=place, lot_number=f"L{number % 4}", unit_cost="2.5",
                            quantity=quantity,
                            expires_on=clock.day_of(self.now) + dt.timedelta(days=1 + number % 4), by="pharmacist")
        if move:
            self.lots[move.lot_id] = move.lot
            self.book(move, (move.lot_id, place.pk, quantity))

    @rule(n=N, place=N, end=N, quantity=SOME, what=st.sampled_from(["receive", "issue", "return", "waste", "waste", "count"]))
    def in_the_store(self, n, place, end, quantity, what):
        """One rule for all that the pharmacy does by hand, so that the bedside has its share of the steps."""
        place, lot = self.places[place % 3], self.pick([self.lots[pk] for pk in sorted(self.lots)], n)
        self._ago(0)
        if what == "receive":
            self._receive(self.drugs[n % 2], n, place, quantity)
        elif lot and what == "waste":
            self._waste(lot, place, quantity, n)
        elif lot and what == "count":
            self._count(lot, place, quantity)
        elif lot:
            self._carry(lot, place, self.places[0 if what == "return" else end % 3], quantity, what)

    def _carry(self, lot, start, end, quantity, what):
        act, more = (return_stock, {"reason": "not needed"}) if what == "return" else (issue_stock, {"to_department": end})
        move = self.attempt(act, lot, from_department=start, quantity=quantity, by="pharmacist", **more)
        if move:
            self.book(move, (lot.pk, start.pk, -quantity), (lot.pk, end.pk, quantity))
            self.effects[move.issued_to.pk] = self.effects[move.pk]

    def _waste(self, lot, place, quantity, n):
        move = self.attempt(waste_stock, lot, department=place, quantity=quantity, reason="broken", by="pharmacist",
                            witness=self._witness("alone" if n % 4 == 3 else ""))
        if move:
            self.book(move, (lot.pk, place.pk, -quantity))

    def _count(self, lot, place, found):
        counted = self.attempt(take_stock, place, lines=[{"lot": lot, "counted": found, "reason": "found so"}], by="pharmacist",
                               witness=self.people["witness"])
        line, difference = StockCountLine.objects.get(count=counted), found - self.ledger[lot.pk, place.pk]
        assert bool(line.move_id) == bool(difference)
        if difference:
            self.book(line.move, (lot.pk, place.pk, difference))

    @rule(n=N)
    def waste_what_is_left_of_an_ampoule(self, n):
        self._ago(0)
        dose = self.pick(StockMove.objects.filter(kind="given").order_by("recorded_at", "pk"), n)
        move = dose and self.attempt(waste_rest, dose, by="nurse", witness=self.people["witness"])
        if move:
            self.book(move, (move.lot_id, move.department_id, -self.rests[dose.pk]))
            self.rests[dose.pk] = Decimal(0)

    @rule(n=N)
    def undo_move(self, n):
        self._ago(0)
        move = self.pick(StockMove.objects.filter(rest_of=None).order_by("recorded_at", "pk"), n)
        if move and self.attempt(undo_stock_move, move, reason="mistake", by="pharmacist", witness=self.people["witness"]):
            other = move.issued_from_id or StockMove.objects.filter(issued_from=move).values_list("pk", flat=True).first()
            self._undone(move.pk)
            self.effects.pop(other, None)

    # -- what must hold

    @invariant()
    def no_dose_has_two_facts_and_none_was_given_after_its_stop_or_in_a_pause(self):
        facts = list(MedicationAdministration.objects.live().values_list("dose", "request", "status", "happened_at",
                                                                         "request__stopped_at"))
        assert len({dose for dose, *_rest in facts}) == len(facts)
        given = [(request, at, stopped) for _dose, request, status, at, stopped in facts if status == "given"]
        assert all(stopped is None or at <= stopped for _request, at, stopped in given)
        for pause in MedicationHold.objects.live():
            assert not [at for request, at, _stopped in given if request == pause.request_id and pause.since <= at
                        and (pause.until is None or at < pause.until)]

    @invariant()
    def what_lies_where_is_what_came_less_what_went(self):
        if not getattr(self, "touched", False):
            return
        found = StockMove.objects.values_list("lot", "department").annotate(left=Sum("quantity"))
        left = {(lot, place): quantity for lot, place, quantity in found if quantity}
        assert left == {key: quantity for key, quantity in self.ledger.items() if quantity}
        assert all(quantity > 0 for quantity in left.values())
        for place in self.places:
            balance = Decimal(0)
            for line in register.lines(self.drugs[1], place):
                balance += line.quantity
                assert line.balance == balance >= 0
            assert balance == sum(self.ledger[lot.pk, place.pk] for lot in list(self.lots.values()) if lot.medication_id
                                  == self.drugs[1].pk)
        self.touched = False


@pytest.mark.django_db
def test_the_hospital_never_gives_twice_nor_loses_an_ampoule():
    run_state_machine_as_test(Hospital, settings=settings(
        max_examples=settings.default.max_examples // 2, stateful_step_count=40))
