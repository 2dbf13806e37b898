"""Pages and API of the polyclinic: one screen for the visit, few queries, nothing for strangers."""
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from emr.actions.condition import record_condition
from emr.models import Code, Condition, Document, Encounter
from nursing.actions.vitals import record_vitals
from outpatient.actions.card import open_card
from outpatient.actions.visit import finish_visit, start_visit
from outpatient.models import Card, Visit
from tests.booking.factories import make_own_login, make_polyclinic, make_reception, signed_in
from tests.factories import make_department, make_patient, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def room():
    class Room:
        department, doctor, registrar = make_polyclinic()

        def begin(self, patient=None, **values):
            return start_visit(patient or make_patient(), by=self.doctor, department=self.department, **values)

    return Room()


def post(client, url, **data):
    return client.post(url, {"request_key": str(uuid.uuid4())} | data)


def test_the_doctor_does_a_whole_visit_on_one_screen(client, room):
    patient = make_patient()
    make_reception(room.doctor, by=room.registrar)
    earlier = room.begin(patient)
    finish_visit(earlier, by=room.doctor, conditions=[{"text": "Asthma"}])
    client = signed_in(client, room.doctor)
    answer = post(client, reverse("outpatient:start", args=[patient.pk]), department=room.department.pk,
                  complaint="Cough for a week")
    encounter = Encounter.objects.get(finished_at=None)
    url = reverse("outpatient:visit", args=[encounter.pk])
    assert answer.headers["Location"] == url
    record_vitals(encounter, by=room.doctor, values={"temperature": "37.8"})
    page = client.get(url).content.decode()
    assert "Cough for a week" in page and "Asthma" in page and reverse("orders:chart_tab", args=[patient.pk]) in page
    assert " style=" not in page and "onclick" not in page
    post(client, reverse("outpatient:write_note", args=[encounter.pk]))
    note = Document.objects.get(encounter=encounter)
    assert note.sections[0]["text"] == "Cough for a week" and "37.8" in note.sections[1]["rows"][0]["text"]
    assert 'name="text-0"' in client.get(url).content.decode()
    asthma = Condition.objects.get()
    post(client, reverse("outpatient:diagnose", args=[encounter.pk]), reuse=asthma.pk)
    Code.objects.create(system="http://hl7.org/fhir/sid/icd-10", code="J20.9", title_en="Acute bronchitis",
                        search_text="j20.9 acute bronchitis")
    post(client, reverse("outpatient:diagnose", args=[encounter.pk]), code="http://hl7.org/fhir/sid/icd-10|J20.9")
    assert post(client, reverse("outpatient:diagnose", args=[encounter.pk])).status_code == 400
    assert [(row.text, row.replaces) for row in Condition.objects.filter(encounter=encounter).order_by("asserted_at")] == [
        ("Asthma", asthma), ("Acute bronchitis", None)]
    finished = post(client, reverse("outpatient:finish", args=[encounter.pk]), conclusion="Inhaler, rest",
                    disposition="home", sign="on",
                    note=note.pk, edited="0", **{"text-0": "Cough for a week", "text-1": "Wheezing", "text-2": "", "text-3": ""})
    assert finished.headers["Location"] == url
    note.refresh_from_db(), encounter.refresh_from_db()
    assert (note.status, note.sections[1]["text"], note.edited) == ("signed", "Wheezing", 1) and encounter.finished_at
    page = client.get(url).content.decode()
    assert "Inhaler, rest" in page and "Wheezing" in page and "Finish the visit" not in page
    extract = client.get(reverse("outpatient:extract", args=[encounter.pk])).content.decode()
    assert all(text in extract for text in ("Acute bronchitis", "Wheezing", "Inhaler, rest", "37.8", room.doctor.family))
    assert "J20.9" not in extract and " style=" not in extract


def test_a_note_kept_unchanged_is_not_edited_again_when_the_visit_ends(client, room):
    encounter = room.begin(complaint="Cough")
    client = signed_in(client, room.doctor)
    post(client, reverse("outpatient:write_note", args=[encounter.pk]))
    note = Document.objects.get()
    post(client, reverse("outpatient:finish", args=[encounter.pk]), disposition="home", note=note.pk, edited="0",
         **{"text-0": "Cough"})
    note.refresh_from_db()
    assert (note.status, note.edited) == ("draft", 0) and Encounter.objects.get().finished_at
    assert "not signed yet" in client.get(reverse("outpatient:visit", args=[encounter.pk])).content.decode()


def test_a_refusal_leaves_the_visit_open_and_says_its_sentence(client, room):
    encounter = room.begin()
    client = signed_in(client, room.doctor)
    post(client, reverse("outpatient:write_note", args=[encounter.pk]))
    note = Document.objects.get()
    answer = post(client, reverse("outpatient:finish", args=[encounter.pk]), disposition="home", sign="on",
                  note=note.pk, edited="0")
    assert answer.status_code == 422 and "Write something before signing" in answer.content.decode()
    assert not Encounter.objects.get().finished_at


def test_a_stranger_opens_neither_visit_nor_extract_and_begins_none(client, room):
    encounter = room.begin()
    client = signed_in(client, make_staff("ward_doctor", department=make_department("outpatient")))
    for name in ("visit", "extract"):
        assert client.get(reverse(f"outpatient:{name}", args=[encounter.pk])).status_code == 404
    for name in ("card", "chart_tab"):
        assert client.get(reverse(f"outpatient:{name}", args=[encounter.patient_id])).status_code == 404
    assert post(client, reverse("outpatient:start", args=[encounter.patient_id]),
                department=room.department.pk).status_code == 404
    assert client.get(reverse("outpatient:visit", args=[uuid.uuid4()])).status_code == 404
    assert Encounter.objects.count() == 1


def test_the_registry_sees_the_day_and_the_card_without_medicine(client, room):
    encounter = room.begin(complaint="Secret complaint")
    finish_visit(encounter, by=room.doctor, conclusion="Secret conclusion")
    client = signed_in(client, room.registrar)
    day = client.get(reverse("outpatient:visits")).content.decode()
    assert encounter.patient.full_name in day and "Secret" not in day
    card = client.get(reverse("outpatient:card", args=[encounter.patient_id])).content.decode()
    assert encounter.number in card and "Secret" not in card
    assert client.get(reverse("outpatient:visit", args=[encounter.pk])).status_code == 404
    answer = post(client, reverse("outpatient:open_card", args=[encounter.patient_id]))
    assert answer.headers["Location"] == reverse("outpatient:card", args=[encounter.patient_id]) and Card.objects.count() == 1
    assert Card.objects.get().number in client.get(reverse("outpatient:home_registry")).content.decode()


def test_the_first_page_has_the_fragments_of_doctor_and_patient(client, room):
    me = make_own_login()
    encounter = room.begin(me, complaint="Cough")
    home = signed_in(client, room.doctor).get(reverse("outpatient:home_doctor")).content.decode()
    assert reverse("outpatient:visit", args=[encounter.pk]) in home and reverse("booking:waiting") in home
    finish_visit(encounter, by=room.doctor, conclusion="Rest")
    assert "Rest" in signed_in(client, me).get(reverse("outpatient:home_patient")).content.decode()


@pytest.mark.parametrize("name", ["visits", "home_doctor", "home_registry", "home_patient"])
def test_a_stranger_opens_no_page(client, name):
    assert signed_in(client, make_staff("accountant")).get(reverse(f"outpatient:{name}")).status_code == 403


@pytest.mark.parametrize("name", ["visits", "home_doctor", "card", "visit", "api"])
def test_pages_ask_the_same_number_of_queries_for_one_row_and_many(client, room, name):
    patient, counts = make_patient(), []
    shown = room.begin(patient)
    client = signed_in(client, room.doctor)
    url = {"card": reverse("outpatient:card", args=[patient.pk]), "visit": reverse("outpatient:visit", args=[shown.pk]),
           "api": "/api/outpatient/visits"}.get(name) or reverse(f"outpatient:{name}")
    for number in (1, 8):
        for _ in range(number):
            finish_visit(room.begin(patient), by=room.doctor, conditions=[{"text": "Cold"}])
            record_condition(patient, by=room.doctor, text="Cold", stage="final", encounter=shown)
            room.begin()
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 24, counts


def test_the_api_begins_reads_and_finishes(client, room):
    patient = make_patient()
    signed_in(client, room.doctor)
    begun = client.post(f"/api/outpatient/patients/{patient.pk}/start-visit",
                        {"department": str(room.department.pk), "complaint": "Cough"}, content_type="application/json")
    assert begun.status_code == 201 and begun.json()["status"] == "in-progress", begun.content
    row = f"/api/outpatient/visits/{begun.json()['id']}"
    assert client.get(row).json()["complaint"] == "Cough"
    assert client.get("/api/outpatient/visits", {"doctor": str(room.doctor.pk)}).json()["count"] == 1
    assert client.get(f"/api/outpatient/patients/{patient.pk}/visits").json()["count"] == 1
    done = client.post(f"{row}/finish", {"conclusion": "Rest", "conditions": [{"text": "Cold"}]}, content_type="application/json")
    assert done.status_code == 201 and done.json()["status"] == "finished"
    again = client.post(f"{row}/finish", {}, content_type="application/json")
    assert (again.status_code, again.json()["code"]) == (409, "emr.encounter_is_finished")
    assert Visit.objects.get().conclusion == "Rest"
    stranger = signed_in(client, make_staff("ward_doctor", department=make_department("outpatient")))
    assert stranger.get(row).status_code == 404 and stranger.get("/api/outpatient/visits").json()["count"] == 0
    assert stranger.get(f"/api/outpatient/patients/{patient.pk}/visits").status_code == 404


def test_the_api_opens_and_lists_cards(client, room):
    patient = make_patient()
    signed_in(client, room.registrar)
    opened = client.post(f"/api/outpatient/patients/{patient.pk}/open-card", {}, content_type="application/json")
    assert opened.status_code == 201 and opened.json()["district"] == "", opened.content
    again = client.post(f"/api/outpatient/patients/{patient.pk}/open-card", {}, content_type="application/json")
    assert (again.status_code, again.json()["code"]) == (409, "outpatient.patient_has_card")
    assert client.get("/api/outpatient/cards", {"patient": str(patient.pk)}).json()["results"][0]["number"] == opened.json()[
        "number"]
    assert client.get("/api/outpatient/cards").status_code == 400
    assert client.get("/api/outpatient/visits").status_code == 403
    open_card(make_patient(), by=room.registrar)
