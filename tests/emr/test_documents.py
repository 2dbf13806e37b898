"""Papers of the chart: drafts, signatures, versions."""
import hashlib

import pytest
from django.db import DatabaseError, connection, transaction

from emr.actions.document import abandon_document, amend_document, edit_document, sign_document, write_document
from emr.errors import Refusal
from emr.models import Document, JournalEntry
from emr.rules.document import canonical, content, is_intact
from tests.factories import make_department, make_encounter, make_patient, make_staff
from tests.races import at_once, just_before

SECTIONS = [{"key": "subjective", "title": "Complaints", "text": "Кашель", "rows": []}]


def refused(code, call, /, *args, **kwargs):
    """The call is refused with this code and leaves no journal row."""
    before = JournalEntry.objects.count()
    with pytest.raises(Refusal) as refusal:
        call(*args, **kwargs)
    assert refusal.value.code == code and str(refusal.value)
    assert JournalEntry.objects.count() == before
    return refusal.value


@pytest.fixture
def ward(db):
    department = make_department()
    doctor = make_staff("ward_doctor", department=department)
    return department, doctor, make_encounter(department=department)


def write(doctor, stay, **values):
    return write_document(stay.patient, by=doctor, encounter=stay, **{
        "kind": "progress-note", "title": "Day 2", "sections": SECTIONS} | values)


def test_a_draft_is_edited_then_signed_and_its_digest_covers_the_content(ward):
    _department, doctor, stay = ward
    draft = write(doctor, stay)
    edited = edit_document(draft, by=doctor, sections=[{**SECTIONS[0], "text": "Кашель меньше"}], edited=0)
    signed = sign_document(edited, by=doctor, edited=1)
    assert (signed.status, signed.signed_by, signed.edited) == ("signed", doctor, 1)
    assert signed.sha256 == hashlib.sha256(canonical(content(signed))).hexdigest()
    assert is_intact(Document.objects.get(pk=signed.pk))
    assert [entry.act for entry in JournalEntry.objects.filter(patient=stay.patient)] == [
        "emr.write_document", "emr.edit_document", "emr.sign_document"]


def test_the_database_refuses_to_change_a_signed_document(ward):
    _department, doctor, stay = ward
    signed = sign_document(write(doctor, stay), by=doctor)
    with pytest.raises(DatabaseError), transaction.atomic():
        Document.objects.filter(pk=signed.pk).update(title="Other")
    assert Document.objects.get(pk=signed.pk).title == "Day 2"


def test_only_the_author_edits_signs_and_abandons(ward):
    department, doctor, stay = ward
    other, draft = make_staff("ward_doctor", department=department), write(doctor, stay)
    refused("emr.not_the_author", sign_document, draft, by=other)
    refused("emr.not_the_author", edit_document, draft, by=other, sections=SECTIONS)
    refused("emr.not_the_author", abandon_document, draft, by=other, reason="mine")
    assert Document.objects.get(pk=draft.pk).status == "draft"


def test_a_stale_draft_is_refused(ward):
    _department, doctor, stay = ward
    draft = write(doctor, stay)
    edit_document(draft, by=doctor, sections=SECTIONS, edited=0)
    refusal = refused("emr.stale_draft", edit_document, draft, by=doctor, sections=SECTIONS, edited=0)
    assert refusal.status == 412
    refused("emr.stale_draft", sign_document, draft, by=doctor, edited=0)


def test_a_correction_is_a_new_version_and_both_stay_readable(ward):
    department, doctor, stay = ward
    first = sign_document(write(doctor, stay), by=doctor)
    second = amend_document(first, by=doctor, sections=[{**SECTIONS[0], "text": "Нет"}], reason="misheard")
    assert (second.version, second.replaces, second.status, second.number) == (2, first, "signed", f"{first.number}/2")
    assert second.check_code != first.check_code and is_intact(second)
    assert Document.objects.get(pk=first.pk).sections[0]["text"] == "Кашель"
    refused("emr.document_already_amended", amend_document, first, by=doctor, sections=SECTIONS, reason="again")
    refused("emr.reason_missing", amend_document, second, by=doctor, sections=SECTIONS, reason=" ")
    nurse = make_staff("ward_nurse", department=department)
    refused("emr.not_the_author", amend_document, second, by=nurse, sections=SECTIONS, reason="I know better")
    third = amend_document(second, by=doctor, sections=SECTIONS, reason="first was right")
    assert third.number == f"{first.number}/3"


def test_an_empty_document_cannot_be_signed_and_a_draft_cannot_be_amended(ward):
    _department, doctor, stay = ward
    empty = write(doctor, stay, sections=[{"key": "a", "title": "A", "text": "  "}])
    refused("emr.nothing_to_sign", sign_document, empty, by=doctor)
    refused("emr.document_is_not_signed", amend_document, empty, by=doctor, sections=SECTIONS, reason="x")


def test_an_abandoned_draft_stays_but_cannot_be_signed(ward):
    _department, doctor, stay = ward
    draft = abandon_document(write(doctor, stay), by=doctor, reason="wrong chart")
    assert Document.objects.get(pk=draft.pk).status == "abandoned"
    refused("emr.document_is_not_a_draft", sign_document, draft, by=doctor)


@pytest.mark.parametrize("sections", ["text", [1], [{"text": 5}], [{"rows": "x"}], [{"rows": [1]}],
                                      [{"text": "a\x00"}]])
def test_sections_of_another_form_are_refused(ward, sections):
    _department, doctor, stay = ward
    refused("emr.malformed", write, doctor, stay, sections=sections)
    assert not Document.objects.exists()


def test_a_paper_beyond_measure_is_refused(ward):
    _department, doctor, stay = ward
    refused("emr.text_too_long", write, doctor, stay, sections=[{"text": "x" * 200_001}])


def test_a_stranger_writes_into_no_chart(ward):
    _department, _doctor, stay = ward
    refused("emr.chart_not_visible", write, make_staff("ward_doctor", department=make_department()), stay)
    refused("emr.not_permitted", write, make_staff("registrar"), stay)


def test_a_document_names_an_encounter_of_its_own_patient(ward):
    department, doctor, stay = ward
    other = make_encounter(make_patient(), department=department)
    refused("emr.encounter_of_another_patient", write_document, stay.patient, by=doctor, encounter=other,
            kind="progress-note", title="x", sections=SECTIONS)


@pytest.mark.django_db(transaction=True)
def test_two_signatures_at_once_leave_one():
    department = make_department()
    doctor, stay = make_staff("ward_doctor", department=department), make_encounter(department=department)
    draft = write(doctor, stay)
    results = at_once(lambda: sign_document(draft.pk, by=doctor), lambda: sign_document(draft.pk, by=doctor))
    assert sorted(getattr(result, "code", "signed") for result in results) == ["emr.document_is_not_a_draft", "signed"]
    assert JournalEntry.objects.filter(act="emr.sign_document").count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_edit_that_slips_in_before_the_signature_is_noticed():
    department = make_department()
    doctor, stay = make_staff("ward_doctor", department=department), make_encounter(department=department)
    draft = write(doctor, stay)

    def edit():
        edit_document(draft.pk, by=doctor, sections=[{"text": "another text"}])

    with just_before("emr.actions.document.lock_fact", edit):
        refused_late = pytest.raises(Refusal)
        with refused_late as refusal:
            sign_document(draft.pk, by=doctor, edited=0)
    assert refusal.value.code == "emr.stale_draft"
    assert Document.objects.get(pk=draft.pk).status == "draft"


@pytest.mark.django_db(transaction=True)
def test_an_edit_after_the_signature_is_refused_and_changes_nothing():
    department = make_department()
    doctor, stay = make_staff("ward_doctor", department=department), make_encounter(department=department)
    draft = write(doctor, stay)
    with just_before("emr.actions.document.lock_fact", lambda: sign_document(draft.pk, by=doctor)):
        refused_kind = pytest.raises(Refusal)
        with refused_kind as refusal:
            edit_document(draft.pk, by=doctor, sections=[{"text": "late"}], edited=0)
    assert refusal.value.code == "emr.document_is_not_a_draft"
    assert is_intact(Document.objects.get(pk=draft.pk))


@pytest.mark.django_db(transaction=True)
def test_two_amendments_at_once_leave_one():
    department = make_department()
    doctor, stay = make_staff("ward_doctor", department=department), make_encounter(department=department)
    first = sign_document(write(doctor, stay), by=doctor)

    def amend():
        return amend_document(first.pk, by=doctor, sections=SECTIONS, reason="clearer")

    results = at_once(amend, amend)
    assert {getattr(result, "code", "amended") for result in results} == {"amended", "emr.document_already_amended"}


def test_a_signed_paper_is_changed_by_no_page_api_orm_or_sql(ward, client):
    department, _doctor, stay = ward
    author = make_staff("ward_doctor", department=department, login="author")
    signed = sign_document(write(author, stay), by=author)
    client.force_login(author.user, backend="emr.signin.Backend")
    journal, changed = JournalEntry.objects.count(), {"sections": SECTIONS, "title": "Other", "edited": 0}
    page = client.post(f"/documents/{signed.pk}/edit/", {"title": "Other", "text-0": "Other", "edited": 0})
    filled = client.post(f"/documents/{signed.pk}/edit/", {"title": "Other", "text-0": "Other", "edited": 0, "fill": "yes"})
    api = [client.post(f"/api/emr/documents/{signed.pk}/{act}", changed, content_type="application/json")
           for act in ("edit", "fill-phrases")]
    assert {answer.status_code for answer in (page, filled, *api)} == {409}
    assert client.put(f"/api/emr/documents/{signed.pk}", changed, content_type="application/json").status_code == 405
    row = Document.objects.get(pk=signed.pk)
    row.title = "Other"
    for change in (row.save, lambda: Document.objects.filter(pk=signed.pk).update(status="draft"), row.delete,
                   lambda: connection.cursor().execute("update emr_document set sections = '[]' where id = %s", [signed.pk]),
                   lambda: connection.cursor().execute("delete from emr_document where id = %s", [signed.pk])):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert is_intact(Document.objects.get(pk=signed.pk)) and JournalEntry.objects.count() == journal


@pytest.mark.pdf
def test_the_pdf_is_served_with_the_same_bytes_and_an_amendment_shows_on_page_and_paper(ward, client):
    department, _doctor, stay = ward
    author = make_staff("ward_doctor", department=department, login="author")
    signed = sign_document(write(author, stay), by=author)
    client.force_login(author.user, backend="emr.signin.Backend")
    first, again = (client.get(f"/documents/{signed.pk}/pdf/").content for _time in range(2))
    newer = amend_document(signed, by=author, sections=[{**SECTIONS[0], "text": "Нет"}], reason="misheard")
    assert first == again == client.get(f"/documents/{signed.pk}/pdf/").content and first[:4] == b"%PDF"
    assert newer.number in client.get(f"/documents/{signed.pk}/").content.decode()
    assert newer.number in client.get(f"/documents/{signed.pk}/paper/").content.decode()
    assert "misheard" in client.get(f"/documents/{newer.pk}/paper/").content.decode()
