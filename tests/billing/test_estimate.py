"""An estimate before the treatment: priced like the ledger, frozen, beside finished cases, later beside what was done (G16)."""
import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.db.utils import DatabaseError, IntegrityError
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from billing.actions.account import set_payer
from billing.actions.charge_item import post_charges
from billing.actions.estimate import assign_estimate, make_estimate
from billing.actions.tariff import load_demo_tariffs, set_tariff
from billing.errors import EstimateHasStay, EstimateOfAnother, EstimateReplaced, NothingPlanned, PlanUnpriced
from billing.models import Account, ChargeItem, Estimate, EstimateLine
from billing.queries import estimate as queries
from billing.rules.estimate import Why, by_kind, compared
from emr import clock
from emr.errors import NotPermitted, ReasonMissing
from tests.billing.factories import give, make_case
from tests.billing.test_case import diagnose, finished
from tests.factories import make_department, make_encounter, make_patient, make_staff, make_system
from tests.races import at_once

pytestmark = pytest.mark.django_db
SINCE = dt.date(2020, 1, 1)
KEY = "11111111-1111-4111-8111-111111111111"


def line(kind, code, quantity="1"):
    return {"kind": kind, "code": code, "quantity": quantity}


def plan(case):
    """A plan for the case: more bed-days than it has, the drug and the test it has, one it has not."""
    return [line("bed-day", case.department.code, "5"), line("drug", case.lot.medication.code, "4"), line("laboratory", "K"),
            line("laboratory", "TSH")]


@pytest.fixture
def case():
    case = make_case()
    case.accountant = make_staff("accountant", login="acc")
    return case


def test_an_estimate_asks_the_prices_of_its_day_and_payer(case):
    set_payer(by=case.accountant, code="insurer", name="Insurer", kind="insurer")
    set_tariff(by=case.accountant, kind="bed-day", code=case.department.code, name="Agreed", price="80", payer="insurer",
               valid_from=clock.today() + dt.timedelta(days=5))
    set_tariff(by=case.accountant, kind="overhead", code=case.department.code, name="Overhead", price="7", valid_from=SINCE)
    today = make_estimate(case.patient, by=case.accountant, lines=plan(case), payer="insurer")
    later = make_estimate(case.patient, by=case.accountant, lines=plan(case), payer="insurer",
                          priced_on=clock.today() + dt.timedelta(days=5))
    # 5 bed-days and their overhead, 4 tablets at the cost of the newest lot, two tests
    assert today.amount == 5 * Decimal("96.40") + 35 + Decimal("9.38") + Decimal("6.15") + Decimal("9.90")
    assert today.amount - later.amount == 5 * Decimal("16.40") and later.lines.get(kind="drug").lot == case.lot
    assert today.number != later.number and sum(row.amount for row in today.lines.all()) == today.amount


def test_what_is_not_priced_or_not_planned_makes_no_estimate(case):
    refused = [(NothingPlanned, []), (NothingPlanned, [line("laboratory", "K", "0")]),
               (PlanUnpriced, [line("staff", "surgeon", "30")])]
    for refusal, lines in refused:
        with pytest.raises(refusal):
            make_estimate(case.patient, by=case.accountant, lines=lines)
    with pytest.raises(EstimateOfAnother):
        make_estimate(make_patient(), by=case.accountant, lines=plan(case), encounter=case.encounter)
    with pytest.raises(NotPermitted):
        make_estimate(case.patient, by=make_staff("ward_nurse"), lines=plan(case))
    assert not Estimate.objects.exists()


def test_an_estimate_is_frozen_and_replaced_once_with_a_reason(case):
    first = make_estimate(case.patient, by=case.accountant, lines=plan(case))
    with pytest.raises(ReasonMissing):
        make_estimate(case.patient, by=case.accountant, lines=plan(case)[:1], replaces=first)
    assign_estimate(first, by=case.accountant, encounter=case.encounter)
    second = make_estimate(case.patient, by=case.accountant, lines=plan(case)[:1], replaces=first, reason="No tests")
    assert second.encounter == case.encounter and list(queries.of_stay(case.encounter)) == [second]
    with pytest.raises(EstimateReplaced):
        make_estimate(case.patient, by=case.accountant, lines=plan(case), replaces=first, reason="Again")
    with pytest.raises(EstimateHasStay):
        assign_estimate(second, by=case.accountant, encounter=case.encounter)
    with pytest.raises(EstimateOfAnother):
        assign_estimate(make_estimate(make_patient(), by=case.accountant, lines=plan(case)), by=case.accountant,
                        encounter=case.encounter)
    assert Estimate.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_four_clerks_replace_an_estimate_once_and_the_database_would_refuse_a_second():
    case, clerk = make_case(days=1), make_staff("cashier")
    first = make_estimate(case.patient, by=clerk, lines=plan(case))
    answers = at_once(*[lambda: make_estimate(case.patient, by=clerk, lines=plan(case)[:1], replaces=first, reason="Shorter")]
                      * 4)
    assert sorted(type(answer).__name__ for answer in answers) == ["Estimate", *["EstimateReplaced"] * 3]
    assert sorted(int(row.number[-6:]) for row in Estimate.objects.all()) == [1, 2]
    values = {name: getattr(first, name) for name in ("patient", "payer", "priced_on", "made_by")}
    with pytest.raises(IntegrityError, match="billing_estimate_replaces_id_key"):
        Estimate.objects.create(number="E", amount=0, replaces=first, reason="Again", **values)


@pytest.mark.parametrize("statement", ["update billing_estimate set amount = 1", "update billing_estimate set encounter_id = "
                                                                                 "null",
                                       "update billing_estimateline set quantity = 9", "delete from billing_estimate"])
def test_the_database_changes_no_estimate(case, statement):
    make_estimate(case.patient, by=case.accountant, lines=plan(case), encounter=case.encounter)
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_database_wants_the_sum_of_the_lines(case):
    made = make_estimate(case.patient, by=case.accountant, lines=plan(case))
    price = made.lines.get(kind="bed-day").tariff
    EstimateLine.objects.create(estimate=made, kind="visit", code="*", text="x", quantity=1, unit_price=5, amount=5, tariff=price)
    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")


def test_finished_cases_of_the_diagnosis_stand_beside_it_and_say_what_is_usual(case):
    for days in (1, 3, 5):
        finished(days, "J18.9")
    finished(9, "I21")
    post_charges(by=case.accountant)
    beside = queries.cases("J18")
    assert sorted(amount for _pk, amount in beside) == [Decimal("96.40"), Decimal("289.20"), Decimal("482.00")]
    one = Account.objects.get(pk=beside[0][0]).encounter
    assert queries.usual([pk for pk, _amount in beside]) == []  # each in a department of its own: nothing is usual
    assert len(queries.cases("J18", encounter=one)) == 2 and queries.cases("") == []
    made = make_estimate(case.patient, by=case.accountant, lines=plan(case), diagnosis="j18")
    assert made.median == Decimal("289.20") and len(made.cases) == 3


def test_more_than_half_of_the_cases_make_a_thing_usual():
    department, system = make_department(), make_system()
    load_demo_tariffs(by=system)
    for days in (2, 4, 6):
        encounter = make_encounter(department=department, hours_ago=24 * days)
        diagnose(encounter, "J18.9")
    post_charges(by=system)
    accounts = list(Account.objects.values_list("pk", flat=True))
    assert queries.usual(accounts) == [("bed-day", department.code, Decimal(4))]


def test_the_difference_is_explained_by_rows_and_comes_to_the_ledger(case):
    made = make_estimate(case.patient, by=case.accountant, lines=plan(case), encounter=case.encounter)
    give(case.encounter, lot=case.lot, minutes_ago=90)
    post_charges(by=case.accountant)
    rows = compared(queries.lines(made), queries.charged(case.encounter))
    why = {(row.kind, row.code): (row.why, row.difference) for row in rows}
    day = Decimal("96.40")
    assert why["bed-day", case.department.code] == (Why.QUANTITY, -3 * day)
    assert why["drug", case.lot.medication.code] == (Why.QUANTITY, Decimal("4.69"))
    assert why["laboratory", "K"] == (Why.AS_PLANNED, 0) and why["laboratory", "TSH"] == (Why.NOT_DONE, Decimal("-9.90"))
    assert why["procedure", "Catheter"] == (Why.NOT_PLANNED, Decimal("34.00"))
    ledger = sum(ChargeItem.objects.values_list("amount", flat=True))
    assert sum(row.charged for row in rows) == ledger and sum(row.difference for row in rows) == ledger - made.amount
    assert all(row.by_quantity + row.by_price == row.difference for row in rows)
    assert sum(kind["difference"] for kind in by_kind(rows)) == ledger - made.amount


def test_another_price_is_told_apart_from_another_quantity(case):
    made = make_estimate(case.patient, by=case.accountant, lines=[line("procedure", "Catheter", "2")], encounter=case.encounter)
    set_tariff(by=case.accountant, kind="procedure", code="Catheter", name="Catheter", price="30", valid_from=SINCE)
    post_charges(by=case.accountant)
    row = next(row for row in compared(queries.lines(made), queries.charged(case.encounter)) if row.code == "Catheter")
    assert (row.why, row.by_quantity, row.by_price) == (Why.BOTH, Decimal("-34.00"), Decimal("-4.00"))


def test_the_accountant_plans_gives_replaces_and_compares_on_pages(client, case):
    client.force_login(case.accountant.user, backend="emr.signin.Backend")
    diagnose(case.encounter, "J18.9", "admitting")
    for days in (1, 3):
        finished(days, "J18.9")
    post_charges(by=case.accountant)
    page = reverse("billing:plan_estimate", args=[case.patient.pk])
    assert 'value="J18"' in client.get(page, {"encounter": str(case.encounter.pk)}).content.decode()
    data = {"request_key": KEY, "encounter": str(case.encounter.pk), "payer": str(Account.objects.first().payer_id),
            "priced_on": clock.today().isoformat(), "diagnosis": "J18", "kind": ["bed-day"], "code": [case.department.code],
            "quantity": ["5"]}
    found = client.post(page, data | {"find": case.lot.medication.name, "look": "1"}).content.decode()
    assert f"drug|{case.lot.medication.code}" in found and "482.00" in found and not Estimate.objects.exists()
    assert "2.34" in client.post(page, data | {"add": f"drug|{case.lot.medication.code}"}).content.decode()
    assert client.post(page, data | {"quantity": ["many"], "decide": "1"}).status_code == 422
    answer = client.post(page, data | {"decide": "1"})
    made = Estimate.objects.get()
    assert answer.url == reverse("billing:estimate", args=[made.pk])
    shown = client.get(answer.url).content.decode()
    assert "-289.20" in shown.replace("−", "-") and "was not expected" in shown and made.number in shown
    rows = client.get(reverse("billing:estimate_charged", args=[made.pk]), {"kind": "bed-day",
                                                                            "code": case.department.code}).content.decode()
    assert rows.count("96.40") >= 2
    cases = client.get(reverse("billing:estimate_cases", args=[made.pk])).content.decode()
    assert "289.20" in cases and str(Account.objects.get(encounter=case.encounter).number) not in cases
    again = client.get(page, {"replaces": str(made.pk)}).content.decode()
    assert case.department.name in again and "Why a new estimate" in again
    fragment = client.get(reverse("billing:comparison", args=[Account.objects.get(encounter=case.encounter).pk])).content.decode()
    assert made.number in fragment


def test_pages_of_estimates_keep_their_queries_however_many_there_are(client, case):
    client.force_login(case.accountant.user, backend="emr.signin.Backend")
    counts = []
    client.get(reverse("billing:estimates", args=[case.patient.pk]))  # what is asked once in a process
    for number in (1, 6):
        for _ in range(number):
            made = make_estimate(case.patient, by=case.accountant, lines=plan(case)[:1 if number == 1 else 4],
                                 encounter=case.encounter)
        addresses = (reverse("billing:estimates", args=[case.patient.pk]), reverse("billing:estimate", args=[made.pk]),
                     f"/api/billing/patients/{case.patient.pk}/estimates")
        for address in addresses:
            with CaptureQueriesContext(connection) as captured:
                assert client.get(address).status_code == 200
            counts.append(len(captured))
    assert counts[:3] == counts[3:] and max(counts) <= 20, counts


def test_the_api_makes_and_assigns_an_estimate(client, case):
    client.force_login(case.accountant.user, backend="emr.signin.Backend")
    address = f"/api/billing/patients/{case.patient.pk}/estimates/make"
    answer = client.post(address, {"lines": plan(case)}, content_type="application/json")
    assert answer.status_code == 201 and len(answer.json()["lines"]) == 4, answer.content
    assert client.post(address, {"lines": []}, content_type="application/json").json()["code"] == "billing.nothing_planned"
    assigned = client.post(f"/api/billing/estimates/{answer.json()['id']}/assign", {"encounter": str(case.encounter.pk)},
                           content_type="application/json")
    assert assigned.json()["encounter"] == str(case.encounter.pk)


@pytest.mark.pdf
def test_the_paper_is_a_pdf_in_the_reader_s_language(client, case):
    made = make_estimate(case.patient, by=case.accountant, lines=plan(case))
    client.force_login(case.accountant.user, backend="emr.signin.Backend")
    client.cookies["emr_language"] = "ru"
    assert "Смета расходов" in client.get(reverse("billing:estimate", args=[made.pk]), {"format": "html"}).content.decode()
    answer = client.get(reverse("billing:estimate", args=[made.pk]), {"format": "pdf"})
    assert answer.content.startswith(b"%PDF") and made.number in answer["Content-Disposition"]
