"""Everybody at his screen: first page and the page he works on; wide screen and phone, light and dark, in two languages."""
import datetime as dt
import re

import pytest
from playwright.sync_api import expect

from admissions.actions.admission import admit_patient
from admissions.actions.emergency_visit import register_arrival
from admissions.actions.triage import triage_patient
from billing.actions.charge_item import post_charges
from emr import clock
from emr.web.login import DEMO_LOGINS
from nursing.actions.medication_administration import administer_dose
from orders.actions.medication_request import prescribe_medication
from orders.actions.service_request import request_service
from orders.laboratory.actions.lab_result import record_result
from outpatient.booking.actions.reception import publish_reception
from tests.factories import make_patient

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
# role -> the word of the menu, the role of the main action on that page, its words
WORK = {
    "er_nurse": ("Emergency board", "link", "Register an arrival"),
    "er_doctor": ("Emergency board", "link", "Arrived"),
    "ward_doctor": ("Ward board", "link", "Lying"),
    "ward_nurse": ("Medication", "button", "Paracetamol"),
    "student_nurse": ("Medication", "button", "Paracetamol"),
    "intern": ("Ward board", "link", "Lying"),
    "head_nurse": ("Ward board", "link", "Move"),
    "lab": ("Bench", "link", "Sodium"),
    "pharmacist": ("Stock", "link", "Receive"),
    "registrar": ("Patients", "link", "Register"),
    "call_operator": ("Coupons", "link", "free"),
    "accountant": ("Accounts", "button", "Post charges"),
    "cashier": ("Accounts", "link", "A20"),
    "manager": ("Cost reports", "button", "Show"),
    "admin": ("Staff and roles", "link", "Enrol"),
    "patient": ("My record", "link", "Documents"),
    "integration": ("Patients", "searchbox", "Find a patient"),
}
TOGETHER = [  # three at a time in one hospital: quicker
    ("er_nurse", "er_doctor", "integration"), ("ward_doctor", "ward_nurse", "head_nurse"), ("lab", "pharmacist", "patient"),
    ("registrar", "call_operator", "admin"), ("accountant", "cashier", "manager", "student_nurse", "intern")]


@pytest.fixture
def busy(hospital):
    """One who has just come to the emergency room, one who lies in the ward with a dose, a result and a test to be done."""
    staff = hospital.staff
    doctor, nurse = staff["ward_doctor"], staff["er_nurse"]
    arrived, lying = make_patient(family="Arrived"), make_patient(family="Lying")
    triage_patient(register_arrival(arrived, by=nurse, department=hospital.emergency, complaint="Headache"), by=nurse, level=3)
    stay = admit_patient(lying, by=doctor, department=hospital.therapy, bed=hospital.bed, attending=doctor)
    order = prescribe_medication(stay, by=doctor, medication=hospital.drug, dose=500, dose_unit="mg", route="PO",
                                 timing={"every_hours": 4})
    administer_dose(order.doses.order_by("due_at").first(), by=staff["ward_nurse"])
    record_result(request_service(stay, by=doctor, category="laboratory", text="Potassium"), by=staff["lab"], value="4.1")
    request_service(stay, by=doctor, category="laboratory", text="Sodium")
    post_charges(by=staff["accountant"])
    morning = clock.start_of(clock.today() + dt.timedelta(days=1)) + dt.timedelta(hours=9)
    publish_reception(by=staff["registrar"], department=hospital.therapy, doctor=doctor, room="12", minutes=15, starts_at=morning,
                      ends_at=morning + dt.timedelta(hours=1))
    return hospital


def test_every_role_is_looked_at():
    # the kiosk: test_booking_rules_kiosk
    assert sorted(role for roles in TOGETHER for role in roles) == sorted(WORK) == sorted(set(DEMO_LOGINS) - {"kiosk"})


@pytest.mark.parametrize("roles", TOGETHER, ids=lambda roles: "-".join(roles))
def test_everybody_finds_his_work_by_keyboard_on_every_screen(busy, people, roles):
    for role in roles:
        works_on_every_screen(people(role, viewport=WIDE), *WORK[role])


def works_on_every_screen(person, word, kind, action):
    with person.doing("goes to work by keyboard") as page:
        person.settles()
        expect(page.locator("#content .card, #content .button").first).to_be_visible()
        entry = page.locator("#side .side-link", has_text=word).first
        person.tabs_to(entry)
        address = entry.get_attribute("href")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{address}")
        person.tabs_to(page.locator("#content").get_by_role(kind, name=re.compile(action)).first)
    for language in ("en", "ru"):
        person.prefers(language)
        for path in ("/", address):
            with person.doing(f"{path} in {language}"):
                person.reads(path)
                expect(page.locator(f"html[lang={language}] #side .side-link").first).to_have_text(
                    re.compile("Сегодня" if language == "ru" else "Today"))
                fits_every_screen(page, f"{person.role} {path} {language}")


def fits_every_screen(page, where):
    """No scrolling sideways on a desk or a phone, and the ground is light or dark as the system is."""
    for viewport in (WIDE, PHONE):
        page.set_viewport_size(viewport)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            over, ground = page.evaluate("""() => [document.documentElement.scrollWidth - innerWidth,
                getComputedStyle(document.body).backgroundColor]""")
            assert over <= 0, f"{where}: {over} px too wide at {viewport['width']} px, {scheme}"
            assert (sum(map(int, re.findall(r"\d+", ground)[:3])) > 384) == (scheme == "light"), f"{where}: {ground} in {scheme}"


def test_a_patient_sees_nobody_else_and_no_money(busy, people):
    patient = people("patient")
    with patient.doing("reads everything that is open to her") as page:
        links = {"/"}
        for path in ("/", "/my-record/"):
            patient.reads(path)
            links |= {link.get_attribute("href") for link in page.locator("#side a, .tabs a").all()}
        assert len(links) > 5
        for path in sorted(links):
            patient.reads(path)
            text = page.locator("body").inner_text()
            for secret in ("Lying", "Arrived", "BYN", "Accounts", "58.30", "Paracetamol"):
                assert secret not in text, f"{path}: {secret}"


def test_a_patient_is_refused_the_pages_of_the_staff(hospital, client):
    client.force_login(hospital.patient.user, backend="emr.signin.Backend")
    for path in ("/patients/", "/admissions/ward", "/nursing/", "/laboratory/", "/billing/", "/staff/"):
        assert client.get(path).status_code == 403, path


def test_a_patient_opens_no_chart_but_her_own(hospital, client):
    client.force_login(hospital.patient.user, backend="emr.signin.Backend")
    other = make_patient(family="Lying")
    assert client.get(f"/patients/{other.pk}/").status_code in (403, 404)
    assert "Lying" not in client.get("/my-record/").content.decode()
