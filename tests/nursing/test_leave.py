"""A patient on leave: his doses are not due and not given; when he is back they are."""
import datetime as dt
import uuid

import pytest

from emr import clock
from emr.errors import Refusal
from emr.models import JournalEntry
from nursing.actions.medication_administration import administer_dose, withhold_dose
from nursing.models import MedicationAdministration
from nursing.queries.dose_escalation import is_open
from nursing.rules.sheet import dose_of
from orders.actions.leave import end_leave, start_leave
from orders.models import Leave
from tests.factories import make_encounter, make_staff, number
from tests.nursing.factories import make_ward
from tests.orders.factories import HOUR, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def ward():
    return make_ward()


def refused(code, deed):
    def count():
        return Leave.objects.count(), MedicationAdministration.objects.count(), JournalEntry.objects.count()

    before = count()
    with pytest.raises(Refusal) as caught:
        deed()
    assert caught.value.code == code and str(caught.value) and count() == before


def leave(ward, **values):
    return start_leave(ward.encounter, by=ward.nurse,
                       **{"expected_until": clock.now() + 48 * HOUR, "reason": "weekend at home"} | values)


def test_a_dose_inside_a_leave_is_not_due_and_not_given(ward):
    assert dose_of(ward.nurse, ward.dose.pk).status == "due"
    row = leave(ward)
    cell = dose_of(ward.nurse, ward.dose.pk)
    assert (cell.status, cell.status_word, is_open(ward.dose.pk)) == ("held", "on leave", False)
    refused("nursing.patient_on_leave", lambda: administer_dose(ward.dose, by=ward.nurse))
    end_leave(ward.encounter, by=ward.nurse)
    assert dose_of(ward.nurse, ward.dose.pk).status == "due" and administer_dose(ward.dose, by=ward.nurse).status == "given"
    row.refresh_from_db()
    assert row.until and JournalEntry.objects.filter(act__in=["orders.start_leave", "orders.end_leave"]).count() == 2


def test_a_dose_that_was_due_while_he_was_away_is_not_missed(ward):
    leave(ward, since=clock.now() - dt.timedelta(minutes=30))
    with clock.at(clock.now() + 20 * HOUR):
        end_leave(ward.encounter, by=ward.nurse)
        assert dose_of(ward.nurse, ward.dose.pk).status == "held"


def test_who_does_not_come_back_is_still_away_by_the_clock(ward):
    leave(ward, expected_until=clock.now() + HOUR)
    with clock.at(clock.now() + 2 * HOUR):
        assert dose_of(ward.nurse, ward.dose.pk).status == "held"


def test_a_dose_may_be_withheld_during_a_leave(ward):
    leave(ward)
    assert withhold_dose(ward.dose, by=ward.nurse, reason="on leave").status == "withheld"


def test_a_leave_that_makes_no_sense_is_refused(ward):
    refused("orders.end_before_start", lambda: leave(ward, expected_until=clock.now() - HOUR))
    refused("emr.reason_missing", lambda: leave(ward, reason=" "))
    refused("orders.too_early", lambda: leave(ward, since=ward.encounter.started_at - HOUR))
    refused("orders.not_on_leave", lambda: end_leave(ward.encounter, by=ward.nurse))
    refused("emr.chart_not_visible", lambda: start_leave(ward.encounter, by=ward.stranger, expected_until=clock.now() + HOUR,
                                                         reason="x"))
    refused("emr.not_permitted", lambda: start_leave(ward.encounter, by=make_staff("pharmacist"),
                                                     expected_until=clock.now() + HOUR, reason="x"))
    visit = make_encounter(department=ward.department, kind="AMB")
    refused("orders.leave_only_from_stay", lambda: start_leave(visit, by=ward.doctor, expected_until=clock.now() + HOUR,
                                                               reason="x"))
    leave(ward)
    refused("orders.already_on_leave", lambda: leave(ward))
    refused("emr.time_in_future", lambda: end_leave(ward.encounter, by=ward.nurse, at=clock.now() + HOUR))


def test_the_leave_is_begun_and_ended_on_the_pages(ward, client):
    doctor = make_staff("ward_doctor", department=ward.department, login=f"doctor{number()}")
    sign_in(client, doctor)
    address = f"/orders/stays/{ward.encounter.pk}/leave"
    assert client.get(address).status_code == 200
    until = f"{clock.now() + 48 * HOUR:%Y-%m-%dT%H:%M}"
    answer = client.post(address, {"expected_until": until, "reason": "weekend", "request_key": str(uuid.uuid4())},
                         headers={"HX-Request": "true"})
    assert "On leave" in answer.content.decode()
    assert ward.patient.family in client.get("/orders/orders/waiting").content.decode()
    answer = client.post(f"{address}/end", {"request_key": str(uuid.uuid4()), "from_list": "1"}, headers={"HX-Request": "true"})
    assert answer.headers["HX-Refresh"] == "true" and not Leave.objects.filter(until__isnull=True).exists()


def test_programs_begin_read_and_end_a_leave(ward, client):
    sign_in(client, make_staff("ward_doctor", department=ward.department, login=f"doctor{number()}"))
    base = f"/api/orders/encounters/{ward.encounter.pk}"
    made = client.post(f"{base}/start_leave", {"expected_until": (clock.now() + HOUR).isoformat(), "reason": "home"},
                       content_type="application/json")
    assert made.status_code == 201
    assert client.post(f"{base}/end_leave", {}, content_type="application/json").json()["until"]
    assert client.get(f"{base}/leaves").json()["count"] == 1
