"""Pages and API of the laboratory: they open for those who may, say what is next, and ask the database little."""
import uuid

import pytest
from django.urls import reverse

from emr.models import AccessEntry, User
from orders.laboratory.actions.lab_result import record_result
from orders.laboratory.actions.specimen import collect_specimen, label_specimen
from orders.laboratory.models import LabResult, Specimen
from tests.factories import make_encounter, make_staff
from tests.laboratory.factories import make_lab, make_request, make_ward

pytestmark = pytest.mark.django_db


def signed_in(client, staff):
    if staff.user is None:
        staff.user = User.objects.create(username=f"u{staff.code}")
        staff.save(update_fields=["user"])
    client.force_login(staff.user)
    return client


def post(client, url, **data):
    return client.post(url, {"request_key": str(uuid.uuid4())} | data)


@pytest.fixture
def ward():
    department, nurse, doctor = make_ward()
    return make_encounter(department=department), nurse, doctor


def test_the_technician_enters_a_panel_by_typing_and_returns_to_the_bench(client, ward):
    encounter, _, _ = ward
    request = make_request("K_Mg_stat", encounter=encounter, priority="stat")
    signed_in(client, make_lab())
    page = client.get(reverse("laboratory:bench"))
    url = reverse("laboratory:enter", args=[request.pk])
    assert url in page.content.decode()
    assert "autofocus" in client.get(url).content.decode()
    assert post(client, url, test="K", value="<6,8", unit="mmol/L", release="yes").headers["Location"] == url
    assert post(client, url, test="Mg", value="2.1", unit="").headers["Location"] == reverse("laboratory:bench")
    k, mg = LabResult.objects.order_by("test__key")
    assert (k.comparator, str(k.value), mg.unit) == ("<", "6.8", "mg/dL") and k.released_at


def test_a_refusal_on_the_page_says_its_sentence_and_writes_nothing(client, ward):
    request = make_request("K", encounter=ward[0])
    answer = post(signed_in(client, make_lab()), reverse("laboratory:enter", args=[request.pk]), test="K", value="4", unit="kPa")
    assert answer.status_code == 422 and "kPa" in answer.content.decode() and not LabResult.objects.exists()


def test_the_nurse_labels_prints_and_draws(client, ward):
    encounter, nurse, _ = ward
    request = make_request("K", encounter=encounter)
    signed_in(client, nurse)
    assert request.text in client.get(reverse("laboratory:collection")).content.decode()
    answer = post(client, reverse("laboratory:label_specimen", args=[encounter.pk]), request=[str(request.pk)], kind="serum")
    tube = Specimen.objects.get()
    label = client.get(answer.headers["Location"]).content.decode()
    assert tube.accession in label and '<svg class="bars"' in label and "style=" not in label.split("tube-label")[-1]
    wrong = post(client, reverse("laboratory:draw", args=[tube.pk]), wristband="P000", tube=tube.accession)
    assert wrong.status_code == 422
    assert client.get(reverse("laboratory:draw", args=[tube.pk])).status_code == 200
    post(client, reverse("laboratory:draw", args=[tube.pk]), wristband=encounter.patient.number, tube=tube.accession)
    tube.refresh_from_db()
    assert tube.collected_by == nurse


def test_the_technician_scans_receives_and_rejects(client, ward):
    encounter, nurse, _ = ward
    tube = label_specimen(encounter, by=nurse, requests=[make_request("K", encounter=encounter)])
    collect_specimen(tube, by=nurse)
    signed_in(client, make_lab())
    assert client.get(reverse("laboratory:bench"), {"scan": tube.accession}).headers["Location"] == reverse(
        "laboratory:tube", args=[tube.pk])
    assert client.get(reverse("laboratory:bench"), {"scan": "26000001"}).status_code == 404
    post(client, reverse("laboratory:receive", args=[tube.pk]))
    post(client, reverse("laboratory:reject", args=[tube.pk]), reason="Clotted")
    page = client.get(reverse("laboratory:tube", args=[tube.pk])).content.decode()
    assert "Clotted" in page
    assert "Clotted" in signed_in(client, nurse).get(reverse("laboratory:collection")).content.decode()


def test_the_doctor_reads_the_inbox_the_chart_and_the_history(client, ward):
    encounter, _, doctor = ward
    lab = make_lab()
    for value in ("4.0", "7.1"):
        record_result(make_request("K", encounter=encounter, requester=doctor), by=lab, value=value)
    signed_in(client, doctor)
    page = client.get(reverse("laboratory:inbox")).content.decode()
    assert page.index("7.1") < page.index("4.0") and "critically high" in page
    tab = client.get(reverse("laboratory:chart_tab", args=[encounter.patient_id])).content.decode()
    assert "7.1" in tab and "<svg" in tab
    assert AccessEntry.objects.filter(patient=encounter.patient, purpose="laboratory").exists()
    history = client.get(reverse("laboratory:history", args=[encounter.patient_id, "K"])).content.decode()
    assert "Tietz" in history and '<svg class="chart"' in history
    critical = LabResult.objects.get(flag="HH")
    post(client, reverse("laboratory:seen", args=[critical.pk]), read_back="1")
    assert "7.1" not in client.get(reverse("laboratory:inbox")).content.decode()
    assert client.get(reverse("laboratory:home_inbox")).status_code == 200


def test_a_doctor_of_another_ward_finds_no_chart(client, ward):
    record_result(make_request("K", encounter=ward[0]), by=make_lab(), value="7.1")
    signed_in(client, make_ward()[2])
    for name, args in (("chart_tab", []), ("history", ["K"])):
        answer = client.get(reverse(f"laboratory:{name}", args=[ward[0].patient_id, *args]))
        assert answer.status_code == 404 and "7.1" not in answer.content.decode()


def test_the_technician_corrects_a_value(client, ward):
    result = record_result(make_request("K", encounter=ward[0]), by=make_lab(), value="71")
    signed_in(client, make_lab())
    url = reverse("laboratory:correct", args=[result.pk])
    assert "71" in client.get(url).content.decode()
    post(client, url, value="7.1", unit="mmol/L", reason="Typing")
    page = client.get(reverse("laboratory:history", args=[result.patient_id, "K"])).content.decode()
    assert "error-row" in page and "Typing" in page and "7.1" in page


@pytest.mark.parametrize("name", ["bench", "home_bench", "collection", "home_collection", "inbox", "home_inbox"])
def test_a_stranger_opens_no_page(client, name):
    assert signed_in(client, make_staff("accountant")).get(reverse(f"laboratory:{name}")).status_code == 403


@pytest.mark.parametrize(("name", "role"), [("bench", "lab"), ("collection", "lab"), ("inbox", "ward_doctor"),
                                            ("collection", "ward_nurse"),
    ("home_collection", "ward_nurse")])
def test_lists_ask_the_same_number_of_queries_for_one_row_and_twenty(client, django_assert_max_num_queries, name, role):
    department, nurse, doctor = make_ward()
    who = {"lab": make_lab(), "ward_doctor": doctor, "ward_nurse": nurse}[role]
    signed_in(client, who)

    def fill(number):
        for _ in range(number):
            request = make_request("K", encounter=make_encounter(department=department), requester=doctor)
            if name == "inbox":
                record_result(request, by=make_lab(), value="4")

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for number in (1, 20):
        fill(number)
        client.get(reverse(f"laboratory:{name}"))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(f"laboratory:{name}")).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 14, counts


def test_the_chart_tab_takes_as_many_queries_for_one_result_as_for_many(client, ward):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    encounter, _, doctor = ward
    signed_in(client, doctor)
    counts = []
    for names in (["K"], ["Na", "Cl", "Hb", "WBC", "Plt", "CRP", "K"]):
        for name in names:
            record_result(make_request(name, encounter=encounter), by=make_lab(), value="5")
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("laboratory:chart_tab", args=[encounter.patient_id]))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 14, counts


def test_the_api_enters_reads_and_refuses(client, ward):
    encounter, _, doctor = ward
    request = make_request("Troponin", encounter=encounter)
    signed_in(client, make_lab())
    rows = client.get("/api/laboratory/requests").json()
    assert rows["count"] == 1 and rows["results"][0]["text"] == "Troponin"
    url = f"/api/laboratory/requests/{request.pk}/result"
    answer = client.post(url, {"value": "0.05", "unit": "ng/mL"}, content_type="application/json")
    assert answer.status_code == 201, answer.content
    assert (answer.json()["test"], answer.json()["flag"], answer.json()["status"]) == ("Troponin_I", "H", "final")
    again = client.post(url, {"value": "0.05"}, content_type="application/json")
    assert again.status_code == 409 and again.json()["code"] == "laboratory.already_resulted"
    assert client.post(url, {"value": "x"}, content_type="application/json").status_code == 400
    signed_in(client, doctor)
    found = client.get("/api/laboratory/results", {"patient": encounter.patient_id}).json()
    assert found["count"] == 1 and found["results"][0]["range_high"] == "0.03"
    assert client.get("/api/laboratory/results").status_code == 400
    assert client.post(f"/api/laboratory/results/{found['results'][0]['id']}/seen", {},
                       content_type="application/json").status_code == 201
    assert client.post(url, {"value": "1"}, content_type="application/json").status_code == 403
    stranger = signed_in(client, make_ward()[2])
    assert stranger.get("/api/laboratory/results", {"patient": encounter.patient_id}).status_code == 404
    assert stranger.get(f"/api/laboratory/results/{found['results'][0]['id']}").status_code == 404


def test_the_api_labels_draws_receives_rejects(client, ward):
    encounter, nurse, _ = ward
    request = make_request("K", encounter=encounter)
    signed_in(client, nurse)
    tube = client.post(f"/api/laboratory/encounters/{encounter.pk}/label", {"requests": [str(request.pk)]},
                       content_type="application/json")
    assert tube.status_code == 201 and tube.json()["requests"] == [str(request.pk)]
    url = f"/api/laboratory/specimens/{tube.json()['id']}"
    assert client.post(f"{url}/collect", {}, content_type="application/json").status_code == 201
    signed_in(client, make_lab())
    assert client.post(f"{url}/receive", {}, content_type="application/json").json()["received_at"]
    assert client.post(f"{url}/reject", {"reason": "Haemolysed"}, content_type="application/json").json()[
        "reject_reason"] == "Haemolysed"
    assert client.get(url).json()["rejected_at"]
