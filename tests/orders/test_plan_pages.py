"""The dose plan on its pages and in the API: stages, renewal, orders that wait."""
import uuid

import pytest

from emr import clock
from orders.actions.renewal import renew_medication
from orders.models import MedicationRequest
from tests.factories import make_staff, number
from tests.orders.factories import HOUR, make_medication, make_ward, prescribe, sign_in

pytestmark = pytest.mark.django_db
TAPER = [{"dose": "40", "days": 3}, {"dose": "30", "days": 3}]


@pytest.fixture
def ward():
    return make_ward()


@pytest.fixture
def doctor(ward, client):
    sign_in(client, ward[0])
    return ward[0]


def page(client, address, data, **headers):
    """A form of a page, sent with a key of its own."""
    return client.post(address, {"request_key": str(uuid.uuid4())} | data,
                       headers={name.replace("_", "-"): value for name, value in headers.items()})


def api(client, address, data=None):
    return client.post(f"/api/orders/{address}", data or {}, content_type="application/json")


def test_a_taper_is_previewed_and_signed_field_by_field(ward, doctor, client):
    drug = make_medication()
    data = {"medication": str(drug.pk), "stages": "40×3 30×3", "dose_unit": "mg", "frequency": "DAILY", "priority": "routine",
            "first_dose": "now"}
    text = page(client, f"/orders/stays/{ward[1].pk}/prescribe/preview", data).content.decode()
    assert "40 mg" in text and "30 mg" in text and "the first now" in text
    assert page(client, f"/orders/stays/{ward[1].pk}/prescribe", data).status_code == 302
    order = MedicationRequest.objects.get(encounter=ward[1])
    assert order.stages == TAPER and order.timing == {"times": ["08:00"], "first": "now"}
    tab = client.get(f"/orders/patients/{ward[1].patient_id}").content.decode()
    assert "40–30 mg" in tab and "3 days" in tab


def test_a_taper_is_signed_in_one_line(ward, doctor, client):
    drug = make_medication("Prednisolone")
    text = page(client, f"/orders/stays/{ward[1].pk}/line/preview",
                {"line": "prednisolone 40-30 mg po 1/d 3d each"}).content.decode()
    assert "40 mg" in text and "30 mg" in text
    asked = page(client, f"/orders/stays/{ward[1].pk}/line/preview", {"line": "prednisolone 40-30 mg po 1/d"}).content.decode()
    assert "range or stages" in asked
    assert page(client, f"/orders/stays/{ward[1].pk}/line", {"line": "prednisolone 40-30 mg po 1/d 3d each"}).status_code == 302
    assert MedicationRequest.objects.get(medication=drug).stages == TAPER


def test_weekdays_and_cycles_are_signed_field_by_field(ward, doctor, client):
    data = {"medication": str(make_medication().pk), "dose": "10", "dose_unit": "mg", "frequency": "DAILY", "priority": "routine"}
    page(client, f"/orders/stays/{ward[1].pk}/prescribe", data | {"weekdays": ["1", "4"]})
    page(client, f"/orders/stays/{ward[1].pk}/prescribe", data | {"medication": str(make_medication().pk), "days_on": "21",
                                                                  "days_off": "7"})
    rules = list(MedicationRequest.objects.filter(encounter=ward[1]).order_by("pk").values_list("timing", flat=True))
    assert rules == [{"times": ["08:00"], "weekdays": [1, 4]}, {"times": ["08:00"], "cycle": [21, 7]}]


def test_an_order_is_renewed_from_the_chart_and_from_the_start_page(ward, doctor, client):
    order = prescribe(ward[1], doctor, days=1)
    home = client.get("/orders/home").content.decode()
    assert "renew it or let it end" in home and f"/orders/orders/{order.pk}/renew?list" in home
    assert client.get(f"/orders/orders/{order.pk}/renew").status_code == 200
    answer = page(client, f"/orders/orders/{order.pk}/renew", {"days": "3"}, HX_Request="true")
    assert "renewed until" in answer.content.decode()
    assert "renew it or let it end" not in client.get("/orders/home").content.decode()
    other = prescribe(ward[1], doctor, days=1)
    answer = page(client, f"/orders/orders/{other.pk}/renew", {"days": "3", "from_list": "1"}, HX_Request="true")
    assert answer.headers["HX-Refresh"] == "true" and MedicationRequest.objects.filter(replaces=other).exists()


def test_the_warning_comes_by_the_clock_a_day_before_the_end(ward, doctor, client):
    order = prescribe(ward[1], doctor, days=3)
    assert "let it end" not in client.get("/orders/home").content.decode()
    with clock.at(order.ends_at - 23 * HOUR):
        assert "let it end" in client.get("/orders/home").content.decode()


def test_a_nurse_starts_an_order_that_waits_from_her_sheet(ward, client):
    doctor, stay = ward
    order = prescribe(stay, doctor, starts_on="after-operation")
    nurse = sign_in(client, make_staff("ward_nurse", department=stay.department, login=f"nurse{number()}")) and order
    text = client.get("/orders/orders/waiting").content.decode()
    assert "after the operation" in text and stay.patient.family in text
    assert client.get(f"/orders/orders/{nurse.pk}/start?list").status_code == 200
    answer = page(client, f"/orders/orders/{order.pk}/start", {"from_list": "1"}, HX_Request="true")
    assert answer.headers["HX-Refresh"] == "true" and order.doses.exists()
    assert stay.patient.family not in client.get("/orders/orders/waiting").content.decode()


def test_waiting_orders_take_the_same_number_of_statements_however_many(ward, doctor, client, django_assert_max_num_queries):
    for _ in range(6):
        prescribe(ward[1], doctor, starts_on="on-ward")
    with django_assert_max_num_queries(8):
        client.get("/orders/orders/waiting")


def test_orders_of_another_ward_are_not_offered_to_start(ward, client):
    prescribe(ward[1], ward[0], starts_on="on-ward")
    sign_in(client, make_staff("ward_nurse", department=make_ward()[1].department, login=f"nurse{number()}"))
    assert ward[1].patient.family not in client.get("/orders/orders/waiting").content.decode()


def test_programs_prescribe_stages_renew_and_start(ward, doctor, client):
    drug = str(make_medication().pk)
    made = api(client, f"encounters/{ward[1].pk}/prescribe", {"medication": drug, "stages": TAPER, "dose_unit": "mg",
                                                              "timing": {"times": ["08:00"]}})
    assert made.status_code == 201 and made.json()["stages"] == TAPER and made.json()["dose"] == "40"
    renewed = api(client, f"orders/{made.json()['id']}/renew", {"days": 5})
    assert (renewed.status_code, renewed.json()["dose"], renewed.json()["replaces"]) == (201, "30", made.json()["id"])
    wrong = api(client, f"orders/{made.json()['id']}/renew", {"days": 5})
    assert (wrong.status_code, wrong.json()["code"]) == (409, "orders.renewed_already")
    waits = api(client, f"encounters/{ward[1].pk}/prescribe", {"medication": str(make_medication().pk), "dose": "1",
                                                               "dose_unit": "g",
                                                            "timing": {"times": ["08:00"]}, "starts_on": "on-ward"}).json()
    assert client.get(f"/api/orders/orders/{waits['id']}").json()["status"] == "waiting"
    assert api(client, f"orders/{waits['id']}/start_on_event").json()["event_at"]
    broken = api(client, f"encounters/{ward[1].pk}/prescribe", {"medication": drug, "stages": {"a": 1}, "dose_unit": "mg",
                                                                "timing": {"times": ["08:00"]}})
    assert (broken.status_code, broken.json()["code"]) == (422, "orders.stages_wrong")


def test_the_tab_stays_within_its_statements_with_chains(ward, doctor, client, django_assert_max_num_queries):
    for _ in range(5):
        renew_medication(prescribe(ward[1], doctor, days=2), by=doctor, days=2)
    with django_assert_max_num_queries(14):
        client.get(f"/orders/patients/{ward[1].patient_id}")


def test_the_nurses_sheet_says_how_much_of_a_staged_dose_is_due(ward, client):
    doctor, stay = ward
    order = prescribe(stay, doctor, dose=None, stages=TAPER, timing={"first": "now", "times": ["08:00"]})
    sign_in(client, make_staff("ward_nurse", department=stay.department, login=f"nurse{number()}"))
    with clock.at(order.starts_at):
        for view in ("", "?view=list"):
            assert "40 mg" in client.get(f"/nursing/{view}").content.decode()
