"""Closed months go to the accountants in numbered batches; drugs agree five ways; late prices are decided on a page."""
import csv
import datetime as dt
import hashlib
import io
import re
from decimal import Decimal
from zipfile import ZipFile

import pytest
from django.db import connection
from django.urls import reverse

from billing.actions.charge_item import post_charges
from billing.actions.export import export_month
from billing.actions.invoice import issue_invoice
from billing.actions.payment import take_payment
from billing.actions.period import close_month
from billing.actions.tariff import set_tariff
from billing.errors import ExportChanged
from billing.models import Account, ChargeItem, ExportBatch
from billing.queries import drug_reconciliation
from billing.rules.export import safe
from emr import clock
from nursing.actions.medication_administration import undo_administration
from nursing.actions.procedure import record_procedure
from nursing.models import MedicationAdministration
from orders.models import StockMove
from tests.billing.factories import give, make_accountant, make_case
from tests.factories import make_staff, make_system

pytestmark = pytest.mark.django_db
EVIL = '=HYPERLINK("http://evil","x")'


@pytest.fixture
def closed():
    """A month with lines, an invoice and a payment, closed forty days later."""
    case, accountant = make_case(), make_accountant()
    record_procedure(case.encounter, by=make_system(), text=EVIL, started_at=clock.now())
    post_charges(by=accountant)
    account = Account.objects.get()
    issue_invoice(account, by=accountant)
    take_payment(account, by=make_staff("cashier"), amount="10", method="cash")
    case.month = clock.today().replace(day=1)
    with clock.at(clock.now() + dt.timedelta(days=40)):
        case.period = close_month(case.month, by=accountant)
    case.accountant = accountant
    return case


def test_a_batch_has_number_rows_sum_and_checksum_and_is_made_once(client, closed):
    batch = export_month(closed.period, by=closed.accountant)
    again = export_month(closed.period, by=closed.accountant)
    assert (batch.pk, batch.number) == (again.pk, 1) and ExportBatch.objects.count() == 1
    client.force_login(make_staff("accountant", login="acc").user, backend="emr.signin.Backend")
    body = b"".join(client.get(reverse("billing:batch", args=[batch.pk])).streaming_content)
    assert hashlib.sha256(body).hexdigest() == batch.checksum
    rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == batch.rows and {row["batch"] for row in rows} == {"00001"} and {row["document"] for row in rows} == {
        "charge", "invoice", "payment"}
    charges = [Decimal(row["amount"]) for row in rows if row["document"] == "charge"]
    assert sum(charges) == closed.period.amount and sum(Decimal(row["amount"]) for row in rows) == batch.amount
    assert next(row["text"] for row in rows if "HYPERLINK" in row["text"]) == "'" + EVIL
    book = ZipFile(io.BytesIO(client.get(reverse("billing:batch", args=[batch.pk]), {"format": "xlsx"}).content))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet and "HYPERLINK" in book.read("xl/sharedStrings.xml").decode() and sheet.count(
        "<row ") == batch.rows + 1
    assert batch.checksum[:16] in client.get(reverse("billing:periods")).content.decode()


def test_a_month_changed_behind_the_product_is_not_exported_again(closed):
    export_month(closed.period, by=closed.accountant)
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate; alter table billing_chargeitem disable trigger user; update "
                       "billing_chargeitem set text = 'x';"
                       "alter table billing_chargeitem enable trigger user")
    with pytest.raises(ExportChanged):
        export_month(closed.period, by=closed.accountant)
    assert ExportBatch.objects.count() == 1


@pytest.mark.parametrize(("text", "shown"), [("=1+1", "'=1+1"), ("+7", "'+7"), ("-1", "'-1"), ("@a", "'@a"), ("\t=1", "'\t=1"),
                                             ("a=1", "a=1")])
def test_no_text_begins_a_formula(text, shown):
    assert safe(text) == shown


def test_what_does_not_agree_is_on_one_list():
    case, accountant = make_case(), make_accountant()
    give(case.encounter, medication=case.lot.medication, lot=case.lot, minutes_ago=90)
    now, today = clock.now(), clock.today()
    span = (today - dt.timedelta(days=3), today)

    def kinds():
        return sorted(row["kind"] for row in drug_reconciliation.exceptions(*span, now))

    assert kinds() == ["given-not-charged"] * 3
    post_charges(by=accountant)
    assert kinds() == [] and all(row["given"] == row["charged"] == 6 for row in drug_reconciliation.five_ways(*span))
    undo_administration(case.doses[0], by=make_system(), reason="Not given")
    assert kinds() == ["charged-not-given"] and drug_reconciliation.five_ways(*span)[0]["differs"]
    post_charges(by=accountant)
    assert kinds() == []
    MedicationAdministration.objects.filter(pk=case.doses[1].pk).update(stock_move=None)
    StockMove.objects.filter(kind="receipt").update(quantity=1)
    assert kinds() == ["given-without-lot", "less-than-nothing-left"]


def test_a_late_price_is_decided_on_the_page(client):
    case, accountant = make_case(), make_staff("accountant", login="acc")
    post_charges(by=accountant)
    set_tariff(by=accountant, kind="procedure", code="*", name="Agreed later", price="30", valid_from=dt.date(2020, 1, 2),
               late=True)
    client.force_login(accountant.user, backend="emr.signin.Backend")
    page = client.get(reverse("billing:repricing"), {"since": "", "until": "", "kind": "procedure"}).content.decode()
    assert Account.objects.get().number in page and "−4.00" in page
    key = re.search(r'name="request_key" value="([^"]+)"', page)[1]
    data = {"request_key": key, "kind": "procedure", "expected": "1", "reason": "Order 9"}
    assert client.post(reverse("billing:repricing"), data | {"expected": "7"}).status_code == 412
    assert client.post(reverse("billing:repricing"), data).status_code == 302
    assert sum(ChargeItem.objects.filter(kind="procedure").values_list("amount", flat=True)) == 30
    report = client.get(reverse("billing:reconciliation"))
    assert report.status_code == 200 and case.lot.medication.name in report.content.decode()
