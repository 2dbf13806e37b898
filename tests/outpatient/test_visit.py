"""A visit begins, is written down and ends; a card is opened once."""
import datetime as dt
import uuid

import pytest

from emr import clock
from emr.access import ChartNotVisible
from emr.actions.condition import CodeWithoutSystem
from emr.actions.document import NothingToSign, NotTheAuthor, StaleDraft, write_document
from emr.actions.encounter import BackwardsInTime, EncounterIsFinished, PatientIsMerged
from emr.errors import Malformed, NotFound, NotPermitted, TextTooLong, TimeInFuture
from emr.models import Condition, Document, Encounter, JournalEntry
from outpatient.actions.card import open_card
from outpatient.actions.visit import finish_visit, start_visit
from outpatient.errors import CardJustOpened, NotAVisit, PatientHasCard, PatientHasDied
from outpatient.models import Card, District, Visit
from outpatient.queries import visit as queries
from tests.factories import make_department, make_encounter, make_patient, make_staff

pytestmark = pytest.mark.django_db
TEXT = [{"key": "subjective", "title": "Complaints", "text": "Cough", "rows": []}]


@pytest.fixture
def room():
    class Room:
        department = make_department("outpatient")
        doctor = make_staff("ward_doctor", department=department)
        registrar = make_staff("registrar")

        def begin(self, patient=None, **values):
            return start_visit(patient or make_patient(), by=self.doctor, department=self.department, **values)

    return Room()


def refused(refusal, function, *args, **kwargs):
    """The act refuses with this code, and nothing was written."""
    def rows():
        return [list(model.objects.order_by("pk").values()) for model in (Encounter, Visit, Card, Condition, Document)] + [
            JournalEntry.objects.count()]

    before = rows()
    with pytest.raises(refusal) as caught:
        function(*args, **kwargs)
    assert caught.value.code == refusal.code and str(caught.value)
    assert rows() == before


def test_a_visit_begins_in_the_department_with_its_doctor(room):
    encounter = room.begin(complaint="Cough")
    visit = Visit.objects.get(pk=encounter.pk)
    assert (encounter.kind, encounter.status, encounter.reason) == ("AMB", "in-progress", "Cough")
    assert (visit.doctor, visit.complaint, visit.is_first) == (room.doctor, "Cough", True)
    assert encounter.locations.get().department == room.department and encounter.participants.get().staff == room.doctor
    assert JournalEntry.objects.get().act == "outpatient.start_visit"


def test_ids_do_as_well_as_rows(room):
    encounter = start_visit(make_patient().pk, by=room.doctor, department=room.department.pk, doctor=room.doctor.pk)
    assert finish_visit(encounter.pk, by=room.doctor).finished_at


def test_a_visit_that_cannot_begin_leaves_no_row(room):
    dead = make_patient(died_at=clock.now() - dt.timedelta(days=3))
    refused(PatientHasDied, room.begin, dead)
    refused(PatientIsMerged, room.begin, make_patient(merged_into=make_patient()))
    refused(TimeInFuture, room.begin, started_at=clock.now() + dt.timedelta(minutes=5))
    refused(TextTooLong, room.begin, complaint="x" * 501)
    refused(NotFound, start_visit, make_patient(), by=room.doctor, department=uuid.uuid4())
    refused(NotPermitted, start_visit, make_patient(), by=room.registrar, department=room.department)
    before_death = room.begin(dead, started_at=clock.now() - dt.timedelta(days=4))  # a late entry of what was
    assert before_death.status == "in-progress"


def test_a_visit_ends_with_diagnoses_conclusion_and_a_signed_note(room):
    encounter = room.begin()
    note = write_document(encounter.patient, by=room.doctor, kind="visit-note", title="Note", sections=TEXT, encounter=encounter)
    finish_visit(encounter, by=room.doctor, conclusion="Rest", note=note, edited=0,
                 conditions=[{"text": "Bronchitis", "code": "J20.9", "system": "http://hl7.org/fhir/sid/icd-10-cm"}])
    encounter.refresh_from_db(), note.refresh_from_db()
    assert (encounter.status, encounter.disposition, Visit.objects.get().conclusion) == ("finished", "home", "Rest")
    assert (note.status, note.signed_by) == ("signed", room.doctor)
    condition = Condition.objects.get()
    assert (condition.stage, condition.encounter, condition.asserted_at) == ("final", encounter, encounter.finished_at)
    assert JournalEntry.objects.get(act="outpatient.finish_visit").data == {"diagnoses": 1, "signed": note.number}


def test_a_visit_that_cannot_end_stays_as_it_was(room):
    encounter = room.begin(started_at=clock.now() - dt.timedelta(hours=1))
    note = write_document(encounter.patient, by=room.doctor, kind="visit-note", title="Note", sections=TEXT, encounter=encounter)
    blank = write_document(encounter.patient, by=room.doctor, kind="visit-note", title="Note", sections=[], encounter=encounter)
    other = write_document(encounter.patient, by=room.doctor, kind="progress-note", title="Note", sections=TEXT)
    colleague = make_staff("ward_doctor", department=room.department)
    refused(TimeInFuture, finish_visit, encounter, by=room.doctor, at=clock.now() + dt.timedelta(hours=1))
    refused(BackwardsInTime, finish_visit, encounter, by=room.doctor, at=clock.now() - dt.timedelta(hours=2))
    refused(Malformed, finish_visit, encounter, by=room.doctor, disposition="gone")
    refused(TextTooLong, finish_visit, encounter, by=room.doctor, conclusion="x" * 501)
    refused(CodeWithoutSystem, finish_visit, encounter, by=room.doctor, conditions=[{"text": "a"}, {"text": "b", "code": "J20"}])
    refused(StaleDraft, finish_visit, encounter, by=room.doctor, note=note, edited=7)
    refused(NothingToSign, finish_visit, encounter, by=room.doctor, note=blank)
    refused(NotTheAuthor, finish_visit, encounter, by=colleague, note=note)
    refused(NotFound, finish_visit, encounter, by=room.doctor, note=other)
    refused(ChartNotVisible, finish_visit, encounter, by=make_staff("ward_doctor", department=make_department("outpatient")))
    finish_visit(encounter, by=room.doctor)
    refused(EncounterIsFinished, finish_visit, encounter, by=room.doctor)


def test_a_stay_is_not_finished_as_a_visit(room):
    stay = make_encounter(department=room.department)
    refused(NotAVisit, finish_visit, stay, by=room.doctor)
    refused(NotFound, finish_visit, uuid.uuid4(), by=room.doctor)


def test_finishing_twice_with_one_key_is_done_once(room):
    encounter, key = room.begin(), uuid.uuid4()
    first = finish_visit(encounter, by=room.doctor, request_key=key)
    assert finish_visit(encounter, by=room.doctor, request_key=key) == first
    assert JournalEntry.objects.filter(act="outpatient.finish_visit").count() == 1


def test_a_card_is_opened_once(room, monkeypatch):
    patient, district = make_patient(), District.objects.create(department=room.department, code="7")
    card = open_card(patient, by=room.registrar, district=district.pk)
    assert card.number.startswith("C") and card.district == district
    refused(PatientHasCard, open_card, patient, by=room.registrar)
    refused(PatientHasDied, open_card, make_patient(died_at=clock.now()), by=room.registrar)
    refused(NotPermitted, open_card, make_patient(), by=room.doctor)
    card.closed_at = clock.now()
    card.save()
    assert open_card(patient, by=room.registrar).number != card.number


@pytest.mark.django_db(transaction=True)
def test_of_two_registrars_one_opens_the_card():
    from emr.models import Staff
    from tests.races import at_once

    registrar, patient = make_staff("registrar"), make_patient()
    answers = at_once(*[lambda: open_card(patient.pk, by=Staff.objects.get(pk=registrar.pk)) for _number in range(5)])
    assert Card.objects.count() == 1 and sum(isinstance(answer, PatientHasCard | CardJustOpened) for answer in answers) == 4


def test_problems_of_other_visits_are_offered_and_one_line_stays(room):
    patient = make_patient()
    first, second = room.begin(patient), room.begin(patient)
    finish_visit(first, by=room.doctor, conditions=[{"text": "Hypertension"}])
    known = queries.problems(patient, second).get()
    from emr.actions.condition import record_condition

    record_condition(patient, by=room.doctor, text=known.text, stage="final", encounter=second, replaces=known)
    assert not queries.problems(patient, second).exists()
    assert queries.conditions(second).get().replaces == known and queries.problems(patient, None).count() == 1


def test_the_day_shows_open_and_finished_visits_of_today_only(room):
    old = room.begin(started_at=clock.now() - dt.timedelta(days=3))
    finish_visit(old, by=room.doctor, at=clock.now() - dt.timedelta(days=2))
    running, done = room.begin(), room.begin()
    finish_visit(done, by=room.doctor)
    make_encounter(kind="AMB", department=room.department)  # from elsewhere, without a visit of ours
    assert [row.pk for row in queries.open_visits(doctor=room.doctor)] == [running.pk]
    assert [row.pk for row in queries.finished_today(departments=[room.department.pk])] == [done.pk]
    assert {row.pk for row in queries.of_day(room.doctor)} == {running.pk, done.pk}
    assert not queries.of_day(make_staff("ward_doctor")).exists()
