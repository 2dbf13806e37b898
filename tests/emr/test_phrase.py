"""Phrases with live fields: own and shared, filled from the record, leading to its rows (B5, I2)."""
import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from emr import clock
from emr.actions.allergy_intolerance import record_allergy
from emr.actions.document import sign_document, write_document
from emr.actions.phrase import change_phrase, fill_phrases, withdraw_phrase, write_phrase
from emr.errors import Malformed, NotPermitted, ReasonMissing, Refusal
from emr.models import AccessEntry, Document, JournalEntry, Observation, Phrase
from emr.queries import phrase as queries
from emr.rules.note import new_sections
from emr.rules.phrase import FIELDS
from nursing.actions.vitals import record_vitals
from tests.factories import make_department, make_encounter, make_patient, make_staff

ROUND = {"respiratory_rate": "16", "spo2": "98", "oxygen": "no", "systolic": "120", "diastolic": "80", "heart_rate": "70",
         "consciousness": "A", "temperature": "36.6"}


@pytest.fixture
def ward(db):
    department = make_department(name="Therapy")
    doctor = make_staff("ward_doctor", department=department, login="doctor")
    stay = make_encounter(make_patient(birth_date=clock.today() - dt.timedelta(days=60 * 366)), department=department,
                          started_at=clock.now() - dt.timedelta(days=2))
    return department, doctor, stay


def note(doctor, stay, text="", language="en"):
    sections = new_sections("progress-note")
    sections[0]["text"] = text
    return write_document(stay.patient, by=doctor, encounter=stay, kind="progress-note", title="Rounds", sections=sections,
                          language=language)


def refused(refusal, wanted, call, /, **arguments):
    before = JournalEntry.objects.count(), Phrase.objects.count()
    with pytest.raises(refusal) as no:
        call(**arguments)
    assert no.value.code == wanted and (JournalEntry.objects.count(), Phrase.objects.count()) == before


def test_what_is_typed_after_a_dot_becomes_words_from_the_record_that_lead_to_its_rows(ward, client,
                                                                                       django_assert_max_num_queries):
    _department, doctor, stay = ward
    record_vitals(stay, by=doctor, values=ROUND | {"heart_rate": "110", "systolic": "90", "diastolic": "50"},
                  measured_at=clock.now() - dt.timedelta(hours=9))
    record_vitals(stay, by=doctor, values=ROUND)
    record_allergy(stay.patient, by=doctor, substance="Penicillin", reaction="rash")
    write_phrase(by=doctor, code=".Day", text="Day {day}, {age}: BP {bp}, allergies: {allergies}. Weight {weight}.")
    write_phrase(by=doctor, code="span", text="{vitals24}")
    draft = note(doctor, stay, "Sleeps well. .day and so on, т.д., 5.day, .unknown. .span")
    with django_assert_max_num_queries(26):
        filled = fill_phrases(draft, by=doctor, sections=draft.sections, edited=0)
    [part] = [part for part in filled.sections if part["text"]]
    assert part["text"].startswith(
        "Sleeps well. Day 3, 60 y: BP 120/80 mm Hg (") and "allergies: Penicillin (rash). Weight not recorded." in part["text"]
    assert "т.д., 5.day, .unknown." in part["text"] and "Pulse: 70 – 110 /min (last 70)" in part["text"]
    newest = Observation.objects.filter(code="8480-6").latest("effective_at")
    assert f"emr.Observation:{newest.pk}" in [cite["source"] for cite in part["cites"] if cite["text"].startswith("120/80")]
    assert AccessEntry.objects.filter(purpose="phrases", patient=stay.patient).count() == 1
    told = JournalEntry.objects.get(act="emr.fill_phrases")
    assert (told.data["text"], told.encounter) == (".day, .span", stay)
    client.force_login(doctor.user, backend="emr.signin.Backend")
    page = client.get(reverse("emr:document", args=[sign_document(filled, by=doctor).pk])).content.decode()
    assert f'<a class="source" href="/patients/{stay.patient.pk}/chart/vitals/">120/80 mm Hg' in page
    assert f'href="/patients/{stay.patient.pk}/chart/allergies/">Penicillin (rash)</a>' in page


def test_words_that_the_doctor_strikes_are_cited_no_longer(ward):
    _department, doctor, stay = ward
    record_vitals(stay, by=doctor, values=ROUND)
    write_phrase(by=doctor, code="bp", text="{bp}, {pulse}")
    filled = fill_phrases(note(doctor, stay), by=doctor, sections=[{"key": "a", "title": "A", "text": ".bp"}])
    assert [cite["text"][:2] for cite in filled.sections[0]["cites"]] == ["12", "70"]
    again = fill_phrases(filled, by=doctor,
                         sections=[filled.sections[0] | {"text": "70 " + filled.sections[0]["cites"][1]["text"]}], edited=1)
    assert [cite["text"][:2] for cite in again.sections[0]["cites"]] == ["70"]


def test_every_live_field_answers_for_a_patient_of_whom_nothing_is_known(ward):
    department, doctor, _stay = ward
    bare = make_encounter(make_patient(birth_date=None), department=department, started_at=clock.now())
    write_phrase(by=doctor, code="all", text=" ".join(f"{{{name}}}" for name in FIELDS))
    filled = fill_phrases(note(doctor, bare, ".all", "ru"), by=doctor, sections=[{"text": ".all"}])
    assert filled.sections[0]["text"].count("не записано") == len(FIELDS) - 1 and [
        cite["text"] for cite in filled.sections[0]["cites"]] == ["1"]


def test_what_the_writer_may_not_read_is_not_filled_in(ward, monkeypatch):
    _department, doctor, stay = ward
    record_vitals(stay, by=doctor, values=ROUND)
    write_phrase(by=doctor, code="bp", text="BP {bp}")
    monkeypatch.setitem(__import__("emr.permissions", fromlist=["SECTIONS"]).SECTIONS, "ward_doctor", {"demographics", "notes"})
    assert fill_phrases(note(doctor, stay), by=doctor, sections=[{"text": ".bp"}]).sections[0]["text"] == "BP —"


def test_own_phrases_stay_own_and_shared_ones_belong_to_their_department(ward):
    department, doctor, _stay = ward
    colleague, elsewhere = make_staff("ward_nurse", department=department), make_staff("ward_doctor",
                                                                                       department=make_department())
    shared = write_phrase(by=doctor, code="plan", text="shared", department=department)
    own = write_phrase(by=colleague, code="plan", text="mine")
    assert [row.text for row in queries.usable(doctor)] == ["shared"] and not queries.usable(elsewhere).exists()
    assert queries.by_code(colleague)["plan"] == own, "the own one wins"
    refused(Refusal, "emr.not_your_phrase", write_phrase, by=elsewhere, code="x", text="x", department=department)
    refused(Refusal, "emr.not_your_phrase", change_phrase, phrase=shared, by=elsewhere, text="x")
    refused(Refusal, "emr.not_your_phrase", withdraw_phrase, phrase=own, by=doctor, reason="x")
    newer = change_phrase(shared, by=colleague, text="better")
    assert (newer.version, newer.replaces, newer.department, newer.code) == (2, shared, department, "plan")
    assert [row.text for row in queries.usable(doctor)] == ["better"] and Phrase.objects.get(pk=shared.pk).text == "shared"
    refused(Refusal, "emr.phrase_is_over", change_phrase, phrase=shared, by=doctor, text="x")
    refused(ReasonMissing, "emr.reason_missing", withdraw_phrase, phrase=newer, by=doctor, reason=" ")
    withdraw_phrase(newer, by=doctor, reason="nobody uses it")
    assert not queries.usable(doctor).exists() and Phrase.objects.count() == 3
    with pytest.raises(IntegrityError), transaction.atomic():
        Phrase.objects.filter(pk=own.pk).update(department=department)


def test_a_phrase_that_cannot_be_is_refused(ward):
    _department, doctor, stay = ward
    write_phrase(by=doctor, code="bp", text="{bp}")
    refused(Refusal, "emr.phrase_code_taken", write_phrase, by=doctor, code=".BP", text="x")
    refused(Refusal, "emr.unknown_field", write_phrase, by=doctor, code="w", text="{wieght}")
    for values in ({"code": "1st"}, {"code": "two words"}, {"text": " "}):
        refused(Malformed, "emr.malformed", write_phrase, by=doctor, **{"code": "ok", "text": "x"} | values)
    refused(NotPermitted, "emr.not_permitted", write_phrase, by=make_staff("registrar"), code="x", text="x")
    other = make_staff("ward_doctor", department=stay.department)
    refused(Refusal, "emr.not_the_author", fill_phrases, document=note(doctor, stay), by=other, sections=[{"text": ".bp"}])
    refused(Refusal, "emr.stale_draft", fill_phrases, document=Document.objects.get(), by=doctor, sections=[{"text": ".bp"}],
            edited=3)


def test_phrases_are_kept_on_their_page_and_filled_in_the_editor(ward, client, django_assert_max_num_queries):
    department, doctor, stay = ward
    client.force_login(doctor.user, backend="emr.signin.Backend")
    for code, text in (("now", "BP {bp}"), ("plan", "Go on")):
        answer = client.post(reverse("emr:phrases"), {"code": code, "text": text, "department": department.pk,
                                                      "request_key": "0" * 31 + str(len(code))})
        assert answer.status_code == 302
    with django_assert_max_num_queries(16):
        page = client.get(reverse("emr:phrases")).content.decode()
    assert ".now" in page and "{vitals24}" in page and "Therapy" in page
    draft = note(doctor, stay)
    answer = client.post(reverse("emr:document_edit", args=[draft.pk]), {"edited": 0, "fill": "yes", "text-0": "x .now y"},
                         headers={"HX-Request": "true"})
    assert "x BP not recorded y</textarea>" in answer.content.decode() and 'value="1"' in answer.content.decode()
    assert client.post(reverse("emr:document_edit", args=[draft.pk]), {"edited": 1, "fill": "yes",
                                                                       "text-3": ".plan"}).url.endswith("/edit/")
    assert Document.objects.get().sections[3]["text"] == "Go on"
