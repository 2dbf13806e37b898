"""A full chart: one row of every kind that has a FHIR form, made through the ORM."""
import datetime as dt
import hashlib
from decimal import Decimal

from emr import clock
from emr.models import (
    AllergyIntolerance,
    AttachmentFile,
    Condition,
    Document,
    DocumentRendering,
    EncounterParticipant,
    Observation,
    PatientAddress,
    PatientContact,
    PatientIdentifier,
    PatientName,
)
from emr.rules.document import digest
from nursing.models import MedicationAdministration, Procedure
from orders.laboratory.models import LabResult, LabTest, Specimen, SpecimenRequest
from orders.models import Medication, MedicationRequest, MedicationStatement, PlannedDose, ServiceRequest
from tests.factories import make_bed, make_encounter, make_institution, make_patient, make_staff, number

FULL = {"Patient": 1, "Encounter": 1, "Condition": 2, "AllergyIntolerance": 1, "Observation": 4, "ServiceRequest": 1,
        "Specimen": 1, "MedicationRequest": 2, "MedicationAdministration": 2, "MedicationStatement": 1, "Procedure": 1,
        "DocumentReference": 2, "Binary": 2}


def make_chart(**person):
    """(patient, stay, doctor): a finished stay with one or more rows of every kind, all live."""
    make_institution()
    doctor = make_staff("ward_doctor", family="Лекарь")
    patient = make_patient(**{"family": "О'Нил <&>", "given": "Ёлка", "patronymic": "Ивановна", "language": "ru"} | person)
    now = clock.now()
    stay = make_encounter(patient, bed=make_bed(), hours_ago=48, finished_at=now - dt.timedelta(hours=1), disposition="home",
                          reason="Fever")
    common = {"patient": patient, "encounter": stay, "recorded_by": doctor}
    PatientIdentifier.objects.create(patient=patient, system="urn:test:passport", value=f"MP{number():07d}", kind="passport")
    PatientName.objects.create(patient=patient, use="maiden", family="Девичья")
    PatientContact.objects.create(patient=patient, kind="phone", value="+375291234567")
    PatientContact.objects.create(patient=patient, kind="phone", value="+375297654321", person="Муж", relationship="spouse")
    PatientAddress.objects.create(patient=patient, city="Minsk", street="Lenina", house="1", country="BY")
    EncounterParticipant.objects.create(encounter=stay, staff=doctor, part="ATND", since=stay.started_at, recorded_by=doctor)
    Condition.objects.create(**common, stage="final", system="http://hl7.org/fhir/sid/icd-10-cm", code="J18.9",
                             text="Pneumonia <script>", asserted_at=now, onset="2026-11")
    Condition.objects.create(**common, stage="problem", text="Asthma", asserted_at=now, ended_at=now, onset="in childhood")
    AllergyIntolerance.objects.create(patient=patient, recorded_by=doctor, substance="Penicillin", reaction="Rash",
                                      criticality="high", asserted_at=now)
    _observations(common, now)
    _orders(common, doctor, now)
    _papers(common, doctor, now)
    return patient, stay, doctor


def _observations(common, now):
    vital = {"category": "vital-signs", "system": "http://loinc.org", "effective_at": now - dt.timedelta(hours=2)}
    Observation.objects.create(**common, **vital, code="29463-7", name="Body weight", value=Decimal("72.50"), unit="kg")
    parts = [{"code": {"coding": [{"system": "http://loinc.org", "code": "8480-6"}]},
              "valueQuantity": {"value": "120.0", "unit": "mm[Hg]", "system": "http://unitsofmeasure.org", "code": "mm[Hg]"}}]
    Observation.objects.create(**common, **vital, code="85354-9", name="Blood pressure", components=parts)
    Observation.objects.create(**common, **vital, code="8310-5", name="Temperature", absent_reason="unknown")


def _orders(common, doctor, now):
    drug = Medication.objects.create(code=f"M{number()}", name="Paracetamol", atc="N02BE01", strength="500 mg", form="tablet")
    base = common | {"medication": drug, "dose": Decimal("500"), "dose_unit": "mg", "route": "PO", "prescriber": doctor,
                     "authored_at": now - dt.timedelta(hours=40), "starts_at": now - dt.timedelta(hours=40)}
    order = MedicationRequest.objects.create(**base, timing={"every_hours": 6}, timing_text="every 6 hours", stopped_at=now,
                                             stopped_by=doctor, stop_reason="discharge")
    MedicationRequest.objects.create(**base, category="discharge", as_needed=True, as_needed_for="pain", max_per_day=4)
    for hours, status in ((30, "given"), (24, "refused")):
        at = now - dt.timedelta(hours=hours)
        dose = PlannedDose.objects.create(request=order, patient=order.patient, encounter=order.encounter, due_at=at)
        MedicationAdministration.objects.create(
            **common, dose=dose, request=order, status=status, happened_at=at, performer=doctor, route="PO",
            reason="" if status == "given" else "nausea",
            **({"amount": Decimal("500"), "unit": "mg"} if status == "given" else {}))
    MedicationStatement.objects.create(**common, text="Bisoprolol", dosage_text="5 mg daily", asserted_at=now, started_at=now)
    asked = ServiceRequest.objects.create(**common, category="laboratory", text="Glucose", requester=doctor, authored_at=now)
    tube = Specimen.objects.create(**common, accession=f"A{number()}", kind="serum", collected_at=now, collected_by=doctor)
    SpecimenRequest.objects.create(specimen=tube, request=asked)
    test = LabTest.objects.create(key=f"glucose-{number()}", name="Glucose", loinc="2345-7", unit="mmol/L")
    LabResult.objects.create(**common, request=asked, specimen=tube, test=test, value=Decimal("5.10"), unit="mmol/L", flag="N",
                             range_low=Decimal("3.9"), range_high=Decimal("6.1"), performer=doctor, found_at=now,
                             released_at=now, released_by=doctor)
    Procedure.objects.create(**common, text="Chest X-ray", started_at=now, ended_at=now, performer=doctor)


def _papers(common, doctor, now):
    paper = Document(patient=common["patient"], encounter=common["encounter"], number=f"D{number()}", kind="discharge-summary",
                     title="Discharge summary", language="ru", author=doctor, happened_at=now, status="signed", signed_at=now,
                     signed_by=doctor, check_code=f"CHECK{number()}", sections=[
                         {"key": "course", "title": "Course", "text": "Treated & better", "rows": []},
                         {"key": "recommendations", "title": "Plan", "text": "Rest", "rows": []}])
    paper.sha256 = digest(paper)
    paper.save()
    DocumentRendering.objects.create(document=paper, language="ru", body=b"%PDF-1.7 test", sha256="0" * 64)
    body = b"scan of a paper"
    AttachmentFile.objects.create(**common, title="Scan", content_type="text/plain", body=body, size=len(body),
                                  sha256=hashlib.sha256(body).hexdigest())
