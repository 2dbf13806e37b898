"""The FHIR interface and the pages: what they answer, to whom, and how they refuse."""
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from rest_framework.test import APIClient

from emr.models import Observation, Patient
from fhir_export.actions.import_bundle import import_bundle, retry_received
from fhir_export.models import ReceivedDocument, SentDocument
from tests.factories import make_institution, make_patient, make_staff, make_system
from tests.fhir_export.factories import make_chart
from tests.fhir_export.test_import import HOSTILE, OTHER, PATIENT, SCRIPT, VISIT, WEIGHT, text_of

pytestmark = pytest.mark.django_db
FHIR = "application/fhir+json"


@pytest.fixture
def api():
    make_institution()
    client = APIClient()
    client.force_authenticate(make_staff("integration", login="other-system").user)
    return client


def signed_in(client, *roles):
    make_institution()
    staff = make_staff(*roles, login=f"login-{roles[0]}")
    client.force_login(staff.user, backend="emr.signin.Backend")
    return staff


def told(answer):
    outcome = json.loads(answer.content)
    assert outcome["resourceType"] == "OperationOutcome"
    return outcome["issue"][0]["details"]["coding"][0]["code"]


def test_metadata_needs_no_token_and_lists_what_works():
    make_institution()
    answer = APIClient().get("/fhir/R4/metadata")
    statement = json.loads(answer.content)
    assert answer["Content-Type"].startswith(FHIR) and statement["fhirVersion"] == "4.0.1"
    assert {row["type"] for row in statement["rest"][0]["resource"]} == {"Patient", "Encounter"}


def test_the_operations_of_a_patient_answer_by_get_and_post(api):
    patient, stay, _doctor = make_chart()
    for path, kind in ((f"Patient/{patient.pk}/$everything", "searchset"), (f"Patient/{patient.pk}/$summary", "document"),
                       (f"Encounter/{stay.pk}/$discharge-document", "document")):
        for answer in (api.get(f"/fhir/R4/{path}"), api.post(f"/fhir/R4/{path}", b"{}", content_type=FHIR)):
            assert answer.status_code == 200 and answer["Content-Type"].startswith(FHIR)
            assert json.loads(answer.content)["type"] == kind
    assert SentDocument.objects.count() == 6


def test_everything_refers_to_addresses_of_this_server(api):
    patient, _stay, _doctor = make_chart()
    bundle = json.loads(api.get(f"/fhir/R4/Patient/{patient.pk}/$everything").content)
    assert bundle["total"] == len(bundle["entry"])
    assert bundle["entry"][0]["fullUrl"] == f"http://testserver/fhir/R4/Patient/{patient.pk}"


def test_a_patient_is_read_with_an_etag(api):
    patient, _stay, _doctor = make_chart()
    first = api.get(f"/fhir/R4/Patient/{patient.pk}")
    assert json.loads(first.content)["id"] == str(patient.pk)
    assert api.get(f"/fhir/R4/Patient/{patient.pk}", headers={"If-None-Match": first["ETag"]}).status_code == 304


def test_absent_and_hidden_patients_answer_alike(api):
    patient, _stay, _doctor = make_chart()
    stranger = APIClient()
    stranger.force_authenticate(make_staff("ward_doctor", login="elsewhere").user)
    absent = "00000000-0000-7000-8000-000000000000"
    answers = [stranger.get(f"/fhir/R4/Patient/{pk}/$summary") for pk in (patient.pk, absent)]
    assert [answer.status_code for answer in answers] == [404, 404] and answers[0].content == answers[1].content
    assert api.get("/fhir/R4/Patient/no-id/$everything").status_code == 404
    assert told(api.get("/fhir/R4/Observation")) == "emr.not_found"
    assert SentDocument.objects.count() == 0


def test_without_a_token_only_metadata_is_open():
    answer = APIClient().get(f"/fhir/R4/Patient/{make_patient().pk}")
    assert answer.status_code == 401 and told(answer) == "emr.not_signed_in"


def test_a_posted_transaction_is_answered_entry_by_entry(api):
    answer = api.post("/fhir/R4/", text_of(WEIGHT, PATIENT, VISIT), content_type=FHIR)
    bundle = json.loads(answer.content)
    assert answer.status_code == 200 and bundle["type"] == "transaction-response"
    assert [entry["response"]["status"][:3] for entry in bundle["entry"]] == ["201", "201", "201"]
    assert "Patient/" in bundle["entry"][1]["response"]["location"] and Observation.objects.count() == 1


@pytest.mark.parametrize(("data", "refusal"), [pair for pair in HOSTILE if len(pair[0]) < 1_000_000 and pair[0]],
                         ids=lambda part: getattr(part, "__name__", ""))
def test_a_hostile_post_is_answered_with_an_outcome(api, data, refusal):
    answer = api.post("/fhir/R4/", data, content_type=FHIR)
    assert answer.status_code == refusal.status and told(answer) == refusal.code
    assert not ReceivedDocument.objects.exists() and not Patient.objects.exists()


def test_other_content_types_are_refused(api):
    answer = api.post("/fhir/R4/", b"<Patient/>", content_type="application/fhir+xml")
    assert answer.status_code == 415 and told(answer) == "emr.wrong_type"


def test_the_inbox_and_a_document_show_what_became_of_it(client):
    signed_in(client, "registrar")
    document = import_bundle(text_of(PATIENT, VISIT, WEIGHT, WEIGHT | {"id": "bad", "status": "wrong"}), name="from-afar",
                             by=make_system())
    assert "from-afar" in client.get(reverse("fhir_export:received")).content.decode()
    page = client.get(reverse("fhir_export:received_document", args=[document.pk])).content.decode()
    assert "status is none that FHIR R4 knows" in page
    assert client.get(reverse("fhir_export:sent")).status_code == 200


def test_a_registrar_reads_no_clinical_resource(client):
    signed_in(client, "registrar")
    document = import_bundle(text_of(PATIENT, VISIT, WEIGHT), name="from-afar", by=make_system())
    open_ = {row.resource_type: client.get(reverse("fhir_export:resource", args=[row.pk])).status_code
             for row in document.resources.all()}
    assert open_ == {"Patient": 200, "Encounter": 404, "Observation": 404}


def test_a_stranger_sees_nothing_of_a_received_document(client):
    signed_in(client, "ward_doctor")
    document = import_bundle(text_of(PATIENT, WEIGHT), name="from-afar", by=make_system())
    assert client.get(reverse("fhir_export:received")).status_code == 403
    assert client.get(reverse("fhir_export:received_document", args=[document.pk])).status_code == 404
    assert client.get(reverse("fhir_export:resource", args=[document.resources.first().pk])).status_code == 404


def test_the_chart_tab_shows_received_and_given_documents(client):
    signed_in(client, "integration")
    system = make_system()
    import_bundle(text_of(PATIENT, {"resourceType": "Immunization", "id": "i", "status": "completed",
                                    "patient": {"reference": "urn:uuid:p"}}), name="from-afar", by=system)
    patient = Patient.objects.get()
    made = client.post(reverse("fhir_export:download", args=[patient.pk]), {"kind": "ips", "recipient": "Polyclinic 7"})
    assert json.loads(made.content)["type"] == "document" and "attachment" in made["Content-Disposition"]
    page = client.get(reverse("fhir_export:chart_tab", args=[patient.pk])).content.decode()
    assert "from-afar" in page and "Immunization" in page and "Polyclinic 7" in page


def test_the_inbox_takes_the_same_number_of_queries_whatever_its_length(client):
    signed_in(client, "registrar")
    system = make_system()

    def bring(n):
        import_bundle(text_of(OTHER | {"id": f"q{n}", "name": [{"family": f"Other{n}"}]}), name=f"n{n}", by=system)

    bring(1)
    client.get(reverse("fhir_export:received"))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("fhir_export:received"))
    for n in range(2, 9):
        bring(n)
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("fhir_export:received"))
    assert len(many) == len(few)


def test_after_a_person_decided_the_refused_ones_are_tried_again(client):
    registrar = signed_in(client, "registrar")
    system = make_system()
    import_bundle(text_of(PATIENT | {"birthDate": "1971-12-26"}), name="first", sender="One", by=system)
    known = Patient.objects.get()
    second = PATIENT | {"birthDate": "1971-12-26", "identifier": [{"system": "urn:third", "value": "1"}]}
    document = import_bundle(text_of(second, VISIT, WEIGHT), name="second", sender="Two", by=system)
    assert set(document.resources.values_list("outcome", flat=True)) == {"refused"}
    from emr.actions.patient import add_identifier

    add_identifier(known, system="urn:third", value="1", by=registrar)
    retry_received(document, by=registrar)
    assert sorted(document.resources.values_list("outcome", flat=True)) == ["created", "created", "matched"]
    assert Observation.objects.get().patient == known and Patient.objects.count() == 1


def test_an_upload_with_a_script_is_refused_politely(client):
    from django.core.files.uploadedfile import SimpleUploadedFile

    signed_in(client, "registrar")
    file = SimpleUploadedFile("bad.json", text_of(PATIENT | {"text": SCRIPT}))
    answer = client.post(reverse("fhir_export:upload"), {"file": file})
    assert answer.status_code == 422 and not ReceivedDocument.objects.exists()
