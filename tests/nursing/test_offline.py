"""The down-time kit on the server: the list that is kept, what is set aside, who may send, what a browser forgets."""
import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from emr import clock
from emr.access import ChartNotVisible
from emr.errors import Malformed, ReasonMissing, TextTooLong, TimeInFuture
from emr.models import JournalEntry
from nursing.actions.medication_administration import administer_dose
from nursing.actions.offline import set_aside_confirmation
from nursing.models import MedicationAdministration
from orders.actions.medication_request import stop_medication
from tests.factories import make_bed, make_encounter, make_staff
from tests.nursing.factories import make_as_needed, make_dose, make_order, make_stock, make_ward
from tests.nursing.test_nursing_pages import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ward():
    return make_ward()


def pressed(**more):
    return {"what": "given", "pressed_at": clock.now() - dt.timedelta(minutes=30), "reason": "same-giving"} | more


def test_what_was_pressed_is_kept_in_the_journal_and_changes_no_fact(ward):
    fact = administer_dose(ward.dose, by=ward.colleague)
    key = uuid.uuid4()
    for _twice in range(2):
        set_aside_confirmation(ward.dose, by=ward.nurse, request_key=key, told="left arm",
                               refusal="nursing.dose_already_recorded", **pressed())
    [entry] = JournalEntry.objects.filter(act="nursing.set_aside_confirmation")
    assert entry.about() == ward.dose and entry.patient == ward.patient and entry.data["told"] == "left arm"
    assert MedicationAdministration.objects.live().get() == fact
    dialog = client_of(ward.nurse).get(f"/nursing/doses/{ward.dose.pk}").content.decode()
    assert "the same giving, recorded twice" in dialog and "left arm" in dialog


@pytest.mark.parametrize("refusal, more", [
    (ReasonMissing, {"reason": " "}), (Malformed, {"what": "eaten"}), (TextTooLong, {"told": "x" * 601}),
    (TimeInFuture, {"pressed_at": dt.datetime(2200, 1, 1, tzinfo=dt.UTC)}),
])
def test_what_says_too_little_is_not_set_aside(ward, refusal, more):
    with pytest.raises(refusal):
        set_aside_confirmation(ward.dose, by=ward.nurse, **pressed(**more))
    assert not JournalEntry.objects.filter(act="nursing.set_aside_confirmation").exists()


def test_a_nurse_of_another_ward_sets_nothing_aside(ward):
    with pytest.raises(ChartNotVisible):
        set_aside_confirmation(ward.dose, by=ward.stranger, **pressed())
    assert not JournalEntry.objects.filter(act="nursing.set_aside_confirmation").exists()


def test_an_entry_is_sent_by_its_own_author_only(ward):
    client, key = client_of(ward.colleague), str(uuid.uuid4())
    send = {"path": f"/api/nursing/doses/{ward.dose.pk}/administer", "data": "{}", "content_type": "application/json",
            "HTTP_IDEMPOTENCY_KEY": key}
    answer = client.post(**send, HTTP_X_SIGNED_IN_AS=str(ward.nurse.pk))
    assert (answer.status_code, answer.json()["code"]) == (412, "emr.another_signed_in")
    assert not MedicationAdministration.objects.exists()
    assert client.post(**send, HTTP_X_SIGNED_IN_AS=str(ward.colleague.pk)).status_code == 201


def test_the_kept_list_asks_as_much_for_ten_patients_as_for_one(ward):
    make_stock(ward.request.medication, ward.department, 5)
    client = client_of(ward.nurse)
    client.get("/nursing/offline")
    with CaptureQueriesContext(connection) as one:
        client.get("/nursing/offline")
    for _each in range(9):
        encounter = make_encounter(department=ward.department)
        encounter.locations.update(bed=make_bed(ward.department))
        make_dose(make_order(encounter), minutes=60)
        make_as_needed(encounter)
    with CaptureQueriesContext(connection) as ten:
        page = client.get("/nursing/offline").content.decode()
    assert page.count("data-dose=") == 10 and len(ten) <= len(one) + 1


def test_a_clash_shows_who_recorded_it_and_when_and_the_way_out(ward):
    administer_dose(ward.dose, by=ward.colleague)
    mine, hers = (client_of(staff).get(f"/nursing/offline/doses/{ward.dose.pk}").content.decode()
                  for staff in (ward.nurse, ward.head))
    assert "Petrova" in mine and 'value="set-aside"' in mine and 'value="undo"' not in mine and 'value="again"' not in mine
    assert 'value="undo"' in hers
    other = make_dose(make_order(ward.encounter), minutes=-5)
    stop_medication(other.request, by=ward.doctor, reason="rash")
    stopped = client_of(ward.nurse).get(f"/nursing/offline/doses/{other.pk}").content.decode()
    assert "rash" in stopped and 'value="again"' in stopped


def test_a_late_entry_is_named_as_one(ward):
    administer_dose(ward.dose, by=ward.nurse, given_at=clock.now() - dt.timedelta(minutes=25))
    assert "Entered later" in client_of(ward.nurse).get(f"/nursing/doses/{ward.dose.pk}").content.decode()


def test_signing_out_tells_the_browser_to_forget(ward):
    assert client_of(ward.nurse).post("/logout")["Clear-Site-Data"] == '"storage"'
    assert "Clear-Site-Data" not in client_of(ward.nurse).post("/logout", {"keep": "yes"})
    assert "Clear-Site-Data" not in Client().get("/login")


def test_the_pages_allow_the_camera_and_the_worker_and_nothing_inline(ward):
    page = client_of(ward.nurse).get("/nursing/offline")
    assert page["Permissions-Policy"].startswith("camera=(self)") and "worker-src 'self'" in page["Content-Security-Policy"]
    assert "unsafe" not in page["Content-Security-Policy"] and page["Cache-Control"] == "no-store"
    worker = Client().get("/nursing/worker.js")
    assert worker["Content-Type"].startswith("text/javascript") and "fetch" in worker.content.decode()


def test_the_pulse_says_who_is_signed_in_and_nothing_to_others(ward):
    assert client_of(ward.nurse).get("/nursing/offline/pulse").json()["staff"] == str(ward.nurse.pk)
    assert Client().get("/nursing/offline/pulse").status_code == 302


def test_a_student_presses_nothing_without_network(ward):
    student = make_staff("student_nurse", department=ward.department)
    mine, hers = (client_of(staff).get("/nursing/offline").content.decode() for staff in (ward.nurse, student))
    assert "data-press=" in mine and "instructor" not in mine
    assert "data-press=" not in hers and "data-more" not in hers and "checked by the server" in hers
