"""The medication sheet in a real browser: a nurse gives with one key, and reads who was quicker."""
import datetime as dt

import pytest

from emr import clock
from emr.models import AllergyIntolerance, User
from nursing.actions.medication_administration import administer_dose, refuse_dose, withhold_dose
from nursing.actions.vitals import record_vitals
from nursing.models import MedicationAdministration
from tests.factories import make_bed, make_encounter, make_patient, signed_by
from tests.nursing.factories import make_as_needed, make_dose, make_medication, make_order, make_stock, make_ward
from tests.nursing.test_vitals import FULL

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NAMES = ["Ivanova", "Petrov", "Sidorova", "Kuznetsov", "Smirnova", "Volkov"]
DRUGS = [("Ceftriaxone", False), ("Enoxaparin", True), ("Furosemide", False), ("Paracetamol", False),
         ("Potassium chloride", True)]


def full_ward():
    """Six patients with five drugs each, at all hours, some given, refused and withheld."""
    ward = make_ward()
    drugs = [make_medication(name=name, is_high_risk=risky) for name, risky in DRUGS]
    make_stock(drugs[0], ward.department, 50)
    for place, name in enumerate(NAMES):
        patient = make_patient(family=name, given="Anna", birth_date=dt.date(1950 + place * 3, 3, 3))
        encounter = make_encounter(patient, bed=None, department=ward.department, hours_ago=48)
        bed = make_bed(ward.department, label=f"30{place + 1}-1")
        encounter.locations.update(bed=bed, ward=bed.room.ward)
        if place % 2:
            AllergyIntolerance.objects.create(patient=patient, substance="Penicillin", asserted_at=clock.now(),
                                              recorded_by=ward.nurse)
        for number, drug in enumerate(drugs):
            order = make_order(encounter, medication=drug, hours_ago=40)
            start = clock.start_of(clock.today())
            for hour in range(number + 1, 24, 6):
                dose = make_dose(order, due_at=start + dt.timedelta(hours=hour))
                if dose.due_at < clock.now() - dt.timedelta(hours=2):
                    with clock.at(dose.due_at + dt.timedelta(minutes=7 * number)):
                        if number == 2 and place == 3:
                            refuse_dose(dose, by=ward.nurse, reason="nausea")
                        elif number == 3 and place == 4:
                            withhold_dose(dose, by=ward.nurse, reason="asleep")
                        else:
                            administer_dose(dose, by=ward.nurse, **(signed_by(ward.colleague) if drug.is_high_risk else {}))
        make_as_needed(encounter)
        record_vitals(encounter, values=FULL | {"heart_rate": 80 + place * 8}, by=ward.nurse)
    return ward


def sign_in(page, live_server, client, staff):
    staff.user = User.objects.create(username=staff.code.lower())
    staff.save()
    client.force_login(staff.user)
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])


def test_a_nurse_gives_with_one_key_and_reads_who_was_quicker(live_server, page, client, tmp_path):
    ward = make_ward(hours_ago=40)
    other = make_dose(make_order(ward.encounter), minutes=-5)
    sign_in(page, live_server, client, ward.nurse)
    page.goto(f"{live_server.url}/nursing/")
    page.locator(f"#d{ward.dose.pk}").focus()
    page.keyboard.press("g")
    page.locator(f"#d{ward.dose.pk}.given").wait_for()
    assert MedicationAdministration.objects.get().dose == ward.dose
    administer_dose(other, by=ward.colleague)
    page.locator(f"#d{other.pk}").focus()
    page.keyboard.press("Enter")
    page.locator("#alerts", has_text="Petrova O.").wait_for()
    page.locator(f"#d{other.pk}.given").wait_for()
    assert MedicationAdministration.objects.count() == 2


def test_a_refusal_and_a_wrong_entry_go_through_the_dialog(live_server, page, client):
    ward = make_ward(hours_ago=40)
    sign_in(page, live_server, client, ward.nurse)
    page.goto(f"{live_server.url}/nursing/")
    page.locator(f"#d{ward.dose.pk}").focus()
    page.keyboard.press("r")
    page.get_by_label("Reason").first.select_option("nausea")
    page.get_by_role("button", name="Record as refused").click()
    page.locator(f"#d{ward.dose.pk}.refused").click()
    page.get_by_text("Take this entry back").click()
    page.get_by_label("Why was it wrong?").fill("wrong patient")
    page.get_by_role("button", name="Take back").click()
    page.locator(f"#d{ward.dose.pk}.due").wait_for()
    assert MedicationAdministration.objects.get().error_reason == "wrong patient"


def test_vitals_are_entered_from_the_keyboard_row_by_row(live_server, page, client):
    ward = make_ward()
    sign_in(page, live_server, client, ward.nurse)
    page.goto(f"{live_server.url}/nursing/vitals")
    page.locator("input[name=temperature]").fill("36,6")
    page.keyboard.press("Tab")
    page.keyboard.type("72")
    page.keyboard.press("Enter")
    page.get_by_text("Saved. Wrong?").wait_for()
    assert ward.encounter.observations.count() == 2
