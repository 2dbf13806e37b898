"""Stays opened again, doses, prices, contracts, invoices, money and closed months in any order: the identities always hold."""
import datetime as dt
from collections import Counter
from decimal import Decimal

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from admissions.actions.admission import admit_patient
from admissions.actions.discharge import discharge_patient
from admissions.actions.reopening import reopen_stay
from admissions.actions.stay import transfer_patient
from billing.actions.account import set_payer, set_terms
from billing.actions.charge_item import post_charges
from billing.actions.invoice import cancel_invoice, issue_invoice
from billing.actions.payment import refund_payment, take_payment
from billing.actions.period import close_month
from billing.actions.repricing import reprice
from billing.actions.tariff import set_tariff
from billing.errors import NothingToInvoice
from billing.models import Account, ChargeItem, Invoice, InvoiceLine, Payment, Period
from billing.queries import settlement
from billing.queries.period import open_since
from billing.rules.bed_day import bed_days
from billing.rules.price import rounded
from billing.rules.repricing import differences
from emr import clock
from emr.actions.patient_merge import merge_patients
from emr.errors import Refusal
from emr.models import Encounter, EncounterLocation
from nursing.actions.medication_administration import undo_administration
from nursing.actions.procedure import record_procedure
from nursing.models import MedicationAdministration
from tests.admissions.factories import House
from tests.billing.factories import give, make_lot, make_medication
from tests.factories import make_bed, make_patient, make_system

PAYERS = ("budget", "self", "insurer")
KINDS = ("bed-day", "procedure", "drug")
MONEY = st.decimals("0.01", "300", places=2)
PART = st.sampled_from([Decimal("0"), Decimal("12.5"), Decimal("33.33"), Decimal("100")])


class Books(RuleBasedStateMachine):
    """Everything is asked of the rows; the machine remembers only what closed months held."""

    @initialize()
    def open_house(self):
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.by, self.now, self.closed = make_system(), clock.now() - dt.timedelta(days=100), {}
        with clock.at(self.now):
            self.house = House()
            self.beds = [make_bed(self.house.therapy) for _ in range(3)] + [make_bed() for _ in range(2)]
            self.patients = [make_patient() for _ in range(3)]
            self.lots = [make_lot(make_medication(), bed.room.ward.department, unit_cost=cost, quantity=9000)
                         for bed, cost in ((self.beds[0], "2.3450"), (self.beds[4], "10.0050"))]
            for code in PAYERS:
                set_payer(by=self.by, code=code, name=code, kind="other")
            for kind, price in zip(KINDS, ("96.40", "34.00", "1.85"), strict=True):
                set_tariff(by=self.by, kind=kind, code="*", name=kind, price=price, valid_from=dt.date(2020, 1, 1))
        stay = self.do(admit_patient, self.patients[0], bed=self.beds[0])
        self.do(lambda stay, by: give(stay, lot=self.lots[0], minutes_ago=5), stay, hours=30)
        self.do(post_charges)  # an account to begin with: most rules need one

    def teardown(self):
        if hasattr(self, "atomic"):
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    def do(self, act, *args, hours=1, **kwargs):
        """The act some hours later; a refusal leaves everything as it was."""
        self.now += dt.timedelta(hours=hours)
        with clock.at(self.now):
            before = ChargeItem.objects.count(), Invoice.objects.count(), Payment.objects.count()
            try:
                with transaction.atomic():
                    return act(*args, by=self.by, **kwargs)
            except Refusal:
                assert before == (ChargeItem.objects.count(), Invoice.objects.count(), Payment.objects.count())

    def pick(self, data, rows):
        found = list(rows.order_by("pk"))
        return data.draw(st.sampled_from(found)) if found else None

    def party(self, data):
        """An account and somebody who pays on it."""
        account = self.pick(data, Account.objects.all())
        return account, data.draw(st.sampled_from([row["payer"] for row in settlement.parties(account)]))

    @rule(who=st.integers(0, 2), bed=st.integers(0, 4), hours=st.integers(1, 70))
    def admit(self, who, bed, hours):
        self.do(admit_patient, self.patients[who], bed=self.beds[bed], hours=hours)

    @rule(data=st.data(), bed=st.integers(0, 4), hours=st.integers(1, 40))
    def move(self, data, bed, hours):
        stay = self.pick(data, Encounter.objects.filter(finished_at=None))
        stay and self.do(transfer_patient, stay, bed=self.beds[bed], hours=hours)

    @rule(data=st.data(), lot=st.sampled_from([0, 1, None]), amount=st.sampled_from(["500", "1250"]))
    def give(self, data, lot, amount):
        stay = self.pick(data, Encounter.objects.filter(finished_at=None))
        if stay:
            self.do(lambda stay, by, **what: give(stay, **what), stay, lot=None if lot is None else self.lots[lot], amount=amount,
                    minutes_ago=5)

    @rule(data=st.data())
    def undo(self, data):
        dose = self.pick(data, MedicationAdministration.objects.live())
        dose and self.do(undo_administration, dose, reason="Not given")

    @rule(data=st.data(), late=st.integers(0, 40))
    def operate(self, data, late):
        stay = self.pick(data, Encounter.objects.all())
        if stay:
            at = max(stay.started_at, self.now - dt.timedelta(days=late))
            self.do(record_procedure, stay, text="Drain", started_at=min(at, stay.finished_at or at))

    @rule(data=st.data(), hours=st.integers(1, 200))
    def discharge(self, data, hours):
        stay = self.pick(data, Encounter.objects.filter(finished_at=None))
        stay and self.do(discharge_patient, stay, hours=hours)

    @rule(data=st.data(), bed=st.integers(-1, 4), hours=st.integers(1, 40))
    def reopen(self, data, bed, hours):
        stay = self.pick(data, Encounter.objects.filter(finished_at__gt=self.now - dt.timedelta(hours=72)))
        stay and self.do(reopen_stay, stay, reason="Left too early", bed=None if bed < 0 else self.beds[bed], hours=hours)

    @rule(kind=st.sampled_from(KINDS), price=MONEY, back=st.integers(-1, 60), late=st.booleans(),
          payer=st.sampled_from([None, *PAYERS]))
    def price(self, kind, price, back, late, payer):
        day = clock.day_of(self.now) - dt.timedelta(days=back)
        self.do(set_tariff, kind=kind, code="*", name=kind, price=price, valid_from=day, payer=payer, late=late)

    @rule(data=st.data(), payer=st.sampled_from(PAYERS), other=st.sampled_from(["", *PAYERS]), share=PART, discount=PART)
    def terms(self, data, payer, other, share, discount):
        account = self.pick(data, Account.objects.all())
        account and self.do(set_terms, account, payer=payer, co_payer=other, co_share=share, discount=discount, reason="Contract")

    @rule()
    def price_anew(self):
        self.do(reprice, reason="Late")
        assert not differences()

    @rule(data=st.data())
    def invoice(self, data):
        account, payer = self.party(data)
        if self.do(issue_invoice, account, payer=payer):
            with clock.at(self.now), pytest.raises(NothingToInvoice), transaction.atomic():
                issue_invoice(account, by=self.by, payer=payer)

    @rule(data=st.data())
    def take_back(self, data):
        row = self.pick(data, Invoice.objects.all())
        row and self.do(cancel_invoice, row, reason="Wrong")

    @rule(data=st.data(), amount=MONEY, whole=st.booleans())
    def pay(self, data, amount, whole):
        account, payer = self.party(data)
        owed = settlement.balance(account, payer)  # all of it, a part, or too much
        self.do(take_payment, account, amount=owed if whole and owed > 0 else amount, payer=payer, method="cash")

    @rule(data=st.data(), amount=MONEY)
    def deposit(self, data, amount):
        account, payer = self.party(data)
        self.do(take_payment, account, amount=amount, payer=payer, kind="deposit", method="card")

    @rule(data=st.data(), amount=MONEY)
    def refund(self, data, amount):
        row = self.pick(data, Payment.objects.filter(amount__gt=0))
        if row:
            free = -settlement.balance(row.account, row.payer)
            self.do(refund_payment, row, amount=min(amount, free) if free > 0 else amount, reason="Rest")

    @rule(pair=st.sampled_from([(0, 1), (1, 2), (2, 0)]))
    def merge(self, pair):
        self.do(merge_patients, *(self.patients[n] for n in pair), reason="One person")

    @precondition(lambda self: ChargeItem.objects.exists() and self.now < clock.now() - dt.timedelta(days=12))
    @rule()
    def close(self):
        self.now += dt.timedelta(days=9)
        month = (open_since() or clock.day_of(self.now).replace(day=1) - dt.timedelta(days=1)).replace(day=1)
        period = self.do(close_month, month)
        if period:
            self.closed[period.month] = self.booked()

    @rule()
    def sweep(self):
        self.do(post_charges)
        assert self.do(post_charges, hours=0) == 0
        standing = ChargeItem.objects.filter(reverses__isnull=True, reversed_by__isnull=True)
        doses = {row.pk: row.stock_move and rounded(-row.stock_move.quantity * row.stock_move.lot.unit_cost)
                 for row in MedicationAdministration.objects.live().select_related("stock_move__lot")}
        lines = dict(standing.filter(source_kind="dose").values_list("source_id", "amount"))
        assert set(lines) == set(doses) and all(cost is None or lines[pk] == cost for pk, cost in doses.items())
        with clock.at(self.now):
            for stay in Encounter.objects.all():
                places = [(p.during.lower, p.during.upper, p.department_id) for p in EncounterLocation.objects.live()
                          .filter(encounter=stay)]
                expected = bed_days(places, finished=stay.finished_at is not None)
                found = standing.filter(kind="bed-day", source_id=stay.pk).order_by("occurred_on").values_list(
                    "occurred_on", "department")
                assert list(found) == expected

    def booked(self):
        day = open_since()
        lines = ChargeItem.objects.filter(booked_on__lt=day).order_by("pk").values_list("pk", "amount", "payer")
        money = Payment.objects.filter(booked_on__lt=day).order_by("pk").values_list("pk", "amount")
        return list(lines), list(money), list(Invoice.objects.filter(booked_on__lt=day).order_by("pk")
                                              .values_list("pk", "amount"))

    @invariant()
    def the_identities_hold(self):
        if not hasattr(self, "house"):
            return
        for account in Account.objects.select_related("payer", "co_payer"):
            parties = settlement.parties(account)
            charged = ChargeItem.objects.filter(account=account).aggregate(n=Sum("amount"))["n"] or 0
            assert sum(row["charged"] for row in parties) == charged
            assert sum(row["paid"] for row in parties) == (Payment.objects.filter(account=account).aggregate(n=Sum("amount"))["n"]
                                                           or 0)
            for row in parties:
                left = settlement.not_invoiced(account, row["payer"])
                assert row["open"] == sum((amount for _line, amount, _turn in left), Decimal(
                    0)), "charged = invoiced + still to invoice"
        for line in ChargeItem.objects.filter(reverses__isnull=False).select_related("reverses"):
            assert line.amount == -line.reverses.amount and line.quantity == -line.reverses.quantity
        for row in Invoice.objects.annotate(n=Sum("lines__amount")):
            assert row.amount == row.n
        asked = Counter(InvoiceLine.objects.filter(reverses__isnull=True, reversed_by__isnull=True).values_list("item", "payer"))
        assert not asked or max(asked.values()) == 1
        for row in Payment.objects.filter(amount__gt=0).annotate(back=Sum("refunded_by__amount")):
            assert row.amount + (row.back or 0) >= 0
        for rows, numbers in ((Invoice, "I"), (Payment, "R"), (Account, "A")):
            by_year = Counter(number[:5] for number in rows.objects.values_list("number", flat=True))
            assert all(int(number[-6:]) <= by_year[number[:5]]
                       for number in rows.objects.values_list("number", flat=True)), numbers
        if self.closed:
            assert self.booked() == self.closed[max(self.closed)] and set(self.closed) == set(
                Period.objects.values_list("month", flat=True))


@pytest.mark.django_db
def test_the_ledger_keeps_its_identities_whatever_happens_in_whatever_order():
    run_state_machine_as_test(Books, settings=settings(
        max_examples=4, stateful_step_count=25, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate],
        suppress_health_check=list(HealthCheck)))


class Everything(Books):
    """The same machine led by hand: the newest row is taken, and nothing may be refused."""

    def pick(self, data, rows):
        return rows.order_by("pk").last()

    def party(self, data):
        account = self.pick(data, Account.objects.all())
        return account, max(settlement.parties(account), key=lambda row: row["open"] + row["due"])["payer"]

    def do(self, act, *args, **kwargs):
        found = super().do(act, *args, **kwargs)
        assert found is not None, f"{act.__name__} was refused"
        self.the_identities_hold()
        return found


@pytest.mark.django_db
def test_a_stay_with_everything_in_it_keeps_the_identities_too():
    books, part = Everything(), Decimal("33.33")
    books.open_house()
    try:
        books.move(None, bed=4, hours=20)
        books.give(None, lot=1, amount="1250")
        books.undo(None)
        books.give(None, lot=None, amount="500")
        books.operate(None, late=0)
        books.price("procedure", "55.50", back=-1, late=False, payer=None)
        books.sweep()
        books.terms(None, payer="insurer", other="self", share=part, discount=Decimal("12.5"))
        books.price("bed-day", "101.10", back=1, late=True, payer="insurer")
        books.price_anew()
        books.deposit(None, amount="400")
        books.invoice(None)
        books.pay(None, amount="20", whole=False)
        books.take_back(None)
        books.refund(None, amount=Decimal(5))
        books.discharge(None, hours=5)
        books.sweep()
        books.invoice(None)
        books.pay(None, amount="0", whole=True)
        bed_days_charged = ChargeItem.objects.filter(kind="bed-day").aggregate
        before = bed_days_charged(n=Sum("quantity"))["n"]
        books.reopen(None, bed=3, hours=40)
        books.discharge(None, hours=30)
        books.sweep()
        assert bed_days_charged(n=Sum("quantity"))["n"] in (before + 1, before + 2)  # of 70 hours, 30 in bed
        books.merge((1, 0))
        books.now += dt.timedelta(days=35)
        books.close()
        books.undo(None)  # found out late: the mirror goes to the open month
        books.sweep()
        assert ChargeItem.objects.filter(occurred_on__lt=open_since(), booked_on__gte=open_since()).exists() and books.closed
    finally:
        books.teardown()
