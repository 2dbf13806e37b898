"""The ledger equals the facts: whatever was done and stands is charged once, at its lot's cost or its day's price."""
import datetime as dt
import os
import subprocess
import sys
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from billing.actions.charge_item import post_charges
from billing.actions.tariff import load_demo_tariffs, set_tariff
from billing.errors import PriceInUse, PriceOverlaps
from billing.jobs import sweep
from billing.models import Account, ChargeItem, Tariff
from billing.rules.price import rounded
from billing.rules.unpriced import unpriced
from emr import clock
from emr.errors import NotPermitted
from emr.models import EncounterLocation, JournalEntry
from emr.pg import ROOT
from nursing.actions.care_plan import plan_care
from nursing.actions.care_task import do_care
from nursing.actions.medication_administration import undo_administration
from orders.laboratory.actions.lab_result import correct_result, record_result
from orders.models import StockMove
from tests.billing.factories import discharge, give, make_accountant, make_case, make_lot
from tests.billing.facts import sum_of_facts
from tests.factories import make_department, make_encounter, make_staff, make_system
from tests.laboratory.factories import make_request

pytestmark = pytest.mark.django_db
PROCESS = """
import sys
import django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
django.setup()
from billing.actions.charge_item import post_charges
from emr.models import Staff
accountant = Staff.objects.get(pk=sys.argv[2])
print("ready", flush=True)
sys.stdin.readline()
print(post_charges(by=accountant), flush=True)
"""


def sum_of_lines():
    return sum(ChargeItem.objects.values_list("amount", flat=True))


def finished_hospital():
    """Stays, visits and emergency visits, all over."""
    case = make_case(days=3)
    give(case.encounter)  # no stock of it: the drug's price
    record_result(make_request("Troponin", encounter=case.encounter), by=make_system(), value="0.1")
    discharge(case.encounter)
    for kind in ("EMER", "AMB", "HH"):
        discharge(make_encounter(kind=kind, hours_ago=3))
    discharge(make_encounter(hours_ago=1))
    return case


def test_the_sum_of_charges_is_the_sum_of_live_facts():
    case = finished_hospital()
    post_charges(by=make_accountant())
    assert sum_of_lines() == sum_of_facts() > 0
    undo_administration(case.doses[0], by=make_system(), reason="Wrong patient")
    correct_result(case.result, by=make_system(), value="5", reason="Typing")
    post_charges(by=make_accountant())
    assert sum_of_lines() == sum_of_facts()


def test_a_sweep_done_twice_changes_nothing():
    finished_hospital()
    accountant = make_accountant()
    assert post_charges(by=accountant) > 0
    before = list(ChargeItem.objects.order_by("pk").values())
    assert post_charges(by=accountant) == 0 and list(ChargeItem.objects.order_by("pk").values()) == before
    assert JournalEntry.objects.filter(act="billing.post_charges").count() == 2


@pytest.mark.django_db(transaction=True)
def test_four_processes_that_sweep_at_once_charge_everything_once():
    finished_hospital()
    accountant = make_accountant()
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "emr.settings_test", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", PROCESS, connection.settings_dict["NAME"], str(accountant.pk)]
    running = [subprocess.Popen(command, env=environment, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
               for _number in range(4)]
    assert [each.stdout.readline() for each in running] == ["ready\n"] * 4
    for each in running:  # all begin at one word
        each.stdin.write("go\n")
        each.stdin.flush()
    answers = [int(each.communicate(timeout=60)[0]) for each in running]
    assert sorted(answers)[:3] == [0, 0, 0] and sum(answers) == ChargeItem.objects.count() and sum_of_lines() == sum_of_facts()


def test_the_database_refuses_a_second_line_of_one_fact_even_to_raw_sql():
    make_case()
    post_charges(by=make_accountant())
    line = ChargeItem.objects.filter(source_kind="dose").first()
    line.pk = line._meta.pk.default()
    with pytest.raises(DatabaseError, match="one_charge_per_fact"), transaction.atomic():
        line.save(force_insert=True)


@pytest.mark.parametrize("statement", ["update billing_chargeitem set amount = 0", "delete from billing_chargeitem"])
def test_posted_lines_cannot_be_changed_or_deleted(statement):
    make_case()
    post_charges(by=make_accountant())
    total = sum_of_lines()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert sum_of_lines() == total


def test_a_dose_costs_the_lot_that_was_used():
    case = make_case()
    dear = make_lot(case.lot.medication, case.department, unit_cost="10.0050")
    give(case.encounter, lot=dear, amount="500")
    post_charges(by=make_accountant())
    lines = ChargeItem.objects.filter(kind="drug").order_by("amount")
    assert [line.amount for line in lines] == [Decimal("4.69"), Decimal("4.69"), Decimal("10.01")]  # 2 × 2.345; half up
    assert [line.lot for line in lines] == [case.lot, case.lot, dear] and lines[0].quantity == 2
    assert StockMove.objects.filter(kind="given").count() == 3


def test_the_patients_own_drug_costs_nothing():
    case = make_case()
    give(case.encounter, medication=case.lot.medication, own_drug=True)
    post_charges(by=make_accountant())
    assert ChargeItem.objects.filter(kind="drug").count() == 2 and not [f for f in unpriced() if f.kind == "drug"]


def test_a_mistaken_fact_is_taken_back_by_a_mirror_line():
    case, accountant = make_case(), make_accountant()
    post_charges(by=accountant)
    undo_administration(case.doses[0], by=make_system(), reason="Wrong patient")
    assert post_charges(by=accountant) == 1
    mirror = ChargeItem.objects.get(reverses__isnull=False)
    assert (mirror.amount, mirror.quantity, mirror.reverses.source_id) == (Decimal("-4.69"), -2, case.doses[0].pk)
    assert (mirror.occurred_on, mirror.lot) == (mirror.reverses.occurred_on, case.lot)
    assert post_charges(by=accountant) == 0


def test_a_corrected_result_is_charged_once():
    case, accountant = make_case(), make_accountant()
    post_charges(by=accountant)
    correct_result(case.result, by=make_system(), value="5", reason="Typing")
    post_charges(by=accountant)
    lines = ChargeItem.objects.filter(kind="laboratory")
    assert lines.count() == 3 and sum(line.amount for line in lines) == Decimal("6.15")


def test_bed_days_follow_the_places_also_when_these_are_corrected():
    case, accountant = make_case(days=3), make_accountant()
    post_charges(by=accountant)
    days = ChargeItem.objects.filter(kind="bed-day")
    assert days.count() == 3
    other, place = make_department(), EncounterLocation.objects.get(encounter=case.encounter)
    place.error_at, place.error_by, place.error_reason = clock.now(), make_system(), "Wrong ward"
    place.save()
    EncounterLocation.objects.create(encounter=case.encounter, department=other, during=place.during, recorded_by=make_system())
    assert post_charges(by=accountant) == 6  # three mirrors, three new lines
    assert sum(line.amount for line in days.all()) == 3 * Decimal("96.40")
    assert {line.department for line in days.filter(reverses__isnull=True, reversed_by__isnull=True)} == {other}
    assert post_charges(by=accountant) == 0


def test_a_backdated_discharge_takes_bed_days_back():
    case, accountant = make_case(days=3), make_accountant()
    post_charges(by=accountant)
    discharge(case.encounter, at=clock.now() - dt.timedelta(hours=2))
    assert post_charges(by=accountant) == 0
    late = make_encounter(hours_ago=72)
    post_charges(by=accountant)
    discharge(late, at=clock.now() - dt.timedelta(hours=48))
    assert post_charges(by=accountant) == 2 and sum_of_lines() == sum(
        line.amount for line in ChargeItem.objects.filter(reverses__isnull=True, reversed_by__isnull=True))


def test_the_price_of_the_day_of_the_act_counts():
    case, accountant = make_case(), make_accountant()
    tomorrow = clock.today() + dt.timedelta(days=1)
    new = set_tariff(by=accountant, kind="laboratory", code="*", name="Test", price="100", valid_from=tomorrow)
    post_charges(by=accountant)
    assert ChargeItem.objects.get(kind="laboratory").amount == Decimal("6.15")
    with clock.at(clock.now() + dt.timedelta(days=1, minutes=5)):
        record_result(make_request("Na", encounter=case.encounter), by=make_system(), value="140")
        post_charges(by=accountant)
    assert ChargeItem.objects.get(source_kind="laboratory", tariff=new).amount == 100


def test_a_price_cannot_overlap_and_cannot_change_what_is_posted():
    make_case()
    accountant = make_accountant()
    post_charges(by=accountant)
    before = Tariff.objects.count()
    with pytest.raises(PriceInUse) as used:
        set_tariff(by=accountant, kind="laboratory", code="*", name="Test", price="9", valid_from=clock.today())
    with pytest.raises(PriceOverlaps) as overlaps:
        set_tariff(by=accountant, kind="visit", code="*", name="Visit", price="9", valid_from=dt.date(2019, 1, 1))
    assert (used.value.code, overlaps.value.code, Tariff.objects.count()) == ("billing.price_in_use",
                                                                              "billing.price_overlaps", before)


def test_what_has_no_price_is_a_visible_exception_and_is_charged_once_it_has_one():
    case, accountant = make_case(), make_accountant()
    Tariff.objects.filter(kind="procedure").update(valid="empty")
    post_charges(by=accountant)
    assert [(fact.text, fact.source_id) for fact in unpriced()] == [("Catheter", case.procedure.pk)]
    assert not ChargeItem.objects.filter(kind="procedure").exists()
    set_tariff(by=accountant, kind="procedure", code="Catheter", name="Catheter", price="12.00", valid_from=dt.date(2020, 1, 1))
    assert post_charges(by=accountant) == 1 and not unpriced()


def test_the_first_charge_opens_the_account_with_the_default_payer():
    case = make_case()
    post_charges(case.encounter, by=make_accountant())
    account = Account.objects.get()
    assert (account.encounter, account.payer.code, account.number[:1]) == (case.encounter, "budget", "A")


def test_what_another_institution_told_us_is_not_charged():
    from emr.models import Institution

    case = make_case()
    other = Institution.objects.create(name="Other", short_name="Other")
    type(case.procedure).objects.filter(pk=case.procedure.pk).update(source=other)
    post_charges(by=make_accountant())
    assert not ChargeItem.objects.filter(kind="procedure").exists()


def test_charging_up_to_a_day_leaves_later_facts():
    make_case(days=3)
    post_charges(by=make_accountant(), until=clock.today() - dt.timedelta(days=1))
    assert set(ChargeItem.objects.values_list("kind", flat=True)) == {"bed-day"}


def test_the_scheduled_job_posts_as_the_system():
    sweep()
    assert not JournalEntry.objects.filter(act="billing.post_charges").exists()  # no payer yet
    make_case()
    sweep()
    assert JournalEntry.objects.get(act="billing.post_charges").by == make_system() and ChargeItem.objects.exists()


@pytest.mark.parametrize("role", ["ward_nurse", "ward_doctor", "lab", "registrar", "cashier", "manager", "admin"])
def test_only_the_accountant_posts(role):
    make_case()
    with pytest.raises(NotPermitted):
        post_charges(by=make_staff(role))
    assert not ChargeItem.objects.exists() and not Account.objects.exists()


def test_demo_prices_are_marked_and_loaded_once():
    load_demo_tariffs(by=make_system())
    count = Tariff.objects.count()
    load_demo_tariffs(by=make_system())
    assert Tariff.objects.count() == count and not Tariff.objects.filter(is_demo=False).exists()


@pytest.mark.parametrize(("exact", "amount"), [("0.005", "0.01"), ("0.0049", "0.00"), ("2.675", "2.68"), ("-2.675", "-2.68")])
def test_money_is_rounded_half_up(exact, amount):
    assert rounded(Decimal(exact)) == Decimal(amount)


def test_a_sweep_takes_as_many_queries_for_thirty_facts_as_for_ten():
    case, accountant = make_case(), make_accountant()
    post_charges(by=accountant)
    counts = []
    for number in (10, 30):
        for minute in range(number):
            give(case.encounter, lot=case.lot, minutes_ago=61 + minute, amount="500")
        with CaptureQueriesContext(connection) as queries:
            assert post_charges(by=accountant) == number
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 40, counts


def test_a_line_keeps_the_source_words_and_is_read_in_the_reader_s(client):
    case, accountant = make_case(), make_staff("accountant", login="acc")
    visit = make_encounter(case.patient, kind="AMB", hours_ago=1)
    discharge(visit)
    turning = plan_care(case.encounter, by=make_system(), kind="turning", timing={"every_hours": 2}, starts_at=clock.now())
    do_care(turning, by=make_system(), due_at=turning.starts_at)
    with translation.override("ru"):
        post_charges(by=accountant)
        said = {line.source_kind: (line.text, line.said) for line in ChargeItem.objects.all()}
    assert said["visit"][0] == "Visit" != said["visit"][1]
    assert said["care"][0] == "Turning" != said["care"][1] and said["procedure"] == ("Catheter", "Catheter")
    client.force_login(accountant.user, backend="emr.signin.Backend")
    type(accountant.user).objects.filter(pk=accountant.user_id).update(language="ru")
    page = client.get(reverse("billing:account", args=[Account.objects.get(encounter=case.encounter).pk])).content.decode()
    assert said["care"][1] in page and "Turning" not in page
