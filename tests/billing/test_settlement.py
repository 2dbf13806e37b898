"""Invoices, deposits, payments, refunds, closed months: each line asked for once, money that adds up, numbers without gaps."""
import datetime as dt
import re
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from billing.actions.account import set_payer, set_terms
from billing.actions.charge_item import post_charges
from billing.actions.invoice import cancel_invoice, issue_invoice
from billing.actions.payment import refund_payment, take_payment
from billing.actions.period import close_month
from billing.actions.repricing import reprice
from billing.actions.tariff import set_tariff
from billing.errors import (
    AmountNotPositive,
    DryRunStale,
    InvoiceTakenBack,
    MonthClosed,
    MonthNotOver,
    NothingToInvoice,
    NotThePayer,
    PaymentTooLarge,
    RefundTooLarge,
)
from billing.models import Account, ChargeItem, Invoice, InvoiceLine, Payment, Period
from billing.queries import settlement
from billing.rules.repricing import by_case_and_payer, differences
from emr import clock
from emr.errors import ReasonMissing
from nursing.actions.medication_administration import undo_administration
from nursing.actions.procedure import record_procedure
from tests.billing.factories import make_accountant, make_case
from tests.factories import make_encounter, make_staff, make_system
from tests.races import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    """A posted stay that an insurer pays with a third from the patient."""
    case, accountant = make_case(days=3), make_accountant()
    set_payer(by=accountant, code="insurer", name="Insurer", kind="insurer")
    post_charges(by=accountant)
    account = Account.objects.get()
    set_terms(account, by=accountant, payer="insurer", co_payer="self", co_share="33.33")
    reprice(by=accountant, reason="Contract")
    case.account, case.accountant, case.cashier = account, accountant, make_staff("cashier")
    account.refresh_from_db()
    return case


def party(account, code):
    account.refresh_from_db()
    return next(row for row in settlement.parties(account) if row["payer"].code == code)


def test_each_payer_is_asked_for_his_part_once(world):
    insurer, own = (issue_invoice(world.account, by=world.cashier, payer=code) for code in ("insurer", "self"))
    total = sum(ChargeItem.objects.values_list("amount", flat=True))
    assert insurer.amount + own.amount == total and re.fullmatch(r"I\d{4}-000001", insurer.number)
    assert own.amount == sum(line.amount for line in own.lines.all())
    with pytest.raises(NothingToInvoice) as nothing:
        issue_invoice(world.account, by=world.cashier, payer="self")
    assert own.number in str(nothing.value) and Invoice.objects.count() == 2
    with pytest.raises(NotThePayer):
        issue_invoice(world.account, by=world.cashier, payer="nobody")
    # after it was invoiced: the next invoice gives it back
    undo_administration(world.doses[0], by=make_system(), reason="Not given")
    credit = issue_invoice(world.account, by=world.cashier)
    assert credit.amount == Decimal("-3.13") and credit.number.endswith("000003")  # 4.69 less the share of 1.56


def test_a_line_and_its_mirror_that_nobody_was_asked_for_stay_off_the_invoice(world):
    undo_administration(world.doses[0], by=make_system(), reason="Not given")
    made = issue_invoice(world.account, by=world.cashier)
    assert not made.lines.filter(item__source_id=world.doses[0].pk).exists()


def test_an_invoice_taken_back_is_mirrored_and_its_lines_can_be_asked_for_again(world):
    first = issue_invoice(world.account, by=world.cashier)
    with pytest.raises(ReasonMissing):
        cancel_invoice(first, by=world.accountant, reason=" ")
    mirror = cancel_invoice(first, by=world.accountant, reason="Wrong payer")
    assert (mirror.amount, mirror.reverses) == (-first.amount, first)
    for row in (first, mirror):
        with pytest.raises(InvoiceTakenBack):
            cancel_invoice(row, by=world.accountant, reason="Again")
    again = issue_invoice(world.account, by=world.cashier)
    assert again.amount == first.amount and party(world.account, "insurer")["invoiced"] == first.amount


def test_money_comes_in_parts_and_goes_back_only_when_it_is_free(world):
    deposit = take_payment(world.account, by=world.cashier, amount="200", method="cash", kind="deposit", payer="self")
    made = issue_invoice(world.account, by=world.cashier, payer="self")
    assert party(world.account, "self")["due"] == made.amount - 200 < 0
    free = 200 - made.amount
    for amount, refused in (("0", AmountNotPositive), (free + Decimal("0.01"), RefundTooLarge)):
        with pytest.raises(refused):
            refund_payment(deposit, by=world.cashier, amount=amount, reason="Rest")
    back = refund_payment(deposit, by=world.cashier, amount=free, reason="Rest")
    assert (back.amount, back.refunds, party(world.account, "self")["due"]) == (-free, deposit, 0)
    with pytest.raises(PaymentTooLarge) as refused:
        take_payment(world.account, by=world.cashier, amount="1", method="card", payer="self")
    assert refused.value.data == {"owed": Decimal("0.00")} and Payment.objects.count() == 2
    asked = issue_invoice(world.account, by=world.cashier)
    for amount in ("100.10", asked.amount - Decimal("100.10")):  # in two parts
        take_payment(world.account, by=world.cashier, amount=amount, method="transfer")
    assert {row["due"] for row in settlement.parties(world.account)} == {0}
    assert [row.number[-6:] for row in Payment.objects.order_by("number")] == [f"{n:06d}" for n in range(1, 5)]


@pytest.mark.parametrize("statement", ["update billing_invoice set amount = 0", "delete from billing_payment",
                                       "update billing_invoiceline set amount = 1", "insert"])
def test_the_database_keeps_what_was_issued(world, statement):
    made = issue_invoice(world.account, by=world.cashier)
    take_payment(world.account, by=world.cashier, amount="1", method="cash")
    if statement == "insert":  # an invoice that is not the sum of its lines
        with pytest.raises(DatabaseError, match="sum of its lines"), transaction.atomic():
            Invoice.objects.create(account=world.account, payer=made.payer, amount=5, number="X", issued_by=world.cashier,
                                   booked_on=clock.today())
            connection.cursor().execute("set constraints all immediate")
        return
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_closed_month_never_changes_and_late_facts_go_to_the_next(world):
    with pytest.raises(MonthNotOver):
        close_month(clock.today(), by=world.accountant)
    later = clock.now() + dt.timedelta(days=40)
    month = clock.today().replace(day=1)
    with clock.at(later):
        closed = close_month(month, by=world.accountant)
        before = list(ChargeItem.objects.filter(booked_on__lt=settlement_month(month)).order_by("pk").values())
        with pytest.raises(MonthClosed):
            close_month(month, by=world.accountant)
        undo_administration(world.doses[0], by=make_system(), reason="Found out late")
        record_procedure(world.encounter, by=make_system(), text="Late entry", started_at=later - dt.timedelta(days=40))
        post_charges(world.encounter, by=world.accountant)
        late = ChargeItem.objects.get(text="Late entry")
        mirror = ChargeItem.objects.filter(reverses__source_id=world.doses[0].pk).latest("posted_at")
    for line in (late, mirror):
        assert line.occurred_on < settlement_month(month) <= line.booked_on
    assert list(ChargeItem.objects.filter(booked_on__lt=settlement_month(month)).order_by("pk").values()) == before
    assert (closed.lines, closed.amount) == (len(before), sum(row["amount"] for row in before)) and Period.objects.count() == 1
    with pytest.raises(DatabaseError, match="is closed"), transaction.atomic():
        Payment.objects.create(account=world.account, payer=world.account.payer, kind="deposit", method="cash",
                               amount=1, number="X", taken_by=world.cashier, booked_on=month)


def settlement_month(month):
    return (month + dt.timedelta(days=32)).replace(day=1)


def test_a_late_price_is_shown_dry_and_then_priced_anew(world):
    since = dt.date(2020, 1, 1)
    set_tariff(by=world.accountant, kind="procedure", code="*", name="Procedure, agreed later", price="30",
               valid_from=since + dt.timedelta(days=1), late=True)
    found = differences(kind="procedure")
    assert [(row.line.amount, row.amount, row.delta) for row in found] == [(34, 30, -4)]
    assert by_case_and_payer(found)[0]["delta"] == -4
    before = ChargeItem.objects.count()
    with pytest.raises(DryRunStale):
        reprice(by=world.accountant, reason="Late price", kind="procedure", expected=2)
    with pytest.raises(ReasonMissing):
        reprice(by=world.accountant, reason="", kind="procedure")
    assert ChargeItem.objects.count() == before
    assert reprice(by=world.accountant, reason="Late price", kind="procedure", expected=1) == 1 and not differences(
        kind="procedure")
    assert sum(line.amount for line in ChargeItem.objects.filter(kind="procedure")) == 30


@pytest.mark.django_db(transaction=True)
def test_twenty_clerks_make_one_invoice_and_twenty_patients_get_twenty_without_a_gap():
    accountant, case = make_accountant(), make_case(days=1)
    post_charges(by=accountant)
    account = Account.objects.get(encounter=case.encounter)
    answers = at_once(*[lambda: issue_invoice(account, by=accountant)] * 20)
    made = [answer for answer in answers if isinstance(answer, Invoice)]
    assert len(made) == 1 and {type(answer).__name__ for answer in answers} <= {"Invoice", "NothingToInvoice", "Busy"}
    assert InvoiceLine.objects.count() == ChargeItem.objects.filter(account=account).count()
    for _ in range(20):
        make_encounter(department=case.department, hours_ago=26)
    post_charges(by=accountant)
    others = list(Account.objects.exclude(pk=account.pk))
    answers = at_once(*[lambda row=row: issue_invoice(row, by=accountant) for row in others])
    for row, answer in zip(others, answers, strict=True):
        if not isinstance(answer, Invoice):  # waited more than three seconds for the others: told so, presses again
            issue_invoice(row, by=accountant)
    numbers = sorted(int(number[-6:]) for number in Invoice.objects.values_list("number", flat=True))
    assert numbers == list(range(1, 22)) and Invoice.objects.values("account").distinct().count() == 21


def test_the_cashier_s_day_on_pages(client, world):
    client.force_login(make_staff("cashier", login="cash").user, backend="emr.signin.Backend")
    key = lambda page: re.search(r'name="request_key" value="([^"]+)"', client.get(page).content.decode())[1]  # noqa: E731
    account = reverse("billing:account", args=[world.account.pk])
    assert world.account.number in client.get(reverse("billing:desk"), {"q": world.patient.family[:6]}).content.decode()
    made = client.post(reverse("billing:issue", args=[world.account.pk]), {"request_key": key(account), "payer": "self"})
    invoice = Invoice.objects.get()
    assert made.url == reverse("billing:invoice", args=[invoice.pk])
    for query in ({}, {"format": "html"}):
        assert invoice.number in client.get(made.url, query).content.decode()
    pay = reverse("billing:pay", args=[world.account.pk])
    payer = str(invoice.payer_id)
    data = {"request_key": key(pay), "payer": payer, "kind": "payment", "method": "card", "amount": str(invoice.amount)}
    assert client.post(pay, data | {"amount": "x"}).status_code == 422
    first, second = client.post(pay, data), client.post(pay, data)  # pressed twice
    payment = Payment.objects.get()
    assert first.url == second.url == reverse("billing:receipt", args=[payment.pk]) and payment.number in client.get(
        first.url).content.decode()
    assert "free" not in client.get(account).content.decode() and client.get(
        reverse("billing:desk"), {"owing": 1}).status_code == 200
    refund = reverse("billing:refund", args=[payment.pk])
    refused = client.post(refund, {"request_key": key(refund), "amount": "1", "method": "card", "reason": "x"})
    assert refused.status_code == 422 and Payment.objects.count() == 1
    assert client.post(reverse("billing:cancel_invoice", args=[invoice.pk]), {}).status_code == 403
