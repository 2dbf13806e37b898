"""Each figure of the registry against a count by hand; it opens to its rows; as known on a day; drawings without binary
fractions.
"""
import datetime as dt
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from billing.actions.charge_item import post_charges
from billing.actions.ven_class import load_ven
from billing.errors import GroupFileWrong, VenOverlaps
from billing.models import VenClass
from billing.queries import statistic as queries
from billing.rules import chart
from billing.rules.statistic import REGISTRY, classes, figure, figures, ven_matrix
from emr import clock
from emr.actions.encounter import finish
from nursing.actions.procedure import record_procedure
from orders.laboratory.actions.lab_result import record_result
from orders.laboratory.actions.specimen import label_specimen
from orders.laboratory.models import Specimen
from orders.models import PlannedDose
from outpatient.booking.models import Booking
from tests.billing.factories import give, make_accountant, make_case
from tests.booking.factories import make_reception, morning
from tests.factories import make_bed, make_encounter, make_patient, make_staff, make_system
from tests.laboratory.factories import make_request

pytestmark = pytest.mark.django_db


@pytest.fixture
def ward():
    """Three stays that ended today (one with death, one patient back within a week), one that goes on; an emergency visit."""
    make_accountant()
    case = make_case(days=1)  # goes on; loads prices
    bed = make_bed(case.department)
    again = make_patient()
    for days, disposition, patient in ((12, "home", again), (4, "home", again), (2, "exp", None)):
        stay = make_encounter(patient, department=case.department, hours_ago=24 * days)
        finish(stay, at=clock.now() - (dt.timedelta(days=8) if days == 12 else dt.timedelta()), disposition=disposition)
    visit = make_encounter(kind="EMER", hours_ago=3)
    finish(visit, at=clock.now(), disposition="home")
    post_charges(by=make_system())
    case.bed = bed
    return case


def span(days=30):
    return {"since": clock.today() - dt.timedelta(days=days), "until": clock.today(), "today": clock.today()}


def value(key, **asked):
    return figure(key, **(span() | asked)).value


def test_the_figures_are_what_one_counts_by_hand(ward):
    found = {row.formula.key: row.value for row in figures(**span())}
    assert found["stays"] == 3 and found["length"] == Decimal("3.33")  # 4 + 4 + 2 bed-days
    assert found["mortality"] == Decimal("33.33") and found["turnover"] == 3
    assert found["again-7"] == Decimal("33.33") and found["again-30"] == Decimal("33.33")
    assert found["emergency"] == 180
    assert found["occupancy"] == Decimal("36.67")  # 11 midnights × 100 ÷ (1 bed × 30 midnights)
    assert found["cost"] == 10 * Decimal("96.40") and found["cost-stay"] == Decimal("321.33")
    assert set(found) == set(REGISTRY)


def test_the_movement_of_patients_adds_up(ward):
    found = {key: value(key) for key in ("present-first", "admitted", "stays", "present-last")}
    assert found == {"present-first": 0, "admitted": 4, "stays": 3, "present-last": 1}
    today = {key: value(key, since=clock.today()) for key in found}
    assert today["present-first"] + today["admitted"] - today["stays"] == today["present-last"] == 1


def test_doses_results_and_coupons_are_judged_and_told_as_known(ward):
    before = clock.now()
    late = give(ward.encounter, lot=ward.lot, minutes_ago=20).request  # and two of the case
    PlannedDose.objects.create(request=late, patient=ward.patient, encounter=ward.encounter,
                               due_at=clock.now() - dt.timedelta(hours=9))
    assert value("doses") == 75 and figure("doses", **span()).rows[0]["base"] == 4  # three given, one missed
    with clock.at(before):
        assert value("doses", known=clock.now()) == 100
    for minutes in (10, 20, 30, 40, 95):
        request = make_request("K", encounter=ward.encounter)
        tube = label_specimen(ward.encounter, requests=[request], by=make_system())
        result = record_result(request, by=make_system(), value="4", specimen=tube)
        Specimen.objects.filter(pk=tube.pk).update(received_at=result.released_at - dt.timedelta(minutes=minutes))
    assert (value("laboratory-50"), value("laboratory-90"), value("laboratory-50", known=before)) == (30, 95, None)


def test_missed_visits_are_coupons_for_which_nobody_came():
    with clock.at(morning(-1, 6)):
        reception = make_reception(days=0, coupons=4)
    one, two, three, _free = reception.coupons.order_by("number")
    values = {"reception": reception, "day": reception.day, "booked_by_staff": make_system(), "channel": "registry"}
    Booking.objects.create(coupon=one, patient=make_patient(), code="A1", no_show_at=clock.now(), **values)
    Booking.objects.create(coupon=two, patient=make_patient(), code="A2", arrived_at=two.starts_at, **values)
    Booking.objects.create(coupon=three, patient=make_patient(), code="A3", cancelled_at=clock.now(),
                           cancel_reason="Ill", **values)
    assert value("no-shows") == 50 and len(figure("no-shows", **span()).rows) == 2


def test_a_ven_list_of_one_s_own_stands_beside_abc_from_its_day_on(ward, tmp_path):
    drug = ward.lot.medication
    today = clock.today()
    assert ven_matrix(classes(queries.by_drug(**span()))) == []
    path = tmp_path / "ven.csv"
    path.write_text(f"code,ven\n{drug.code},V\n", encoding="utf-8")
    call_command("load_ven", path, since=today, source="Order 5")
    load_ven(by=make_accountant(), classes=[(drug.code, "N")], source="Order 6", valid_from=today + dt.timedelta(days=9))
    assert VenClass.objects.get(ven="V").valid.upper == today + dt.timedelta(days=9)
    rows = classes(queries.by_drug(**span()))
    assert rows[0]["ven"] == "V" and ven_matrix(rows)[0]["cells"][0] == {"count": 1, "value": rows[0]["value"]}
    for refusal, listed, since in ((GroupFileWrong, [(drug.code, "X")], today + dt.timedelta(days=20)),
                                   (GroupFileWrong, [("nothing", "V")], today + dt.timedelta(days=20)),
                                   (VenOverlaps, [(drug.code, "V")], today)):
        with pytest.raises(refusal):
            load_ven(by=make_accountant(), classes=listed, source="Order 7", valid_from=since)
    assert VenClass.objects.count() == 2


def test_every_figure_opens_to_the_rows_it_is_made_of(client, ward):
    client.force_login(make_staff("manager", login="boss").user, backend="emr.signin.Backend")
    overview = client.get(reverse("billing:statistics")).content.decode()
    for key, formula in REGISTRY.items():
        assert str(formula.text) in overview
        page = client.get(reverse("billing:formula", args=[key])).content.decode()
        rows = figure(key, **span(29)).rows
        assert str(formula.text) in page and all(row["number"] in page for row in rows) and ward.patient.family not in page
    assert client.get(reverse("billing:formula", args=["nothing"])).status_code == 404
    for wrong in ({"since": "2020-01-01"}, {"since": "soon"}, {"since": "2026-02-01", "until": "2026-01-01"}):
        assert client.get(reverse("billing:statistics"), wrong).status_code == 400


def test_a_figure_is_told_as_it_was_known(ward):
    before = clock.now()
    record_procedure(ward.encounter, by=make_system(), text="Drain", started_at=clock.now())
    finish(ward.encounter, at=clock.now(), disposition="home")
    with clock.at(clock.now() + dt.timedelta(seconds=5)):
        post_charges(by=make_system())
    assert value("stays") == 4 and value("stays", known=before) == 3
    assert value("cost", known=before) == 10 * Decimal("96.40") < value(
        "cost", known=clock.now() + dt.timedelta(minutes=1)) == value("cost")
    assert value("stays", known=before - dt.timedelta(days=1)) == 0  # nothing was recorded then


def test_drugs_fall_into_three_classes_by_cost():
    drugs = [{"name": name, "value": Decimal(cost)} for name, cost in (("a", 700), ("b", 150), ("c", 100), ("d", 30), ("e", 20))]
    assert [row["class"] for row in classes(drugs)] == ["A", "A", "B", "C", "C"] and classes(drugs)[-1]["share"] == 100
    assert classes([]) == []


def test_drawings_hold_each_sum_once_and_no_comma():
    day = dt.date(2026, 3, 1)
    rows = [{"day": day, "kind": "drug", "value": Decimal("30")}, {"day": day, "kind": "visit", "value": Decimal("90")},
            {"day": day + dt.timedelta(days=1), "kind": "drug", "value": Decimal("-5")}]
    drawn = chart.columns(rows, ["drug", "visit"])
    assert [(piece["kind"], piece["height"], piece["y"]) for piece in drawn["pieces"]] == [
        ("drug", "45.0", "135.0"), ("visit", "135.0", "0.0")]
    assert chart.histogram([Decimal(n) for n in (1, 1, 4, 40)])[:4] == [("1", 2), ("2", 0), ("3", 0), ("4–5", 1)]
    full = chart.heat([{"department": "A", "day": day, "value": 9, "beds": 10},
                       {"department": "A", "day": day, "value": 30, "beds": 10}])
    assert [cell["step"] for cell in full["cells"]] == [9, 10]


def test_the_overview_keeps_its_queries(client, ward):
    client.force_login(make_staff("accountant", login="acc").user, backend="emr.signin.Backend")
    client.get(reverse("billing:statistics"))
    with CaptureQueriesContext(connection) as captured:
        text = client.get(reverse("billing:statistics")).content.decode()
    assert len(captured) <= 20 and "<rect" in text and queries.by_day_and_kind(**span()), len(captured)
