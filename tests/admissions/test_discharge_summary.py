"""The discharge summary says what the rows say, and names each row (B10)."""
import datetime as dt
from decimal import Decimal

import pytest

from admissions.actions.admission import admit_patient
from admissions.actions.discharge import discharge_patient
from admissions.actions.discharge_summary import draft_discharge, sign_discharge
from admissions.errors import DischargeIsIncomplete, NotADischargeSummary, SummaryIsOutdated, SummaryIsSigned
from admissions.queries import discharge_summary as queries
from admissions.rules import discharge_summary as rules
from emr import clock
from emr.actions.document import NotTheAuthor, StaleDraft, edit_document, sign_document, write_document
from emr.models import AllergyIntolerance, Condition, Document, Observation
from nursing.models import MedicationAdministration, Procedure
from orders.laboratory.models import LabResult, LabTest
from orders.models import Medication, MedicationRequest, PlannedDose, ServiceRequest
from tests.factories import make_patient, make_staff


def ago(**delta):
    return clock.now() - dt.timedelta(**delta)


@pytest.fixture
def stay(house):
    return admit_patient(make_patient(), by=house.doctor, bed=house.bed, started_at=ago(days=5), attending=house.doctor,
                         conditions=[{"text": "Pneumonia", "code": "J18.9", "system": "icd"}])


@pytest.fixture
def treated(house, stay):
    """A stay in which something of every kind happened."""
    both = {"patient": stay.patient, "encounter": stay, "recorded_by": house.nurse}
    drug = Medication.objects.create(code="m", name="Ceftriaxone", strength="1 g")
    order = MedicationRequest.objects.create(medication=drug, dose=Decimal("1.0"), dose_unit="g", route="IV", timing_text="daily",
                                             prescriber=house.doctor, authored_at=ago(days=5), starts_at=ago(days=5), **both)
    for days, status in ((4, "given"), (3, "refused"), (2, "given")):
        dose = PlannedDose.objects.create(request=order, patient=stay.patient, encounter=stay, due_at=ago(days=days))
        MedicationAdministration.objects.create(dose=dose, request=order, status=status, happened_at=ago(days=days),
                                                performer=house.nurse, reason="" if status == "given" else "asleep", **both)
    test = LabTest.objects.create(key="crp", name="C-reactive protein", unit="mg/L")
    for days, value, flag in ((4, "120.0", "H"), (3, "180", "HH"), (1, "6.5", "N")):
        request = ServiceRequest.objects.create(category="laboratory", text="CRP", requester=house.doctor,
                                                authored_at=ago(days=days), **both)
        LabResult.objects.create(request=request, test=test, value=Decimal(value), unit="mg/L", flag=flag, performer=house.nurse,
                                 found_at=ago(days=days), released_at=ago(days=days), released_by=house.nurse, **both)
    for days, value in ((4, "39.1"), (0, "36.6")):
        Observation.objects.create(category="vital-signs", system="http://loinc.org", code="8310-5", name="Body temperature",
                                   value=Decimal(value), unit="Cel", effective_at=ago(days=days), **both)
    Procedure.objects.create(text="Pleural puncture", started_at=ago(days=3), performer=house.doctor, **both)
    AllergyIntolerance.objects.create(patient=stay.patient, substance="Penicillin", reaction="rash", asserted_at=ago(days=5),
                                      recorded_by=house.doctor)
    MedicationRequest.objects.create(category="discharge", medication=Medication.objects.create(code="a", name="Amoxicillin"),
                                     dose=Decimal(500), dose_unit="mg", route="PO", timing_text="three times a day",
                                     prescriber=house.doctor, authored_at=ago(hours=1), starts_at=ago(hours=1), **both)
    note = write_document(stay.patient, by=house.doctor, kind="progress-note", title="Day 2", encounter=stay,
                          sections=[{"text": "Fever fell."}])
    sign_document(note, by=house.doctor)
    return stay


def lines(document_or_sections, key):
    sections = getattr(document_or_sections, "sections", document_or_sections)
    return [row["text"] for part in sections for row in part["rows"] if part["key"] == key]


def test_every_kind_of_row_has_its_line(house, treated):
    discharge_patient(treated, by=house.doctor, conditions=[{"text": "Lobar pneumonia", "code": "J18.1", "system": "icd"}])
    document = draft_discharge(treated, by=house.doctor)
    assert lines(document, "diagnoses") == ["Final: Lobar pneumonia (J18.1)", "Admitting: Pneumonia (J18.9)"]
    assert lines(document, "allergies") == ["Penicillin: rash"]
    assert lines(document, "course")[0].endswith("Fever fell.")
    [drug] = lines(document, "medication_given")
    assert drug.startswith("Ceftriaxone 1 g 1.0 g into a vein, given 2 times, refused 1, ")
    [crp] = lines(document, "laboratory")
    assert "C-reactive protein: 6.5 mg/L" in crp
    assert "first 120.0 mg/L high, lowest 6.5 mg/L, highest 180 mg/L critically high of 3" in crp
    [temperature] = lines(document, "vitals")
    assert "39.1 °C" in temperature and "→ 36.6 °C" in temperature
    assert "Pleural puncture" in lines(document, "procedures")[0]
    assert lines(document, "discharge_medication") == ["Amoxicillin 500 mg by mouth three times a day"]
    assert "5 bed-days" in lines(document, "stay")[1]
    assert house.doctor.full_name in lines(document, "stay")[-1]


def test_every_line_names_a_row_that_exists(treated):
    from django.apps import apps

    for part in rules.build(queries.material(treated)):
        for row in part["rows"]:
            label, key = row["source"].split(":")
            assert apps.get_model(label)._base_manager.filter(pk=key).exists(), row


def test_building_takes_the_same_queries_for_a_long_stay(house, treated, django_assert_max_num_queries):
    order = MedicationRequest.objects.get(category="inpatient")
    for minutes in range(200):
        dose = PlannedDose.objects.create(request=order, patient=treated.patient, encounter=treated,
                                          due_at=ago(minutes=minutes + 1))
        MedicationAdministration.objects.create(dose=dose, request=order, status="given", happened_at=dose.due_at,
                                                performer=house.nurse, patient=treated.patient, encounter=treated,
                                                recorded_by=house.nurse)
    with django_assert_max_num_queries(12):
        sections = rules.build(queries.material(treated))
    assert "given 202 times" in lines(sections, "medication_given")[0]


def test_the_paper_speaks_the_language_of_its_reader(house, treated):
    from django.utils import translation

    with translation.override("ru"):
        document = draft_discharge(treated, by=house.doctor)
    assert document.language == "ru"


def test_a_refresh_brings_new_rows_and_keeps_the_doctors_words(house, treated):
    document = draft_discharge(treated, by=house.doctor)
    sections = [part | ({"text": "Rest."} if part["key"] == "recommendations" else {}) for part in document.sections]
    edit_document(document, by=house.doctor, sections=sections)
    discharge_patient(treated, by=house.doctor, conditions=[{"text": "Lobar pneumonia"}])
    fresh = draft_discharge(treated, by=house.doctor)
    assert fresh.pk == document.pk and Document.objects.filter(kind="discharge-summary").count() == 1
    assert "Final: Lobar pneumonia" in lines(fresh, "diagnoses")
    assert [part["text"] for part in fresh.sections if part["key"] == "recommendations"] == ["Rest."]


def test_signing_needs_the_discharge_and_a_final_diagnosis(house, treated):
    document = draft_discharge(treated, by=house.doctor)
    with pytest.raises(DischargeIsIncomplete) as refusal:
        sign_discharge(document, by=house.doctor)
    assert "the discharge itself" in str(refusal.value) and "a final diagnosis" in str(refusal.value)
    with pytest.raises(DischargeIsIncomplete):  # the general door for papers checks the same
        sign_document(document, by=house.doctor)
    document.refresh_from_db()
    assert document.status == "draft"


def test_a_final_diagnosis_that_is_not_on_the_paper_is_missing(house, treated):
    discharge_patient(treated, by=house.doctor)
    document = draft_discharge(treated, by=house.doctor)
    Condition.objects.create(patient=treated.patient, encounter=treated, stage="final", text="Lobar pneumonia",
                             asserted_at=clock.now(), recorded_by=house.doctor)
    with pytest.raises(DischargeIsIncomplete) as refusal:
        sign_discharge(document, by=house.doctor)
    assert "Lobar pneumonia" in str(refusal.value)


def test_a_draft_older_than_the_discharge_is_not_signed(house, treated):
    Condition.objects.create(patient=treated.patient, encounter=treated, stage="final", text="Lobar pneumonia",
                             asserted_at=clock.now(), recorded_by=house.doctor)
    document = draft_discharge(treated, by=house.doctor)
    discharge_patient(treated, by=house.doctor)
    with pytest.raises(SummaryIsOutdated):
        sign_discharge(document, by=house.doctor)
    document.refresh_from_db()
    assert document.status == "draft"


def test_a_signed_summary_is_frozen(house, treated):
    discharge_patient(treated, by=house.doctor, conditions=[{"text": "Lobar pneumonia"}])
    document = draft_discharge(treated, by=house.doctor)
    with pytest.raises(StaleDraft):
        sign_discharge(document, by=house.doctor, edited=7)
    with pytest.raises(NotTheAuthor):
        sign_discharge(document, by=make_staff("ward_doctor", department=house.therapy))
    signed = sign_discharge(document, by=house.doctor, edited=0)
    assert (signed.status, signed.signed_by, len(signed.sha256)) == ("signed", house.doctor, 64)
    with pytest.raises(SummaryIsSigned):
        draft_discharge(treated, by=house.doctor)


def test_another_paper_is_not_signed_as_a_summary(house, treated):
    note = write_document(treated.patient, by=house.doctor, kind="progress-note", title="Day 3", encounter=treated,
                          sections=[{"text": "Well."}])
    with pytest.raises(NotADischargeSummary):
        sign_discharge(note, by=house.doctor)
    note.refresh_from_db()
    assert note.status == "draft"


@pytest.mark.parametrize("unit, written", [("{INR}", ""), ("[pH]", ""), ("mm[Hg]", "mm Hg"), ("10*3/uL", "10³/µL"),
                                           ("10*12/L", "10¹²/L"), ("ug/L", "µg/L"),
                                           ("mmol/L", "mmol/L"), ("U/L", "U/L"), ("umol/L", "µmol/L"), ("m[IU]/L", "mIU/L")])
def test_units_stand_on_paper_as_people_write_them(unit, written):
    assert rules._unit(unit) == written
