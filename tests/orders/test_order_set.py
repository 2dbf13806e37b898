"""Order sets: versions, those that fit the patient, and ordering all of a set in one act or nothing."""

import pytest
from django.urls import reverse

from emr import clock
from emr.errors import Refusal
from emr.models import Condition, JournalEntry
from orders.actions.order_set import apply_order_set, publish_order_set
from orders.models import MedicationRequest, OrderSet, OrderSetUse, PlannedDose, ServiceRequest
from orders.queries import order_set as queries
from tests.factories import make_department, make_staff, make_system, number
from tests.orders.factories import make_allergy, make_medication, make_stock, make_ward, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def ward():
    return make_ward()


def lines(*drugs):
    return [
        *(
            {"medication": drug.pk, "dose": "1.5", "dose_unit": "g", "route": "IV", "timing": {"every_hours": 8}, "days": 2}
            for drug in drugs
        ),
        {"category": "laboratory", "text": "CRP"},
    ]


def publish(doctor, *drugs, **values):
    return publish_order_set(
        by=doctor,
        **{
            "code": "cap",
            "name": "Pneumonia (demo)",
            "conditions": ["J18"],
            "told_by": "demo of this test",
            "lines": lines(*drugs),
        }
        | values,
    )


def counts():
    return [
        model.objects.count() for model in (OrderSet, OrderSetUse, MedicationRequest, PlannedDose, ServiceRequest, JournalEntry)
    ]


def refused(code, deed):
    before = counts()
    with pytest.raises(Refusal) as caught:
        deed()
    assert caught.value.code == code and str(caught.value) and counts() == before


def test_a_set_is_ordered_in_one_act_with_one_line_in_the_journal(ward):
    doctor, stay = ward
    first, second = make_medication(), make_medication()
    use = apply_order_set(stay, by=doctor, order_set=publish(doctor, first, second))
    assert MedicationRequest.objects.count() == 2 and ServiceRequest.objects.get().text == "CRP"
    assert PlannedDose.objects.count() == 12 and use.left_out == []
    entry = JournalEntry.objects.get(act="orders.apply_order_set")
    assert (entry.patient_id, entry.encounter_id, len(entry.data["orders"])) == (stay.patient_id, stay.pk, 3)
    assert not JournalEntry.objects.filter(act="orders.prescribe_medication").exists()


def test_leaving_an_order_out_needs_a_reason_that_is_kept(ward):
    doctor, stay = ward
    made = publish(doctor, make_medication(), make_medication())
    refused("orders.deviation_unexplained", lambda: apply_order_set(stay, by=doctor, order_set=made, positions=[1, 3]))
    refused("orders.order_set_is_empty", lambda: apply_order_set(stay, by=doctor, order_set=made, positions=[]))
    refused("emr.malformed", lambda: apply_order_set(stay, by=doctor, order_set=made, positions=[1, 4]))
    refused("emr.malformed", lambda: apply_order_set(stay, by=doctor, order_set=made, positions=["x"]))
    use = apply_order_set(stay, by=doctor, order_set=made, positions=["1", "3"], deviation_reason="given yesterday")
    assert (use.left_out, use.deviation_reason) == ([2], "given yesterday") and MedicationRequest.objects.count() == 1


def test_one_refused_order_leaves_none_of_the_set(ward):
    doctor, stay = ward
    safe, harmful = make_medication(), make_medication("Amoxicillin")
    make_allergy(stay.patient, "Amoxicillin")
    made = publish(doctor, safe, harmful)
    refused("orders.check_unanswered", lambda: apply_order_set(stay, by=doctor, order_set=made))
    apply_order_set(stay, by=doctor, order_set=made, override_reason="tolerated")
    assert MedicationRequest.objects.count() == 2


def test_a_change_is_the_next_version_and_the_old_one_cannot_be_ordered(ward):
    doctor, stay = ward
    old = publish(doctor, make_medication())
    new = publish(doctor, make_medication(), make_medication())
    assert (old.version, new.version, old.lines.count()) == (1, 2, 2)
    refused("orders.order_set_is_old", lambda: apply_order_set(stay, by=doctor, order_set=old))
    assert list(queries.newest()) == [new]
    publish(doctor, withdraw=True)
    assert not queries.newest().exists()
    refused("orders.order_set_is_old", lambda: apply_order_set(stay, by=doctor, order_set=new))


def test_sets_are_offered_for_the_diagnosis_and_the_department(ward):
    doctor, stay = ward
    fits = publish(doctor, make_medication())
    anyone = publish(doctor, make_medication(), code="any", conditions=[], department=stay.department)
    publish(doctor, make_medication(), code="elsewhere", conditions=[], department=make_department())
    assert queries.offered(stay) == [anyone]
    Condition.objects.create(
        patient=stay.patient,
        stage="clinical",
        system="icd-10",
        code="J18.9",
        text="Pneumonia",
        asserted_at=clock.now(),
        recorded_by=make_system(),
    )
    assert {row.pk for row in queries.offered(stay)} == {fits.pk, anyone.pk}


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        ("orders.order_set_is_empty", []),
        ("orders.order_set_line_wrong", [{"category": "laboratory"}]),
        ("orders.order_set_line_wrong", [{"category": "magic", "text": "x"}]),
        ("orders.order_set_line_wrong", [{"medication": "01a00000-0000-7000-8000-000000000000"}]),
    ],
)
def test_a_set_with_a_wrong_line_is_not_published(ward, code, wrong):
    refused(code, lambda: publish(ward[0], lines=wrong))


def test_a_set_with_an_incomplete_drug_order_is_not_published(ward):
    drug = make_medication()
    for order in ({"dose": "1"}, {"dose": "1", "dose_unit": "g", "timing": {"times": ["08:00"]}, "colour": "red"}):
        refused("orders.order_set_line_wrong", lambda order=order: publish(ward[0], lines=[{"medication": drug.pk} | order]))


def test_only_doctors_order_by_a_set(ward):
    made = publish(ward[0], make_medication())
    refused("emr.not_permitted", lambda: apply_order_set(ward[1], by=make_staff("ward_nurse"), order_set=made))
    stranger = make_staff("ward_doctor", department=make_department())
    refused("emr.chart_not_visible", lambda: apply_order_set(ward[1], by=stranger, order_set=made))


def test_the_pages_show_cost_doses_and_sign_the_set(ward, client):
    doctor, stay = ward
    drug = make_medication(dose_unit="g")
    make_stock(drug, stay.department, quantity=20)
    made = publish(doctor, drug, conditions=[])
    sign_in(client, doctor)
    assert made.name in client.get(reverse("orders:order_sets", args=[stay.pk])).content.decode()
    address = reverse("orders:apply_order_set", args=[stay.pk, made.pk])
    page = client.get(address).content.decode()
    assert drug.name in page and "CRP" in page and "7.50" in page and "style=" not in page
    key = {"request_key": f"01a00000-0000-7000-8000-{number():012d}"}
    assert client.post(address, key | {"position": ["1"]}).status_code == 422 and not OrderSetUse.objects.exists()
    assert client.post(address, key | {"position": ["1", "2"]}).status_code == 302 and OrderSetUse.objects.exists()
