"""From the ambulance's call to the signed summary: five people, one patient, each within a budget of keys and clicks (I3).

Counted is what steers: keys with a meaning, clicks, choices. The words typed into a field are not.
"""
import re
import time
from functools import partial

import pytest
from playwright.sync_api import expect

from admissions.actions.admission import admit_patient
from admissions.actions.emergency_visit import register_arrival
from admissions.models import AdmissionRequest, Announcement, TransferReceipt, Triage
from emr import clock
from emr.actions.document import sign_document, write_document
from emr.actions.phrase import write_phrase
from emr.models import CoSignature, Document, Encounter, EncounterLocation, EncounterParticipant
from tests.factories import make_patient, make_staff
from tests.stories import people as screens

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Hand = partial(screens.Hand, budget=screens.budget())


def test_from_the_call_of_the_ambulance_to_the_signed_summary(hospital, people):
    nurse, doctor = people("er_nurse"), people("er_doctor")
    hand = Hand(nurse)
    doctor.goes("e")
    nurse.goes("e")
    with nurse.doing("announces") as page:
        hand.press("a")
        expect(page.locator("dialog[open] input[name=complaint]")).to_be_visible()
        hand.write("What happened", "Chest pain at the station")
        page.locator("dialog[open] input[name=complaint]").press("Control+Enter")
        hand.count += 1
        expect(page.locator("#board")).to_contain_text("Chest pain at the station")
        hand.within("announce")
    began = time.monotonic()
    expect(doctor.page.locator("#board")).to_contain_text("Chest pain at the station", timeout=3000)  # a second browser
    assert time.monotonic() - began < 3
    with nurse.doing("receives and triages") as page:
        hand.press("h")
        page.wait_for_url(re.compile("/emergency/[0-9a-f-]{36}$"))
        hand.within("receive the announced")
        hand.press("t")
        page.wait_for_url(re.compile("/triage$"))
        for label, value in (("Breaths", "24"), ("Pulse", "118"), ("Systolic pressure", "104"), ("Oxygen saturation", "95"),
                             ("Temperature", "36.8")):
            hand.write(label, value)
        hand.person.chooses("Kinds of resources needed", "two or more")
        hand.count += 1
        expect(page.locator("#suggestion")).to_contain_text("118 (>100)")
        hand.press("Control+Enter")
        page.wait_for_url(re.compile("/emergency/[0-9a-f-]{36}$"))
        hand.within("triage")
    visit = Encounter.objects.get(kind="EMER")
    assert Triage.objects.get().level == 2 and Announcement.objects.get().encounter == visit
    hand = Hand(doctor)
    with doctor.doing("sees the patient and asks for a bed") as page:
        expect(page.locator(f"#v{visit.pk}")).to_contain_text("118 (>100)", timeout=4000)
        hand.press("j", "Enter")
        page.wait_for_url(re.compile("/emergency/[0-9a-f-]{36}$"))
        hand.within("first contact")
        page.locator("#ask_department").select_option(label="Therapy")
        hand.count += 1
        page.locator("#ask_reason").fill("Acute coronary syndrome")
        page.locator("#ask_reason").press("Control+Enter")
        hand.count += 1
        expect(page.locator("#content")).to_contain_text("Acute coronary syndrome")
        hand.within("ask for admission")
    hand = Hand(nurse)
    with nurse.doing("hands over") as page:
        page.reload()
        page.locator("#hand_belongings").fill("watch, passport")
        page.locator("#hand_belongings").press("Control+Enter")
        hand.count += 1
        expect(page.locator("#content")).to_contain_text("on the way")
        hand.within("hand over")
    head, ward_nurse = people("ward_doctor"), people("ward_nurse")
    for code, text in (("bp", "BP {bp}"), ("pulse", "Pulse {pulse}")):
        write_phrase(by=hospital.staff["ward_doctor"], code=code, text=text)
    hand = Hand(head)
    with head.doing("accepts and gives a bed") as page:
        head.reads("/admissions/requests")
        hand.click(page.get_by_role("button", name="Accept", exact=True))
        hand.click(page.get_by_role("link", name="Give a bed"))
        page.wait_for_url(re.compile("/admit"))
        page.locator("[name=bed]").select_option(label=page.locator("[name=bed] option").nth(1).inner_text())
        hand.count += 1
        page.locator("[name=reason]").press("Control+Enter")
        hand.count += 1
        page.wait_for_url(re.compile("/stays/"))
        hand.within("accept and give a bed")
    stay = Encounter.objects.get(kind="IMP")
    assert AdmissionRequest.objects.get().stay == stay and EncounterLocation.objects.get(encounter=stay).bed
    hand = Hand(ward_nurse)
    with ward_nurse.doing("takes the patient over") as page:
        ward_nurse.reads("/admissions/receipts")
        expect(page.locator("#content")).to_contain_text("watch, passport")
        hand.press("t")
        expect(page.locator("#content")).to_contain_text("Taken by")
        hand.within("take over")
    assert TransferReceipt.objects.get().taken_by == hospital.staff["ward_nurse"]
    hand = Hand(head)
    with head.doing("writes the rounds note") as page:
        hand.press("o")
        page.wait_for_url(re.compile("/documents/"))
        expect(page.locator("#editor")).to_contain_text("Pulse") if page.locator("#editor li").count() else None
        page.locator("#text-0").press_sequentially("No complaints. .bp")
        hand.press("Space")  # the phrase is filled from the record, the caret stands behind it
        expect(page.locator("#text-0")).to_have_value(re.compile(r"^No complaints\. BP 104 mm Hg \(\d\d:\d\d\) $"))
        page.keyboard.type("at rest")
        expect(page.locator("#text-0")).to_have_value(re.compile(r"\) at rest$"))
        hand.press("F2")
        page.keyboard.type("puls")
        hand.press("Enter")
        expect(page.locator("#text-0")).to_have_value(re.compile("at rest Pulse 118 /min"))
        hand.within("two phrases")
        page.locator("#text-2").fill("Pain has gone, ECG unchanged")
        page.locator("#text-2").press("Control+Enter")
        hand.count += 1
        page.wait_for_url(lambda url: not url.endswith("/edit/") and not url.endswith("/edit"))
        hand.click(page.get_by_role("button", name=re.compile("^Sign")))
        expect(page.locator("#content")).to_contain_text("signed")
        hand.within("rounds note")
    with head.doing("discharges and signs") as page:
        head.reads(f"/admissions/stays/{stay.pk}/discharge")
        page.locator("[name=diagnosis]").fill("Angina")
        page.locator("[name=diagnosis]").press("Control+Enter")
        hand.count += 1
        expect(page.locator("#content")).to_contain_text("The patient is discharged.")
        hand.press("s")
        page.wait_for_url(re.compile("/documents/"))
        head.reads(f"/admissions/stays/{stay.pk}/discharge")
        hand.click(page.get_by_role("button", name="Sign", exact=True))
        expect(page.locator("#content")).to_contain_text("PDF")
        hand.within("discharge and sign")
    summary = Document.objects.get(kind="discharge-summary")
    assert summary.status == "signed" and "ECG unchanged" in str(summary.sections) and "Angina" in str(summary.sections)
    hand = Hand(ward_nurse)
    with ward_nurse.doing("sends the bed to be cleaned") as page:
        ward_nurse.reads("/admissions/ward")
        hand.press("j", "c")
        expect(page.locator("#board")).to_contain_text("cleaning")
        hand.within("bed to be cleaned")


def test_a_refusal_of_hospitalisation_with_its_paper(hospital, people):
    visit = register_arrival(make_patient(family="Stubborn"), by=hospital.staff["er_nurse"], department=hospital.emergency,
                             complaint="Chest pain")
    doctor = people("er_doctor")
    hand = Hand(doctor)
    with doctor.doing("lets a patient refuse") as page:
        doctor.reads(f"/admissions/emergency/{visit.pk}")
        doctor.chooses("How the patient leaves", "Refused hospitalisation")
        page.locator("#leave_risks").fill("Infarction, death")
        doctor.chooses("Who signed", "the patient signed")
        page.locator("#leave_diagnosis").fill("Angina")
        hand.count += 2
        page.locator("#leave_diagnosis").press("Control+Enter")
        hand.count += 1
        expect(page.locator("#content")).to_contain_text("Refusal of hospitalisation")
        hand.within("refusal with its paper")
        doctor.presses("r")
        expect(page.locator("body")).to_contain_text("Infarction, death")


def test_the_head_of_the_department_begins_the_day(hospital, people):
    """The head looks over the ward, signs below the intern's note, names another doctor, says who goes home, opens yesterday's
    figures.
    """
    doctor = hospital.staff["ward_doctor"]
    stay = admit_patient(make_patient(family="Lying"), by=doctor, bed=hospital.bed, attending=doctor)
    intern = make_staff("intern", department=hospital.therapy, family="Young")
    colleague = make_staff("ward_doctor", department=hospital.therapy, family="Colleague")
    note = sign_document(write_document(stay.patient, by=intern, encounter=stay, kind="progress-note", title="Day 2",
                                        sections=[{"text": "Better"}]), by=intern)
    head = people("ward_doctor")
    hand = Hand(head)
    with head.doing("signs below the intern's note") as page:
        head.settles()
        expect(page.get_by_role("heading", name="Documents to co-sign")).to_be_visible()
        hand.click(page.get_by_role("link", name="Day 2"))
        page.wait_for_url(re.compile("/documents/[0-9a-f-]{36}/$"))
        hand.press("s")
        expect(page.locator("#content")).to_contain_text("Co-signed by Romanov")
        hand.within("co-sign the intern")
    with head.doing("looks over the ward") as page:
        head.goes("w")
        hand.count += 2
        expect(page.locator("#content")).to_contain_text("Lying")
        hand.within("the ward at a glance")
    with head.doing("names another doctor and says when the patient goes home") as page:
        head.reads(f"/admissions/stays/{stay.pk}")
        hand.click(page.get_by_text("Change the team"))
        page.get_by_label("Who", exact=True).select_option(label="Colleague T.")
        hand.count += 1
        hand.click(page.locator("form[action$=team] button[type=submit]"))
        expect(page.locator("#content")).to_contain_text("Colleague Test")
        hand.within("name another doctor")
        page.locator("[name=day]").fill(clock.today().isoformat())
        page.locator("[name=day]").press("Enter")
        hand.count += 1
        expect(page.locator("#content")).to_contain_text("goes home on")
        hand.within("say who goes home")
    with head.doing("opens the movement of the day") as page:
        hand.click(page.get_by_role("link", name="Patient movement"))
        hand.click(page.get_by_role("link", name="1", exact=True).first)
        expect(page.locator("#content")).to_contain_text(stay.number)
        hand.within("movement of the day")
    assert CoSignature.objects.get().document == note and EncounterParticipant.objects.live().filter(
        staff=colleague, until__isnull=True).exists()
