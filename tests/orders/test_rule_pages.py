"""The rules of the checks and the order sets on pages: found by drug, tier, severity, source; set and published with a trace."""
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from emr.models import JournalEntry
from orders.actions.safety import load_safety_rules
from orders.models import InteractionRule, OrderSet
from orders.queries import safety_rule
from tests.factories import make_department, make_staff, make_system, number
from tests.orders.factories import make_medication, sign_in

pytestmark = pytest.mark.django_db
RULE = "clinosim:vka-plus-antiplatelet"


@pytest.fixture
def pharmacist():
    load_safety_rules(by=make_system())
    return make_staff("pharmacist", login=f"pharmacist{number()}")


def test_a_rule_is_found_by_a_drug_of_its_classes(pharmacist):
    for name in ("warfarin sodium", "варфарин", "clopidogrel"):
        assert RULE in [row["code"] for row in safety_rule.all_rules(name)], name
    assert not list(safety_rule.all_rules("warfarin", tier="info", source="nobody"))
    assert {row["tier"] for row in safety_rule.all_rules(tier="hard-stop")} == {"hard-stop"}
    of_chest = safety_rule.all_rules(source="CHEST")
    assert of_chest and all("CHEST" in row["told_by"] for row in of_chest)
    assert not [row for row in safety_rule.all_rules(kind="limit") if row["about"]]


def test_the_pages_are_read_in_a_bounded_number_of_statements(pharmacist, client):
    sign_in(client, pharmacist)
    for address in (reverse("orders:rules") + "?q=warfarin&tier=hard-stop", reverse("orders:classes") + "?q=penicillin",
                    reverse("orders:rule", args=[RULE]), reverse("orders:rules")):
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address)
        assert answer.status_code == 200 and len(queries) <= 14, (address, len(queries))
    assert client.get(reverse("orders:rule", args=["nothing"])).status_code == 404


def test_the_pharmacist_sets_how_loud_a_rule_is_with_a_reason_and_the_page_tells_who(pharmacist, client):
    sign_in(client, pharmacist)
    sent = {"tier": "warning", "is_active": "on", "reason": "committee of 3 November", "request_key": str(uuid.uuid4())}
    assert client.post(reverse("orders:set_tier", args=[RULE]), sent | {"reason": ""}).status_code == 400
    assert client.post(reverse("orders:set_tier", args=[RULE]), sent).status_code == 302
    assert InteractionRule.objects.get(code=RULE).tier == "warning"
    assert JournalEntry.objects.filter(act="orders.set_check_tier").count() == 1
    assert "committee of 3 November" in client.get(reverse("orders:rule", args=[RULE])).content.decode()


def test_a_doctor_reads_the_rules_but_does_not_set_them(pharmacist, client):
    doctor = make_staff("ward_doctor", login=f"doctor{number()}")
    sign_in(client, doctor)
    assert "name=\"reason\"" not in client.get(reverse("orders:rule", args=[RULE])).content.decode()
    assert client.post(reverse("orders:set_tier", args=[RULE]), {"tier": "info", "reason": "x"}).status_code == 403


def test_an_order_set_is_published_line_by_line_and_versioned(client):
    department = make_department()
    doctor = make_staff("ward_doctor", department=department, login=f"doctor{number()}")
    drug = make_medication("Ceftriaxone", strength="1 g", dose_unit="g", dose_per_unit=1, stock_unit="vial", route="IV")
    sign_in(client, doctor)
    sent = {"code": "cap", "name": "Pneumonia", "conditions": "J18 j15", "told_by": "BTS 2009", "request_key": str(uuid.uuid4()),
            "more": "ceftriaxone 1 g iv daily 7d\nlaboratory: CRP"}
    assert client.get(reverse("orders:publish_set")).status_code == 200
    wrong = client.post(reverse("orders:publish_set"), sent | {"more": "ceftriaxone 1 g sideways"})
    assert wrong.status_code == 422 and not OrderSet.objects.exists()
    assert client.post(reverse("orders:publish_set"), sent).status_code == 302
    first = OrderSet.objects.get()
    assert [line.medication for line in first.lines.all()] == [drug, None] and first.conditions == ["J18", "J15"]
    page = client.get(reverse("orders:publish_next", args=[first.pk])).content.decode()
    assert "CRP" in page and "Ceftriaxone" in page
    again = sent | {"keep": ["1"], "more": "", "request_key": str(uuid.uuid4()), "code": "another"}
    assert client.post(reverse("orders:publish_next", args=[first.pk]), again).status_code == 302
    second = OrderSet.objects.get(version=2)
    assert second.code == "cap" and [line.medication for line in second.lines.all()] == [drug]
    assert client.get(reverse("orders:set", args=[second.pk])).status_code == 200
    assert "Pneumonia" in client.get(reverse("orders:set_shelf")).content.decode()
