"""The ward doctor's day: rounds note that fills itself, fluid balance, alerts, team, diagnoses that changed (B4, B5, B7-B10)."""
import datetime as dt
import uuid
from decimal import Decimal

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.urls import reverse

from admissions.actions.admission import admit_patient
from admissions.actions.deterioration_alert import alert_doctor, answer_alert
from admissions.actions.discharge import discharge_patient
from admissions.actions.discharge_summary import draft_discharge, sign_discharge
from admissions.actions.fluid_entry import record_fluid, undo_fluid
from admissions.actions.rounds import draft_rounds
from admissions.errors import AlertIsSeen, DischargeIsIncomplete, NotAStay
from admissions.jobs import tell_of_scores
from admissions.models import DeteriorationAlert, FluidEntry
from admissions.queries import deterioration_alert as alerts
from admissions.rules.checklist import items
from admissions.rules.fluid_balance import balance, shift_began
from emr import clock
from emr.actions.document import edit_document
from emr.actions.encounter import BackwardsInTime, EncounterIsFinished
from emr.actions.encounter_participant import assign_participant
from emr.errors import Malformed, NotPermitted, ReasonMissing, TimeInFuture
from emr.models import Document, JournalEntry, Shift
from nursing.actions.vitals import record_vitals
from nursing.models import MedicationAdministration
from orders.actions.service_request import request_service
from orders.laboratory.models import LabResult, LabTest
from orders.models import Medication, MedicationRequest, PlannedDose
from tests.factories import make_encounter, make_patient, make_staff, make_system

ILL = {"respiratory_rate": "26", "spo2": "90", "oxygen": "yes", "systolic": "95", "heart_rate": "120", "consciousness": "A",
       "temperature": "39.2"}
WELL = {"respiratory_rate": "16", "spo2": "98", "oxygen": "no", "systolic": "120", "heart_rate": "70", "consciousness": "A",
        "temperature": "36.6"}


def ago(**delta):
    return clock.now() - dt.timedelta(**delta)


@pytest.fixture
def stay(house):
    return admit_patient(make_patient(family="Lying", birth_date=dt.date(1960, 1, 1)), by=house.doctor, bed=house.bed,
                         started_at=ago(days=3),
                         attending=house.doctor, conditions=[{"text": "Pneumonia", "code": "J18.9", "system": "icd"}])


def test_the_rounds_note_is_filled_from_the_last_day_and_nothing_older(house, stay, django_assert_max_num_queries):
    record_vitals(stay, by=house.nurse, values=ILL, measured_at=ago(hours=40))
    record_vitals(stay, by=house.nurse, values=WELL | {"heart_rate": "110"}, measured_at=ago(hours=20))
    record_vitals(stay, by=house.nurse, values=WELL, measured_at=ago(hours=2))
    both = {"patient": stay.patient, "encounter": stay, "recorded_by": house.nurse}
    drug = Medication.objects.create(code="m", name="Ceftriaxone")
    order = MedicationRequest.objects.create(medication=drug, dose=Decimal(1), dose_unit="g", prescriber=house.doctor,
                                             authored_at=ago(days=2), starts_at=ago(days=2), **both)
    given, missed, late = (PlannedDose.objects.create(request=order, patient=stay.patient, encounter=stay,
                                                      due_at=ago(hours=hours)) for hours in (22, 14, 2))
    MedicationAdministration.objects.create(request=order, dose=given, status="given", happened_at=ago(hours=22),
                                            performer=house.nurse, amount=Decimal(1), **both)
    for name, hours in (("Sodium", 3), ("Old", 30)):
        LabResult.objects.create(test=LabTest.objects.create(key=name, name=name), value=Decimal(128), unit="mmol/L", flag="L",
                                 performer=house.nurse,
                                 found_at=ago(hours=hours), released_at=ago(hours=hours), released_by=house.nurse, **both,
                                 request=request_service(stay, by=house.doctor, category="laboratory", text=name))
    record_fluid(stay, by=house.nurse, kind="oral", ml=800, at=ago(hours=5))
    record_fluid(stay, by=house.nurse, kind="urine", ml=1100, at=ago(hours=4))
    record_fluid(stay, by=house.nurse, kind="oral", ml=500, at=ago(hours=30))
    with django_assert_max_num_queries(24):
        note = draft_rounds(stay, by=house.doctor)
    told = [row["text"] for row in next(part for part in note.sections if part["key"] == "objective")["rows"]]
    text = "\n".join(told)
    assert "Pulse: 70 – 110 /min (last 70)" in told and "120" not in next(line for line in told if line.startswith("Pulse"))
    assert any("Ceftriaxone" in line and "missed 1" in line for line in told) and any("late 1" in line for line in told)
    assert "Sodium: 128 mmol/L" in text and "Old" not in text
    assert "in 800 ml (infused 0 ml), out 1100 ml, net -300 ml" in text
    assert [part["key"] for part in note.sections] == ["subjective", "objective", "assessment", "plan"] and not any(
        part["text"] for part in note.sections)
    assert all(row["source"].split(":")[1] for part in note.sections for row in part["rows"])
    assert missed.pk and late.pk and note.status == "draft"


def test_a_rounds_note_needs_an_open_stay(house, stay):
    visit = make_encounter(kind="EMER", department=house.therapy)
    with pytest.raises(NotAStay):
        draft_rounds(visit, by=house.doctor)
    discharge_patient(stay, by=house.doctor)
    with pytest.raises(EncounterIsFinished):
        draft_rounds(stay, by=house.doctor)
    assert not Document.objects.exists()


def test_the_fluid_balance_counts_by_shift_and_day_and_takes_nothing_wrong(house, stay):
    entry = record_fluid(stay, by=house.nurse, kind="oral", ml=200, at=ago(hours=1))
    record_fluid(stay, by=house.nurse, kind="drain", ml=50, at=ago(hours=1))
    assert balance(stay, ago(hours=24), clock.now()).net == 150
    undo_fluid(entry, by=house.nurse, reason="other patient")
    assert balance(stay, ago(hours=24), clock.now()).net == -50
    before = JournalEntry.objects.count()
    for values, refusal in (({"kind": "tea"}, Malformed), ({"ml": 0}, Malformed), ({"ml": 10_001}, Malformed),
                            ({"at": ago(hours=-1)}, TimeInFuture), ({"at": ago(days=9)}, BackwardsInTime)):
        with pytest.raises(refusal):
            record_fluid(stay, by=house.nurse, **{"kind": "oral", "ml": 100} | values)
    with pytest.raises(ReasonMissing):
        undo_fluid(FluidEntry.objects.live().get(), by=house.nurse, reason="")
    assert JournalEntry.objects.count() == before and FluidEntry.objects.count() == 2
    morning = clock.start_of(clock.today()) + dt.timedelta(hours=7, minutes=59)
    assert shift_began(morning) == clock.start_of(clock.today()) - dt.timedelta(hours=4)
    assert shift_began(morning + dt.timedelta(minutes=1)) == clock.start_of(clock.today()) + dt.timedelta(hours=8)


def test_the_doctor_on_duty_is_told_once_of_a_score_that_asks_for_one(house, stay):
    make_system()
    night = make_staff("ward_doctor", department=house.therapy)
    record_vitals(stay, by=house.nurse, values=WELL)
    assert tell_of_scores() == 0
    record_vitals(stay, by=house.nurse, values=ILL)
    assert tell_of_scores() == 1 and tell_of_scores() == 0
    assert DeteriorationAlert.objects.get().told == house.doctor, "nobody is on shift: the attending doctor"
    Shift.objects.create(staff=night, department=house.therapy, during=DateTimeTZRange(ago(hours=1), ago(hours=-8)))
    record_vitals(stay, by=house.nurse, values=ILL | {"heart_rate": "135"})
    assert tell_of_scores() == 1
    alert = DeteriorationAlert.objects.latest("told_at")
    assert alert.told == night and list(alerts.unseen(night)) == [alert]
    with pytest.raises(NotPermitted):
        answer_alert(alert, by=house.nurse)
    answer_alert(alert, by=night, note="oxygen, blood cultures")
    with pytest.raises(AlertIsSeen):
        answer_alert(alert, by=house.doctor)
    with pytest.raises(AlertIsSeen):
        alert_doctor(alert.observation, by=make_system())
    assert not alerts.unseen(night).exists() and DeteriorationAlert.objects.count() == 2


def test_a_diagnosis_that_changed_is_flagged_before_the_discharge(house, stay):
    from emr.actions.condition import record_condition

    assert not [item for item in items(stay) if item.key == "changed"]
    record_condition(stay.patient, by=house.doctor, text="Lobar pneumonia", code="J18.1", system="icd", stage="final",
                     encounter=stay)
    assert not [item for item in items(stay) if item.key == "changed"], "the same category"
    for row in stay.conditions.filter(stage="final"):
        type(row).objects.filter(pk=row.pk).update(code="I26.9", text="Lung embolism")
    [item] = [item for item in items(stay) if item.key == "changed"]
    assert "Pneumonia → Lung embolism" in item.text and not item.blocks


def test_the_summary_is_called_after_how_the_stay_ended_and_a_death_says_why(house, stay):
    assert draft_discharge(stay, by=house.doctor).title == "Interim summary"
    discharge_patient(stay, by=house.doctor, disposition="exp", conditions=[{"text": "Pneumonia"}])
    draft = draft_discharge(stay, by=house.doctor)
    assert draft.title == "Summary of a stay that ended in death"
    with pytest.raises(DischargeIsIncomplete) as refusal:
        sign_discharge(draft, by=house.doctor)
    assert "cause and circumstances" in str(refusal.value)
    sections = [part | ({"text": "Septic shock"} if part["key"] == "death" else {}) for part in draft.sections]
    edit_document(draft, by=house.doctor, sections=sections)
    assert sign_discharge(draft, by=house.doctor).status == "signed"


def test_the_pages_of_the_ward_doctor(house, stay, client):
    other = admit_patient(make_patient(family="Another"), by=house.doctor, bed=house.other_bed)
    doctor = make_staff("ward_doctor", department=house.therapy, login="doc")
    client.force_login(doctor.user)

    def post(name, *args, **data):
        return client.post(reverse(f"admissions:{name}", args=args), {"request_key": str(uuid.uuid4())} | data)

    assert post("team", stay.pk, staff=str(doctor.pk), part="ATND").status_code == 302
    mine = client.get(reverse("admissions:ward"), {"mine": "1"}).content
    assert b"Lying" in mine and b"Another" not in mine and other.pk
    shown = client.get(reverse("admissions:stay", args=[stay.pk])).content.decode()
    assert doctor.full_name in shown and house.doctor.full_name in shown, "the former attending doctor stays with his dates"
    answer = post("rounds", stay.pk)
    assert answer.status_code == 302 and "/documents/" in answer.url and client.get(answer.url).status_code == 200
    assert post("fluids", stay.pk, kind="oral", ml="250").status_code == 302
    page = client.get(reverse("admissions:fluids", args=[stay.pk])).content.decode()
    assert "250 ml" in page
    assert post("undo_fluid", FluidEntry.objects.get().pk, reason="spilt").status_code == 302
    record_vitals(stay, by=house.nurse, values=ILL)
    make_system()
    tell_of_scores()
    assert b"Lying" in client.get(reverse("admissions:home_alerts")).content
    assert post("answer_alert", DeteriorationAlert.objects.get().pk, note="coming").status_code == 302
    assert b"Lying" not in client.get(reverse("admissions:home_alerts")).content
    assert b"coming" in client.get(reverse("admissions:stay", args=[stay.pk])).content
    assert assign_participant and client.get(reverse("admissions:ward")).status_code == 200
