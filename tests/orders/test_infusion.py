"""Infusions: the pump's rate for what was ordered, another rate from a moment on, the line, the pages; refusals leave nothing."""
import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from emr import clock
from emr.errors import Refusal
from emr.models import JournalEntry, Observation
from orders.actions.infusion_rate import change_rate
from orders.actions.medication_request import change_medication, hold_medication, prescribe_medication, stop_medication
from orders.errors import RateNotPositive
from orders.models import Infusion, InfusionRate, MedicationRequest, PlannedDose
from orders.queries import infusion as queries
from orders.rules import infusion as rules
from orders.rules import line as lines
from tests.factories import make_staff, make_system, number
from tests.orders.factories import HOUR, make_medication, make_ward, prescribe, sign_in

SALINE = {"name": "Sodium chloride 0.9%", "ingredients": ["sodium chloride"], "strength": "", "dose_unit": "",
          "dose_per_unit": None, "stock_unit": "bag", "route": "IV"}


@pytest.fixture
def ward(db):
    return make_ward()


def weigh(stay, kilograms=70, hours_ago=2):
    at = clock.now() - hours_ago * HOUR
    return Observation.objects.create(patient=stay.patient, encounter=stay, category="vital-signs", code="29463-7",
                                      system="http://loinc.org",
                                      value=Decimal(kilograms), unit="kg", effective_at=at, recorded_by=make_system())


def infuse(ward, **values):
    doctor, stay = ward
    plan = {"bag_volume": 1000, "rate": 125} | values.pop("infusion", {})
    return prescribe_medication(stay, by=doctor, infusion=plan,
                                **{"medication": make_medication(**SALINE), "route": "IV"} | values)


def pressor(ward, **plan):
    return infuse(ward, medication=make_medication("Dopamine", dose_unit="mg"), dose="200", dose_unit="mg",
                  infusion={"bag_volume": 50, "rate": 5, "rate_unit": "mcg/kg/min", "diluent": "NaCl 0.9%"} | plan)


def refused(code, deed):
    def count():
        return [model.objects.count() for model in (MedicationRequest, Infusion, InfusionRate, PlannedDose, JournalEntry)]
    before = count()
    with pytest.raises(Refusal) as caught:
        deed()
    assert caught.value.code == code and str(caught.value) and count() == before


@pytest.mark.parametrize(("rate", "unit", "bag", "words"), [
    ("5", "mcg/kg/min", (200, "mg", 50), "5 mcg/kg/min × 70 kg × 60 min / 4000 mcg/ml = 5.25 ml/h"),
    ("0.1", "mcg/kg/min", (4, "mg", 50), "0.1 mcg/kg/min × 70 kg × 60 min / 80 mcg/ml = 5.25 ml/h"),
    ("125", "ml/h", (1000, "ml", 1000), "125 ml/h"),
    ("60", "gtt/min", (500, "ml", 500), "60 gtt/min × 60 min / 20 gtt/ml = 180 ml/h"),
    ("2", "IU/h", (50, "IU", 50), "2 IU/h / 1 IU/ml = 2 ml/h"),
    ("2", "ml/kg/h", (500, "ml", 500), "2 ml/kg/h × 70 kg = 140 ml/h"),
    ("1,5", "mg/min", (900, "mg", 500), "1.5 mg/min × 60 min / 1.8 mg/ml = 50 ml/h"),
])
def test_the_pump_is_set_as_worked_out_by_hand(rate, unit, bag, words):
    amount, measure, volume = bag
    found = rules.to_ml_per_hour(rate, unit, amount=Decimal(amount), amount_unit=measure, bag_volume=Decimal(volume),
                                 weight=Decimal(70))
    assert found.words == words


@given(st.decimals("0.1", "100", places=1), st.integers(3, 150),
       st.sampled_from([("mg/h", 1000, 1), ("mcg/min", 60, 1), ("mcg/kg/min", 60, 0), ("mcg/kg/h", 1, 0)]))
def test_the_pumps_rate_gives_back_the_ordered_dose(rate, weight, measure):
    unit, times, whole = measure  # micrograms an hour for each one of the unit; of the whole patient or of a kilogram
    ordered = rate * times * (1 if whole else weight)
    try:
        pump = rules.to_ml_per_hour(rate, unit, amount=Decimal(200), amount_unit="mg", bag_volume=Decimal(50),
                                    weight=Decimal(weight)).ml_per_hour
    except RateNotPositive:
        pump = Decimal(0)  # less than a pump can be set to
    step = Decimal("0.0005") if pump < 1 else Decimal("0.005") if pump < 10 else Decimal("0.05")
    assert abs(pump - ordered / 4000) <= step  # 4000 micrograms in a millilitre of this bag


def test_an_infusion_is_one_order_with_its_bag_its_rate_and_one_line_of_the_plan(ward):
    order = infuse(ward)
    assert (order.dose, order.dose_unit, order.timing) == (1000, "ml", {"continuous": True}) and order.doses.count() == 1
    rate, = InfusionRate.objects.all()
    assert (rate.ml_per_hour, rate.since, order.infusion.bag_volume) == (125, order.starts_at, 1000)
    assert JournalEntry.objects.get(act="orders.prescribe_medication").data["rate"] == "125 ml/h"


def test_a_dose_rate_rests_on_the_last_weight_and_names_it(ward):
    weigh(ward[1], 90, hours_ago=48)
    last = weigh(ward[1], 70)
    rate = pressor(ward).rates.get()
    assert (rate.ml_per_hour, rate.weight, rate.weight_at) == (Decimal("5.25"), 70, last.effective_at)


def test_another_rate_keeps_the_order_and_its_history(ward):
    order, now = infuse(ward), clock.now()
    with clock.at(now + HOUR):
        change_rate(order.pk, by=ward[0], rate="80", reason="oedema")
        change_rate(order.pk, by=ward[0], rate="40", reason="night", since=now + 6 * HOUR)
    rates = queries.rates_of([order])[order.pk]
    assert [rules.ordered_at(rates, now + h * HOUR).ml_per_hour for h in (0, 1, 5, 6, 9)] == [125, 80, 80, 40, 40]
    assert [rate for _at, rate in rules.steps(rates)] == [125, 80, 40] and MedicationRequest.objects.count() == 1
    with clock.at(now + 3 * HOUR):
        change_rate(order.pk, by=ward[0], rate="100", reason="pressure falls")
    rates = queries.rates_of([order])[order.pk]
    assert rules.ordered_at(rates, now + 9 * HOUR).ml_per_hour == 100  # what was planned before is replaced from then on
    assert rules.ordered_at(rates, now - HOUR) is None
    assert JournalEntry.objects.filter(act="orders.change_rate").count() == 3


def test_what_cannot_be_ordered_is_refused(ward):
    _doctor, _stay = ward
    refused("orders.bag_volume_missing", lambda: infuse(ward, infusion={"bag_volume": None}))
    refused("orders.rate_not_positive", lambda: infuse(ward, infusion={"rate": None}))
    refused("orders.rate_not_positive", lambda: infuse(ward, infusion={"rate": "-5"}))
    refused("orders.rate_too_high", lambda: infuse(ward, infusion={"rate": "125000"}))
    refused("orders.rate_unit_unknown", lambda: infuse(ward, infusion={"rate_unit": "spoons"}))
    refused("orders.rate_unlike_bag", lambda: infuse(ward, infusion={"rate_unit": "mg/h"}))
    refused("orders.weight_missing", lambda: pressor(ward))
    refused("orders.no_drops_of_a_drug", lambda: pressor(ward, rate_unit="gtt/min"))
    refused("emr.malformed", lambda: infuse(ward, infusion={"rate": "fast"}))
    refused("emr.malformed", lambda: infuse(ward, infusion={"bag_volume": "NaN"}))
    refused("emr.malformed", lambda: infuse(ward, infusion={"colour": "blue"}))


def test_what_does_not_run_gets_no_other_rate(ward):
    doctor, _stay = ward
    tablet, order = prescribe(ward[1], doctor), infuse(ward)
    refused("orders.not_an_infusion", lambda: change_rate(tablet.pk, by=doctor, rate="5", reason="x"))
    refused("emr.reason_missing", lambda: change_rate(order.pk, by=doctor, rate="5", reason=" "))
    refused("orders.nothing_to_change", lambda: change_rate(order.pk, by=doctor, rate="125", reason="x"))
    refused("orders.too_early", lambda: change_rate(order.pk, by=doctor, rate="5", reason="x", since=clock.now() - 30 * HOUR))
    refused("orders.infusion_changes_by_rate", lambda: change_medication(order.pk, by=doctor, reason="x", dose=Decimal(500)))
    refused("emr.not_permitted", lambda: change_rate(order.pk, by=make_staff("ward_nurse"), rate="5", reason="x"))
    refused("emr.chart_not_visible", lambda: change_rate(order.pk, by=make_staff("ward_doctor"), rate="5", reason="x"))
    hold_medication(order.pk, by=doctor, reason="operation")
    change_rate(order.pk, by=doctor, rate="50", reason="afterwards")
    stop_medication(order.pk, by=doctor, reason="enough")
    refused("orders.already_stopped", lambda: change_rate(order.pk, by=doctor, rate="5", reason="x"))


@pytest.mark.parametrize(("text", "plan"), [
    ("nacl 0.9% 1000 ml iv 125 ml/h", {"rate": Decimal(125), "rate_unit": "ml/h"}),
    ("натрия хлорид 0,9 % 500 мл в/в кап 60 кап/мин", {"rate": Decimal(60), "rate_unit": "gtt/min"}),
    ("дофамин 200 мг в 50 мл nacl 0.9% в/в кап 5 мкг/кг/мин", {
        "rate": Decimal(5), "rate_unit": "mcg/kg/min", "bag_volume": Decimal(50), "diluent": "nacl 0.9%"}),
    ("nacl 0.9% 500 ml iv over 4 h", {"over_hours": Decimal(4)}),
    ("insulin 50 IU in 50 ml iv 2 IU/h", {"rate": Decimal(2), "rate_unit": "IU/h", "bag_volume": Decimal(50)}),
])
def test_an_infusion_fits_one_line(text, plan):
    line = lines.read(text)
    assert line.route == "IV" and line.order()["infusion"] == plan
    for language in lines.LANGUAGES:
        assert lines.read(lines.write(line, language)) == line


RUNNING = st.builds(
    lines.Line, drug=st.sampled_from(["nacl 0.9%", "дофамин"]), dose=st.integers(1, 900).map(Decimal),
    unit=st.sampled_from(["mg", "ml"]),
    rate=st.decimals("0.1", "500", places=1), rate_unit=st.sampled_from(rules.UNITS), route=st.just("IV"),
    bag_volume=st.none() | st.integers(1, 900).map(Decimal), diluent=st.just(""))


@given(RUNNING, st.sampled_from(sorted(lines.LANGUAGES)))
def test_a_written_infusion_is_read_back_the_same_in_each_language(line, language):
    assert lines.read(lines.write(line, language)) == line


def test_two_rates_in_one_line_are_refused():
    with pytest.raises(Refusal) as caught:
        lines.read("nacl 0.9% 1000 ml iv 125 ml/h over 8 h")
    assert caught.value.code == "orders.line_says_twice"


def form(**values):
    return {"request_key": f"01a00000-0000-7000-8000-{number():012d}"} | values


def test_the_line_shows_the_conversion_and_signs_the_infusion(ward, client):
    doctor, stay = ward
    make_medication(**SALINE)
    sign_in(client, doctor)
    asked = {"line": "sodium chloride 0,9% 1000 мл в/в кап 42 кап/мин"}
    page = client.post(reverse("orders:line_preview", args=[stay.pk]), form(**asked)).content.decode()
    assert "= 126 ml/h" in page and "7.9" in page and not MedicationRequest.objects.exists()
    assert client.post(reverse("orders:line", args=[stay.pk]), form(**asked)).status_code == 302
    assert InfusionRate.objects.get().ml_per_hour == 126


def test_the_pages_prescribe_show_and_change_an_infusion(ward, client):
    doctor, stay = ward
    weigh(stay)
    drug = make_medication("Dopamine", dose_unit="mg")
    sign_in(client, doctor)
    assert client.get(reverse("orders:prescribe_infusion", args=[stay.pk])).status_code == 200
    said = form(medication=str(drug.pk), dose="200", dose_unit="mg", bag_volume="50", diluent="NaCl 0.9%", rate="5",
                rate_unit="mcg/kg/min", route="IV")
    page = client.post(reverse("orders:infusion_preview", args=[stay.pk]), said).content.decode()
    assert "= 5.25 ml/h" in page and "70" in page and not InfusionRate.objects.exists()
    assert client.post(reverse("orders:prescribe_infusion", args=[stay.pk]), said).status_code == 302
    order = MedicationRequest.objects.get()
    assert "5.25 ml/h" in client.get(reverse("orders:chart_tab", args=[stay.patient_id])).content.decode()
    change = reverse("orders:change_rate", args=[order.pk])
    assert "mcg/kg/min" in client.get(change).content.decode()
    assert client.post(change, form(rate="7,5", rate_unit="mcg/kg/min", reason="pressure")).status_code == 302
    assert [rate.ml_per_hour for rate in order.rates.order_by("recorded_at")] == [Decimal("5.25"), Decimal("7.88")]
    page = client.get(reverse("orders:chart_tab", args=[stay.patient_id])).content.decode()
    assert "7.5" in page and "7.88" in page and "5.25" in page


def test_the_orders_tab_takes_as_many_queries_for_ten_infusions_as_for_one(ward, client):
    doctor, stay = ward
    sign_in(client, doctor)
    infuse(ward)

    def asked():
        with CaptureQueriesContext(connection) as found:
            assert client.get(reverse("orders:chart_tab", args=[stay.patient_id])).status_code == 200
        return len(found)
    asked()
    one = asked()
    for _ in range(9):
        infuse(ward, override_reason="second line")
    assert asked() <= one


def test_the_api_prescribes_changes_and_tells_rates(ward, client):
    doctor, stay = ward
    sign_in(client, doctor)
    answer = client.post(f"/api/orders/encounters/{stay.pk}/prescribe", {
        "medication": str(make_medication(**SALINE).pk), "route": "IV", "infusion": {"bag_volume": "1000", "rate": "125"}},
        content_type="application/json")
    assert answer.status_code == 201, answer.content
    order = answer.json()["id"]
    changed = client.post(f"/api/orders/orders/{order}/change_rate", {"rate": "100", "reason": "less"},
                          content_type="application/json")
    assert changed.status_code == 201 and changed.json()["ml_per_hour"] == "100"
    rows = client.get(f"/api/orders/orders/{order}/rates").json()
    assert [row["ml_per_hour"] for row in rows["results"]] == ["125", "100"]
    sign_in(client, make_staff("ward_doctor", login=f"x{number()}"))
    assert client.get(f"/api/orders/orders/{order}/rates").status_code in (403, 404)


def test_over_so_many_hours_is_a_rate(ward):
    order = infuse(ward, infusion={"rate": None, "over_hours": 8, "bag_volume": 500, "total_volume": 1500})
    assert order.rates.get().ml_per_hour == Decimal("62.5") and order.infusion.total_volume == 1500
    assert (dt.timedelta(0), order.dose) == (order.starts_at - order.authored_at, 500)
