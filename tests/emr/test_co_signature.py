"""A doctor in training signs, a physician signs below; until then page, paper and discharge say so (B11)."""
import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from admissions.actions.admission import admit_patient
from admissions.actions.discharge import discharge_patient
from admissions.errors import ChecklistIsOpen
from emr.actions.co_signature import co_sign_document
from emr.actions.document import amend_document, rendering, sign_document, write_document
from emr.errors import NotPermitted, Refusal
from emr.models import CoSignature, Document, DocumentRendering, JournalEntry
from emr.printing import document_html
from emr.queries import co_signature as queries
from tests.factories import make_bed, make_department, make_patient, make_staff
from tests.races import at_once

SECTIONS = [{"key": "a", "title": "Findings", "text": "No wheezing"}]


@pytest.fixture
def ward(db):
    department = make_department(name="Therapy")
    doctor, intern = make_staff("ward_doctor", department=department, login="doctor"), make_staff(
        "intern", department=department, login="intern")
    stay = admit_patient(make_patient(), by=doctor, bed=make_bed(department), attending=doctor)
    return doctor, intern, stay


def signed(by, stay):
    return sign_document(write_document(stay.patient, by=by, encounter=stay, kind="progress-note", title="Day 2",
                                        sections=SECTIONS), by=by)


def refused(code, call, /, *args, **kwargs):
    before = JournalEntry.objects.count(), CoSignature.objects.count()
    with pytest.raises(Refusal) as refusal:
        call(*args, **kwargs)
    assert refusal.value.code == code and (JournalEntry.objects.count(), CoSignature.objects.count()) == before


def test_what_a_learner_signs_waits_for_a_physician_and_the_discharge_with_it(ward):
    doctor, intern, stay = ward
    note = signed(intern, stay)
    elsewhere = make_staff("ward_doctor", department=make_department())
    assert note.waits_for_co_signature and list(queries.waiting_for(doctor)) == [note] and not queries.waiting_for(elsewhere)
    with pytest.raises(ChecklistIsOpen, match="not co-signed: Day 2"):
        discharge_patient(stay, by=doctor, checklist=True)
    co_sign_document(note, by=doctor)
    note = Document.objects.get(pk=note.pk)
    assert note.co_signature.signed_by == doctor and not note.waits_for_co_signature and not queries.waiting_for(doctor)
    assert JournalEntry.objects.filter(act="emr.co_sign_document", encounter=stay).count() == 1
    with pytest.raises(DatabaseError), transaction.atomic():
        CoSignature.objects.update(signed_by=intern)
    discharge_patient(stay, by=doctor, checklist=True)


def test_only_a_physician_signs_below_and_never_below_his_own_or_twice(ward):
    doctor, intern, stay = ward
    note = signed(intern, stay)
    for who in (intern, make_staff("ward_nurse", department=stay.department),
                make_staff("student_nurse", department=stay.department)):
        with pytest.raises(NotPermitted):
            co_sign_document(note, by=who)
    both = make_staff("intern", department=stay.department)
    own = signed(both, stay)
    both.roles.create(role="ward_doctor", department=stay.department, since=both.roles.get().since)
    refused("emr.own_co_signature", co_sign_document, own, by=type(both).objects.get(pk=both.pk))
    refused("emr.no_co_signature_needed", co_sign_document, signed(doctor, stay),
            by=make_staff("ward_doctor", department=stay.department))
    draft = write_document(stay.patient, by=intern, encounter=stay, kind="progress-note", title="Day 3", sections=SECTIONS)
    refused("emr.document_is_not_signed", co_sign_document, draft, by=doctor)
    refused("emr.chart_not_visible", co_sign_document, note, by=make_staff("ward_doctor", department=make_department()))
    co_sign_document(note, by=doctor)
    refused("emr.already_co_signed", co_sign_document, note, by=doctor)
    better = amend_document(note, by=doctor, sections=SECTIONS, reason="clearer")
    assert not better.needs_co_signature, "a physician amended it"


def test_page_and_list_show_what_waits_and_by_whom_it_was_signed(ward, client, django_assert_max_num_queries):
    doctor, intern, stay = ward
    note = signed(intern, stay)
    client.force_login(intern.user, backend="emr.signin.Backend")
    page = client.get(reverse("emr:document", args=[note.pk])).content.decode()
    assert "A physician must sign below" in page and "co-sign/" not in page
    client.force_login(doctor.user, backend="emr.signin.Backend")
    with django_assert_max_num_queries(14):
        assert "Day 2" in client.get(reverse("emr:co_signing")).content.decode()
    assert "Day 2" in client.get(reverse("emr:today_drafts")).content.decode()
    assert "co-sign/" in client.get(reverse("emr:document", args=[note.pk])).content.decode()
    assert client.post(reverse("emr:document_co_sign", args=[note.pk]), {"request_key": "0" * 32}).status_code == 302
    assert f"Co-signed by {doctor.full_name}" in client.get(reverse("emr:document", args=[note.pk])).content.decode()


@pytest.mark.pdf
def test_the_paper_is_kept_for_ever_once_it_is_co_signed(ward):
    doctor, intern, stay = ward
    note = Document.objects.get(pk=signed(intern, stay).pk)
    assert "Not yet co-signed" in document_html(note, "en") and rendering(note, "en").body[
        :4] == b"%PDF" and not DocumentRendering.objects.exists()
    co_sign_document(note, by=doctor)
    note = Document.objects.get(pk=note.pk)
    paper = document_html(note, "en")
    assert "Not yet co-signed" not in paper and paper.index(intern.full_name) < paper.rindex(doctor.full_name)
    assert bytes(rendering(note, "en").body) == bytes(rendering(note, "en").body) == bytes(DocumentRendering.objects.get().body)


@pytest.mark.django_db(transaction=True)
def test_two_physicians_sign_below_at_once_and_one_signature_stands(ward):
    doctor, intern, stay = ward
    note = signed(intern, stay)
    other = make_staff("ward_doctor", department=stay.department)
    outcomes = at_once(*[lambda by=by: co_sign_document(note.pk, by=by) for by in (doctor, other)])
    assert sorted(getattr(outcome, "code", "signed") for outcome in outcomes) == ["emr.already_co_signed", "signed"]
    assert CoSignature.objects.count() == 1
