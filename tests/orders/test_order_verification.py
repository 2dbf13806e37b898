"""Orders that a pharmacist verifies: who waits, who asks, who answers, and what may be given meanwhile."""
import pytest
from django.urls import reverse

from emr.errors import Refusal
from emr.models import JournalEntry
from nursing.actions.medication_administration import administer_dose, give_as_needed, withhold_dose
from nursing.models import MedicationAdministration
from orders.actions.medication_request import change_medication, prescribe_medication, stop_medication
from orders.actions.order_policy import load_demo_policies, set_order_policy
from orders.actions.order_verification import answer_question, question_order, verify_order
from orders.models import MedicationRequest, OrderVerification
from orders.queries import order_verification as queries
from tests.factories import make_staff, make_system, number
from tests.orders.factories import make_allergy, make_medication, make_ward, prescribe, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def ward():
    """Pharmacist, nurse, doctor and stay, with the demo policies."""
    pharmacist = make_staff("pharmacist", login=f"pharmacist{number()}")
    load_demo_policies(by=pharmacist)
    doctor, stay = make_ward()
    return pharmacist, make_staff("ward_nurse", department=stay.department), doctor, stay


def anticoagulant(ward, **values):
    return prescribe(ward[3], ward[2], medication=make_medication(atc="B01AB05"), **values)


def cytostatic(ward, **values):
    return prescribe(ward[3], ward[2], medication=make_medication(atc="L01BA01"), **values)


def refused(code, deed):
    def count():
        return [model.objects.count() for model in (OrderVerification, MedicationAdministration, JournalEntry)]

    before = count()
    with pytest.raises(Refusal) as caught:
        deed()
    assert caught.value.code == code and str(caught.value)
    assert count() == before


def word(order):
    return queries.beside(MedicationRequest.objects.filter(pk=order.pk)).get().verification


def test_only_orders_of_a_policy_wait_for_the_pharmacist(ward):
    order, other = anticoagulant(ward), prescribe(ward[3], ward[2])
    assert (word(order), word(other)) == ("waiting", "")
    assert list(queries.queue()) == [order]
    refused("orders.nothing_to_verify", lambda: verify_order(other, by=ward[0]))


def test_a_policy_may_be_about_a_department_or_controlled_drugs(ward):
    set_order_policy(by=ward[0], code="icu", kind="verify", department=ward[3].department, is_controlled=True,
                     sentence="x.", told_by="y")
    assert word(prescribe(ward[3], ward[2], medication=make_medication(is_controlled=True))) == "waiting"
    doctor, elsewhere = make_ward()
    assert word(prescribe(elsewhere, doctor, medication=make_medication(is_controlled=True))) == ""


def test_a_policy_that_was_switched_off_asks_nothing_more(ward):
    set_order_policy(by=ward[0], code="demo-verify-anticoagulants", kind="verify", atc="B01A", sentence="x.", told_by="y",
                     is_active=False)
    assert word(anticoagulant(ward)) == ""


def test_what_the_system_tells_from_elsewhere_is_not_asked(ward):
    order = prescribe_medication(ward[3], by=make_system(), prescriber=ward[2], medication=make_medication(atc="L01BA01"),
                                 dose="1", dose_unit="g", timing={"once": True})
    assert word(order) == "" and not order.waits_for_verification


def test_stat_stands_first_then_the_oldest(ward):
    first, stat, last = anticoagulant(ward), anticoagulant(ward, priority="stat"), anticoagulant(ward)
    assert list(queries.queue()) == [stat, first, last]


def test_verifying_is_done_once_and_never_by_the_prescriber(ward):
    order = anticoagulant(ward)
    both = make_staff("pharmacist", "ward_doctor", department=ward[3].department)
    own = prescribe(ward[3], both, medication=make_medication(atc="B01AB05"))
    refused("orders.verifier_is_prescriber", lambda: verify_order(own, by=both))
    verify_order(order, by=ward[0])
    assert word(order) == "verified"
    refused("orders.already_verified", lambda: verify_order(order, by=ward[0]))
    refused("orders.already_verified", lambda: question_order(order, by=ward[0], reason="?"))


def test_a_question_goes_to_the_doctor_and_his_answer_comes_back(ward):
    pharmacist, _nurse, doctor, _stay = ward
    order = anticoagulant(ward)
    refused("emr.reason_missing", lambda: question_order(order, by=pharmacist, reason=" "))
    refused("orders.no_question", lambda: answer_question(order, by=doctor, answer="yes"))
    question_order(order, by=pharmacist, reason="eGFR 20: half the dose?")
    assert not queries.queue() and queries.asked_back(doctor).get().verification_text == "eGFR 20: half the dose?"
    refused("orders.already_asked_back", lambda: question_order(order, by=pharmacist, reason="again"))
    answer_question(order, by=doctor, answer="dialysis follows")
    assert queries.queue().get() == order and not queries.asked_back(doctor)


def test_a_change_makes_a_new_order_that_waits_anew(ward):
    order = anticoagulant(ward)
    question_order(order, by=ward[0], reason="half the dose?")
    new = change_medication(order, by=ward[2], reason="kidneys", dose="250")
    assert list(queries.queue()) == [new] and not queries.asked_back()
    refused("orders.already_stopped", lambda: verify_order(order, by=ward[0]))
    stop_medication(new, by=ward[2], reason="bleeding")
    assert not queries.queue()


def test_an_order_that_policy_holds_back_is_given_only_after_the_pharmacist(ward):
    pharmacist, nurse = ward[:2]
    order = cytostatic(ward, timing={"once": True})
    dose = order.doses.get()
    refused("nursing.order_not_verified", lambda: administer_dose(dose, by=nurse))
    verify_order(order, by=pharmacist)
    assert administer_dose(dose, by=nurse)


def test_it_may_be_withheld_all_the_same(ward):
    assert withhold_dose(cytostatic(ward, timing={"once": True}).doses.get(), by=ward[1], reason="waits for the pharmacist")


def test_as_needed_it_waits_too(ward):
    order = cytostatic(ward, as_needed=True, as_needed_for="pain", timing={"every_hours": 6})
    refused("nursing.order_not_verified", lambda: give_as_needed(order.pk, by=ward[1]))


def test_stat_is_given_before_and_still_stands_in_the_queue(ward):
    order = cytostatic(ward, timing={"once": True}, priority="stat")
    assert administer_dose(order.doses.get(), by=ward[1])
    assert queries.queue().get() == order and not order.waits_for_verification


def test_another_policy_only_looks_and_does_not_hold_back(ward):
    assert administer_dose(anticoagulant(ward, timing={"once": True}).doses.get(), by=ward[1])


def test_the_pharmacist_walks_the_queue_by_one_key(ward, client):
    pharmacist, _nurse, doctor, stay = ward
    make_allergy(stay.patient, "aspirin")
    order = anticoagulant(ward, priority="stat")
    anticoagulant(ward, override_reason="monitored")
    page = sign_in(client, pharmacist).get(reverse("orders:verification")).content.decode()
    assert order.medication.name in page and "aspirin" in page and 'data-key="v"' in page
    assert client.post(reverse("orders:verify", args=[order.pk]), {
        "request_key": "0b9a0b8e-0000-4000-8000-000000000011"}).status_code == 302
    assert word(order) == "verified"
    other = queries.queue().get()
    client.post(reverse("orders:question", args=[other.pk]),
                {"reason": "why?", "request_key": "0b9a0b8e-0000-4000-8000-000000000012"})
    assert "why?" in client.get(reverse("orders:verification")).content.decode()
    assert "why?" in sign_in(client, doctor).get(reverse("orders:home_verbal")).content.decode()
    assert client.get(reverse("orders:answer", args=[other.pk])).status_code == 200
    client.post(reverse("orders:answer", args=[other.pk]),
                {"answer": "on purpose", "request_key": "0b9a0b8e-0000-4000-8000-000000000013"})
    assert word(other) == "answered"
    assert "waits for the pharmacist" in client.get(reverse("orders:chart_tab", args=[stay.patient_id])).content.decode().lower()


def test_the_queue_page_takes_as_many_statements_for_one_order_as_for_ten(ward, client, django_assert_max_num_queries):
    for _n in range(10):
        anticoagulant(ward, override_reason="monitored")
    sign_in(client, ward[0])
    client.get(reverse("orders:verification"))
    with django_assert_max_num_queries(28):
        client.get(reverse("orders:verification"))


def test_programs_verify_and_ask(ward, client):
    order = anticoagulant(ward)
    sign_in(client, ward[0])
    assert [row["id"] for row in client.get("/api/orders/verification").json()["results"]] == [str(order.pk)]
    asked = client.post(f"/api/orders/orders/{order.pk}/question", {"reason": "why?"}, content_type="application/json")
    assert asked.json()["kind"] == "questioned"
    assert client.post(f"/api/orders/orders/{order.pk}/verify", content_type="application/json").json()["kind"] == "verified"
    again = client.post(f"/api/orders/orders/{order.pk}/verify", content_type="application/json")
    assert (again.status_code, again.json()["code"]) == (409, "orders.already_verified")
