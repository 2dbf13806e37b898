"""The laws of the ledger: one sum however one adds it up, terms of accounts, minutes, overhead, shares; no binary float anywhere.
"""
import ast
import datetime as dt
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, models, transaction

import billing.models
from billing.actions.account import set_payer, set_terms
from billing.actions.charge_item import post_charges
from billing.actions.repricing import reprice
from billing.actions.staff_grade import set_grade
from billing.actions.tariff import set_tariff
from billing.errors import GradeOverlaps, PayerExists, TermsWrong
from billing.models import Account, ChargeItem, ChargeShare, Payer, StaffGrade
from billing.queries import charge_item as queries
from billing.queries import settlement
from billing.queries.tariff import matrix
from emr import clock
from nursing.actions.care_plan import plan_care
from nursing.actions.care_task import do_care
from nursing.actions.medication_administration import undo_administration
from nursing.actions.procedure import record_procedure
from outpatient.models import Visit
from tests.billing import facts
from tests.billing.factories import discharge, give, make_accountant, make_case
from tests.factories import make_encounter, make_staff, make_system

pytestmark = pytest.mark.django_db
SINCE = dt.date(2020, 1, 1)


def small_world():
    """A stay with a second payer and a discount, a day with an insurer, a visit, a house call, an emergency visit; grades,
    overhead.
    """
    accountant, system = make_accountant(), make_system()
    case = make_case(days=4)
    doctor = make_staff("ward_doctor", position="Surgeon")
    for kind, code, price in (("staff", "g14", "0.35"), ("overhead", case.department.code, "17.20"), ("overhead", "*", "3.10")):
        set_tariff(by=accountant, kind=kind, code=code, name=f"{kind} {code}", price=price, valid_from=SINCE)
    set_grade(doctor, by=accountant, grade="g14", valid_from=SINCE)
    insurer = set_payer(by=accountant, code="insurer", name="Insurer", kind="insurer")
    set_tariff(by=accountant, kind="bed-day", code="*", name="Bed-day, insured", price="120.10", valid_from=SINCE, payer=insurer)
    give(case.encounter)  # no stock of it: the drug's price
    record_procedure(case.encounter, by=system, text="Drain", started_at=clock.now() - dt.timedelta(minutes=47),
                     ended_at=clock.now(), performer=doctor)
    turning = plan_care(case.encounter, by=system, kind="turning", timing={"every_hours": 2}, starts_at=clock.now())
    do_care(turning, by=system, due_at=turning.starts_at)
    post_charges(case.encounter, by=accountant)
    set_terms(Account.objects.get(), by=accountant, payer="insurer", co_payer="self", co_share="33.33", discount="12.5",
              reason="Contract 7")
    return case, accountant, doctor


def finish_world(case, doctor):
    """Everything ends; the terms were set before most of it was posted."""
    discharge(case.encounter)
    for kind in ("EMER", "AMB", "HH"):
        visit = make_encounter(kind=kind, hours_ago=3)
        if kind == "AMB":
            Visit.objects.create(encounter=visit, doctor=doctor)
        discharge(visit)


def test_lines_add_up_to_the_facts_by_kind_day_department_and_payer():
    case, accountant, doctor = small_world()
    finish_world(case, doctor)
    post_charges(by=accountant)
    reprice(by=accountant, reason="New contract")
    undo_administration(case.doses[0], by=make_system(), reason="Wrong patient")
    post_charges(by=accountant)
    lines = queries.of_span(SINCE, clock.today())
    assert facts.sum_of_facts() == sum(lines.values_list("amount", flat=True)) > 0
    for by, statement in (("kind", facts.BY_KIND), ("day", facts.BY_DAY), ("department", facts.BY_DEPARTMENT)):
        found = {row[queries.COLUMNS[by]]: row["total"] for row in queries.totals(since=SINCE, until=clock.today(), by=by)}
        assert {key: total for key, total in found.items() if total} == dict(facts.ask(statement)), by
    by_payer = Counter()
    for account in Account.objects.all():
        by_payer.update({party["payer"].code: party["charged"] for party in settlement.parties(account)})
    by_payer = {code: total for code, total in by_payer.items() if total}
    assert by_payer == dict(facts.ask(facts.BY_PAYER)) and set(by_payer) == {"insurer", "self", "budget"}
    assert {line.kind for line in lines} >= {"staff", "overhead", "service", "house-call", "visit", "emergency",
                                             "bed-day", "drug"}
    before = list(ChargeItem.objects.order_by("pk").values())
    assert post_charges(by=accountant) == 0 and list(ChargeItem.objects.order_by("pk").values()) == before


def test_minutes_cost_the_rate_of_the_grade_of_that_day():
    _case, accountant, doctor = small_world()
    line = ChargeItem.objects.get(kind="staff")
    assert (line.quantity, line.unit, line.unit_price, line.amount, line.performer) == (47, "min", Decimal("0.35"),
                                                                                        Decimal("16.45"), doctor)
    with pytest.raises(GradeOverlaps):
        set_grade(doctor, by=accountant, grade="g15", valid_from=SINCE)
    set_grade(doctor, by=accountant, grade="g15", valid_from=clock.today() + dt.timedelta(days=1))
    assert StaffGrade.objects.count() == 2


def test_overhead_goes_and_comes_with_its_bed_day():
    case, accountant, _doctor = small_world()
    line = ChargeItem.objects.filter(kind="bed-day").last()
    assert ChargeItem.objects.get(source_kind="overhead", source_id=line.pk).amount == Decimal("17.20")
    with clock.at(clock.now()):
        discharge(case.encounter, at=clock.now() - dt.timedelta(days=3))  # backdated: most bed-days were never there
    post_charges(by=accountant)
    for kind in ("bed-day", "overhead"):
        rows = ChargeItem.objects.filter(kind=kind, reverses__isnull=True, reversed_by__isnull=True)
        assert rows.count() == 1, kind
    assert ChargeItem.objects.filter(source_kind="overhead", source_id=line.pk, reverses__isnull=False).exists()


def test_a_mirror_takes_the_share_back_too():
    case, accountant, _doctor = small_world()
    with clock.at(clock.now() + dt.timedelta(minutes=1)):
        row = give(case.encounter, lot=case.lot, minutes_ago=0)
        post_charges(by=accountant)
        line = ChargeItem.objects.get(source_id=row.pk)
        # a lot costs what it cost
        assert (line.amount, line.discount, line.share.amount) == (Decimal("4.69"), 0, Decimal("1.56"))
        undo_administration(row, by=make_system(), reason="Not given")
        post_charges(by=accountant)
    assert line.reversed_by.share.amount == Decimal("-1.56") and line.reversed_by.payer.code == "insurer"


@pytest.mark.parametrize("terms", [
    {"co_payer": "self"}, {"co_share": "10"}, {"co_payer": "budget", "co_share": "10"}, {"discount": "10"},
    {"discount": "100.01", "reason": "x"}, {"co_payer": "self", "co_share": "-1"}, {"discount": "1e400", "reason": "x"}])
def test_terms_that_make_no_sense_are_refused_and_nothing_is_written(terms):
    case, accountant = make_case(), make_accountant()
    post_charges(case.encounter, by=accountant)
    before = list(Account.objects.values())
    with pytest.raises(TermsWrong) as refused:
        set_terms(Account.objects.get(), by=accountant, payer="budget", **terms)
    assert refused.value.code == "billing.terms_wrong" and list(Account.objects.values()) == before



def test_an_empty_second_payer_is_none():
    case, accountant = make_case(), make_accountant()
    post_charges(case.encounter, by=accountant)
    assert set_terms(Account.objects.get(), by=accountant, payer="self", co_payer="", co_share="").co_payer is None


@pytest.mark.parametrize(("statement", "law"), [
    ("insert into billing_chargeitem select (jsonb_populate_record(c, '{\"amount\": 1, \"source_part\": \"x\"}')).* from "
     "billing_chargeitem c limit 1", "quantity_times_its_price|pkey"),
    ("update billing_chargeshare set amount = 0", "append-only"), ("delete from billing_period", "append-only"),
    ("insert into billing_tariff select gen_random_uuid(), kind, code, name, price, valid, is_demo, payer_id from "
     "billing_tariff limit 1", "one_common_price"),
    ("delete from billing_tariff", "never deleted"), ("update billing_account set co_share = 5", "a_share_has_its_payer")])
def test_the_database_refuses_what_breaks_a_law(statement, law):
    case, accountant = make_case(), make_accountant()
    post_charges(case.encounter, by=accountant)
    ChargeShare.objects.create(item=ChargeItem.objects.first(), payer=Payer.objects.get(code="self"), amount=Decimal("1"))
    billing.models.Period.objects.create(month=dt.date(2020, 1, 1), closed_by=accountant, lines=0, amount=0)
    with pytest.raises(DatabaseError, match=law), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_matrix_shows_what_each_payer_pays():
    small_world()
    payers, rows = matrix()
    bed_day = next(row for row in rows if row["code"] == "*" and row["name"].startswith("Bed-day"))
    own, common = bed_day["prices"][[payer.code for payer in payers].index("insurer")]
    assert (own.price, common.price) == (Decimal("120.10"), Decimal("96.40"))
    with pytest.raises(PayerExists):
        set_payer(by=make_accountant(), code="insurer", name="Again")


def test_there_is_no_binary_float_in_the_books():
    for model in vars(billing.models).values():
        if isinstance(model, type) and issubclass(model, models.Model):
            assert not [field.name for field in model._meta.fields if isinstance(field, models.FloatField)]
    for path in Path(billing.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            assert not (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "float"), path
            assert not (isinstance(node, ast.Constant) and isinstance(node.value, float)), f"{path}: {node.lineno}"
