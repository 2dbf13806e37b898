"""The doctor's view of execution: what was given when and by whom, beside what was measured."""
import datetime as dt
import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from emr import clock
from nursing.actions.medication_administration import administer_dose, give_as_needed, refuse_dose, withhold_dose
from nursing.actions.vitals import record_vitals
from nursing.models import DoseEffect, MedicationAdministration
from nursing.queries import execution as queries
from nursing.rules import execution
from orders.models import PlannedDose
from tests.nursing.factories import make_as_needed, make_dose, make_medication, make_order, make_ward
from tests.nursing.test_nursing_pages import HTMX, client_of
from tests.nursing.test_vitals import FULL

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)


@pytest.fixture
def ward():
    with clock.at(NOON):
        made = make_ward(hours_ago=20)
        made.encounter.started_at = NOON - dt.timedelta(hours=72)
        made.encounter.save()
        made.encounter.locations.update(during=(NOON - dt.timedelta(hours=72), None))
        yield made


def lines_of(ward, window="24h"):
    axis = execution.axis_of(ward.patient, window)
    return execution.ribbons(list(queries.orders(ward.patient, since=axis.since, until=axis.until)), axis), axis


def given(dose, ward, *, late=0):
    with clock.at(dose.due_at + dt.timedelta(minutes=late)):
        return administer_dose(dose, by=ward.nurse)


def test_each_dose_says_whether_it_was_given_in_time_late_refused_withheld_or_missed(ward):
    order = make_order(ward.encounter, hours_ago=20)
    doses = [make_dose(order, minutes=-60 * hours) for hours in (18, 15, 6, 5, 3)]
    given(doses[0], ward, late=60)
    given(doses[1], ward, late=61)
    refuse_dose(doses[2], by=ward.nurse, reason="nausea")
    withhold_dose(doses[3], by=ward.nurse, reason="asleep")
    lines, _axis = lines_of(ward)
    line = next(line for line in lines if line.request == order)
    assert [spot.status for spot in line.spots] == ["given", "late", "overdue", "refused", "withheld"] and line.spots[
        0].who == "Ivanova A."
    assert line.states["late"] == 1 and ("refused", 1) in [(name, number) for name, _w, number, _i, _s in line.told]


def test_a_time_critical_dose_is_late_after_half_an_hour_and_a_drug_as_needed_never(ward):
    critical = make_dose(make_order(ward.encounter, hours_ago=20, medication=make_medication(is_time_critical=True)),
                         minutes=-300)
    given(critical, ward, late=31)
    give_as_needed(make_as_needed(ward.encounter, hours_ago=20), by=ward.nurse)
    lines, _axis = lines_of(ward)
    assert sorted(spot.status for line in lines for spot in line.spots if spot.fact) == ["given", "late"]


def test_a_dose_stands_where_it_was_given_and_a_value_of_that_moment_above_it(ward):
    given(make_dose(make_order(ward.encounter, hours_ago=20), minutes=-300), ward, late=20)
    record_vitals(ward.encounter, values={"pain": 7}, by=ward.nurse, measured_at=NOON - dt.timedelta(minutes=280))
    lines, axis = lines_of(ward)
    spot = next(spot for line in lines for spot in line.spots if spot.fact)
    lane, = execution.lanes(ward.patient, axis)
    assert str(spot.x) == lane.lines[0]["points"][0]["x"] == str(axis.x(NOON - dt.timedelta(minutes=280)))


def test_did_it_help_shows_the_values_before_and_after_the_dose(ward):
    fact = given(make_dose(make_order(ward.encounter, hours_ago=20), minutes=-300), ward)
    for minutes, pain in ((310, 8), (250, 5), (120, 2)):
        record_vitals(ward.encounter, values={"pain": pain}, by=ward.nurse, measured_at=NOON - dt.timedelta(minutes=minutes))
    page = client_of(ward.doctor).get(reverse("nursing:execution", args=[ward.patient.pk]),
                                      {"window": "24h", "mark": fact.dose_id})
    row, = page.context["around"]
    assert (row["before"]["value"], [point and point["value"] for point in row["after"]]) == (8, [5, 2, None])
    assert "did it help?" in page.content.decode()


def test_pressure_is_two_lines_of_which_the_upper_one_is_judged(ward):
    record_vitals(ward.encounter, values={"systolic": 95, "diastolic": 60}, by=ward.nurse,
                  measured_at=NOON - dt.timedelta(minutes=60))
    lane, = execution.lanes(ward.patient, execution.axis_of(ward.patient, "24h"))
    assert [(str(line["name"]), line["last"]["value"], line["last"]["out"]) for line in lane.lines] == [
        ("Systolic pressure", 95, True), ("Diastolic pressure", 60, False)]


@pytest.mark.parametrize("window", ["24h", "3d", "7d", "stay", "nonsense"])
@pytest.mark.parametrize("language", ["en", "ru", "be"])
def test_the_page_opens_in_every_window_and_language_without_inline_style(ward, window, language):
    given(ward.dose, ward)
    record_vitals(ward.encounter, values=FULL, by=ward.nurse)
    answer = client_of(ward.doctor, language).get(reverse("nursing:execution", args=[ward.patient.pk]), {"window": window})
    page = answer.content.decode()
    assert answer.status_code == 200 and "Ivanova A." in page and "NEWS2" in page and "laboratory" in page
    assert " style=" not in page and "onclick=" not in page and "<script>" not in page


def test_a_stranger_and_somebody_without_a_stay_are_answered(ward):
    address = reverse("nursing:execution", args=[ward.patient.pk])
    assert client_of(ward.stranger).get(address).status_code == 404
    ward.encounter.finished_at = NOON - dt.timedelta(hours=1)
    ward.encounter.save()
    assert client_of(ward.doctor).get(address, {"window": "stay"}, **HTMX).status_code == 200


def test_the_laboratory_draws_on_the_same_axis_and_refuses_nonsense(ward):
    client = client_of(ward.doctor)
    page = client.get(reverse("nursing:execution", args=[ward.patient.pk]))
    answer = client.get(page.context["laboratory"])
    assert answer.status_code == 200 and "<html" not in answer.content.decode()
    address = reverse("laboratory:trend", args=[ward.patient.pk])
    for query in ({}, {"from": "x", "until": "y"}, {"from": "2026-01-02T00:00:00Z", "until": "2026-01-01T00:00:00Z"},
                  {"from": "2026-13-01T00:00:00Z", "until": "2026-01-01T00:00:00Z"},
                  {"from": "2026-01-01", "until": "2026-01-02"}):
        assert client.get(address, query).status_code == 400
    assert client_of(ward.stranger).get(page.context["laboratory"]).status_code == 404


def many_doses(ward, request, count, hours):
    doses = PlannedDose.objects.bulk_create([PlannedDose(
        request=request, patient=ward.patient, encounter=ward.encounter, amount=1, unit="g",
        due_at=NOON - dt.timedelta(hours=hours * n + 2))
        for n in range(count)])
    MedicationAdministration.objects.bulk_create([MedicationAdministration(
        dose=dose, request=request, patient=ward.patient, encounter=ward.encounter, status="given", happened_at=dose.due_at,
        performer=ward.nurse, recorded_by=ward.nurse, amount=1, unit="g") for dose in doses[::2]])


def test_a_stay_of_two_hundred_days_is_told_in_bins(ward):
    ward.encounter.started_at = NOON - dt.timedelta(days=200)
    ward.encounter.save()
    many_doses(ward, ward.request, 800, 6)
    started = time.perf_counter()
    (line,), axis = lines_of(ward, "stay")
    assert time.perf_counter() - started < 2
    assert len(line.spots) < 60 and sum(spot.number for spot in line.spots) == sum(line.states.values()) >= 799
    assert "missed" in line.spots[0].word and axis.until > NOON


def test_four_hundred_orders_take_as_many_queries_as_one(ward):
    client, address = client_of(ward.doctor), reverse("nursing:execution", args=[ward.patient.pk])
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    drug = make_medication()
    for _ in range(400):
        many_doses(ward, make_order(ward.encounter, hours_ago=100, medication=drug), 3, 20)
    record_vitals(ward.encounter, values=FULL, by=ward.nurse)
    with CaptureQueriesContext(connection) as queries_asked:
        answer = client.get(address)
    assert answer.context["page"].paginator.count == 401 and len(answer.context["lines"]) == 40
    own = [query["sql"] for query in queries_asked if "nursing_" in query["sql"] or "orders_" in query["sql"]
           or "emr_observation" in query["sql"]]
    assert len(queries_asked) == len(few) and len(own) <= 10, len(queries_asked)


def test_whether_a_drug_as_needed_helped_stands_beside_its_dose(ward):
    fact = give_as_needed(make_as_needed(ward.encounter), by=ward.nurse)
    DoseEffect.objects.create(administration=fact, effect="helped", happened_at=clock.now(), performer=ward.nurse,
                              recorded_by=ward.nurse)
    lines, _axis = lines_of(ward)
    spots = [spot for line in lines for spot in line.spots if spot.fact]
    assert [spot.effect[:2] for spot in spots] == [("thumb-up", "good-ink")]
