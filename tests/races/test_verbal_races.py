"""The signature of a verbal order against its dispute; two pharmacists at one order."""
import pytest

from emr.errors import Refusal
from orders.actions.order_policy import load_demo_policies
from orders.actions.order_verification import question_order, verify_order
from orders.actions.verbal_order import dispute_verbal_order, sign_verbal_order, take_verbal_order
from orders.models import MedicationRequest, OrderVerification, VerbalOrder
from tests.factories import make_staff
from tests.orders.factories import make_medication, make_ward, prescribe
from tests.races import at_once, just_before

pytestmark = pytest.mark.django_db(transaction=True)


def codes(answers):
    return sorted(answer.code if isinstance(answer, Refusal) else "done" for answer in answers)


@pytest.fixture
def told():
    doctor, stay = make_ward()
    nurse = make_staff("ward_nurse", department=stay.department)
    order = take_verbal_order(stay, by=nurse, doctor=doctor, medication=make_medication(), read_back=True, dose="1",
                              dose_unit="g", timing={"times": ["08:00"]})
    return doctor, order.verbal


def test_of_a_signature_and_a_dispute_at_once_one_stands(told):
    doctor, verbal = told
    answers = at_once(lambda: sign_verbal_order(verbal.pk, by=doctor),
                      lambda: dispute_verbal_order(verbal.pk, by=doctor, reason="no"))
    assert codes(answers) in (["done", "orders.verbal_already_disputed"], ["done", "orders.verbal_already_signed"])
    row = VerbalOrder.objects.get()
    assert (row.signed_at is None) != (row.disputed_at is None)
    assert (MedicationRequest.objects.get().stopped_at is None) == (row.disputed_at is None)


def test_a_dispute_just_before_the_signature_wins(told):
    doctor, verbal = told
    dispute = just_before("orders.actions.verbal_order.lock_request",
                          lambda: dispute_verbal_order(verbal.pk, by=doctor, reason="no"))
    with dispute, pytest.raises(Refusal) as caught:
        sign_verbal_order(verbal.pk, by=doctor)
    assert caught.value.code == "orders.verbal_already_disputed"
    assert VerbalOrder.objects.get().signed_at is None


def test_two_pharmacists_at_one_order_leave_one_verification():
    pharmacists = [make_staff("pharmacist") for _n in range(2)]
    load_demo_policies(by=pharmacists[0])
    doctor, stay = make_ward()
    order = prescribe(stay, doctor, medication=make_medication(atc="B01AB05"))
    answers = at_once(*[lambda by=by: verify_order(order.pk, by=by) for by in pharmacists],
                      lambda: question_order(order.pk, by=pharmacists[0], reason="kidneys?"))
    assert codes(answers).count("done") in (1, 2)
    assert OrderVerification.objects.filter(kind="verified").count() == 1
