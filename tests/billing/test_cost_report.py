"""Cost by doctor and the cases behind every sum are always the ledger; a case has no name there; accounts opened at the desk."""
import datetime as dt
import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from admissions.actions.reopening import reopen_stay
from billing.actions.charge_item import post_charges
from billing.models import Account, ChargeItem
from billing.queries import case as cases
from billing.queries import charge_item as lines
from billing.queries import cost_report as queries
from emr import clock
from emr.actions.encounter import assign
from emr.models import AccessEntry
from tests.billing.factories import discharge, give, make_accountant, make_case
from tests.billing.test_case import diagnose
from tests.factories import make_encounter, make_patient, make_staff, make_system

pytestmark = pytest.mark.django_db
SPAN = {"since": dt.date(2020, 1, 1)}


@pytest.fixture
def world():
    """A stay whose attending doctor changed on its last day, a second stay of the first doctor, a visit that nobody attended."""
    case, system = make_case(days=4), make_system()
    case.first, case.second = make_staff("ward_doctor", family="First"), make_staff("ward_doctor", family="Second")
    late = case.encounter.started_at + dt.timedelta(hours=20)
    assign(case.encounter, case.first, "ATND", since=late, by=system)
    assign(case.encounter, case.second, "ATND", since=clock.now() - dt.timedelta(hours=2), by=system)
    diagnose(case.encounter, "J18.9")
    other = make_encounter(department=case.department, hours_ago=50)
    assign(other, case.first, "ATND", since=other.started_at, by=system)
    give(other, lot=case.lot)
    for encounter in (other, make_encounter(kind="AMB", hours_ago=3)):
        discharge(encounter)
    post_charges(by=make_accountant())
    case.other, case.account = other, Account.objects.get(encounter=case.encounter)
    return case


def ledger(**found):
    return sum(ChargeItem.objects.filter(**found).values_list("amount", flat=True))


def test_a_line_counts_for_the_doctor_of_its_day_and_all_doctors_come_to_the_ledger(world):
    rows = {row["family"]: row for row in queries.doctors(until=clock.today(), **SPAN)}
    assert sum(row["amount"] for row in rows.values()) == ledger()
    assert sum(row["lines"] for row in rows.values()) == ChargeItem.objects.count()
    today = {"account": world.account, "occurred_on": clock.day_of(clock.now() - dt.timedelta(hours=2))}
    assert rows["Second"]["amount"] == ledger(**today)
    assert rows["First"]["amount"] == ledger(account=world.account) - ledger(**today) + ledger(account__encounter=world.other)
    assert rows["First"]["cases"] == 2 and rows[None]["amount"] == ledger(kind="visit") > 0


def test_every_sum_of_the_reports_opens_to_cases_that_come_to_it(world):
    asked = SPAN | {"until": clock.today()}
    sums = [({"kind": row["kind"]}, row["total"]) for row in lines.totals(**asked)]
    sums += [({"department": row["department"]}, row["total"]) for row in lines.totals(by="department", **asked)]
    sums += [({"doctor": row["doctor"]}, row["amount"]) for row in queries.doctors(**asked)]
    sums += [({"drug": row["code"], "diagnosis": row["diagnosis"], "department": row["department_id"]}, row["amount"])
             for row in cases.drugs(**asked)]
    assert len(sums) > 9 and {part.get("diagnosis") for part, _total in sums} >= {"J18.9", ""}
    for part, total in sums:
        found, kinds = queries.cases(**asked, **part)
        assert sum(row["amount"] for row in found) == sum(row["total"] for row in kinds) == total, part


def test_the_pages_open_from_the_sum_to_the_case_and_name_nobody(client, world):
    client.force_login(make_staff("manager", login="boss").user, backend="emr.signin.Backend")
    path, seen = reverse("billing:doctors"), []
    for step in ("billing/reports/cases?doctor=" + str(world.first.pk), "billing/reports/cases/" + str(world.other.pk)):
        page = client.get(path).content.decode().replace("&amp;", "&")
        seen.append(page)
        path = re.search(f'href="(/{re.escape(step)}[^"]*)"', page)[1]
    seen.append(client.get(path).content.decode())
    assert "First Test" in seen[0] and world.other.number in seen[1] and "192.80" in seen[2]
    assert not any(world.other.patient.family in page for page in seen)
    assert AccessEntry.objects.filter(patient=world.other.patient, link="figures").count() == 1
    before = client.get(path, {"known": "2020-01-01"})
    assert before.status_code == 404  # nobody knew of it then
    client.force_login(make_staff("accountant", login="acc").user, backend="emr.signin.Backend")
    assert Account.objects.get(encounter=world.other).number in client.get(path).content.decode()
    for wrong in ({"kind": "x"}, {"doctor": "x"}, {"since": "soon"}):
        assert client.get(reverse("billing:cases"), wrong).status_code == 400


@pytest.mark.parametrize("name", ["doctors", "cases", "open"])
def test_the_lists_ask_the_same_number_of_queries_for_one_and_ten(client, name):
    client.force_login(make_staff("accountant", login="acc").user, backend="emr.signin.Backend")
    case, counts = make_case(days=1), []
    for more in (1, 9):
        for _ in range(more):
            stay = make_encounter(department=case.department, hours_ago=30)
            assign(stay, make_staff("ward_doctor"), "ATND", since=clock.now(), by=make_system())
            make_encounter(kind="AMB", hours_ago=0)
        name == "open" or post_charges(by=make_system())
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse(f"billing:{name}")).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 14, counts



def test_a_stay_opened_again_shows_what_it_cost_since(client):
    case = make_case(days=4)
    discharge(case.encounter, at=clock.now() - dt.timedelta(hours=30))
    post_charges(by=make_accountant())
    client.force_login(make_staff("accountant", login="acc").user, backend="emr.signin.Backend")
    page = reverse("billing:waiting", args=[Account.objects.get().pk])
    assert "Opened again" not in client.get(page).content.decode()
    before = ledger()
    with clock.at(clock.now() + dt.timedelta(minutes=1)):
        reopen_stay(case.encounter, by=make_system(), reason="Fever came back")
    with clock.at(clock.now() + dt.timedelta(days=2)):
        post_charges(by=make_system())
        text = client.get(page).content.decode()
    assert ledger() - before == Decimal("192.80")  # two midnights since; the one between was at home
    for part in ("Fever came back", f"stood at {before}", "since then: 192.80"):
        assert part in text, part


def test_an_account_is_opened_at_the_desk_for_who_pays_himself(client):
    case = make_case(days=1)
    visit = make_encounter(make_patient(family="Abramova"), kind="AMB", department=case.department, hours_ago=0)
    client.force_login(make_staff("cashier", login="cash").user, backend="emr.signin.Backend")
    page = client.get(reverse("billing:open")).content.decode()
    assert "Abramova" in page and case.patient.family not in page  # no visit of today
    found = client.get(reverse("billing:open"), {"q": "abram"}).content.decode()
    payer = re.search(r'<option value="([^"]+)">The patient', found)[1]
    data = {"request_key": re.search(r'name="request_key" value="([^"]+)"', found)[1], "encounter": str(visit.pk), "payer": payer}
    made = [client.post(reverse("billing:open"), data) for _twice in range(2)]
    account = Account.objects.get()
    assert {answer.url for answer in made} == {reverse("billing:account", args=[account.pk])} and account.payer.code == "self"
    again = client.get(reverse("billing:open"), {"q": visit.number}).content.decode()
    assert account.number in again and "<option" not in again.split('id="content"')[1]
    refused = client.post(reverse("billing:open"), data | {"request_key": str(case.patient.pk)})
    assert refused.status_code == 409 and Account.objects.count() == 1


def test_a_late_price_leads_to_what_it_changes(client, world):
    client.force_login(make_staff("accountant", login="acc").user, backend="emr.signin.Backend")
    known = {"kind": "bed-day", "code": "*", "name": "Bed-day", "valid_from": "2026-01-02"}
    page = client.get(reverse("billing:add_tariff"), known).content.decode()
    assert 'value="2026-01-02"' in page
    key = re.search(r'name="request_key" value="([^"]+)"', page)[1]
    data = known | {"request_key": key, "price": "100", "valid_from": "2020-01-02", "late": "on"}
    answer = client.post(reverse("billing:add_tariff"), data)
    assert answer.url == reverse("billing:repricing") + "?since=2020-01-02&until=&kind=bed-day"
    assert world.account.number in client.get(answer.url).content.decode()
