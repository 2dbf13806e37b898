"""Pages and API of billing: money for those whose work it is, and for nobody else."""
import re
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from billing.actions.charge_item import post_charges
from billing.models import Account, ChargeItem, Tariff
from emr import clock
from emr.access import chart_for
from emr.models import AccessEntry, User
from nursing.actions.procedure import record_procedure
from tests.billing.factories import make_accountant, make_case
from tests.factories import make_encounter, make_staff, make_system

pytestmark = pytest.mark.django_db


def signed_in(client, staff):
    if staff.user is None:
        staff.user = User.objects.create(username=f"u{staff.code}")
        staff.save(update_fields=["user"])
    client.force_login(staff.user)
    return client


@pytest.fixture
def case():
    return make_case()


def test_the_accountant_posts_and_reads_why(client, case):
    signed_in(client, make_accountant())
    client.post(reverse("billing:post_all"))
    account = Account.objects.get()
    listed = client.get(reverse("billing:accounts"), {"q": account.number.lower()}).content.decode()
    assert account.number in listed and "242.33" in listed  # 2 × 96.40 + 2 × 4.69 + 6.15 + 34.00
    page = client.get(reverse("billing:account", args=[account.pk])).content.decode()
    assert "Catheter" in page and case.lot.medication.name in page
    assert AccessEntry.objects.filter(patient=case.patient, purpose="account").exists()
    line = ChargeItem.objects.filter(kind="drug").first()
    why = client.get(reverse("billing:line", args=[line.pk])).content.decode()
    assert case.lot.lot_number in why and str(line.source_id) in why


def test_reading_an_account_writes_no_line_and_says_what_is_not_posted(client, case):
    accountant = make_accountant()
    post_charges(by=accountant)
    record_procedure(case.encounter, by=make_system(), text="Drain", started_at=clock.now())
    lines = ChargeItem.objects.count()
    page = signed_in(client, accountant).get(reverse("billing:waiting", args=[Account.objects.get().pk])).content.decode()
    assert "1 act is done and not posted yet" in page and ChargeItem.objects.count() == lines


def test_the_patient_sees_no_money(client, case):
    post_charges(by=make_accountant())
    case.patient.user = User.objects.create(username="patient1")
    case.patient.save(update_fields=["user"])
    client.force_login(case.patient.user)
    for page in (reverse("billing:chart_tab", args=[case.patient.pk]), "/api/billing/accounts", reverse("billing:accounts")):
        assert client.get(page).status_code == 403
    assert not chart_for(case.patient, case.patient, "own").shows("money")


def test_the_manager_reads_sums_but_no_account(client, case):
    post_charges(by=make_accountant())
    signed_in(client, make_staff("manager"))
    assert client.get(reverse("billing:home_card")).status_code == 200
    week = client.get(reverse("billing:home_figures")).content.decode()
    opened = re.search(r'href="([^"]*occupancy[^"]*)"', week)[1].replace("&amp;", "&")
    assert "since=" in opened and client.get(opened).status_code == 200
    page = client.get(reverse("billing:totals"), {"since": "2020-01-01"})
    assert page.status_code == 200 and case.department.name in page.content.decode()
    assert client.get(reverse("billing:totals"), {"since": "soon"}).status_code == 400
    assert client.get(reverse("billing:account", args=[Account.objects.get().pk])).status_code == 403


def test_the_cashier_reads_and_does_not_post(client, case):
    post_charges(by=make_accountant())
    signed_in(client, make_staff("cashier"))
    assert client.get(reverse("billing:account", args=[Account.objects.get().pk])).status_code == 200
    assert "<tr" in client.get(reverse("billing:chart_tab", args=[case.patient.pk])).content.decode()
    assert client.post(reverse("billing:post_all")).status_code == 403


def test_an_act_without_a_price_is_listed_and_gets_one_on_the_page(client, case):
    Tariff.objects.filter(kind="procedure").update(valid="empty")
    signed_in(client, make_accountant())
    page = client.get(reverse("billing:exceptions")).content.decode()
    assert "Catheter" in page
    assert client.get(reverse("billing:add_tariff"), {"kind": "procedure", "code": "Catheter",
                                                      "name": "Catheter"}).status_code == 200
    data = {"request_key": str(uuid.uuid4()), "kind": "procedure", "code": "Catheter", "name": "Catheter", "price": "12.00",
            "valid_from": "2020-01-01"}
    assert client.post(reverse("billing:add_tariff"), data | {"price": "-1"}).status_code == 422
    assert client.post(reverse("billing:add_tariff"), data).status_code == 302
    assert "Catheter" not in client.get(reverse("billing:exceptions")).content.decode()
    assert "Catheter" in client.get(reverse("billing:tariffs")).content.decode()


@pytest.mark.parametrize("name", ["accounts", "exceptions", "tariffs", "home_card", "home_figures", "totals"])
def test_lists_ask_the_same_number_of_queries_for_one_account_and_ten(client, name):
    accountant = signed_in(client, make_accountant())
    counts = []
    for number in (1, 9):
        for _ in range(number):
            make_case()
        if name != "exceptions":
            post_charges(by=make_system())
        accountant.get(reverse(f"billing:{name}"))
        with CaptureQueriesContext(connection) as queries:
            assert accountant.get(reverse(f"billing:{name}")).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 20, counts


def test_the_api_posts_lists_and_sets_prices(client, case):
    signed_in(client, make_accountant())
    answer = client.post(f"/api/billing/encounters/{case.encounter.pk}/charges", {}, content_type="application/json")
    assert answer.status_code == 201 and answer.json()["lines"] == ChargeItem.objects.count() > 0, answer.content
    account = client.get("/api/billing/accounts").json()["results"][0]
    lines = client.get(f"/api/billing/accounts/{account['id']}/lines").json()
    assert lines["count"] == answer.json()["lines"] and sum(round(float(line["amount"]) * 100)
                                                            for line in lines["results"]) == round(
        float(account["total"]) * 100)
    price = {"kind": "visit", "code": "cardiology", "name": "Cardiologist", "price": "30.00", "valid_from": "2026-01-01"}
    assert client.post("/api/billing/tariffs/set", price, content_type="application/json").status_code == 201
    again = client.post("/api/billing/tariffs/set", price, content_type="application/json")
    assert (again.status_code, again.json()["code"]) == (409, "billing.price_overlaps")
    assert client.get("/api/billing/tariffs", {"kind": "visit"}).json()["count"] == 2
    assert client.post("/api/billing/payers/set", {"code": "insurer", "name": "Insurer"},
                       content_type="application/json").status_code == 201
    twice = client.post("/api/billing/payers/set", {"code": "insurer", "name": "Insurer"}, content_type="application/json")
    assert twice.json()["code"] == "billing.payer_exists"
    visit = make_encounter(kind="AMB")
    opened = client.post(f"/api/billing/encounters/{visit.pk}/account", {"payer": "insurer"}, content_type="application/json")
    assert opened.status_code == 201 and opened.json()["payer"] == "insurer"
    assert client.post(f"/api/billing/encounters/{visit.pk}/account", {}, content_type="application/json").json()[
        "code"] == "billing.account_exists"
    assert client.post(f"/api/billing/encounters/{uuid.uuid4()}/charges", {}, content_type="application/json").status_code == 404
