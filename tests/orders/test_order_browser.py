"""A doctor prescribes against a warning by keyboard alone: the reason is one number key, on the page and in the dialog of a
change.
"""
import pytest

from orders.actions.medication_request import stop_medication
from orders.models import MedicationRequest, SafetyFinding
from tests.nursing.test_sheet_browser import sign_in
from tests.orders.factories import make_allergy, make_medication, make_ward, prescribe

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OWN = "skin test was negative"


def test_the_reason_for_a_warning_is_one_number_key(live_server, page, client):
    doctor, stay = make_ward()
    make_allergy(stay.patient, "amoxicillin", criticality="low")
    drug = make_medication("Amoxicillin", ingredients=["amoxicillin"])
    for _time in range(3):  # so often given that it is offered
        stop_medication(prescribe(stay, doctor, medication=drug, override_reason=OWN), by=doctor, reason="test")
    sign_in(page, live_server, client, doctor)
    page.goto(f"{live_server.url}/orders/stays/{stay.pk}/prescribe")
    page.keyboard.type("amoxi")
    page.wait_for_selector("[name=medication]:checked")
    page.focus("[name=dose]")
    page.keyboard.type("500")
    page.keyboard.press("Tab")
    page.keyboard.type("mg")
    page.select_option("[name=frequency]", "Q6H")
    page.wait_for_selector("#preview [role=alert]")
    page.focus("[name=ready_reason]:not([value=''])")
    page.keyboard.press("5")
    assert page.locator(f"[name=ready_reason][value='{OWN}']").is_checked()
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#orders-tab")
    order = MedicationRequest.objects.get(stopped_at__isnull=True)
    assert SafetyFinding.objects.filter(request=order, outcome="overridden", override_reason=OWN).exists()
    page.locator(f"[hx-get='/orders/orders/{order.pk}/change']").first.press("Enter")
    page.wait_for_selector("dialog[open] [name=dose]")
    page.focus("dialog [name=from_next_dose]")
    page.keyboard.press("1")
    assert page.locator("dialog [name=ready_reason][value='benefit']").is_visible()
    assert page.locator("dialog [name=ready_reason]").nth(1).is_checked()
