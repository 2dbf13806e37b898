"""The chart's pages: who sees what, how few statements they take, and that forms work without a script."""
import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from emr import clock
from emr.access import log_reading
from emr.actions.allergy_intolerance import record_allergy
from emr.actions.condition import record_condition
from emr.actions.document import sign_document, write_document
from emr.chart_tabs import TABS
from emr.models import AccessEntry, AllergyIntolerance, Code, Condition, Document, JournalEntry, Observation
from emr.permissions import ROLES
from emr.rules.codes import ICD10, search_text
from emr.rules.story import HOUSE, SENTENCES, detail
from tests.factories import make_department, make_encounter, make_patient, make_staff, make_system

OWN = [tab.key for tab in TABS if not tab.url_name]
SECTIONS = [{"key": "a", "title": "Complaints", "text": "cough"}]


def sign_in(client, staff):
    client.force_login(staff.user, backend="emr.signin.Backend")
    return client


@pytest.fixture
def ward(db):
    department = make_department()
    doctor = make_staff("ward_doctor", department=department, login="doctor")
    return doctor, make_encounter(department=department)


def fill(doctor, stay, many):
    """A big chart: many rows of every kind."""
    patient, system = stay.patient, make_system()
    for n in range(many):
        record_condition(patient, by=doctor, text=f"Illness {n}", stage="clinical", encounter=stay)
        record_allergy(patient, by=doctor, substance=f"Substance {n}")
        sign_document(write_document(patient, by=doctor, kind="progress-note", title=f"Note {n}", sections=SECTIONS,
                                     encounter=stay), by=doctor)
    Observation.objects.bulk_create([
        Observation(patient=patient, encounter=stay, category="vital-signs", name=name, code=name, system="x", value=n,
                    unit="u", effective_at=clock.now() - dt.timedelta(hours=n % 20), recorded_by=system)
        for n in range(many * 20) for name in ("Temperature", "Heart rate", "Pain")])
    for _ in range(many):
        make_encounter(patient, kind="AMB", department=stay.department, finished_at=clock.now())


@pytest.mark.parametrize("key", OWN)
def test_a_page_of_a_big_chart_takes_at_most_ten_statements_and_no_more_than_a_small_one(ward, client, key):
    doctor, stay = ward
    sign_in(client, doctor)
    address = reverse("emr:chart_tab", args=[stay.patient_id, key])
    counts = []
    for many in (1, 12):
        patient_stay = make_encounter(department=stay.department)
        fill(doctor, patient_stay, many)
        address = reverse("emr:chart_tab", args=[patient_stay.patient_id, key])
        client.get(address)  # the institution is read once a minute
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        signing_in = [q for q in captured if any(table in q["sql"] for table in (
            "django_session", '"emr_user"', '"emr_staffrole"', "SAVEPOINT"))]
        signing_in += [q for q in captured if 'FROM "emr_staff" WHERE' in q["sql"]]
        counts.append(len(captured) - len(signing_in))
    assert counts[0] == counts[1] <= 10


def test_the_encounter_page_tells_its_story_in_few_statements(ward, client):
    doctor, stay = ward
    fill(doctor, stay, 10)
    sign_in(client, doctor)
    address = reverse("emr:encounter", args=[stay.pk])
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        page = client.get(address).content.decode()
    assert "Recorded a diagnosis" in page and "Signed a document" in page and len(captured) <= 18


def test_each_reading_leaves_its_row(ward, client):
    doctor, stay = ward
    sign_in(client, doctor).get(reverse("emr:chart", args=[stay.patient_id]))
    entry = AccessEntry.objects.get()
    assert (entry.patient, entry.by_staff, entry.purpose, entry.link) == (stay.patient, doctor, "chart:overview", "care")


@pytest.mark.parametrize("name", ["emr:chart", "emr:encounter", "emr:document", "emr:condition_new", "emr:document_new"])
def test_a_stranger_gets_the_same_answer_as_for_an_absent_chart(ward, client, name):
    doctor, stay = ward
    document = write_document(stay.patient, by=doctor, kind="progress-note", title="x", sections=SECTIONS)
    known = {"emr:chart": stay.patient_id, "emr:encounter": stay.pk, "emr:document": document.pk}.get(name, stay.patient_id)
    sign_in(client, make_staff("ward_doctor", department=make_department(), login="stranger"))
    there, absent = (client.get(reverse(name, args=[key])) for key in (known, uuid.uuid4()))
    assert there.status_code == absent.status_code == 404
    assert not AccessEntry.objects.exists()


def test_a_registrar_reads_no_clinical_part(ward, client):
    doctor, stay = ward
    record_condition(stay.patient, by=doctor, text="Secret illness", stage="clinical")
    sign_in(client, make_staff("registrar", login="registrar"))
    page = client.get(reverse("emr:chart", args=[stay.patient_id])).content.decode()
    assert stay.patient.family in page and "Secret illness" not in page
    for key in ("diagnoses", "allergies", "vitals", "documents"):
        assert client.get(reverse("emr:chart_tab", args=[stay.patient_id, key])).status_code == 404
    story = client.get(reverse("emr:chart_tab", args=[stay.patient_id, "story"])).content.decode()
    assert "Recorded a diagnosis" not in story


def test_a_patient_reads_his_own_signed_papers_and_no_drafts(ward, client):
    from emr.models import User

    doctor, stay = ward
    stay.patient.user = User.objects.create(username="patient")
    stay.patient.save()
    write_document(stay.patient, by=doctor, kind="progress-note", title="Unfinished", sections=SECTIONS)
    signed = sign_document(write_document(stay.patient, by=doctor, kind="progress-note", title="Finished",
                                          sections=SECTIONS), by=doctor)
    client.force_login(stay.patient.user, backend="emr.signin.Backend")
    page = client.get(reverse("emr:my_record_tab", args=["documents"])).content.decode()
    assert "Finished" in page and "Unfinished" not in page
    assert client.get(reverse("emr:my_document", args=[signed.pk])).status_code == 200
    assert client.get(reverse("emr:chart", args=[stay.patient_id])).status_code == 403
    for key in OWN:
        assert client.get(reverse("emr:my_record_tab", args=[key])).status_code == 200
    log_reading(doctor, stay.patient, "chart", "care")
    page = client.get(reverse("emr:my_readers")).content.decode()
    assert "own" in page and doctor.short_name in page


def test_a_diagnosis_is_found_by_code_word_and_wrong_layout_then_recorded(ward, client):
    doctor, stay = ward
    Code.objects.create(system=ICD10, code="J18.9", title_en="Pneumonia, unspecified", title_ru="Пневмония неуточненная",
                        search_text=search_text("J18.9", "Pneumonia, unspecified", "Пневмония неуточненная"))
    sign_in(client, doctor)
    for asked in ("J18", "j189"[:3], "pneum", "пневмон", "gytdvjy", "О18"):
        assert "J18.9" in client.get(reverse("emr:codes"), {"q": asked}).content.decode(), asked
    assert "Nothing found" in client.get(reverse("emr:codes"), {"q": "zzzz"}).content.decode()
    address, key = reverse("emr:condition_new", args=[stay.patient_id]), str(uuid.uuid4())
    form = {"code": f"{ICD10}|J18.9", "text": "", "stage": "admitting", "verification": "provisional", "request_key": key}
    for _twice in range(2):
        assert client.post(address, form).status_code == 302
    row = Condition.objects.get()
    assert (row.code, row.text, row.stage, row.encounter) == ("J18.9", "Pneumonia, unspecified", "admitting", stay)
    assert client.post(address, {**form, "code": "", "request_key": str(uuid.uuid4())}).status_code == 422


def test_allergies_are_recorded_stated_absent_and_withdrawn_by_forms(ward, client):
    doctor, stay = ward
    sign_in(client, doctor)

    def post(name, key, **values):
        return client.post(reverse(name, args=[key]), {"request_key": str(uuid.uuid4()), **values})

    assert post("emr:no_known_allergy", stay.patient_id).status_code == 302
    assert post("emr:allergy_new", stay.patient_id, substance="Penicillin", kind="allergy", reaction="rash",
                criticality="high").status_code == 302
    assert post("emr:no_known_allergy", stay.patient_id).status_code == 409
    row = AllergyIntolerance.objects.get(substance="Penicillin")
    assert post("emr:allergy_withdraw", row.pk, reason="").status_code == 422
    assert post("emr:allergy_withdraw", row.pk, reason="told wrongly").status_code == 302
    page = client.get(reverse("emr:chart_tab", args=[stay.patient_id, "allergies"])).content.decode()
    assert "told wrongly" in page


def test_a_note_is_written_autosaved_signed_and_amended_by_forms(ward, client):
    doctor, stay = ward
    sign_in(client, doctor)
    answer = client.post(reverse("emr:document_new", args=[stay.patient_id]), {
        "kind": "progress-note", "title": "", "request_key": str(uuid.uuid4())})
    document = Document.objects.get()
    assert answer.url == reverse("emr:document_edit", args=[document.pk]) and document.encounter == stay
    form = {"title": "Day 2", "text-0": "no cough", "text-1": "", "text-2": "", "text-3": "", "edited": "0"}
    saved = client.post(answer.url, form, headers={"HX-Request": "true"})
    assert 'value="1"' in saved.content.decode()
    assert client.post(answer.url, form, headers={"HX-Request": "true"}).status_code == 412
    assert client.post(answer.url, {**form, "edited": "1"}).status_code == 302
    client.post(reverse("emr:document_sign", args=[document.pk]), {"edited": "2", "request_key": str(uuid.uuid4())})
    document.refresh_from_db()
    assert (document.status, document.sections[0]["text"]) == ("signed", "no cough")
    client.post(reverse("emr:document_amend", args=[document.pk]), {
        "reason": "forgot", "text-0": "a little cough", "request_key": str(uuid.uuid4())})
    page = client.get(reverse("emr:document", args=[document.pk])).content.decode()
    assert "newer version" in page and f"{document.number}/2" in page
    assert client.get(reverse("emr:document_paper", args=[document.pk])).status_code == 200


def test_an_administrator_reads_the_journal_without_health_content(ward, client):
    doctor, stay = ward
    record_condition(stay.patient, by=doctor, text="Secret illness", stage="clinical")
    sign_in(client, make_staff("admin", login="admin"))
    page = client.get(reverse("emr:journal"), {"act": "emr.record"}).content.decode()
    assert "Recorded a diagnosis" in page and "Secret illness" not in page and stay.patient.family not in page
    for patient in (stay.patient, make_patient()):
        log_reading(doctor, patient, "chart", "care")
    logged = client.get(reverse("emr:access_log"), {"patient": stay.patient.number})
    assert {row.patient_id for row in logged.context["page"]} == {stay.patient_id}
    for name in ("emr:journal", "emr:access_log"):  # a filter nobody understands is no reason to show everything
        assert client.get(reverse(name), {"day": "yesterday"}).status_code == 400
    assert client.get(reverse("emr:chart", args=[stay.patient_id])).status_code == 403


def test_the_history_of_a_row_shows_each_change_to_those_who_treat(ward, client):
    doctor, stay = ward
    row = record_condition(stay.patient, by=doctor, text="Pneumonia", stage="clinical")
    sign_in(client, doctor)
    page = client.get(reverse("emr:row_history", args=[stay.patient_id, row.pk])).content.decode()
    assert "Pneumonia" in page and "INSERT" in page
    other = make_encounter(make_patient(), department=stay.department)
    assert client.get(reverse("emr:row_history", args=[other.patient_id, row.pk])).status_code == 404


def test_every_act_of_the_permission_table_has_its_sentence():
    acts = {name for role in ROLES.values() for name in role if not name.split(".")[1].startswith(("see_", "search_"))}
    assert acts - set(SENTENCES) - set(HOUSE) == set()


def test_the_pages_speak_russian(ward, client):
    doctor, stay = ward
    sign_in(client, doctor)
    page = client.get(reverse("emr:chart_tab", args=[stay.patient_id, "diagnoses"]), headers={"Accept-Language": "ru"})
    assert page.status_code == 200 and JournalEntry.objects.count() == 0


def test_the_detail_of_a_story_line_tells_words_and_no_identities():
    assert detail({"medication": "Ceftriaxone", "dose": str(uuid.uuid4()), "amount": "1", "unit": "g", "x": "y"}) == \
        "Ceftriaxone · 1 · g"
    with translation.override("ru"):
        assert detail({"disposition": "home", "reason": ""}) == "Дом"
