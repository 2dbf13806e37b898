"""The shift count in a real browser, by keyboard alone; sheet and register fit a phone."""
from decimal import Decimal

import pytest
from django.db import transaction

from orders.actions.stock import take, waste_rest
from orders.models import StockCount
from orders.queries import stock
from tests.factories import make_department, make_encounter, make_patient, make_staff, signed_by
from tests.nursing.test_sheet_browser import sign_in
from tests.orders.factories import make_medication, make_stock

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def test_two_nurses_count_the_shift_by_keyboard_and_read_the_register_on_a_phone(live_server, page, client, tmp_path):
    ward = make_department(name="Cardiology")
    nurse, colleague = (make_staff("ward_nurse", department=ward, family=name, given="Anna") for name in ("Ivanova", "Petrova"))
    drug = make_medication("Morphine", strength="10 mg/ml", is_controlled=True, stock_unit="ampoule")
    lot = make_stock(drug, ward, quantity=10, expires_in=20)
    stay = make_encounter(make_patient(family="Sidorova"), department=ward)
    with transaction.atomic():
        dose = take(lot, ward, "0.5", by=nurse, patient=stay.patient, encounter=stay, witness=colleague)
    waste_rest(dose, by=nurse, **signed_by(colleague))
    sign_in(page, live_server, client, nurse)
    page.set_viewport_size(DESK)
    page.goto(f"{live_server.url}/orders/stock/counts")
    page.get_by_role("button", name="Count controlled drugs").press("Enter")
    page.wait_for_url("**/counts/new**")
    page.keyboard.type("8")
    page.keyboard.press("Tab")
    page.keyboard.type("one ampoule broken")
    page.keyboard.press("Tab")
    page.keyboard.type("Petrova")
    page.keyboard.press("Tab")
    page.keyboard.type(signed_by(colleague)["witness_pin"])
    page.keyboard.press("Enter")
    page.wait_for_selector("text=one ampoule broken")
    count = StockCount.objects.get()
    assert (count.recorded_by, count.witness, stock.left(lot, ward)) == (nurse, colleague, Decimal(8))
    for name, address in (("count", f"counts/{count.pk}"), ("register", f"register/{drug.pk}/{ward.pk}"), ("counts", "counts"),
                          ("new", f"counts/new?kind=shift&department={ward.code}"),
                          ("paper", f"register/{drug.pk}/{ward.pk}/paper")):
        for size in (DESK, PHONE):
            page.set_viewport_size(size)
            page.goto(f"{live_server.url}/orders/stock/{address}")
            assert name == "paper" or page.evaluate(WIDER) <= 0
            page.screenshot(path=tmp_path / f"{name}-{size['width']}.png", full_page=True)
