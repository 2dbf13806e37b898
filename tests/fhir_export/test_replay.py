"""A log is lived through by the acts that people use; it may be cut, wrong, killed and run twice."""
import json

import pytest
from django.apps import apps
from django.db import connection

from emr.actions.place import set_up_institution
from emr.models import Encounter, JournalEntry, Observation, Patient, Staff
from fhir_export.actions.hospital import enrol_system
from fhir_export.actions.replay import HospitalReplay
from fhir_export.errors import NotALog
from fhir_export.models import ReplayedEvent
from fhir_export.queries.reconcile import compare
from fhir_export.queries.replay import outcome_table, outcomes
from nursing.models import MedicationAdministration
from orders.actions.medication import load_demo_formulary
from orders.actions.safety import load_safety_rules
from orders.laboratory.actions.lab_test import load_catalogue
from orders.models import MedicationRequest, PlannedDose
from tests.fhir_export.logs import PATIENT, events, line, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def hospital():
    system = enrol_system(by=Staff(kind="system", family="System", code="SYSTEM"))
    set_up_institution(name="Test hospital", short_name="Test", by=system)
    load_catalogue(by=system)
    load_demo_formulary(by=system)
    load_safety_rules(by=system)
    return system


def replayed(path):
    replay = HospitalReplay(path)
    replay.run()
    return replay


def refusals(replay):
    return {event.line: event.code for event in ReplayedEvent.objects.filter(replay=replay.replay, outcome="refused")}


def rows_of_everything():
    """How many rows each table holds: equal before and after means that nothing was written."""
    with connection.cursor() as cursor:
        counts = {}
        for model in apps.get_models():
            if not model._meta.proxy and model._meta.managed:
                cursor.execute(f'select count(*) from "{model._meta.db_table}"')
                counts[model._meta.label] = cursor.fetchone()[0]
    return counts


def reconciled(replay):
    """What the log says and what the database holds, figure by figure, doses given among them."""
    figures = compare(replay, "Europe/Minsk")
    assert len(figures) > 5 and any(found for _name, _log, found in figures)
    assert [row for row in figures if row[1] != row[2]] == []


def test_every_line_is_applied_and_reconciles(hospital, tmp_path):
    replay = replayed(write(tmp_path / "log.jsonl", events()))
    assert refusals(replay) == {}
    reconciled(replay)
    read = sum(entry["read"] for entry in outcomes(replay.replay).values())
    assert read == replay.log.lines == sum(entry["applied"] for entry in outcomes(replay.replay).values())
    assert "All 17 lines done." in outcome_table(replay.replay)
    stay = Encounter.objects.get(kind="IMP")
    assert (stay.disposition, stay.finished_at.isoformat()) == ("home", "2025-03-04T08:00:00+00:00")


def test_facts_carry_the_logs_own_times_and_people(hospital, tmp_path):
    replayed(write(tmp_path / "log.jsonl", events()))
    given = MedicationAdministration.objects.get(status="given")
    assert given.happened_at.isoformat() == "2025-03-02T07:20:00+00:00" and given.performer.code == "NS-IM-1"
    assert given.dose.due_at.isoformat() == "2025-03-02T07:15:00+00:00"
    assert MedicationAdministration.objects.get(status="refused").reason
    entry = JournalEntry.objects.get(act="nursing.administer_dose")
    assert entry.by_staff.code == "NS-IM-1" and entry.at == given.recorded_at


def test_a_dose_dated_before_its_order_makes_it_a_verbal_order(hospital, tmp_path):
    replay = replayed(write(tmp_path / "log.jsonl", events()))
    note = ReplayedEvent.objects.get(replay=replay.replay, kind="order", line=9)
    assert note.message.startswith("a verbal order")


def test_a_second_run_changes_nothing(hospital, tmp_path):
    path = write(tmp_path / "log.jsonl", events())
    replayed(path)
    before = rows_of_everything()
    replayed(path)
    assert rows_of_everything() == before


class Killed(BaseException):
    """Like a kill: nothing catches it."""


@pytest.mark.parametrize("after", [0, 1, 6, 7, 9, 16])
def test_a_killed_replay_resumes_to_the_same_end(hospital, tmp_path, after, monkeypatch):
    path = write(tmp_path / "log.jsonl", events())
    victim, real, seen = HospitalReplay(path), HospitalReplay._note, []

    def die_before_the_note(self, *args, **kwargs):
        seen.append(1)
        if len(seen) == after + 1:
            raise Killed()
        return real(self, *args, **kwargs)

    monkeypatch.setattr(HospitalReplay, "_note", die_before_the_note)
    with pytest.raises(Killed):
        victim.run()
    monkeypatch.setattr(HospitalReplay, "_note", real)
    assert ReplayedEvent.objects.count() == after
    replay = replayed(path)
    assert refusals(replay) == {} and ReplayedEvent.objects.count() == 17
    reconciled(replay)
    assert Patient.objects.count() == 1 and MedicationAdministration.objects.count() == 2


def test_a_cut_file_is_read_up_to_the_cut(hospital, tmp_path):
    path = write(tmp_path / "log.jsonl.gz", events() * 1, compress=True)
    path.write_bytes(path.read_bytes()[:-20])
    replay = replayed(path)
    assert "fhir_export.log_truncated" in refusals(replay).values()
    assert Encounter.objects.count() <= 3


def test_a_cut_line_is_refused_alone(hospital, tmp_path):
    rows = [json.dumps(row).encode() + b"\n" for row in events()]
    replay = replayed(write(tmp_path / "log.jsonl", [*rows[:-1], rows[-1][:40]]))
    assert refusals(replay) == {17: "fhir_export.line_unreadable"}


BAD = {
    "unknown event": (line("06T00:00:00", "teleport", "S1"), "fhir_export.unknown_event"),
    "time backwards": (line("01T00:00:00", "vitals", "V1", heart_rate=80), "fhir_export.time_backwards"),
    "stranger's order": (line("06T00:00:00", "mar", "V1", order_id="M1", scheduled_datetime="2025-03-02T10:15:00",
                              status="given"), "fhir_export.order_of_another_patient"),
    "another patient's encounter": (line("06T00:00:00", "vitals", "S1", patient="POP-2", heart_rate=80),
                                    "fhir_export.order_of_another_patient"),
    "unknown order": (line("06T00:00:00", "mar", "V1", order_id="NO", scheduled_datetime="2025-03-02T10:15:00",
                           status="given"), "fhir_export.order_unknown"),
    "dose given twice": (line("06T00:00:00", "mar", "S1", order_id="M1", scheduled_datetime="2025-03-02T10:15:00",
                              status="given"), "nursing.dose_already_recorded"),
    "two megabytes of text": (line("06T00:00:00", "vitals", "V1", heart_rate=80, nursing_note="x" * 2_000_000),
                              "emr.text_too_long"),
    "no data": ({"t": "2025-03-06T00:00:00", "event": "vitals", "patient": "POP-1", "encounter": "V1"},
                "fhir_export.event_malformed"),
    "no time": (line("06T00:00:00", "vitals", "V1", heart_rate=80) | {"t": "yesterday"}, "fhir_export.event_malformed"),
    "value that is no number": (line("06T00:00:00", "result", "V1", order_id="L2", lab_name="Creatinine", value="much",
                                     unit="mg/dL"), "fhir_export.event_malformed"),
    "impossible vital sign": (line("05T12:20:00", "vitals", "V1", heart_rate=8000), "nursing.implausible_value"),
    "arrival twice": (line("06T00:00:00", "visit_start", "V1"), "fhir_export.name_used_twice"),
    "wrong encoding": ("{\"t\": \"2025-03-06T00:00:00\", \"event\": \"Осмотр\"}\n".encode("cp1251"),
                       "fhir_export.line_not_utf8"),
    "doubled key": (b'{"t": "2025-03-06T00:00:00", "event": "vitals", "event": "mar", "data": {}}\n',
                    "fhir_export.line_unreadable"),
    "a list": (b"[1, 2]\n", "fhir_export.event_malformed"),
    "deep nesting": (b"[" * 100_000 + b"]" * 100_000 + b"\n", "fhir_export.line_unreadable"),
}


@pytest.mark.parametrize("bad, code", BAD.values(), ids=list(BAD))
def test_a_bad_line_is_refused_with_its_code_and_leaves_nothing(hospital, tmp_path, bad, code):
    path = write(tmp_path / "bad.jsonl", [*events(), bad])
    without = HospitalReplay(path)
    without.log.events = [event for event in without.log.events if event.line != 18]
    without.log.problems = []
    without.run()
    before = rows_of_everything()
    assert refusals(replayed(path)) == {18: code}
    after = rows_of_everything()
    assert {name: n - before[name] for name, n in after.items() if n != before[name]} == {"fhir_export.ReplayedEvent": 1}


def test_a_file_without_any_event_is_no_log(hospital, tmp_path):
    with pytest.raises(NotALog):
        HospitalReplay(write(tmp_path / "picture.png", [b"\x89PNG\r\n\x1a\n"]))


def test_a_taken_bed_gets_the_next_patient_a_free_one(hospital, tmp_path):
    rows = [*events()[:7], line("02T11:00:00", "admit", "S2", patient="POP-2", attending_physician_id="DR-IM-1",
                                department_id="internal_medicine", ward_id="4E", bed_number="4E-01")]
    replay = replayed(write(tmp_path / "log.jsonl", rows))
    note = ReplayedEvent.objects.get(replay=replay.replay, line=8)
    assert note.outcome == "applied" and note.message.startswith("bed 4E-01 was taken")
    assert Patient.objects.filter(is_unknown=True).count() == 1  # the log does not say who POP-2 is


def test_the_patient_is_registered_with_what_the_event_says(hospital, tmp_path):
    replayed(write(tmp_path / "log.jsonl", events()[:1]))
    patient = Patient.objects.get()
    assert (patient.family, patient.sex, str(patient.birth_date)) == (PATIENT["name"]["family_name"], "female", "1970-05-17")
    assert patient.allergies.get().kind == "none-known" and patient.conditions.get().stage == "problem"


def test_an_order_keeps_the_senders_own_plan(hospital, tmp_path):
    replayed(write(tmp_path / "log.jsonl", events()))
    order = MedicationRequest.objects.get(category="inpatient")
    due = [dose.due_at.isoformat() for dose in PlannedDose.objects.filter(request=order)]
    assert due == ["2025-03-02T07:15:00+00:00", "2025-03-02T15:00:00+00:00"]
    assert not Observation.objects.filter(effective_at__gt=order.authored_at, patient=order.patient, category="laboratory")
