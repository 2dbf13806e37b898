"""What comes in: applied or listed with a reason, twice changes nothing, hostile documents leave no row."""
import copy
import gzip
import io
import json
from pathlib import Path

import pytest

from emr.models import AllergyIntolerance, Condition, Document, Encounter, Institution, Observation, Patient
from fhir_export.actions.import_bundle import import_bundle
from fhir_export.errors import (
    AnotherPatient,
    DocumentTooLarge,
    DoubledFullUrl,
    NotFhir,
    NothingReceived,
    ScriptInNarrative,
)
from fhir_export.models import ReceivedDocument, ReceivedResource
from fhir_export.queries.received import outcomes
from fhir_export.rules import documents
from fhir_export.rules.elements import dumps
from nursing.models import Procedure
from orders.models import MedicationStatement
from tests.factories import make_institution, make_patient, make_staff, make_system
from tests.fhir_export.factories import make_chart

pytestmark = pytest.mark.django_db
SHARED = Path(__file__).parents[3] / "shared" / "data" / "fhir"
SUBJECT = {"reference": "urn:uuid:p"}
PATIENT = {"resourceType": "Patient", "id": "p", "identifier": [{"system": "urn:other", "value": "77"}],
           "name": [{"use": "official", "family": "Жвалевская", "given": ["Ивета", "Измаиловна"]},
                    {"use": "maiden", "family": "Олимпиева"}], "gender": "female", "birthDate": "1971-12"}
VISIT = {"resourceType": "Encounter", "id": "e", "status": "finished", "class": {"code": "AMB"}, "subject": SUBJECT,
         "period": {"start": "2180-01-01T09:00:00-04:00", "end": "2180-01-01T09:30:00-04:00"}}
WEIGHT = {"resourceType": "Observation", "id": "o", "status": "final", "subject": SUBJECT,
          "encounter": {"reference": "Encounter/e"},
          "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7", "display": "Body weight"}]},
          "effectiveDateTime": "2180-01-01T09:00:00-04:00",
          "valueQuantity": {"value": 72.5, "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg"}}


@pytest.fixture
def system():
    make_institution()
    return make_system()


def text_of(*resources, kind="transaction", urls=None):
    entries = [{"fullUrl": f"urn:uuid:{row['id']}", "resource": row} for row in resources]
    for entry, url in zip(entries, urls or (), strict=False):
        entry["fullUrl"] = url
    return json.dumps({"resourceType": "Bundle", "type": kind, "entry": entries}, ensure_ascii=False).encode()


def bring(*resources, by, sender="Second hospital", **more):
    return import_bundle(text_of(*resources, **more), name="test.json", sender=sender, by=by)


def outcome(document, kind):
    row = document.resources.get(resource_type=kind)
    return row.outcome, row.reason


def test_a_bundle_becomes_a_chart_of_its_sender(system):
    bring(PATIENT, VISIT, WEIGHT, by=system)
    patient, visit, weight = Patient.objects.get(), Encounter.objects.get(), Observation.objects.get()
    assert (patient.family, patient.given, patient.patronymic, patient.birth_precision) == (
        "Жвалевская", "Ивета", "Измаиловна", "month")
    assert visit.number.startswith("X") and visit.source.name == "Second hospital" and visit.finished_at.year == 2180
    assert weight.encounter == visit and weight.source == visit.source and str(weight.value) == "72.5"


def test_the_bytes_of_each_resource_are_kept(system):
    body = text_of(PATIENT, WEIGHT).replace(b"72.5,", b" 72.500 ,")
    document = import_bundle(body, name="t", by=system)
    kept = document.resources.get(resource_type="Observation").body
    assert kept.encode() in body and "72.500" in kept
    assert gzip.decompress(bytes(document.body)) == body
    assert str(Observation.objects.get().value) == "72.500"


def test_the_same_document_again_changes_nothing(system):
    first = bring(PATIENT, VISIT, WEIGHT, by=system)
    before = ReceivedResource.objects.count(), Observation.objects.count()
    assert bring(PATIENT, VISIT, WEIGHT, by=system) == first
    assert (ReceivedResource.objects.count(), Observation.objects.count()) == before


def test_the_same_resources_in_another_document_are_matched(system):
    bring(PATIENT, VISIT, WEIGHT, by=system)
    second = bring(PATIENT, WEIGHT, by=system)
    assert {row.outcome for row in second.resources.all()} == {"matched"}
    assert Observation.objects.count() == 1


def test_a_changed_copy_updates_and_keeps_the_old_row_as_an_error(system):
    bring(PATIENT, VISIT, WEIGHT, by=system)
    changed = copy.deepcopy(WEIGHT)
    changed["valueQuantity"]["value"] = 73
    assert outcome(bring(PATIENT, changed, by=system), "Observation")[0] == "updated"
    old, new = Observation.objects.order_by("pk")
    assert old.error_at and old.error_reason and str(new.value) == "73" and new.is_live


def test_a_sender_takes_back_what_it_told(system):
    bring(PATIENT, VISIT, WEIGHT, by=system)
    document = bring(PATIENT, WEIGHT | {"status": "entered-in-error"}, by=system)
    assert outcome(document, "Observation")[0] == "updated"
    assert not Observation.objects.live().exists()


def test_a_patient_is_found_by_an_identifier(system):
    from emr.models import PatientIdentifier

    known = make_patient(family="ZHVALEVSKAYA")
    PatientIdentifier.objects.create(patient=known, system="urn:other", value="77")
    document = bring(PATIENT | {"birthDate": "1970-05-17"}, WEIGHT, by=system)
    assert outcome(document, "Patient")[0] == "matched"
    assert Patient.objects.count() == 1 and Observation.objects.get().patient == known


def test_numbers_of_two_people_leave_everything_to_a_person(system):
    from emr.models import PatientIdentifier

    for value in ("77", "78"):
        PatientIdentifier.objects.create(patient=make_patient(), system="urn:other", value=value)
    twice = PATIENT | {"identifier": [{"system": "urn:other", "value": "77"}, {"system": "urn:other", "value": "78"}]}
    document = bring(twice, VISIT, WEIGHT, by=system)
    assert {row.outcome for row in document.resources.all()} == {"refused"}
    assert not Observation.objects.exists() and Patient.objects.count() == 2


def test_a_very_similar_person_is_not_registered_again(system):
    bring(PATIENT | {"birthDate": "1971-12-26"}, by=system)
    other = PATIENT | {"id": "p2", "birthDate": "1971-12-26", "identifier": [{"system": "urn:third", "value": "1"}]}
    document = bring(other, by=system, sender="Third hospital")
    assert outcome(document, "Patient")[0] == "refused" and Patient.objects.count() == 1


def test_one_bad_resource_is_refused_alone(system):
    bad = WEIGHT | {"id": "bad", "effectiveDateTime": "yesterday"}
    worse = {"resourceType": "Observation", "id": "worse", "status": "final", "code": ["x"], "subject": SUBJECT}
    document = bring(PATIENT, VISIT, WEIGHT, bad, worse, by=system)
    assert outcomes([document])["Observation"]["created"] == 1
    assert outcomes([document])["Observation"]["refused"] == 2
    assert Observation.objects.count() == 1


def test_kinds_without_a_table_are_kept_with_their_reason(system):
    shot = {"resourceType": "Immunization", "id": "i", "status": "completed", "patient": SUBJECT}
    dose = {"resourceType": "MedicationAdministration", "id": "m", "status": "completed", "subject": SUBJECT}
    cut = {"resourceType": "Procedure", "id": "c", "status": "completed", "subject": SUBJECT, "code": {"text": "Cut"},
           "performedDateTime": "2020"}
    document = bring(PATIENT, shot, dose, cut, by=system)
    for kind in ("Immunization", "MedicationAdministration", "Procedure"):
        assert outcome(document, kind)[0] == "kept" and outcome(document, kind)[1]
    assert document.resources.get(resource_type="Immunization").patient == Patient.objects.get()


def test_prescriptions_become_statements_never_orders(system):
    drug = {"resourceType": "Medication", "id": "d", "identifier": [{"system": "x-medication-name", "value": "Senna"}]}
    order = {"resourceType": "MedicationRequest", "id": "r", "status": "stopped", "intent": "order", "subject": SUBJECT,
             "medicationReference": {"reference": "urn:uuid:d"}, "authoredOn": "2020-01-02",
             "dosageInstruction": [{"text": "1 tablet", "route": {"text": "PO"}}]}
    bring(PATIENT, order, drug, by=system)
    row = MedicationStatement.objects.get()
    assert (row.text, row.status, row.route, row.source.name) == ("Senna", "stopped", "PO", "Second hospital")


def test_no_known_allergy_beside_a_known_one_is_left_to_a_person(system):
    fish = {"resourceType": "AllergyIntolerance", "id": "a", "patient": SUBJECT, "code": {"text": "Fish"}}
    none = {"resourceType": "AllergyIntolerance", "id": "n", "patient": SUBJECT,
            "code": {"coding": [{"system": "http://snomed.info/sct", "code": "716186003"}]}}
    document = bring(PATIENT, fish, none, by=system)
    assert document.resources.get(source_id="n").outcome == "refused"
    assert [row.substance for row in AllergyIntolerance.objects.all()] == ["Fish"]


def test_a_received_document_can_be_read_as_it_was_written(system):
    paper = {"resourceType": "Composition", "id": "c", "status": "final", "type": {"text": "Letter"}, "subject": SUBJECT,
             "date": "2020-01-01", "title": "Letter", "section": [
                 {"title": "Course", "text": {"status": "generated", "div": "<div><p>He is <b>well</b> &amp; home</p></div>"}}]}
    bring(paper, PATIENT, by=system, kind="document")
    document = Document.objects.get()
    assert document.status == "signed" and document.kind == "received" and document.source.name == "Second hospital"
    assert document.sections[0]["text"] == "He is well & home"


SCRIPT = {"status": "generated", "div": "<div><script>alert(1)</script></div>"}
OTHER = {"resourceType": "Patient", "id": "q", "name": [{"family": "Other"}]}
COMPOSITION = {"resourceType": "Composition", "id": "c", "status": "final", "subject": SUBJECT, "title": "x", "date": "2020"}
DEEP = b"[" * 10_000 + b"]" * 10_000
HOSTILE = [
    (text_of(PATIENT | {"text": SCRIPT}), ScriptInNarrative),
    (text_of(COMPOSITION, PATIENT, OTHER, WEIGHT | {"subject": {"reference": "urn:uuid:q"}}, kind="document"), AnotherPatient),
    (text_of(COMPOSITION, PATIENT, WEIGHT | {"subject": {"reference": "Patient/q"}}, kind="document"), AnotherPatient),
    (text_of(PATIENT, WEIGHT, urls=["urn:uuid:p", "urn:uuid:p"]), DoubledFullUrl),
    (text_of(PATIENT, kind="document"), NotFhir),
    (b'{"resourceType": "Patient", "id": ' + DEEP + b"}", NotFhir),
    (b'{"resourceType": "Patient", "resourceType": "Bundle"}', NotFhir),
    (b'{"resourceType": "Patient", "name": [{"family": "\\ud800"}]}', NotFhir),
    (b"<!DOCTYPE x><Patient xmlns='http://hl7.org/fhir'/>", NotFhir),
    (b"\x1f\x8b damaged", NotFhir),
    (b'{"resourceType": "Bundle", "type": "batch", "entry": []}', NothingReceived),
    (b'{"resourceType": "Bundle", "entry": [7]}', NotFhir),
    (b"", NotFhir),
    (gzip.compress(b" " * (65 * 1024 * 1024)), DocumentTooLarge),
]


@pytest.mark.parametrize(("data", "refusal"), HOSTILE, ids=lambda part: getattr(part, "__name__", ""))
def test_a_hostile_document_is_refused_and_nothing_is_written(system, data, refusal):
    with pytest.raises(refusal):
        import_bundle(data, name="hostile", by=system)
    assert not Patient.objects.exists() and not ReceivedDocument.objects.exists() and not ReceivedResource.objects.exists()


def test_a_bulk_file_stopped_in_the_middle_goes_on_where_it_was(system, tmp_path, monkeypatch):
    from fhir_export.actions import import_bundle as module

    file = tmp_path / "people.ndjson.gz"
    people = [PATIENT | {"id": f"p{n}", "identifier": [{"system": "urn:other", "value": str(n)}],
                         "name": [{"family": f"Person{n}"}], "birthDate": f"19{10 + n}-01-01"} for n in range(5)]
    file.write_bytes(gzip.compress("\n".join(map(json.dumps, people)).encode() + b"\nnonsense\n"))
    monkeypatch.setattr(module, "CHUNK", 2)

    def stop(done, total):
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_bundle(file, by=system, on_progress=stop)
    assert Patient.objects.count() == 4 and not ReceivedDocument.objects.get().finished_at
    document = import_bundle(file, by=system)
    assert Patient.objects.count() == 5 and document.finished_at
    assert document.resources.count() == 6 and document.resources.filter(outcome="refused").count() == 1


def test_a_mimic_like_folder_resolves_across_files(system, tmp_path):
    from django.core.management import call_command

    lines = {"b-Procedure": {"resourceType": "Procedure", "id": "x", "status": "completed", "code": {"text": "Intubation"},
                             "subject": {"reference": "Patient/p"}, "encounter": {"reference": "Encounter/e"},
                             "performedDateTime": "2180-01-01T09:10:00-04:00"},
             "c-Encounter": VISIT | {"subject": {"reference": "Patient/p"}}, "d-Patient": PATIENT}
    files = []
    for name, row in lines.items():
        files.append(tmp_path / f"{name}.ndjson")
        files[-1].write_text(json.dumps(row) + "\n")
    said = io.StringIO()
    call_command("import_bundle", *map(str, files), sender="MIMIC sample", stdout=said)
    assert Procedure.objects.get().encounter == Encounter.objects.get()
    assert "refused" in said.getvalue()


def test_what_we_send_comes_in_elsewhere_with_nothing_refused(system):
    patient, stay, _doctor = make_chart()
    for bundle in (documents.discharge_bundle(stay), documents.everything(patient)):
        made = dumps(bundle).decode().replace(str(patient.pk), "11111111-1111-4111-8111-111111111111")
        made = made.replace(patient.number, "777").replace("MP0", "XX0").replace("О'Нил", "Гость").replace(
            "1970-05-17", "1988-01-02")
        made = made.replace("+375291234567", "+375330000001").replace("Ёлка", "Роза")
        document = import_bundle(made.encode(), name="own", sender="We ourselves", by=system)
        refused = document.resources.filter(outcome="refused").values_list("resource_type", "reason")
        assert list(refused) == []
    assert Condition.objects.filter(source__name="We ourselves").exists()
    assert str(Observation.objects.get(source__name="We ourselves", code="29463-7", error_at=None).value) == "72.50"


@pytest.mark.skipif(not SHARED.exists(), reason="the sample data beside the project are not here")
def test_a_synthea_bundle_comes_in_whole(system):
    file = sorted((SHARED / "synthea_r4").iterdir())[0]
    document = import_bundle(file, by=system)
    counts = outcomes([document])
    assert not sum(entry["refused"] for entry in counts.values())
    assert counts["Observation"]["created"] == Observation.objects.count() > 0
    assert Institution.objects.filter(is_ours=False).exists()


def test_a_stranger_may_not_import():
    from emr.errors import NotPermitted

    with pytest.raises(NotPermitted):
        import_bundle(text_of(PATIENT), by=make_staff("no-such-role"))
    assert not ReceivedDocument.objects.exists()
