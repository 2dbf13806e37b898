"""The pages of the bedside: sheet, list, dialogs, vitals, chart tab, paper."""
import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from emr import clock
from emr.models import AllergyIntolerance, Observation, User
from nursing.actions.medication_administration import administer_dose, undo_administration
from nursing.actions.vitals import record_vitals
from nursing.models import HandOver, MedicationAdministration
from orders.actions.medication_request import hold_medication
from tests.factories import signed_by
from tests.nursing.factories import make_as_needed, make_dose, make_medication, make_order, make_stock, make_ward
from tests.nursing.test_vitals import FULL

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def ward():
    return make_ward()


def client_of(staff, language="en"):
    if not staff.user:
        staff.user = User.objects.create(username=f"u{staff.code}", language=language)
        staff.save()
    client = Client()
    client.force_login(staff.user)
    return client


def test_the_sheet_shows_each_state_with_icon_and_word(ward):
    given = make_dose(make_order(ward.encounter, medication=make_medication(name="Enoxaparin", is_high_risk=True)), minutes=-60)
    administer_dose(given, by=ward.nurse, **signed_by(ward.colleague))
    make_as_needed(ward.encounter)
    AllergyIntolerance.objects.create(patient=ward.patient, substance="Latex", asserted_at=clock.now(), recorded_by=ward.nurse)
    page = client_of(ward.nurse).get("/nursing/").content.decode()
    assert ward.patient.full_name in page and "Latex" in page and "Enoxaparin" in page and "high alert" in page
    assert f'id="d{given.pk}" class="slot given' in page and ": given" in page
    one_key = [part for part in page.split("<button") if "data-give" in part]
    assert len(one_key) == 1 and reverse("nursing:dose", args=[ward.dose.pk]) in one_key[0]


def test_the_sheet_answers_nothing_while_nothing_changed(ward):
    client = client_of(ward.nurse)
    with clock.at(clock.now()):
        etag = client.get("/nursing/")["ETag"]
        assert client.get("/nursing/", {"seen": etag}, **HTMX).status_code == 204
        administer_dose(ward.dose, by=ward.nurse)
        answer = client.get("/nursing/", {"seen": etag}, **HTMX)
    assert answer.status_code == 200 and b"<html" not in answer.content


def test_a_nurse_gives_from_the_list_and_a_second_press_is_the_same(ward):
    client, key = client_of(ward.nurse), str(uuid.uuid4())
    assert "Given" in client.get("/nursing/?view=list").content.decode()
    for _ in range(2):
        answer = client.post(reverse("nursing:administer", args=[ward.dose.pk]), {"request_key": key}, **HTMX)
        assert answer.status_code == 204 and "sheet-changed" in answer["HX-Trigger"]
    assert MedicationAdministration.objects.count() == 1
    answer = client_of(ward.colleague).post(reverse("nursing:administer", args=[ward.dose.pk]),
                                            {"request_key": str(uuid.uuid4())}, **HTMX)
    assert answer.status_code == 409 and "Ivanova A." in answer.content.decode()


@pytest.mark.parametrize("act, prefix", [("refuse", "refuse"), ("withhold", "withhold")])
def test_a_reason_is_chosen_from_the_list_or_told_in_words(ward, act, prefix):
    client = client_of(ward.nurse)
    url = reverse(f"nursing:{act}", args=[ward.dose.pk])
    assert client.post(url, {"request_key": str(uuid.uuid4()), f"{prefix}-code": ""}, **HTMX).status_code == 400
    assert client.post(url, {"request_key": str(uuid.uuid4()), f"{prefix}-code": "other"}, **HTMX).status_code == 422
    answer = client.post(url, {"request_key": str(uuid.uuid4()), f"{prefix}-code": "other", f"{prefix}-words": "in the garden"},
                         **HTMX)
    assert answer.status_code == 204 and MedicationAdministration.objects.get().reason == "in the garden"


def test_the_dialog_offers_what_can_be_done(ward):
    client, url = client_of(ward.nurse), reverse("nursing:dose", args=[ward.dose.pk])
    make_stock(ward.request.medication, ward.department, 5, lot_number="LOT-7")
    page = client.get(url, **HTMX).content.decode()
    assert "LOT-7" in page and reverse("nursing:refuse", args=[ward.dose.pk]) in page
    fact = administer_dose(ward.dose, by=ward.nurse)
    assert reverse("nursing:undo", args=[fact.pk]) in client.get(url, **HTMX).content.decode()
    assert reverse("nursing:undo", args=[fact.pk]) not in client_of(ward.colleague).get(url, **HTMX).content.decode()
    undo_administration(fact, by=ward.nurse, reason="wrong patient")
    assert "wrong patient" in client.get(url, **HTMX).content.decode()
    hold_medication(ward.request, by=ward.doctor, reason="operation")
    page = client.get(url, **HTMX).content.decode()
    assert reverse("nursing:administer", args=[ward.dose.pk]) not in page and reverse("nursing:withhold",
                                                                                      args=[ward.dose.pk]) in page


def test_the_dialog_of_a_stranger_is_not_there(ward):
    assert client_of(ward.stranger).get(reverse("nursing:dose", args=[ward.dose.pk])).status_code == 404
    assert client_of(ward.stranger).get(reverse("nursing:chart_tab", args=[ward.patient.pk])).status_code == 404


def test_a_drug_as_needed_is_given_from_its_dialog(ward):
    client, request = client_of(ward.nurse), make_as_needed(ward.encounter)
    url = reverse("nursing:give_as_needed", args=[request.pk])
    assert "pain" in client.get(url, **HTMX).content.decode()
    assert client.post(url, {"request_key": str(uuid.uuid4()), "reason": "headache"}, **HTMX).status_code == 204
    assert client.post(url, {"request_key": str(uuid.uuid4())}, **HTMX).status_code == 409


def test_vitals_of_the_ward_are_entered_in_one_row(ward):
    client = client_of(ward.nurse)
    assert ward.patient.short_name in client.get("/nursing/vitals").content.decode()
    values = {name: str(value) for name, value in FULL.items() if name != "oxygen"} | {"oxygen": "yes"}
    answer = client.post(reverse("nursing:record_vitals", args=[ward.encounter.pk]), values | {"request_key": str(uuid.uuid4())},
                         **HTMX)
    page = answer.content.decode()
    assert answer.status_code == 200 and "11" in page and "high risk" in page and "<html" not in page
    panel = Observation.objects.filter(code="news2").get().panel_id
    client.post(reverse("nursing:undo_vitals", args=[panel]), {"reason": "wrong row", "request_key": str(uuid.uuid4())})
    assert not Observation.objects.live().exists()
    answer = client.post(reverse("nursing:record_vitals", args=[ward.encounter.pk]),
                         {"temperature": "366", "request_key": str(uuid.uuid4())}, **HTMX)
    assert answer.status_code == 422 and "366" in answer.content.decode()


def test_the_chart_tells_the_newest_signs_in_the_readers_words_and_a_pressure_in_one_line(ward):
    earlier, later = clock.now() - dt.timedelta(hours=2), clock.now() - dt.timedelta(hours=1)
    record_vitals(ward.encounter, by=ward.nurse, measured_at=earlier,
                  values={"systolic": "190", "diastolic": "110", "temperature": "36.6"})
    record_vitals(ward.encounter, by=ward.nurse, measured_at=later, values={"systolic": "147", "diastolic": "76",
                                                                            "consciousness": "C"})
    page = client_of(ward.doctor, "ru").get(reverse("emr:chart", args=[ward.patient.pk])).content.decode()
    for name, value in (("Температура", "36,6"), ("Давление", "147/76"), ("Сознание", "спутанность, новая")):
        assert f'<th scope="row">{name}</th><td class="num"><strong>{value}</strong>' in page
    assert "190" not in page and "ACVPU" not in page


def test_the_chart_tab_shows_doses_and_trends(ward):
    administer_dose(ward.dose, by=ward.nurse)
    record_vitals(ward.encounter, values=FULL, by=ward.nurse)
    page = client_of(ward.doctor).get(reverse("nursing:chart_tab", args=[ward.patient.pk])).content.decode()
    assert "Ivanova A." in page and "Temperature" in page and "NEWS2" in page and "<html" not in page


@pytest.mark.parametrize("address", ["/nursing/", "/nursing/?view=list", "/nursing/paper", "/nursing/home", "/nursing/vitals",
                                     "/nursing/?day=2020-02-29"])
@pytest.mark.parametrize("language", ["en", "ru", "be"])
def test_every_page_opens_in_every_language_without_inline_script_or_style(ward, address, language):
    answer = client_of(ward.nurse, language).get(address)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert " style=" not in page and "onclick=" not in page and "<style" not in page and "<script>" not in page


@pytest.mark.parametrize("address", ["/nursing/?day=yesterday", "/nursing/?day=2026-13-45", "/nursing/?day=0001-01-01",
                                     "/nursing/paper?day=9999-12-31"])
def test_a_day_that_is_none_is_refused(ward, address):
    assert client_of(ward.nurse).get(address).status_code == 400


@pytest.mark.parametrize("wanted", ["x", "00000000-0000-0000-0000-000000000000"])
def test_a_department_that_is_not_hers_is_not_there(ward, wanted):
    assert client_of(ward.nurse).get("/nursing/", {"department": wanted}).status_code in (400, 404)


def test_the_sheet_of_forty_patients_asks_few_questions_and_the_list_is_short(ward):
    from tests.factories import make_encounter

    drug, given = make_medication(), []
    for _ in range(40):
        order = make_order(make_encounter(department=ward.department), medication=drug)
        _missed, first, *_others = [make_dose(order, due_at=clock.now() + dt.timedelta(hours=hours)) for hours in (-6, -3, 0, 3)]
        given.append(MedicationAdministration(dose=first, request=order, patient=order.patient, encounter=order.encounter,
                                              status="given",
                                              happened_at=first.due_at, performer=ward.nurse, recorded_by=ward.nurse,
                                              amount=1, unit="mg"))
    MedicationAdministration.objects.bulk_create(given)
    client = client_of(ward.nurse)
    assert client.get("/nursing/?view=list").content.decode().count(
        "10 more on the sheet") == 2, "of what was given and of what was missed"
    client.get("/nursing/")
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/nursing/").status_code == 200
    assert len(queries) <= 13, len(queries)


def test_a_hidden_field_that_holds_nonsense_is_refused_and_nothing_is_signed(ward):
    client, url = client_of(ward.nurse), reverse("nursing:sign_hand_over")
    right = {"department": str(ward.department.pk), "since": clock.now().isoformat()}
    for wrong in ({"department": "x"}, {"since": ""}, {"since": "2026-13-45T00:00:00Z"}, {"since": "2026-11-23T08:00:00"}):
        answer = client.post(url, right | wrong | {"request_key": str(uuid.uuid4())})
        assert answer.status_code == 400, wrong
    assert not HandOver.objects.exists()
