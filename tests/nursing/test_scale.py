"""A dose by scale: it follows from the last value by the doctor's own table, or is refused; the fact keeps the value.

The clock alone makes a dose late.
"""
import datetime as dt
import uuid
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emr import clock
from emr.errors import Refusal
from emr.models import JournalEntry, Observation
from nursing.actions.medication_administration import administer_dose, withhold_dose
from nursing.models import MedicationAdministration
from nursing.rules.dose_status import MISSED_AFTER, grace, status_of
from nursing.rules.scale import scale_now
from nursing.rules.sheet import dose_of
from orders.models import MedicationRequest
from orders.rules import scale
from tests.factories import make_staff, number
from tests.orders.factories import make_medication, make_ward, prescribe, sign_in
from tests.orders.test_medication_request import refused as order_refused

MINUTE = dt.timedelta(minutes=1)
TABLE = {"code": "14743-9", "name": "glucose", "unit": "mmol/L", "max_age_minutes": 60, "bands": [
    {"from": "4", "below": "8", "dose": "0"}, {"from": "8", "below": "12", "dose": "2"},
    {"from": "12", "below": "16", "dose": "4"}]}


@pytest.fixture
def ward():
    return make_ward()


@pytest.fixture
def nurse(ward):
    return make_staff("ward_nurse", department=ward[1].department, login=f"nurse{number()}")


def by_scale(ward, **values):
    return prescribe(ward[1], ward[0], **{"medication": make_medication(dose_unit="IU", dose_per_unit=None), "dose": None,
                                          "dose_unit": "IU", "route": "SC",
                                          "scale": TABLE, "timing": {"times": ["08:00", "14:00", "20:00"], "first": "now"}}
                     | values)


def measured(stay, value, *, ago=5, unit="mmol/L", code="14743-9"):
    return Observation.objects.create(patient=stay.patient, encounter=stay, category="vital-signs", system="http://loinc.org",
                                      code=code, name="glucose",
                                      value=Decimal(value), unit=unit, effective_at=clock.now() - ago * MINUTE,
                                      recorded_by=make_staff("ward_nurse"))


def refused(code, deed):
    before = MedicationAdministration.objects.count(), JournalEntry.objects.count()
    with pytest.raises(Refusal) as caught:
        deed()
    assert caught.value.code == code and str(caught.value)
    assert (MedicationAdministration.objects.count(), JournalEntry.objects.count()) == before


@pytest.mark.django_db
def test_the_dose_follows_from_the_last_value_and_the_fact_keeps_it(ward, nurse):
    order, row = by_scale(ward), measured(ward[1], "9.4")
    measured(ward[1], "15", ago=30)
    dose = order.doses.order_by("due_at").first()
    assert (dose.amount, order.dose, order.dose_words, dose.words) == (None, 4, "0–4 IU by glucose", "0–4 IU by glucose")
    shown = scale_now(dose)
    assert (shown["dose"], shown["reading"].value, shown["age"], shown["refusal"]) == (2, Decimal("9.4"), 5, None)
    fact = administer_dose(dose, by=nurse)
    assert (fact.amount, fact.unit) == (2, "IU")
    assert (fact.basis["value"], fact.basis["unit"], fact.basis["row"]) == ("9.4", "mmol/L", str(row.pk))


@pytest.mark.django_db
def test_the_band_of_the_lower_end_counts_at_its_edge(ward, nurse):
    order = by_scale(ward)
    measured(ward[1], "12")
    assert administer_dose(order.doses.order_by("due_at").first(), by=nurse).amount == 4


@pytest.mark.django_db
def test_without_a_fresh_value_of_the_table_nothing_is_given(ward, nurse):
    dose = by_scale(ward).doses.order_by("due_at").first()
    refused("orders.scale_value_missing", lambda: administer_dose(dose, by=nurse))
    measured(ward[1], "9", unit="mg/dL")
    refused("orders.scale_value_missing", lambda: administer_dose(dose, by=nurse))
    measured(ward[1], "9", ago=61)
    refused("orders.scale_value_old", lambda: administer_dose(dose, by=nurse))
    for value, code in (("2.1", "orders.call_the_doctor"), ("16", "orders.call_the_doctor"), ("5", "orders.nothing_by_scale")):
        measured(ward[1], value, ago=3)
        refused(code, lambda: administer_dose(dose, by=nurse))
        Observation.objects.update(effective_at=clock.now() - 50 * MINUTE)
    measured(ward[1], "9", ago=1)
    refused("orders.differs_from_scale", lambda: administer_dose(dose, by=nurse, amount="6"))
    assert withhold_dose(dose, by=nurse, reason="the patient does not eat").status == "withheld"


@pytest.mark.django_db
def test_the_dialog_shows_the_value_its_age_and_the_dose(ward, nurse, client):
    dose = by_scale(ward).doses.order_by("due_at").first()
    sign_in(client, nurse)
    assert "Measure it and enter it" in client.get(f"/nursing/doses/{dose.pk}").content.decode()
    measured(ward[1], "9.4", ago=7)
    text = client.get(f"/nursing/doses/{dose.pk}").content.decode()
    assert "9.4" in text and "7 minutes ago" in text and "By the table:" in text
    assert dose_of(nurse, dose.pk).needs_more


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", [
    TABLE | {"bands": []}, TABLE | {"bands": [{"from": "8", "below": "7", "dose": "2"}]}, TABLE | {"max_age_minutes": 0},
    TABLE | {"unit": ""},
    TABLE | {"bands": [{"from": "8", "below": "12", "dose": "2"}, {"from": "11", "below": "16", "dose": "4"}]}, "8-12: 2",
    TABLE | {"more": 1},
    TABLE | {"bands": [{"from": "8", "below": "12", "dose": "0"}]},
    TABLE | {"bands": [{"from": "NaN", "below": "12", "dose": "2"}]}])
def test_a_table_nobody_could_follow_is_refused(ward, wrong):
    order_refused("orders.scale_wrong", lambda: by_scale(ward, scale=wrong))


@pytest.mark.django_db
def test_a_scale_stands_alone(ward):
    order_refused("orders.scale_wrong", lambda: by_scale(ward, dose="4"))
    order_refused("orders.scale_wrong", lambda: by_scale(ward, stages=[{"dose": "1", "days": 1}, {"dose": "2", "days": 1}]))
    order_refused("orders.dose_unit_missing", lambda: by_scale(ward, dose_unit=""))


@pytest.mark.django_db
def test_a_scale_is_signed_field_by_field(ward, client):
    sign_in(client, ward[0])
    data = {"medication": str(make_medication().pk), "scale": "8-12: 2; 12-16: 4", "scale_minutes": "30", "dose_unit": "IU",
            "frequency": "TID", "priority": "routine", "request_key": str(uuid.uuid4())}
    text = client.post(f"/orders/stays/{ward[1].pk}/prescribe/preview", data).content.decode()
    assert "8–12: 2" in text and "30 minutes old" in text
    assert client.post(f"/orders/stays/{ward[1].pk}/prescribe", data).status_code == 302
    assert MedicationRequest.objects.get(encounter=ward[1]).scale["max_age_minutes"] == 30
    assert "2–4 IU by glucose" in client.get(f"/orders/patients/{ward[1].patient_id}").content.decode()


@given(st.decimals(0, 40, places=1, allow_nan=False))
def test_every_value_has_one_band_or_calls_the_doctor(value):
    found = [band["dose"] for band in TABLE["bands"] if Decimal(band["from"]) <= value < Decimal(band["below"])]
    assert scale.dose_of(TABLE, value) == (Decimal(found[0]) if found else None) and len(found) <= 1


# The clock alone (D7)

@given(st.timedeltas(-dt.timedelta(hours=3), dt.timedelta(days=3)), st.booleans())
def test_a_last_or_a_single_dose_becomes_late_and_missed_by_the_clock_alone(gone, critical):
    due = dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC)  # the night in which the clocks of Warsaw go back
    found = status_of(due, now=due + gone, time_critical=critical)
    if gone >= MISSED_AFTER:
        assert found == "missed"
    elif gone > grace(critical):
        assert found == "overdue"
    else:
        assert found in ("planned", "next", "due")


@pytest.mark.django_db
def test_a_stat_dose_is_late_and_then_missed_though_nothing_ran(ward, nurse):
    order = prescribe(ward[1], ward[0], timing={"once": True}, priority="stat")
    dose, journal = order.doses.get(), JournalEntry.objects.count()
    seen = []
    for hours in (0, 2, 13):
        with clock.at(dose.due_at + hours * 60 * MINUTE):
            seen.append(dose_of(nurse, dose.pk).status)
    assert seen == ["due", "overdue", "missed"] and JournalEntry.objects.count() == journal
