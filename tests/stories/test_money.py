"""What it cost, at three screens: the accountant's books, the cashier's desk, the manager's figures; each task within its budget
(I3).
"""
import datetime as dt
import hashlib
import re
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import expect

from billing.actions.charge_item import post_charges
from billing.actions.staff_grade import set_grade
from billing.models import Account, ChargeItem, ExportBatch, Invoice, Payment, Period
from emr import clock
from emr.actions.encounter import assign
from nursing.actions.medication_administration import undo_administration
from nursing.actions.procedure import record_procedure
from tests.billing.factories import discharge, give, make_lot
from tests.billing.test_case import diagnose
from tests.factories import make_encounter, make_patient
from tests.stories import people as screens

pytestmark = [pytest.mark.browser, pytest.mark.pdf, pytest.mark.django_db(transaction=True)]
Hand = partial(screens.Hand, budget=screens.budget())


def pneumonia(hospital, *, began, ended):
    """A finished stay with a dose of a known lot and a drain by the ward's doctor; days ago."""
    stay = make_encounter(make_patient(family="Ledger"), department=hospital.therapy, hours_ago=24 * began)
    assign(stay, hospital.staff["ward_doctor"], "ATND", since=stay.started_at, by=hospital.system)
    give(stay, lot=make_lot(hospital.drug, hospital.therapy, unit_cost="2.3450"), minutes_ago=24 * 60 * began - 60)
    record_procedure(stay, by=hospital.system, text="Drain", performer=hospital.staff["ward_doctor"],
                     started_at=stay.started_at + dt.timedelta(hours=3), ended_at=stay.started_at + dt.timedelta(hours=4))
    diagnose(stay, "J18.9")
    return discharge(stay, at=clock.now() - dt.timedelta(days=ended))


def test_the_accountant_reads_a_figure_to_its_lot_prices_what_has_no_price_and_closes_the_month(hospital, people):
    set_grade(hospital.staff["ward_doctor"], by=hospital.staff["accountant"], grade="g14", valid_from=dt.date(2020, 1, 1))
    pneumonia(hospital, began=40, ended=36)
    post_charges(by=hospital.system)
    accountant = people("accountant")
    hand = Hand(accountant)
    with accountant.doing("opens a figure down to the lot") as page:
        hand.goes("u")
        hand.write("Number or family name", "ledg")
        hand.press("Enter")
        expect(page.get_by_role("cell", name="Ledger")).to_be_visible()
        hand.opens_row()
        expect(page.locator(".tiles").first).to_contain_text("424.29")  # 4 × 96.40 + 34.00 + 2 × 2.3450
        hand.within("find a case")
        hand.click(page.get_by_role("row", name=re.compile("Paracetamol")).get_by_role("link", name="Why"))
        expect(page.locator("#content")).to_contain_text("cost of the lot L")
        for part in ("2.345", "1000 mg", "4.69"):
            expect(page.locator("#content")).to_contain_text(part)
        hand.within("open a figure down to dose and lot")
    with accountant.doing("prices what has no price") as page:
        hand.goes("u")
        hand.press("Escape", "e")
        expect(page.get_by_role("row", name=re.compile("g14"))).to_be_visible()
        hand.opens_row()
        price = page.get_by_label("Price", exact=True)
        expect(price).to_be_focused()
        price.fill("0.35")
        hand.sends(price)
        expect(page.get_by_text("Every act has its price")).to_be_visible()
        hand.within("price an act that has no price")
    with accountant.doing("sets a late price and prices anew") as page:
        hand.click(page.locator("#side").get_by_role("link", name="Tariffs"))
        hand.press("a")
        page.get_by_label("Kind").select_option("bed-day")
        hand.count += 1
        since = f"{clock.today() - dt.timedelta(days=38)}"
        for label, text in (("Code", "*"), ("Name", "Bed-day, new contract"), ("Price", "100"), ("From", since)):
            page.get_by_label(label, exact=True).fill(text)
        hand.click(page.get_by_label("A late price"))
        hand.sends(page.get_by_label("Name", exact=True))
        expect(page.locator(".tiles")).to_contain_text("7.20")  # two of the four bed-days
        hand.within("set a late price and see what it changes")
        page.get_by_label("Reason").fill("Contract 7")
        hand.sends(page.get_by_label("Reason"))
        expect(page.get_by_label("Reason")).to_have_count(0)
        hand.within("price lines anew")
    assert sum(ChargeItem.objects.filter(kind="bed-day").values_list("amount", flat=True)) == Decimal("392.80")
    with accountant.doing("closes the month and hands it over") as page:
        hand.click(page.locator("#side").get_by_role("link", name="Months of the books"))
        hand.press("c")
        hand.click(page.get_by_role("dialog").get_by_role("button", name="Close the month"))
        expect(page.get_by_role("button", name="Make the batch")).to_be_visible()
        hand.within("close a month")
        hand.press("b")
        with page.expect_download() as downloading:
            hand.click(page.get_by_role("link", name="CSV"))
        hand.within("hand a month to the accountants")
    body, period = Path(downloading.value.path()).read_bytes(), Period.objects.get()
    assert ExportBatch.objects.get().checksum == hashlib.sha256(body).hexdigest() and "g14" in body.decode()
    assert period.amount == Decimal("452.49")  # 424.29 + 7.20 + 60 min × 0.35


def test_the_cashier_opens_an_account_takes_money_in_parts_and_gives_some_back(hospital, people):
    visit = make_encounter(make_patient(family="Payer"), kind="AMB", department=hospital.therapy, hours_ago=2)
    vaccine = give(visit, lot=make_lot(hospital.drug, hospital.therapy, unit_cost="17"))
    discharge(visit)
    cashier = people("cashier")
    hand = Hand(cashier)
    with cashier.doing("opens the account of somebody who pays himself") as page:
        hand.goes("x")
        hand.press("Escape", "a")  # out of the search field
        hand.write("Patient, or number of the visit", "payer")
        hand.press("Enter")
        expect(page.get_by_role("cell", name="Payer")).to_be_visible()
        hand.opens_row()
        expect(page.locator("#content")).to_contain_text("The patient")
        hand.within("open an account for who pays himself")
    account = Account.objects.get(encounter=visit)
    with cashier.doing("takes a deposit, invoices, takes a part") as page:
        pays(hand, "20", "Deposit")
        hand.within("take a deposit")
        hand.click(page.get_by_role("link", name=account.number).last)
        hand.press("i")
        expect(page.locator(".tiles")).to_contain_text("55.75")  # visit 21.75, two units of the lot 34.00
        hand.within("issue an invoice")
        pays(hand, "30", "Payment")
        hand.within("take a part payment")
    undo_administration(vaccine, by=hospital.system, reason="The patient went away before it")
    with cashier.doing("gives back what became free") as page:
        page.get_by_role("link", name=account.number).last.click()
        cashier.presses("i")
        expect(page.locator("h1")).to_contain_text("Credit note")
        page.get_by_role("link", name=account.number).last.click()
        hand.click(page.get_by_role("link", name=Payment.objects.get(kind="payment").number))
        hand.press("r")
        expect(page.locator("#content")).to_contain_text("28.25")
        page.get_by_label("Amount", exact=True).fill("28.25")
        page.get_by_label("Reason").fill("Not vaccinated")
        hand.sends(page.get_by_label("Reason"))
        expect(page.locator("h1")).to_contain_text("Refund")
        hand.within("give money back")
        papers = [("payments", row.pk) for row in Payment.objects.all()] + [("invoices", row.pk) for row in Invoice.objects.all()]
        for kind, paper in papers:
            assert cashier.context.request.get(f"/billing/{kind}/{paper}?format=pdf").body().startswith(b"%PDF-")
    assert len(papers) == 5
    for rows in (Payment, Invoice):
        assert sum(rows.objects.values_list("amount", flat=True)) == Decimal("21.75")


def pays(hand, amount, kind):
    """Money is taken; the receipt comes."""
    hand.press("m")
    field = hand.page.get_by_label("Amount", exact=True)
    expect(field).to_be_focused()
    field.fill(amount)
    hand.sends(field)
    expect(hand.page.locator("h1")).to_contain_text(kind)


def test_the_manager_reads_a_number_down_to_its_case_without_a_name(hospital, people):
    stay = pneumonia(hospital, began=6, ended=2)
    post_charges(by=hospital.system)
    manager = people("manager")
    hand = Hand(manager)
    with manager.doing("opens a figure to its rows and its case") as page:
        hand.goes("z")
        expect(page.locator("rect.heat").first).to_be_attached()
        hand.opens_row()
        expect(page.locator("#content")).to_contain_text("stays that ended in these days")
        hand.opens_row()
        expect(page.locator("h1")).to_contain_text(stay.number)
        hand.within("from a figure to its case")
        for part in ("424.29", "J18.9", "Romanov", "Therapy", "Paracetamol"):
            expect(page.locator("#content")).to_contain_text(part)
    with manager.doing("reads the same as it was known before") as page:
        page.go_back()
        page.get_by_label("As known on").fill(f"{clock.today() - dt.timedelta(days=1)}")
        page.get_by_label("As known on").press("Enter")
        hand.count += 1
        expect(page.get_by_text("No rows in these days")).to_be_visible()
        hand.within("read it as it was known on a day")
    with manager.doing("opens what a drug cost by department and diagnosis") as page:
        manager.goes("z")
        hand.click(page.locator(".tabs").get_by_role("link", name="Drugs", exact=True))
        expect(page.get_by_role("row", name=re.compile("Therapy.*J18.9.*Paracetamol.*4.69"))).to_be_visible()
        hand.opens_row()
        expect(page.locator("h1")).to_have_text("Cases behind a sum")
        hand.opens_row()
        expect(page.locator("h1")).to_contain_text(stay.number)
        hand.within("from what a drug cost to its case")
        assert "Ledger" not in page.locator("body").inner_text()
