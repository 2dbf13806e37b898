"""The long story: ambulance, ward, dose, result, bill, discharge, bundle, through the pages that people really use."""
import hashlib
import json
import re
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import expect

from admissions.models import AdmissionRequest, Triage
from billing.models import ChargeItem
from emr.models import Condition, Document, DocumentRendering, Encounter
from fhir_export.models import SentDocument
from nursing.models import MedicationAdministration
from orders.laboratory.models import LabResult, Specimen
from orders.models import MedicationRequest, PlannedDose, ServiceRequest

pytestmark = [pytest.mark.browser, pytest.mark.pdf, pytest.mark.django_db(transaction=True)]
FAMILY, GIVEN = "Sokolova", "Vera"


def test_from_the_ambulance_to_the_bundle(hospital, people):
    visit = she_arrives_by_ambulance(people("er_nurse"))
    the_doctor_asks_for_potassium_and_a_bed(people("er_doctor"), visit, hospital)
    the_tube_is_labelled_and_drawn(people("er_nurse"), visit, hospital)
    the_laboratory_finds_the_value(people("lab"), visit)
    the_doctor_reads_the_result(people("er_doctor"), visit)
    stay = the_ward_gives_her_a_bed(people("ward_doctor"), visit, hospital)
    order = the_doctor_prescribes_after_seeing_every_dose(people("ward_doctor"), stay)
    the_nurse_gives_with_one_key(people("ward_nurse"), order)
    the_nurse_records_a_round_of_vital_signs(people("ward_nurse"), stay)
    the_doctor_states_the_final_diagnosis(people("ward_doctor"), stay)
    the_doctor_writes_and_signs_a_note(people("ward_doctor"), stay)
    the_doctor_discharges_her(people("ward_doctor"), stay)
    summary = the_doctor_signs_the_summary(people("ward_doctor"), stay)
    the_summary_is_a_pdf_in_both_languages(people("ward_doctor"), summary)
    the_accountant_finds_each_fact_on_the_accounts(people("accountant"), visit, stay)
    the_doctor_hands_out_the_bundle(people("ward_doctor"), stay, summary)


def she_arrives_by_ambulance(nurse):
    with nurse.doing("registers an arrival") as page:
        nurse.goes("e")
        nurse.presses("n")
        page.get_by_label("Name, birth date, number or phone").press_sequentially("Sokolo")
        expect(page.get_by_text("Nobody is found")).to_be_visible()
        nurse.chooses("Who came", "new patient")
        page.get_by_label("Family name").fill(FAMILY)
        page.keyboard.press("Tab")
        page.keyboard.type(GIVEN)
        page.get_by_label("Born").fill("1961-03-14")
        nurse.chooses("Sex", "Female")
        page.get_by_label("Complaint").fill("Fever and cough for three days")
        page.locator("label", has_text="ambulance").click()
        page.get_by_label("Brought by").fill("Ambulance 12")
        page.locator("[name=level][value='3']").locator("..").click()
        page.keyboard.press("Control+Enter")
        expect(page.locator(".patient-name")).to_contain_text(f"{FAMILY} {GIVEN}")
        expect(page.locator("#content")).to_contain_text("Ambulance 12")
    visit = Encounter.objects.get(kind="EMER")
    assert visit.patient.birth_date.isoformat() == "1961-03-14" and visit.patient.sex == "female"
    assert Triage.objects.get().level == 3 and Triage.objects.get().encounter == visit
    return visit


def the_doctor_asks_for_potassium_and_a_bed(doctor, visit, hospital):
    with doctor.doing("opens the visit from the first page") as page:
        page.reload()
        page.get_by_role("link", name=re.compile(FAMILY)).click()
        expect(page.locator("#content")).to_contain_text("Fever and cough")
        page.get_by_role("button", name="First contact").click()
        expect(page.get_by_text("Undo “First contact”")).to_be_visible()
    with doctor.doing("asks for a test") as page:
        doctor.presses("c")
        page.get_by_role("navigation", name="Sections").get_by_role("link", name="Orders").click()
        page.get_by_role("link", name="Request").click()
        doctor.chooses("What kind", "Laboratory")
        page.get_by_label("What is asked for").fill("Potassium")
        page.get_by_role("button", name="Sign the request").click()
        expect(page.locator("#orders-tab")).to_contain_text("Potassium")
    request = ServiceRequest.objects.get()
    assert (request.category, request.encounter_id, request.requester) == ("laboratory", visit.pk, hospital.staff["er_doctor"])
    with doctor.doing("asks for admission") as page:
        doctor.goes("e")
        page.get_by_role("link", name=re.compile(FAMILY)).click()
        page.get_by_label("Department").select_option(label="Therapy")
        page.get_by_label("Reason for admission").fill("Pneumonia")
        page.keyboard.press("Enter")
        expect(page.locator("#content")).to_contain_text("Withdraw the request")
    assert AdmissionRequest.objects.get().department == hospital.therapy


def the_tube_is_labelled_and_drawn(nurse, visit, hospital):
    with nurse.doing("labels and draws") as page:
        nurse.goes("c")
        page.get_by_role("row", name=re.compile(FAMILY)).get_by_role("button", name="Print label").click()
        expect(page.locator(".tube-label svg")).to_be_visible()
        tube = Specimen.objects.get()
        page.get_by_role("link", name="Draw").click()
        expect(page.get_by_label("Wristband")).to_be_focused()
        page.keyboard.type(visit.patient.number)
        page.keyboard.press("Tab")
        page.keyboard.type(tube.accession)
        page.keyboard.press("Enter")
        expect(page.get_by_text("No tubes to draw")).to_be_visible()
    tube.refresh_from_db()
    assert tube.collected_at and tube.collected_by == hospital.staff["er_nurse"]


def the_laboratory_finds_the_value(lab, visit):
    with lab.doing("receives the tube and enters the value") as page:
        lab.goes("l")
        page.get_by_label("Scan a tube").fill(Specimen.objects.get().accession)
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Receive").click()
        page.get_by_role("link", name="Potassium").click()
        page.get_by_role("textbox", name="Potassium").fill("5,6")
        page.keyboard.press("Enter")
        expect(page.get_by_text("Nothing waits for a value")).to_be_visible()
    result = LabResult.objects.get()
    assert (result.value, result.unit, result.flag, result.encounter_id) == (Decimal("5.6"), "mmol/L", "H", visit.pk)
    assert result.released_at


def the_doctor_reads_the_result(doctor, visit):
    with doctor.doing("reads the result") as page:
        doctor.goes("n")
        row = page.get_by_role("row", name=re.compile(FAMILY))
        expect(row).to_contain_text("5.6 mmol/L")
        row.get_by_role("button", name="Seen").click()
        expect(page.get_by_text("No new results")).to_be_visible()
    assert LabResult.objects.get().seen.get().staff.family == "Kovalenko"


def the_ward_gives_her_a_bed(doctor, visit, hospital):
    with doctor.doing("accepts and admits") as page:
        doctor.goes("a")
        page.get_by_role("button", name="Accept").click()
        page.get_by_role("link", name="Give a bed").click()
        expect(page.get_by_label("Reason for admission")).to_have_value("Pneumonia")
        page.get_by_label("Bed (optional)").select_option(value=str(hospital.bed.pk))
        page.get_by_label("Diagnosis in words").fill("Pneumonia suspected")
        page.get_by_role("button", name="Admit").click()
        expect(page.locator("#content")).to_contain_text("301-1")
    visit.refresh_from_db()
    stay = Encounter.objects.get(kind="IMP")
    assert visit.disposition == "admitted" and visit.finished_at == stay.started_at
    assert stay.locations.get().bed == hospital.bed and stay.part_of == visit
    return stay


def the_doctor_prescribes_after_seeing_every_dose(doctor, stay):
    with doctor.doing("prescribes") as page:
        doctor.presses("c")
        page.get_by_role("navigation", name="Sections").get_by_role("link", name="Orders").click()
        page.get_by_role("link", name="Prescribe").click()
        page.get_by_label("Name of the drug").press_sequentially("parac")
        expect(page.get_by_role("radio", name=re.compile("Paracetamol"))).to_be_checked()
        page.get_by_label("Dose", exact=True).fill("1000")
        page.get_by_label("Unit").fill("mg")
        page.get_by_label("Route").select_option("PO")
        page.get_by_label("How often").select_option("Q6H")
        expect(page.locator("#preview li.chip")).to_have_count(8)
        expect(page.locator("#preview")).to_contain_text("1000 mg")
        assert not MedicationRequest.objects.exists()
        page.get_by_role("button", name="Sign the order").click()
        expect(page.locator("#orders-tab")).to_contain_text("Paracetamol")
    order = MedicationRequest.objects.get()
    assert order.encounter == stay and order.dose == 1000 and PlannedDose.objects.filter(request=order).count() >= 8
    return order


def the_nurse_gives_with_one_key(nurse, order):
    dose = order.doses.order_by("due_at").first()
    with nurse.doing("gives the dose") as page:
        nurse.goes("m")
        slot = page.locator(f"#d{dose.pk}")
        nurse.tabs_to(slot)
        page.keyboard.press("Enter")
        expect(page.locator(f"#d{dose.pk}.given")).to_be_visible()
    given = MedicationAdministration.objects.get()
    assert (given.dose, given.status, given.stock_move.quantity) == (dose, "given", -2)


def the_nurse_records_a_round_of_vital_signs(nurse, stay):
    with nurse.doing("types a round of vital signs") as page:
        nurse.goes("v")
        page.locator("input[name=temperature]").fill("38,4")
        for value in ("96", "20", "128", "74", "94"):
            page.keyboard.press("Tab")
            page.keyboard.type(value)
        page.locator("select[name=oxygen]").select_option("no")
        page.locator("select[name=consciousness]").select_option("A")
        page.locator("input[name=spo2]").press("Enter")
        expect(page.get_by_text("Saved. Wrong?")).to_be_visible()
        expect(page.get_by_role("row", name=re.compile(FAMILY)).locator(".status.pill")).to_contain_text("3")
    assert stay.observations.count() >= 8


def the_doctor_states_the_final_diagnosis(doctor, stay):
    with doctor.doing("states the final diagnosis") as page:
        page.goto(f"/patients/{stay.patient_id}/")
        doctor.presses("i")
        page.get_by_label("Code or words").press_sequentially("pneumonia")
        page.get_by_role("radio", name=re.compile("J18.9")).check()
        doctor.chooses("Stage", "Final")
        page.get_by_role("button", name="Record the diagnosis").click()
        expect(page.locator("#content")).to_contain_text("Pneumonia, unspecified organism")
    assert Condition.objects.get(stage="final").code == "J18.9"


def the_doctor_writes_and_signs_a_note(doctor, stay):
    with doctor.doing("writes a note") as page:
        page.goto(f"/patients/{stay.patient_id}/")
        doctor.presses("d")
        page.get_by_role("button", name="Open the editor").click()
        page.get_by_label("Complaints").press_sequentially("Coughs less.")
        expect(page.locator("[data-save-state]")).to_have_text(re.compile("^Saved"))
        page.get_by_label("Plan").fill("Home tomorrow.")
        page.get_by_role("button", name="Save and read").click()
        page.get_by_role("button", name="Sign").click()
        expect(page.locator("article.document")).to_contain_text("Signed by")
    note = Document.objects.get()
    assert note.status == "signed" and "Coughs less." in str(note.sections) and note.encounter == stay


def the_doctor_discharges_her(doctor, stay):
    with doctor.doing("discharges") as page:
        doctor.goes("w")
        page.get_by_role("link", name=re.compile(FAMILY)).click()
        doctor.presses("d")
        expect(page.locator("#content")).to_contain_text("1 drug order is still running")
        page.get_by_role("button", name="Discharge the patient").click()
        expect(page.get_by_text("The patient is discharged.")).to_be_visible()
    stay.refresh_from_db()
    assert stay.finished_at and stay.locations.get().during.upper == stay.finished_at
    assert MedicationRequest.objects.get().stopped_at == stay.finished_at


def the_doctor_signs_the_summary(doctor, stay):
    with doctor.doing("drafts and signs the discharge summary") as page:
        doctor.presses("s")
        expect(page.locator("#editor")).to_contain_text("Paracetamol")
        expect(page.locator("#editor")).to_contain_text("Pneumonia, unspecified organism")
        page.get_by_label("Recommendations").fill("Come back if the fever returns.")
        page.get_by_role("button", name="Save and read").click()
        page.get_by_role("button", name="Sign").click()
        expect(page.locator("article.document")).to_contain_text("Signed by")
    summary = Document.objects.get(kind="discharge-summary")
    assert summary.status == "signed" and summary.encounter == stay
    return summary


def the_summary_is_a_pdf_in_both_languages(doctor, summary):
    with doctor.doing("opens the PDF") as page:
        made = [_pdf(doctor, page)]
        doctor.speaks("ru")
        expect(page.locator("article.document")).to_contain_text("Подпис")
        made.append(_pdf(doctor, page))
        doctor.speaks("en")
    assert made[0] != made[1]
    assert sorted(DocumentRendering.objects.filter(document=summary).values_list("language", flat=True)) == ["en", "ru"]


def _pdf(doctor, page):
    answer = doctor.context.request.get(page.get_by_role("link", name="PDF").get_attribute("href"))
    assert answer.status == 200 and answer.headers["content-type"] == "application/pdf"
    body = answer.body()
    assert body.startswith(b"%PDF-") and b"%%EOF" in body[-1024:] and len(body) > 5000
    return body


def the_accountant_finds_each_fact_on_the_accounts(accountant, visit, stay):
    with accountant.doing("posts the charges and opens the accounts") as page:
        accountant.goes("u")
        page.get_by_role("button", name="Post charges").click()
        for encounter, lines in ((visit, [("Potassium", "6.15"), ("Emergency", "58.30")]),
                                 (stay, [("Paracetamol", "2.50"), ("Therapy", "96.40")])):
            accountant.goes("u")
            page.get_by_role("row", name=re.compile(encounter.number)).get_by_role("link").first.click()
            expect(page.locator("tbody[data-rows]").last.locator("tr")).to_have_count(len(lines))  # above it: who pays
            for what, amount in lines:
                expect(page.get_by_role("row", name=re.compile(what)).first).to_contain_text(amount)
            total = sum(Decimal(amount) for _what, amount in lines)
            expect(page.locator(".tiles").first).to_contain_text(str(total))
            assert sum(ChargeItem.objects.filter(account__encounter=encounter).values_list("amount", flat=True)) == total
    sources = set(ChargeItem.objects.values_list("source_id", flat=True))
    assert sources == {LabResult.objects.get().pk, MedicationAdministration.objects.get().pk, visit.pk, stay.pk}


def the_doctor_hands_out_the_bundle(doctor, stay, summary):
    with doctor.doing("makes the discharge report for another hospital") as page:
        doctor.reads(f"/patients/{stay.patient_id}/chart/received/")
        page.get_by_label("For whom").fill("Second hospital")
        page.get_by_label("Stay, for the discharge report").select_option(str(stay.pk))
        with page.expect_download() as downloading:
            page.get_by_role("button", name="Discharge report").click()
        body = Path(downloading.value.path()).read_bytes()
    sent, bundle = SentDocument.objects.get(), json.loads(body)
    assert (sent.kind, sent.recipient, sent.encounter) == ("discharge", "Second hospital", stay)
    assert sent.sha256 == hashlib.sha256(body).hexdigest()
    assert bundle["type"] == "document" and bundle["entry"][0]["resource"]["resourceType"] == "Composition"
    found = {kind: [entry["resource"] for entry in bundle["entry"] if entry["resource"]["resourceType"] == kind]
             for kind in ("Patient", "MedicationAdministration", "Condition", "Observation")}
    assert found["Patient"][0]["name"][0]["family"] == FAMILY
    dose = MedicationAdministration.objects.get()
    assert [row["id"] for row in found["MedicationAdministration"]] == [str(dose.pk)]
    assert found["MedicationAdministration"][0]["dosage"]["dose"]["value"] == 1000
    assert "J18.9" in json.dumps(found["Condition"])
    values = [row.get("valueQuantity", {}).get("value") for row in found["Observation"]]
    assert values.count(5.6) == 1 and values.count(38.4) == 1  # potassium of the emergency room, temperature of the ward
