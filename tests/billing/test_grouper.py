"""The case grouper: dated versions, rules that never choose silently, a person's word, weight × base rate beside the ledger
(G10).
"""
import csv
import datetime as dt
import io
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from billing.actions.charge_item import post_charges
from billing.actions.grouper import assign_group, load_group_rules, load_groups, set_base_rate
from billing.errors import GrouperMissing, GroupFileWrong, GroupsOverlap, GroupUnknown, NotAStay, RateOverlaps
from billing.models import Account, BaseRate, CaseGroup, GroupAssignment, GrouperVersion, GroupRule
from billing.rules import group_file
from billing.rules.grouper import Why, cases, groupings, report
from emr import clock
from emr.errors import NotPermitted, ReasonMissing
from nursing.actions.procedure import record_procedure
from tests.billing.factories import discharge, make_case
from tests.billing.test_case import diagnose
from tests.factories import make_encounter, make_patient, make_staff, make_system

pytestmark = pytest.mark.django_db
SINCE = dt.date(2020, 1, 1)
KEY = "11111111-1111-4111-8111-111111111111"


def groups(*rows):
    return [{"care": "inpatient", "code": code, "name": f"Group {code}", "weight": Decimal(weight), "expected_days": None}
            for code, weight in rows]


def rule(group, diagnosis, **values):
    return {"line": 2, "care": "inpatient", "group": group, "diagnosis": diagnosis, "rank": 100, "procedure": ""} | values


def load(*rules, since=SINCE, until=None, system="demo"):
    version = load_groups(by=make_system(), system=system, name=f"Demo {since.year}", source="invented", valid_from=since,
                          valid_until=until, groups=groups(("A", "1.5"), ("B", "2")), is_demo=True)
    if rules:
        load_group_rules(version, by=make_system(), rules=list(rules))
    return version


def stay(code="J18.9", days=3, born=None, end=True):
    encounter = make_encounter(make_patient(birth_date=born or dt.date(1980, 1, 1)), hours_ago=24 * days)
    if code:
        diagnose(encounter, code)
    if end:
        discharge(encounter)
    return encounter


def only(encounter):
    return groupings(encounter.pk)[0]


@pytest.mark.parametrize(("rules", "code", "why", "group"), [
    ([rule("A", "J18")], "J18.9", Why.RULE, "A"),
    ([rule("A", "J189")], "J18.9", Why.RULE, "A"),
    ([rule("A", "J18"), rule("B", "J18.9", rank=10)], "J18.9", Why.RULE, "B"),
    ([rule("A", "J18"), rule("B", "J18.9")], "J18.9", Why.AMBIGUOUS, None),
    ([rule("A", "J18"), rule("A", "*")], "J18.9", Why.RULE, "A"),
    ([rule("A", "J18", days_to=2)], "J18.9", Why.NO_RULE, None),
    ([rule("A", "J18", days_from=3, age_from=18, age_to=60)], "J18.9", Why.RULE, "A"),
    ([rule("A", "J18", age_to=17)], "J18.9", Why.NO_RULE, None),
    ([rule("A", "J18", procedure="0B")], "J18.9", Why.NO_RULE, None),
    ([rule("A", "J18")], "I21", Why.NO_RULE, None),
    ([rule("A", "J18")], "", Why.NO_DIAGNOSIS, None),
    ([], "J18.9", Why.NO_MAPPING, None),
])
def test_a_case_has_the_group_of_the_lowest_rank_or_is_told_why_not(rules, code, why, group):
    load(*rules)
    found = only(stay(code))
    assert (found.why, found.group and found.group.code) == (why, group)
    assert str(why.label) in found.explained


def test_a_procedure_that_was_done_and_an_unknown_age_decide():
    load(rule("A", "J18", rank=1, procedure="0B"), rule("B", "J18", age_from=18))
    with_it, unknown = stay(end=False), stay(end=False)
    record_procedure(with_it, by=make_system(), text="Bronchoscopy", code="0BJ08ZZ", system="urn:icd-10-pcs",
                     started_at=clock.now() - dt.timedelta(hours=1))
    type(unknown.patient).objects.filter(pk=unknown.patient_id).update(birth_date=None)
    assert only(with_it).group.code == "A" and only(with_it).is_open
    assert only(unknown).why == Why.NO_AGE and only(unknown).group is None


def test_the_version_of_the_day_of_discharge_counts():
    today = clock.today()
    load(rule("A", "J18"), since=SINCE)
    encounter = stay()
    assert only(encounter).group.code == "A"
    load(rule("B", "J18"), since=today)  # ends the one before
    assert only(encounter).group.code == "B" and GrouperVersion.objects.get(name="Demo 2020").valid.upper == today
    with pytest.raises(GroupsOverlap):
        load(since=SINCE)
    assert GrouperVersion.objects.count() == 2
    load(since=today + dt.timedelta(days=400), until=today + dt.timedelta(days=500), system="later")
    assert [row.why for row in groupings(encounter.pk)] == [Why.RULE, Why.NO_VERSION]


def test_a_corrected_mapping_is_the_next_edition_and_the_old_one_stays():
    version = load(rule("A", "J18"))
    encounter = stay()
    load_group_rules(version, by=make_system(), rules=[rule("B", "J18")])
    assert only(encounter).group.code == "B" and GroupRule.objects.count() == 2
    with pytest.raises(GroupFileWrong):
        load_group_rules(version, by=make_system(), rules=[rule("C", "J18")])
    assert GroupRule.objects.count() == 2


def test_a_person_says_the_group_with_a_reason_and_gives_it_back():
    load(rule("A", "J18"))
    accountant, encounter = make_staff("accountant"), stay()
    for refusal, asked in ((ReasonMissing, {"code": "B", "reason": " "}), (GroupUnknown, {"code": "X", "reason": "x"}),
                           (GrouperMissing, {"code": "B", "reason": "x", "system": "ksg"})):
        with pytest.raises(refusal):
            assign_group(encounter, by=accountant, **{"system": "demo"} | asked)
    with pytest.raises(NotAStay):
        assign_group(make_encounter(kind="AMB"), by=accountant, system="demo", code="B", reason="x")
    with pytest.raises(NotPermitted):
        assign_group(encounter, by=make_staff("ward_doctor"), system="demo", code="B", reason="x")
    assert not GroupAssignment.objects.exists()
    assign_group(encounter, by=accountant, system="demo", code="B", reason="Two diseases")
    assert only(encounter).group.code == "B" and "Two diseases" in only(encounter).explained
    assign_group(encounter, by=accountant, system="demo", reason="It was right")
    assert only(encounter).why == Why.RULE and GroupAssignment.objects.count() == 2


def test_weight_times_the_base_rate_of_the_day_stands_beside_the_ledger():
    load(rule("A", "J18"))
    accountant = make_staff("accountant")
    case = make_case()
    diagnose(case.encounter, "J18.9")
    discharge(case.encounter)
    post_charges(by=accountant)
    assert only(case.encounter).worth is None
    set_base_rate(by=accountant, system="demo", amount="100", source="Order 1", valid_from=SINCE)
    with pytest.raises(RateOverlaps):
        set_base_rate(by=accountant, system="demo", amount="1", source="Order 1", valid_from=SINCE)
    assert BaseRate.objects.count() == 1
    found = only(case.encounter)
    assert (found.worth, found.difference) == (Decimal("150.00"), Decimal("92.33"))  # the ledger holds 242.33
    stay("")
    rows = report(cases("demo", since=clock.today() - dt.timedelta(days=5), until=clock.today()))
    assert [(row["cases"], row["worth"], row["charged"]) for row in rows] == [(1, Decimal("150.00"), Decimal("242.33")),
                                                                              (1, None, 0)]
    assert rows[1]["why"] == Why.NO_DIAGNOSIS


def test_many_cases_are_grouped_with_the_queries_of_one():
    load(rule("A", "J18"))
    counts = []
    for number in (1, 4):
        for _ in range(number):
            stay()
        with CaptureQueriesContext(connection) as captured:
            found = cases("demo", since=clock.today(), until=clock.today())
        counts.append(len(captured))
    assert len(found) == 5 and counts[0] == counts[1] <= 6, counts


def test_the_shipped_table_says_that_it_groups_no_case_until_a_mapping_is_there(tmp_path):
    make_system()
    said = io.StringIO()
    call_command("load_groups", "msdrg", stdout=said)
    assert "770 groups of MS-DRG FY 2026" in said.getvalue() and "998, 999" in said.getvalue(
        ) and "no case is grouped" in said.getvalue()
    drg = CaseGroup.objects.get(code="193")
    assert drg.weight > 1 and drg.expected_days > 1 and not GroupRule.objects.exists()
    path = tmp_path / "map.csv"
    path.write_text("group,diagnosis,rank,age_from\n193,J18,5,18\n", encoding="utf-8")
    call_command("load_groups", "map", path, system="ms-drg", since=dt.date(2026, 1, 1), stdout=said)
    assert "1 rules of MS-DRG FY 2026" in said.getvalue() and GroupRule.objects.get().rank == 5
    with pytest.raises(CommandError):
        call_command("load_groups", "map", path, system="ms-drg", since=dt.date(2030, 1, 1))


@pytest.mark.parametrize("text", ["group\nA\n", "group,diagnosis\nA,\n", "group,diagnosis,age_from\nA,J18,many\n",
                                  "group,diagnosis,age_from\nA,J18,1.5\n", "group,diagnosis,care\nA,J18,home\n"])
def test_a_mapping_that_cannot_be_read_names_its_line(text):
    with pytest.raises(GroupFileWrong):
        group_file.mapping(csv.DictReader(io.StringIO(text)))


def test_the_years_of_the_russian_register_end_where_the_next_begins_and_what_contradicts_itself_is_left_out():
    text = ('"care_setting(1=inpatient,2=day)",ksg_code,name_ru,cost_weight,valid_from,valid_to\n'
            "1,1,Роды,0.98,01.01.2017,31.12.2018\n2,1,Роды,0.5,01.01.2017,31.12.2018\n1,1,Роды,0.9,01.01.2018,\n1,2,Первое,1.1,01.01.2018,\n1,2,Второе,1.2,01.01.2018,\n")
    found = group_file.ksg(csv.DictReader(io.StringIO(text)))
    assert [(since.year, until and until.year, [row["code"] for row in rows], unclear)
            for since, until, rows, unclear in found] == [
        (2017, 2018, ["1", "1"], []), (2018, None, ["1"], ["2"])]


def test_versions_cases_and_the_report_have_pages(client):
    version = load(rule("A", "J18"))
    accountant = make_staff("accountant", login="acc")
    case = make_case()
    diagnose(case.encounter, "J18.9")
    discharge(case.encounter)
    post_charges(by=accountant)
    client.force_login(accountant.user, backend="emr.signin.Backend")
    rate = {"request_key": KEY, "system": "demo", "amount": "100", "source": "Order 1", "valid_from": "2020-01-01"}
    assert client.post(reverse("billing:groupers"), rate | {"amount": "x"}).status_code == 422
    assert client.post(reverse("billing:groupers"), rate).status_code == 302
    assert "Demo 2020" in client.get(reverse("billing:groupers")).content.decode()
    assert "Group B" in client.get(reverse("billing:grouper", args=[version.pk]), {"q": "group b"}).content.decode()
    account = Account.objects.get()
    shown = client.get(reverse("billing:comparison", args=[account.pk])).content.decode()
    assert "Group A" in shown and "150.00" in shown and "J18" in shown
    assign = reverse("billing:assign_group", args=[account.pk])
    assert client.post(assign, {"request_key": KEY, "system": "demo", "code": "B", "care": "inpatient"}).status_code == 422
    assert client.post(assign, {"request_key": KEY.replace("1", "2", 1), "system": "demo", "code": "B", "care": "inpatient",
                                "reason": "Two diseases"}).status_code == 302
    assert "Two diseases" in client.get(assign).content.decode()
    page = client.get(reverse("billing:by_group")).content.decode()
    group = CaseGroup.objects.get(code="B")
    assert "Group B" in page and f"of={group.pk}" in page and "200.00" in page
    assert case.encounter.number in client.get(reverse("billing:by_group"), {"of": str(group.pk)}).content.decode()
    api = client.get(f"/api/billing/accounts/{account.pk}/groups").json()["results"]
    assert (api[0]["code"], api[0]["why"], api[0]["worth"]) == ("B", "hand", "200.00")
    assert client.get("/api/billing/groupers").json()["results"][0]["rules"] == 1
