"""Pages and fragments of orders, requests, stock and formulary."""
import uuid

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from emr import clock
from emr.models import AccessEntry
from orders.actions.medication_request import hold_medication, stop_medication
from orders.actions.service_request import request_service
from orders.models import Medication, MedicationRequest, ServiceRequest, StockMove
from orders.queries import stock
from tests.factories import make_department, make_encounter, make_staff, number
from tests.nursing.factories import make_order
from tests.orders.factories import HOUR, make_allergy, make_medication, make_stock, make_ward, prescribe, sign_in

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def ward():
    return make_ward()


@pytest.fixture
def pharmacist():
    return make_staff("pharmacist", login=f"pharmacist{number()}")


def form(**values):
    return {"request_key": str(uuid.uuid4()), "priority": "routine"} | values


def test_the_tab_shows_what_runs_first_and_what_may_be_done(ward, client):
    doctor, stay = ward
    order = prescribe(stay, doctor, indication="Pneumonia")
    hold_medication(prescribe(stay, doctor), by=doctor, reason="operation")
    request_service(stay, by=doctor, category="laboratory", text="Potassium")
    page = sign_in(client, doctor).get(reverse("orders:chart_tab", args=[stay.patient_id])).content.decode()
    for text in (order.medication.name, "Pneumonia", "operation", "Potassium", reverse("orders:stop", args=[order.pk]),
                 reverse("orders:prescribe", args=[stay.pk])):
        assert text in page
    assert "style=" not in page and "<script" not in page
    assert AccessEntry.objects.filter(patient=stay.patient, purpose="orders").count() == 1


def test_the_tab_takes_the_same_number_of_statements_however_many_orders(ward, client, django_assert_max_num_queries):
    doctor, stay = ward
    for _ in range(12):
        prescribe(stay, doctor)
        request_service(stay, by=doctor, category="laboratory", text="Potassium")
    sign_in(client, doctor)
    with django_assert_max_num_queries(14):
        client.get(reverse("orders:chart_tab", args=[stay.patient_id]))


def test_a_nurse_reads_orders_and_changes_none(ward, client):
    stay, order = ward[1], prescribe(ward[1], ward[0])
    nurse = make_staff("ward_nurse", department=stay.department, login=f"nurse{number()}")
    sign_in(client, nurse)
    page = client.get(reverse("orders:chart_tab", args=[stay.patient_id])).content.decode()
    assert order.medication.name in page and reverse("orders:stop", args=[order.pk]) not in page
    assert client.get(reverse("orders:prescribe", args=[stay.pk])).status_code == 403


def test_a_stranger_finds_no_chart(ward, client):
    other = make_staff("ward_doctor", department=make_department(), login=f"stranger{number()}")
    stay, order = ward[1], prescribe(ward[1], ward[0])
    sign_in(client, other)
    for address in (reverse("orders:chart_tab", args=[stay.patient_id]), reverse("orders:prescribe", args=[stay.pk]),
                    reverse("orders:stop", args=[order.pk]), reverse("orders:history", args=[stay.patient_id])):
        assert client.get(address).status_code == 404
    assert client.post(reverse("orders:stop", args=[order.pk]), form(reason="x")).status_code == 404
    assert not MedicationRequest.objects.get().stopped_at


def test_a_patient_without_a_stay_has_no_orders(ward, client):
    doctor = ward[0]
    past = make_encounter(department=ward[1].department, finished_at=clock.now() - HOUR, disposition="home")
    prescribed = client if not sign_in(client, doctor) else client.get(reverse("orders:chart_tab", args=[past.patient_id]))
    assert prescribed.status_code == 200 and reverse("orders:prescribe", args=[past.pk]) not in prescribed.content.decode()


def test_the_drug_search_answers_radio_buttons(ward, client):
    drug = make_medication("Ceftriaxone", is_high_risk=True)
    page = sign_in(client, ward[0]).get(reverse("orders:medication_search"), {"q": "ceft"}, headers=HTMX).content.decode()
    assert f'value="{drug.pk}"' in page
    assert f'value="{drug.pk}"' not in client.get(reverse("orders:medication_search"), {"q": "zzz"}).content.decode()


def test_the_preview_shows_every_dose_time_and_saves_nothing(ward, client):
    doctor, stay = ward
    drug = make_medication(ingredients=["ceftriaxone sodium"])
    make_allergy(stay.patient, "Ceftriaxone")
    asked = form(medication=drug.pk, dose="1", dose_unit="g", frequency="TIMES", times="06:00 18:00", route="IV", days="1",
                 starts_at=f"{clock.today()}T05:00")
    page = sign_in(client, doctor).post(reverse("orders:preview", args=[stay.pk]), asked, headers=HTMX).content.decode()
    assert "06:00" in page and "18:00" in page and "Ceftriaxone" in page
    assert not MedicationRequest.objects.exists()


def test_the_preview_says_what_is_missing(ward, client):
    doctor, stay = ward
    answer = sign_in(client, doctor).post(reverse("orders:preview", args=[stay.pk]), form(
        medication=make_medication().pk, dose="1", frequency="BID"), headers=HTMX)
    assert answer.status_code == 200 and "mg, ml" in answer.content.decode()


def test_signing_the_form_prescribes_once_however_often_it_is_sent(ward, client):
    doctor, stay = ward
    asked = form(medication=make_medication().pk, dose="2.50", dose_unit="mg", frequency="BID", route="PO", days="5")
    sign_in(client, doctor)
    for _ in range(2):
        assert client.post(reverse("orders:prescribe", args=[stay.pk]), asked, headers=HTMX).status_code == 200
    order = MedicationRequest.objects.get()
    assert (str(order.dose), order.timing_text, order.timing) == ("2.5", "BID", {"times": ["08:00", "20:00"]})


@pytest.mark.parametrize(("values", "status"), [
    ({"dose": ""}, 422), ({"dose": "-1", "dose_unit": "mg"}, 422), ({"dose": "one"}, 400), ({"frequency": "PRN"}, 422),
    ({"frequency": "OFTEN"}, 400), ({"frequency": "TIMES", "times": "noon"}, 422), ({"medication": "x"}, 400),
    ({"request_key": "x"}, 400)])
def test_a_form_that_lacks_something_is_refused_with_a_sentence(ward, client, values, status):
    doctor, stay = ward
    asked = form(medication=make_medication().pk, dose="1", dose_unit="g", frequency="BID") | values
    answer = sign_in(client, doctor).post(reverse("orders:prescribe", args=[stay.pk]), asked, headers=HTMX)
    assert answer.status_code == status and "data-refusal" in answer.content.decode()
    assert not MedicationRequest.objects.exists()


def test_an_order_is_held_resumed_changed_and_stopped_from_its_row(ward, client):
    doctor, stay = ward
    order = prescribe(stay, doctor)
    sign_in(client, doctor)
    for act, values in (("hold", {"reason": "operation"}), ("resume", {}), ("change", {"reason": "fever", "dose": "1000"})):
        if act != "resume":
            assert client.get(reverse(f"orders:{act}", args=[order.pk]), headers=HTMX).status_code == 200
        answer = client.post(reverse(f"orders:{act}", args=[order.pk]), form(**values), headers=HTMX)
        assert answer.status_code == 200 and 'id="orders-tab"' in answer.content.decode()
        assert "dialog-close" in answer["HX-Trigger"]
    successor = MedicationRequest.objects.get(replaces=order)
    assert successor.dose == 1000
    assert client.get(reverse("orders:stop", args=[successor.pk]), headers=HTMX).status_code == 200
    client.post(reverse("orders:stop", args=[successor.pk]), form(reason="done"), headers=HTMX)
    assert client.post(reverse("orders:stop", args=[successor.pk]), form(reason="done"), headers=HTMX).status_code == 409


def test_a_request_is_signed_and_cancelled(ward, client):
    doctor, stay = ward
    sign_in(client, doctor)
    assert client.get(reverse("orders:request_service", args=[stay.pk])).status_code == 200
    client.post(reverse("orders:request_service", args=[stay.pk]), form(category="imaging", text="Chest X-ray"), headers=HTMX)
    row = ServiceRequest.objects.get()
    assert client.get(reverse("orders:cancel_request", args=[row.pk]), headers=HTMX).status_code == 200
    client.post(reverse("orders:cancel_request", args=[row.pk]), form(reason="done elsewhere"), headers=HTMX)
    assert ServiceRequest.objects.get().cancel_reason == "done elsewhere"


def test_the_history_is_paged(ward, client, django_assert_max_num_queries):
    doctor, stay = ward
    drug = make_medication()
    for _ in range(51):
        make_order(stay, medication=drug)
    sign_in(client, doctor)
    with django_assert_max_num_queries(14):
        page = client.get(reverse("orders:history", args=[stay.patient_id])).content.decode()
    assert page.count(drug.name) == 50


def test_the_pharmacy_receives_issues_wastes_and_undoes(pharmacist, client):
    store, ward, drug = make_department("pharmacy"), make_department(), make_medication()
    sign_in(client, pharmacist)
    assert client.get(reverse("orders:receive_stock"), {"q": drug.name}).status_code == 200
    client.post(reverse("orders:receive_stock"), form(
        medication=drug.pk, department=store.pk, lot_number="A1", expires_on="2031-01-31", quantity="20", unit_cost="0.35"))
    lot = drug.lots.get()
    for act, values in (("issue_stock", {"quantity": "5", "to_department": ward.pk}),
                        ("waste_stock", {"quantity": "1", "reason": "broken"})):
        address = reverse(f"orders:{act}", args=[lot.pk, store.pk])
        assert client.get(address, headers=HTMX).status_code == 200
        assert client.post(address, form(**values), headers=HTMX).status_code == 200
    assert (stock.left(lot, store), stock.left(lot, ward)) == (14, 5)
    wasted = StockMove.objects.get(kind="waste")
    assert client.get(reverse("orders:undo_stock_move", args=[wasted.pk]), headers=HTMX).status_code == 200
    client.post(reverse("orders:undo_stock_move", args=[wasted.pk]), form(reason="found"), headers=HTMX)
    page = client.get(reverse("orders:moves", args=[lot.pk, store.pk])).content.decode()
    assert stock.left(lot, store) == 15 and "broken" in page
    assert "A1" in client.get(reverse("orders:stock"), {"q": drug.name, "department": store.code}).content.decode()


def test_a_nurse_sees_the_stock_of_her_ward_without_its_cost(client):
    ward, other = make_department(), make_department()
    here, there = make_stock(department=ward), make_stock(department=other)
    nurse = make_staff("ward_nurse", department=ward, login=f"nurse{number()}")
    page = sign_in(client, nurse).get(reverse("orders:stock")).content.decode()
    assert here.lot_number in page and there.medication.name not in page and "1.25" not in page
    assert client.get(reverse("orders:moves", args=[there.pk, other.pk])).status_code == 404
    assert client.get(reverse("orders:receive_stock")).status_code == 403


def test_the_stock_page_takes_the_same_number_of_statements_however_much_lies_there(pharmacist, client,
                                                                                    django_assert_max_num_queries):
    store = make_department()
    for _ in range(12):
        make_stock(department=store, expires_in=20)
    sign_in(client, pharmacist)
    with django_assert_max_num_queries(12):
        assert client.get(reverse("orders:stock"), {"expiring": "1"}).status_code == 200


def test_the_formulary_is_searched_and_added_to(pharmacist, client):
    make_medication("Ceftriaxone", is_demo=True)
    sign_in(client, pharmacist)
    assert "Ceftriaxone" in client.get(reverse("orders:formulary"), {"q": "ceft"}).content.decode()
    assert "<html" not in client.get(reverse("orders:formulary"), {"q": "ceft"}, headers=HTMX).content.decode()
    assert client.get(reverse("orders:add_medication")).status_code == 200
    client.post(reverse("orders:add_medication"), form(code="A1", name="Aspirin", stock_unit="tablet", strength="100 mg"))
    assert Medication.objects.get(code="A1").strength == "100 mg"


def test_the_start_page_shows_what_to_do_next(ward, pharmacist, client):
    doctor, stay = ward
    lot = make_stock(department=stay.department, expires_in=10)
    ending = prescribe(stay, doctor, ends_at=clock.now() + 20 * HOUR)
    assert ending.medication.name in sign_in(client, doctor).get(reverse("orders:home_card")).content.decode()
    assert lot.medication.name in sign_in(client, pharmacist).get(reverse("orders:home_card")).content.decode()


def test_pages_are_in_the_readers_language(ward, client):
    doctor, stay = ward
    client.cookies["emr_language"] = "ru"
    page = sign_in(client, doctor).get(reverse("orders:prescribe", args=[stay.pk])).content.decode()
    assert "Назначить" in page and "Prescribe" not in page


def test_hostile_text_is_shown_as_text(ward):
    html = render_to_string("orders/order/_drugs.html", {"drugs": [make_medication("<b onclick=x>")], "asked": "b"})
    assert "<b onclick" not in html


def test_four_hundred_ended_orders_show_all_that_run_and_the_newest_twenty_that_ended(ward, client,
                                                                                      django_assert_max_num_queries):
    doctor, stay = ward
    runs = prescribe(stay, doctor, medication=make_medication("Runningol"))
    for n in range(25):
        order = prescribe(stay, doctor, medication=make_medication(f"Endol{n:02d}"))
        stop_medication(order, by=doctor, reason="done")
    sign_in(client, doctor)
    with django_assert_max_num_queries(15):
        page = client.get(reverse("orders:chart_tab", args=[stay.patient_id])).content.decode()
    assert str(runs.medication.name) in page and page.count("Endol") >= 20 and "Endol24" in page and "Endol04" not in page
    assert "Earlier ended orders" in page
