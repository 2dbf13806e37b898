"""What leaves: valid R4, closed under references, counts as in the database, digits as recorded."""
import json
from decimal import Decimal
from html.parser import HTMLParser

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from fhir.resources.R4B import get_fhir_model_class

from emr import clock
from emr.models import AccessEntry, Observation
from fhir_export.actions.export_patient import export_patient
from fhir_export.models import SentDocument
from fhir_export.rules import documents
from fhir_export.rules.bundle import references
from fhir_export.rules.elements import dumps
from tests.factories import make_institution, make_patient, make_staff
from tests.fhir_export.factories import FULL, make_chart

pytestmark = pytest.mark.django_db


def read(bundle):
    return json.loads(dumps(bundle))


def check(bundle):
    """Every resource valid, every reference inside, every narrative well-formed."""
    urls = [entry["fullUrl"] for entry in bundle["entry"]]
    assert len(set(urls)) == len(urls)
    assert {cited["reference"] for cited in references(bundle)} <= set(urls)
    for entry in bundle["entry"]:
        kind = entry["resource"]["resourceType"]
        get_fhir_model_class(kind).model_validate(entry["resource"])
    get_fhir_model_class("Bundle").model_validate(bundle)


def kinds(bundle):
    counts = {}
    for entry in bundle["entry"]:
        kind = entry["resource"]["resourceType"]
        counts[kind] = counts.get(kind, 0) + 1
    return counts


def one(bundle, kind):
    return next(entry["resource"] for entry in bundle["entry"] if entry["resource"]["resourceType"] == kind)


def test_the_whole_record_is_valid_closed_and_counts_every_row():
    patient, _stay, _doctor = make_chart()
    make_chart()
    bundle = read(documents.everything(patient))
    check(bundle)
    counts = kinds(bundle)
    assert {kind: counts.get(kind) for kind in FULL} == FULL


def test_counts_in_the_whole_record_are_those_of_the_database():
    patient, _stay, _doctor = make_chart()
    counts = kinds(read(documents.everything(patient)))
    with connection.cursor() as cursor:
        for table, kind in (("emr_condition", "Condition"), ("orders_medicationrequest", "MedicationRequest"),
                            ("nursing_medicationadministration", "MedicationAdministration"),
                            ("nursing_procedure", "Procedure")):
            cursor.execute(f"select count(*) from {table} where patient_id = %s and error_at is null", [patient.pk])
            assert cursor.fetchone()[0] == counts[kind]


def test_no_row_of_another_patient_is_in_the_bundle():
    patient, _stay, _doctor = make_chart()
    other, _stay, _doctor = make_chart()
    assert str(other.pk) not in dumps(documents.everything(patient)).decode()


def test_decimals_keep_their_digits():
    patient, stay, _doctor = make_chart()
    for bundle in (documents.everything(patient), documents.discharge_bundle(stay)):
        text = dumps(bundle).decode()
        assert '"value":72.50,' in text and '"value":120.0,' in text and '"value":5.10,' in text


def test_the_discharge_document_has_the_sections_of_the_report():
    _patient, stay, doctor = make_chart()
    bundle = read(documents.discharge_bundle(stay))
    check(bundle)
    first = bundle["entry"][0]["resource"]
    assert bundle["type"] == "document" and first["resourceType"] == "Composition" and first["status"] == "final"
    codes = [part["code"]["coding"][0]["code"] for part in first["section"]]
    assert codes == ["8648-8", "48765-2", "11535-2", "10185-7", "87232-5", "30954-2", "8716-3", "75311-1", "18776-5"]
    assert all("text" in part and (part.get("entry") or part.get("emptyReason")) for part in first["section"])
    assert first["author"][0]["reference"].endswith(str(doctor.pk))
    assert one(bundle, "Encounter")["status"] == "finished"
    assert any(part["attachment"].get("url", "").startswith("urn:uuid:") for part in one(bundle, "DocumentReference")["content"])


def test_the_narrative_names_every_entry_and_escapes_what_people_wrote():
    _patient, stay, _doctor = make_chart()
    first = read(documents.discharge_bundle(stay))["entry"][0]["resource"]
    for part in first["section"]:
        parser = HTMLParser()
        parser.feed(part["text"]["div"])
        assert part["text"]["div"].count("<li>") == len(part.get("entry", []))
    text = json.dumps(first, ensure_ascii=False)
    assert "<script>" not in text and "Pneumonia &lt;script&gt;" in text and "Treated &amp; better" in text


def test_the_patient_summary_has_its_three_sections():
    patient, _stay, _doctor = make_chart()
    bundle = read(documents.patient_summary(patient))
    check(bundle)
    codes = [part["code"]["coding"][0]["code"] for part in bundle["entry"][0]["resource"]["section"]]
    assert codes[:3] == ["11450-4", "48765-2", "10160-0"]
    assert "Encounter" not in kinds(bundle)


def test_the_summary_of_an_empty_chart_says_why_it_is_empty():
    make_institution()
    bundle = read(documents.patient_summary(make_patient()))
    check(bundle)
    reasons = [part["emptyReason"]["coding"][0]["code"] for part in bundle["entry"][0]["resource"]["section"]]
    assert reasons == ["unavailable", "notasked", "unavailable"]


def test_what_has_ended_is_not_active():
    patient, _stay, _doctor = make_chart()
    rows = [entry["resource"] for entry in read(documents.everything(patient))["entry"]
            if entry["resource"]["resourceType"] == "Condition"]
    ended = [row for row in rows if "abatementDateTime" in row]
    assert ended and all(row["clinicalStatus"]["coding"][0]["code"] == "resolved" for row in ended)
    assert ended[0]["onsetString"] == "in childhood"


def test_two_exports_differ_only_in_their_own_name_and_time():
    _patient, stay, _doctor = make_chart()
    first, second = (read(documents.discharge_bundle(stay)) for _ in range(2))
    for bundle in (first, second):
        for name in ("id", "identifier", "timestamp"):
            bundle.pop(name)
    assert first == second


def test_the_number_of_queries_does_not_grow_with_the_chart():
    patient, _stay, doctor = make_chart()
    documents.everything(patient)  # reads the institution, which is kept for a minute
    with CaptureQueriesContext(connection) as few:
        documents.everything(patient)
    Observation.objects.bulk_create(Observation(
        patient=patient, recorded_by=doctor, category="exam", name=f"Finding {n}", value=Decimal(n), effective_at=clock.now())
        for n in range(200))
    with CaptureQueriesContext(connection) as many:
        documents.everything(patient)
    assert len(many) == len(few) < 40


def test_every_disclosure_leaves_its_rows():
    patient, stay, _doctor = make_chart()
    integration = make_staff("integration")
    sent = export_patient(patient, by=integration, kind="discharge", recipient="Second hospital")
    assert sent.encounter_id == stay.pk and sent.resources == len(sent.bundle["entry"])
    assert SentDocument.objects.get().recipient == "Second hospital"
    assert AccessEntry.objects.filter(patient=patient, by_staff=integration).exists()
