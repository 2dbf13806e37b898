"""The demo hospital: synthetic people under names of Minsk, some of them lying in its beds today."""
import datetime as dt
import gzip
import json
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from admissions.actions.admission_request import request_admission
from admissions.models import AdmissionRequest
from emr import clock
from emr.actions.condition import record_condition
from emr.actions.patient import register_patient
from emr.actions.phrase import write_phrase
from emr.actions.staff import enrol_staff, grant_role, set_shift
from emr.actions.staff_pin import keep_pin
from emr.acts import act
from emr.errors import Refusal
from emr.journal import record
from emr.models import Condition, Department, Encounter, Patient, Staff, StaffRole, User
from emr.rules.codes import ICD10CM
from fhir_export.actions.hospital import ensure_hospital
from fhir_export.actions.replay import HospitalReplay
from fhir_export.models import Replay
from fhir_export.rules.event_log import ENDS
from orders.actions.auto_stop import load_demo_auto_stops
from orders.actions.order_policy import load_demo_policies
from outpatient.booking.actions.demo import publish_demo_receptions
from outpatient.booking.actions.demo_clinics import attach_demo_patients, load_demo_clinics
from outpatient.booking.actions.demo_districts import load_demo_districts

DATA = Path(__file__).resolve().parent.parent / "data"
EVENTS, PEOPLE = DATA / "demo_events.jsonl.gz", DATA / "demo_people.ndjson.gz"
LOG_DAY = dt.date(2025, 3, 25)  # the day of the log that becomes the day of set-up
NAME = "Минская демонстрационная больница (synthetic data)"
PASSWORD = "demo"
PIN = "4826"  # of every demo login that works here; like the password it opens nothing outside demo mode
SHIFT_DAYS = 14
MINUTES_AGO = (190, 120, 75, 40, 12)  # when the people in the emergency room came
# login -> (code in the log or our own, role, position). Those with a code of the log did what the log says.
LOGINS = {
    "er_nurse": ("NS-EM-001", "er_nurse", "Emergency nurse"), "er_doctor": ("DR-EM-001", "er_doctor", "Emergency doctor"),
    "ward_doctor": ("DR-IM-003", "ward_doctor", "Physician"), "ward_nurse": ("NS-IM-002", "ward_nurse", "Ward nurse"),
    "student_nurse": ("DEMO-SN", "student_nurse", "Student nurse"),
    "intern": ("DEMO-DI", "intern", "Doctor in training"),
    "head_nurse": ("DEMO-HN", "head_nurse", "Head nurse"), "lab": ("TECH-LAB-009", "lab", "Laboratory technician"),
    "pharmacist": ("DEMO-PH", "pharmacist", "Pharmacist"), "registrar": ("DEMO-RG", "registrar", "Registrar"),
    "call_operator": ("DEMO-CO", "call_operator", "Call centre operator"),
    "accountant": ("DEMO-AC", "accountant", "Accountant"), "cashier": ("DEMO-CA", "cashier", "Cashier"),
    "manager": ("DEMO-MG", "manager", "Deputy head physician"), "admin": ("DEMO-AD", "admin", "Administrator"),
    "integration": ("DEMO-IN", "integration", "Another information system"), "kiosk": ("DEMO-KI", "kiosk", "Kiosk in the hall"),
}
# login -> own phrases for notes, with their live fields
PHRASES = {"ward_doctor": {"ад": "АД {bp}, пульс {pulse}, температура {temperature}.",
                           "bp": "BP {bp}, pulse {pulse}, temperature {temperature}.", "lab": "{results}"},
           "er_doctor": {"ад": "АД {bp}, пульс {pulse}, SpO₂ {spo2}.", "аллергия": "Аллергии: {allergies}."}}
DEVICE = {"family": "Киоск", "given": ["", ""]}
WARDS = ("head_nurse", "student_nurse", "intern")  # roles of ours that work in the departments of the log


class DemoIsOff(Refusal):
    code, status = "fhir_export.demo_is_off", 422
    message = _("Demo logins exist only in demo mode. Enrol real people instead.")


@act("fhir_export.open_demo_login")
def open_demo_login(owner, *, by, username):
    """Give a demo person a login with the password of all demo logins. Raises DemoIsOff outside demo mode."""
    if not settings.DEMO:
        raise DemoIsOff()
    user = User(username=username, is_demo=True)
    user.set_password(PASSWORD)
    user.save(force_insert=True)
    row = type(owner).objects.select_for_update(no_key=True).get(pk=owner.pk)
    row.user = user
    row.save(update_fields=["user"])
    if isinstance(row, Staff) and row.kind == Staff.Kind.PERSON:
        keep_pin(row, PIN)
    record(row, username=username)
    return row


def seed_demo(*, progress=lambda total: (lambda event: None)) -> bool:
    """Set up the demo hospital once; false when it is there already. May be interrupted and called again.

    The log's day LOG_DAY becomes today; what the log dates later than now has not happened yet, so every role finds work.
    `progress(number of events)` gives the function that is called after each of them.
    """
    if Replay.objects.exists() and User.objects.filter(username="patient").exists():
        return False
    if not Replay.objects.exists() and Patient.objects.exists():
        return False  # somebody's own data: nothing of the demo may get into it
    system = ensure_hospital(name=NAME, short_name="Minsk demo")
    begun = Replay.objects.first()
    shifted = begun.shifted_days if begun else (clock.today() - LOG_DAY).days
    _enrol(system)
    replay = HospitalReplay(EVENTS, people_path=PEOPLE, shifted_days=shifted)
    now = clock.now()
    replay.run(until=now, on_event=progress(sum(event.at <= now for event in replay.log.events)))
    with transaction.atomic():  # whoever stops the first start in here finds nothing of it half done at the next
        _furnish(replay, now, system)
    return True


def _furnish(replay, now, system):
    """What the log does not know: admitting diagnoses, duty, the emergency room of today, the patient's login, the polyclinic."""
    _state_admitting_diagnoses(replay, now)
    _give_duties(system)
    _fill_emergency_room(replay, now)
    _patient_login(system)
    load_demo_clinics(by=system)
    attach_demo_patients(by=system)
    publish_demo_receptions(by=system)
    load_demo_districts(by=system)
    load_demo_policies(by=system)
    load_demo_auto_stops(by=system)
    for username, phrases in PHRASES.items():
        owner = Staff.objects.get(user__username=username)
        for code, text in phrases.items():
            write_phrase(by=owner, code=code, text=text)


def _enrol(system):
    names = {}
    with gzip.open(PEOPLE, "rt", encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            names[row["id"]] = row["name"][0]
    spare = iter(sorted(names))
    for username, (code, _role, position) in LOGINS.items():
        if User.objects.filter(username=username).exists():
            continue
        name = DEVICE if username == "kiosk" else names.get(code) or names[next(spare)]
        kind = Staff.Kind.INTEGRATION if username in ("integration", "kiosk") else Staff.Kind.PERSON
        staff = Staff.objects.filter(code=code).first() or enrol_staff(
            code=code, family=name["family"], given=name["given"][0], patronymic=name["given"][1], position=position,
            kind=kind, by=system)
        open_demo_login(staff, username=username, by=system)


def _state_admitting_diagnoses(replay, now):
    """Who lies here has the diagnosis he came with: the log tells it when he leaves, which has not happened yet."""
    leaving = [event for event in replay.log.events if event.kind == "discharge" and event.at > now]
    told = {replay.known("encounter", event.encounter): event.data["diagnosis"].get("admission_diagnosis_code")
            for event in leaving}
    for stay in Encounter.objects.filter(kind=Encounter.Kind.INPATIENT, finished_at=None, pk__in=[pk for pk in told if pk]):
        code, attending = told[stay.pk], stay.participants.filter(part="ATND").first()
        if code and not Condition.objects.filter(encounter=stay).exists():  # set-up may have been interrupted
            record_condition(stay.patient, text=replay.people.title(code), code=code, system=ICD10CM, stage="admitting",
                             encounter=stay,
                             asserted_at=stay.started_at, by=attending.staff if attending else replay.people.system)


def _fill_emergency_room(replay, now):
    """Let the log's arrivals of tomorrow come in the hours before now, so that the board is never empty.

    One of them waits for a bed of the ward.
    """
    arrivals = [event for event in replay.log.events if event.kind == "ed_arrival" and event.at > now]
    waiting = arrivals[-len(MINUTES_AGO):]
    for event, minutes in zip(waiting, MINUTES_AGO, strict=False):
        earlier = event.happened_at - (now - dt.timedelta(minutes=minutes))
        for each in (e for e in replay.log.events if e.encounter == event.encounter and e.line not in replay.done):
            if each.at - earlier <= now and each.kind not in ENDS:
                each.at, each.happened_at = each.at - earlier, each.happened_at - earlier
                replay.apply(each)
    first = waiting and replay.known("encounter", waiting[0].encounter)
    if first and not AdmissionRequest.objects.filter(encounter=first).exists():
        request_admission(first, department=Department.objects.get(code="internal_medicine"),
                          reason=waiting[0].data["chief_complaint"], by=Staff.objects.get(user__username="er_doctor"))


def _give_duties(system):
    """Roles where the log gives none, and duty for the next two weeks."""
    clinical = list(Department.objects.filter(kind__in=["inpatient", "emergency", "outpatient"]))
    start = clock.start_of(clock.today())
    for username, (code, role, _position) in LOGINS.items():
        staff = Staff.objects.get(code=code)
        if not StaffRole.objects.filter(staff=staff, role=role).exists():
            places = [d for d in clinical if d.kind in ("inpatient", "emergency")] if username in WARDS else [None]
            for place in places:
                grant_role(staff, role=role, department=place, since=dt.date(2000, 1, 1), by=system)
        for place in {r.department for r in staff.roles.select_related("department") if r.department}:
            for day in range(SHIFT_DAYS):
                begins = start + dt.timedelta(days=day)
                set_shift(staff, department=place, starts_at=begins, ends_at=begins + dt.timedelta(days=1), by=system)


def _patient_login(system):
    """The login `patient` belongs to somebody with a finished visit, so that the page has something to show."""
    visit = Encounter.objects.filter(kind=Encounter.Kind.OUTPATIENT, finished_at__isnull=False, patient__user=None).order_by(
        "started_at").select_related("patient").first()
    patient = visit.patient if visit else register_patient(family="Демо", given="Пациент", accept_duplicates=True, by=system)
    open_demo_login(patient, username="patient", by=system)
