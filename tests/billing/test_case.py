"""A case beside others like it: median of the diagnosis, the budget's norm, what drugs cost by department and diagnosis; on
paper.
"""
import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from billing.actions.budget_norm import set_norm
from billing.actions.charge_item import post_charges
from billing.errors import NormOverlaps
from billing.models import Account, BudgetNorm, ChargeItem
from billing.queries import case as queries
from emr import clock
from emr.models import Condition
from tests.billing.factories import discharge, give, make_accountant, make_case
from tests.factories import make_encounter, make_staff, make_system

pytestmark = pytest.mark.django_db
CASE = 15  # queries of the whole page, who asks included
SINCE = dt.date(2020, 1, 1)


def diagnose(encounter, code, stage="final", minutes_ago=10):
    return Condition.objects.create(
        patient=encounter.patient, encounter=encounter, stage=stage, system="http://hl7.org/fhir/sid/icd-10", code=code,
        text=f"Disease {code}", asserted_at=clock.now() - dt.timedelta(minutes=minutes_ago), recorded_by=make_system())


def finished(days, code):
    encounter = make_encounter(hours_ago=24 * days)
    diagnose(encounter, code)
    discharge(encounter)
    return encounter


@pytest.fixture
def case():
    case = make_case()
    diagnose(case.encounter, "I10", "admitting")
    diagnose(case.encounter, "J18.9", "clinical")
    for days in (1, 3, 5):
        finished(days, "J18.9")
    later_changed = finished(9, "J18.9")
    diagnose(later_changed, "I21", minutes_ago=1)  # the later view counts
    post_charges(by=make_accountant())
    case.account = Account.objects.get(encounter=case.encounter)
    return case


def test_the_diagnosis_of_a_case_is_the_last_of_the_highest_stage(case):
    assert queries.diagnosis(case.encounter).code == "J18.9"
    final = diagnose(case.encounter, "I21", "final")
    assert queries.diagnosis(case.encounter) == final


def test_the_median_is_that_of_finished_cases_with_the_same_diagnosis(case):
    day = Decimal("96.40")
    assert queries.likes(case.encounter, "J18.9") == {"cases": 3, "median": 3 * day, "least": day, "most": 5 * day}
    assert queries.likes(case.encounter, "Z99")["median"] is None


def test_the_longest_norm_holds_and_ends_when_a_new_one_begins(case):
    accountant = make_accountant()
    for diagnosis, amount in (("*", "900"), ("j18", "400")):
        set_norm(by=accountant, diagnosis=diagnosis, amount=amount, source="Order 1", valid_from=SINCE)
    assert [queries.norm(code).amount for code in ("J18.9", "I21")] == [400, 900]
    with pytest.raises(NormOverlaps):
        set_norm(by=accountant, diagnosis="J18", amount="1", source="Order 2", valid_from=SINCE)
    assert BudgetNorm.objects.count() == 2


def test_the_drug_report_is_the_ledger_by_department_diagnosis_and_drug(case):
    other = make_encounter()
    give(other, lot=None, medication=case.lot.medication)
    post_charges(by=make_accountant())
    rows = queries.drugs(SINCE, clock.today())
    assert sum(row["amount"] for row in rows) == sum(ChargeItem.objects.filter(kind="drug").values_list("amount", flat=True))
    mine = next(row for row in rows if row["diagnosis"] == "J18.9")
    assert (mine["code"], mine["lines"], mine["amount"], mine["department"]) == (
        case.lot.medication.code, 2, Decimal("9.38"), case.department.name)


def test_the_page_of_a_case_keeps_its_budget_however_long_it_is(client, case):
    accountant = make_staff("accountant", login="acc")
    client.force_login(accountant.user, backend="emr.signin.Backend")
    set_norm(by=accountant, diagnosis="J18", amount="100", source="Order 1", valid_from=SINCE)
    page = reverse("billing:account", args=[case.account.pk])
    client.get(page)
    counts = []
    for doses in (0, 12):
        for n in range(doses):
            give(case.encounter, lot=case.lot, minutes_ago=61 + n)
        post_charges(by=accountant)
        with CaptureQueriesContext(connection) as captured:
            text = client.get(page).content.decode()
        counts.append(len([q for q in captured if "SAVEPOINT" not in q["sql"]]))
    assert counts[0] == counts[1] <= CASE, counts
    text = client.get(reverse("billing:comparison", args=[case.account.pk])).content.decode()
    assert "289.20" in text and "Above the norm" in text and "Order 1" in text  # three times 96.40
    paper = client.get(reverse("billing:sheet", args=[case.account.pk])).content.decode()
    assert case.lot.lot_number in paper and "Disease J18.9" in paper


@pytest.mark.pdf
@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_cost_sheet_is_a_pdf_in_the_reader_s_language(client, case, language):
    client.force_login(make_staff("accountant", login="acc").user, backend="emr.signin.Backend")
    client.cookies["emr_language"] = language
    page = client.get(reverse("billing:sheet", args=[case.account.pk])).content.decode()
    for words in {"en": ("Sum in words", "Belarusian roubles", "Prepared by"), "ru": ("Сумма прописью", "белорусских рубл",
                                                                                      "Составил")}[language]:
        assert words in page, words
    answer = client.get(reverse("billing:sheet", args=[case.account.pk]), {"format": "pdf"})
    assert answer.content.startswith(b"%PDF") and case.account.number in answer["Content-Disposition"]


def test_reports_and_norms_have_pages(client, case):
    client.force_login(make_staff("accountant", login="acc").user, backend="emr.signin.Backend")
    drugs = client.get(reverse("billing:drugs"), {"since": "2020-01-01"}).content.decode()
    assert "J18.9" in drugs and case.lot.medication.name in drugs
    key = "11111111-1111-4111-8111-111111111111"
    data = {"request_key": key, "diagnosis": "J18", "amount": "250", "source": "Order 7", "valid_from": "2020-01-01"}
    assert client.post(reverse("billing:norms"), data | {"amount": "much"}).status_code == 422
    assert client.post(reverse("billing:norms"), data).status_code == 302
    assert "Order 7" in client.get(reverse("billing:norms")).content.decode()
