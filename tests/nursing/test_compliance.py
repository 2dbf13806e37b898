"""The report of doses on time: each number is the number of the doses behind it."""
import datetime as dt
import re
import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from emr import clock
from nursing.actions.medication_administration import administer_dose, give_as_needed, refuse_dose, withhold_dose
from nursing.models import MedicationAdministration
from nursing.rules import compliance
from nursing.rules.pack import own_code
from orders.actions.medication_request import hold_medication, stop_medication
from orders.models import PlannedDose
from tests.factories import make_encounter, make_staff
from tests.nursing.factories import make_as_needed, make_dose, make_medication, make_order, make_stock, make_ward
from tests.nursing.test_nursing_pages import client_of

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)


def minutes(n):
    return dt.timedelta(minutes=n)


@pytest.fixture
def ward():
    """Two given in time (one with both scans), one late, one refused, one withheld, one missed; a stopped, a paused, a coming one
    beside.
    """
    with clock.at(NOON):
        made = make_ward(hours_ago=20, medication=make_medication(atc="J01DD04"))
        made.manager = make_staff("manager")
        lot = make_stock(made.request.medication, made.department, 50)
        order = make_order(made.encounter, hours_ago=20, medication=made.request.medication)
        doses = [make_dose(order, minutes=-60 * n) for n in (8, 7, 6, 5, 4, 3)]
        for dose, late, more in ((doses[0], 60, {"wristband": made.patient.number, "pack": own_code(lot)}), (doses[1], 10, {}),
                                 (doses[2], 61, {})):
            with clock.at(dose.due_at + minutes(late)):
                administer_dose(dose, by=made.nurse, **more)
        refuse_dose(doses[3], by=made.colleague, reason="nausea")
        withhold_dose(doses[4], by=made.colleague, reason="asleep")
        made.missed = doses[5]
        stop_medication(make_dose(make_order(made.encounter, hours_ago=20), minutes=30).request, by=made.doctor, reason="rash")
        hold_medication(make_dose(make_order(made.encounter, hours_ago=20), minutes=-90).request, by=made.doctor,
                        reason="operation", since=NOON - minutes(100))
        give_as_needed(make_as_needed(made.encounter, hours_ago=20), by=made.nurse)
        yield made


EXPECTED = {"given": 2, "late": 1, "refused": 1, "withheld": 1, "missed": 1, "unscanned": 2}
SPAN = {"since": NOON - dt.timedelta(hours=9), "until": NOON + dt.timedelta(hours=12)}


@pytest.mark.parametrize("by", ["ward", "nurse", "drug"])
def test_each_dose_is_counted_once_in_its_state(ward, by):
    rows = compliance.counts(None, by=by, **SPAN)
    assert {state: sum(row[state] for row in rows) for state in EXPECTED} == EXPECTED and sum(row["doses"] for row in rows) == 6
    assert {"ward": 1, "nurse": 3, "drug": 1}[by] == len(rows)


@pytest.mark.parametrize("by", ["ward", "nurse", "drug"])
def test_each_number_opens_to_as_many_doses(ward, by):
    client = client_of(ward.head)
    page = client.get(reverse("nursing:compliance"), {"by": by, "since": "2026-11-22", "until": "2026-11-24"}).content.decode()
    links = re.findall(r'href="(/nursing/compliance/doses[^"]*)">(\d+)</a>', page)
    assert len(links) >= 8
    for address, number in links:
        answer = client.get(address.replace("&amp;", "&"))
        assert answer.status_code == 200 and answer.context["page"].paginator.count == int(number), address


def test_the_rows_say_who_and_why_and_a_manager_reads_no_names(ward):
    address = reverse("nursing:compliance_rows")
    page = client_of(ward.head).get(address, {"state": "refused"}).content.decode()
    assert ward.patient.family in page and "nausea" in page and "Petrova O." in page
    page = client_of(ward.manager).get(address, {"state": "refused"}).content.decode()
    assert ward.patient.family not in page and ward.patient.number not in page and "nausea" in page


def test_a_head_nurse_sees_her_own_departments(ward):
    other = make_staff("head_nurse", department=make_encounter().department)
    page = client_of(other).get(reverse("nursing:compliance"))
    assert page.status_code == 200 and page.context["rows"] == []


@pytest.mark.parametrize("query", [{"since": "x"}, {"since": "2026-11-24", "until": "2026-11-01"},
                                   {"since": "2020-01-01", "until": "2026-01-01"}, {"until": "2026-13-01"}])
def test_days_that_are_none_are_refused(ward, query):
    assert client_of(ward.head).get(reverse("nursing:compliance"), query).status_code in (200, 400)
    if "x" not in query.values():
        assert client_of(ward.head).get(reverse("nursing:compliance"), query).status_code == 400


def test_a_stranger_is_refused(ward):
    assert client_of(ward.nurse).get(reverse("nursing:compliance")).status_code == 403


@pytest.mark.parametrize("language", ["ru", "be"])
@pytest.mark.parametrize("name", ["nursing:compliance", "nursing:compliance_rows", "nursing:escalations"])
def test_the_pages_open_in_every_language(ward, language, name):
    page = client_of(ward.head, language).get(reverse(name)).content.decode()
    assert " style=" not in page and "<script>" not in page


def test_the_report_asks_one_question_about_five_thousand_doses(ward):
    order = make_order(ward.encounter, hours_ago=200)
    doses = PlannedDose.objects.bulk_create([PlannedDose(
        request=order, patient=ward.patient, encounter=ward.encounter, due_at=NOON - minutes(90 + n), amount=1, unit="g")
                                             for n in range(5000)])
    MedicationAdministration.objects.bulk_create([MedicationAdministration(
        dose=dose, request=order, patient=ward.patient, encounter=ward.encounter, department=ward.department, status="given",
        happened_at=dose.due_at, performer=ward.nurse, recorded_by=ward.nurse, amount=1, unit="g") for dose in doses[::2]])
    client, address = client_of(ward.head), reverse("nursing:compliance")
    client.get(address)
    started = time.perf_counter()
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
    assert len(queries) <= 10 and time.perf_counter() - started < 3, len(queries)
    assert sum(row["doses"] for row in answer.context["rows"]) == 5006
    with CaptureQueriesContext(connection) as queries:
        assert client.get(reverse("nursing:compliance_rows")).context["page"].paginator.count == 5006
    assert len(queries) <= 10, len(queries)
