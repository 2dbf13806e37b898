"""The people and places of a replayed log: who works where, who is treated, from the log and its companion file."""
import datetime as dt
import gzip
import json

from django.utils.text import slugify

from emr import clock
from emr.actions.allergy_intolerance import record_allergy, record_no_known_allergy
from emr.actions.condition import record_condition
from emr.actions.patient import register_patient, register_unknown_patient
from emr.actions.place import set_up_bed, set_up_department, set_up_room, set_up_ward
from emr.actions.staff import enrol_staff, grant_role
from emr.models import Bed, Code, Department, Encounter, Patient, Staff, StaffRole, Ward
from fhir_export.rules.event_log import STARTS
from orders.actions.formulary_demo import stock_up
from orders.models import Medication, StockMove

SNOMED = "http://snomed.info/sct"
ICD10CM = "http://hl7.org/fhir/sid/icd-10-cm"
SEX = {"M": "male", "F": "female", "male": "male", "female": "female", "other": "other"}
EMERGENCY = "emergency"
STAFF_FIELDS = ("attending_physician_id", "admitting_physician_id", "discharging_physician_id", "primary_nurse_id",
                "ordered_by", "administered_by", "measured_by", "performed_by", "prescriber_id", "primary_surgeon_id")
BEDS_PER_ROOM, SPARE_BEDS = 2, 6
LONG_AGO = dt.date(2000, 1, 1)


def role_of(code: str) -> str:
    """The role that a staff code of the log stands for."""
    if code.startswith("DR"):
        return "er_doctor" if "-EM-" in code else "ward_doctor"
    if code.startswith("NS"):
        return "er_nurse" if "-EM-" in code else "ward_nurse"
    return "lab"


class People:
    """Finds or makes the staff, departments, beds and patients that the log names."""

    def __init__(self, replay, path=None):
        self.replay = replay
        self.told = read_companion(path) if path else {"Patient": {}, "AllergyIntolerance": {}, "Practitioner": {}}
        self.system = Staff.objects.get(kind=Staff.Kind.SYSTEM)
        self._staff: dict[str, Staff] = {}
        self._departments: dict[str, Department] = {}
        self._titles: dict[str, str] = {}

    # -- before the first event

    def prepare(self):
        """Make departments, wards, beds and staff that the log needs and the hospital lacks, with their roles."""
        encounters = {event.encounter: event for event in reversed(self.replay.log.events) if event.kind in STARTS}
        self._make_places(encounters.values())
        worked = set()
        for event in self.replay.log.events:
            start = encounters.get(event.encounter)
            for name in STAFF_FIELDS:
                code = event.data.get(name)
                if start is not None and isinstance(code, str) and 0 < len(code) <= 80:
                    worked.add((code, self.department_code(start)))
        self._make_staff(worked)
        self._fill_wards()

    def _fill_wards(self):
        """The log names no lots, so its wards get the demo stock before the first day; the cost of a dose is its lot's."""
        if Medication.objects.filter(is_demo=True).exists() and not StockMove.objects.exists():
            with clock.at(min(event.at for event in self.replay.log.events)):
                stock_up(None, by=self.system)

    @staticmethod
    def department_code(event) -> str:
        """Which department of ours an arriving event belongs to."""
        if event.kind == "ed_arrival":
            return EMERGENCY
        name = slugify(str(event.data.get("department_id") or "hospital"))[:40]
        return f"{name}-clinic" if event.kind == "visit_start" else name

    def _make_places(self, starts):
        wards: dict[str, tuple[str, set]] = {}
        for event in starts:
            self._make_department(self.department_code(event), event.kind)
            if event.kind == "admit" and event.data.get("ward_id"):
                ward = wards.setdefault(str(event.data["ward_id"])[:40], (self.department_code(event), set()))
                ward[1].add(str(event.data.get("bed_number") or "")[:20])
        for code, (department, labels) in sorted(wards.items()):
            if not Ward.objects.filter(code=code).exists():
                self._make_ward(code, department, labels)

    def _make_department(self, code, kind):
        if code in self._departments:
            return
        found = Department.objects.filter(code=code).first()
        kinds = {"ed_arrival": Department.Kind.EMERGENCY, "admit": Department.Kind.INPATIENT}
        self._departments[code] = found or set_up_department(
            code=code, name=code.replace("-clinic", ", out-patients").replace("-", " ").replace("_", " ").capitalize(),
            kind=kinds.get(kind, Department.Kind.OUTPATIENT), by=self.system)

    def _make_ward(self, code, department, labels):
        ward = set_up_ward(department=self._departments[department], code=code, name=f"Ward {code}", by=self.system)
        labels = sorted(label for label in labels if label and not Bed.objects.filter(label=label).exists())
        labels += [f"{code}-S{n}" for n in range(1, SPARE_BEDS + 1)]
        for start in range(0, len(labels), BEDS_PER_ROOM):
            room = set_up_room(ward=ward, code=str(start // BEDS_PER_ROOM + 1), by=self.system)
            for label in labels[start:start + BEDS_PER_ROOM]:
                set_up_bed(room=room, label=label, by=self.system)

    def _make_staff(self, worked):
        known = {staff.code: staff for staff in Staff.objects.filter(code__in={code for code, _ in worked})}
        held = {(role.staff_id, role.department_id) for role in StaffRole.objects.filter(staff__in=known.values())}
        for code, department in sorted(worked):
            staff = known.get(code)
            if staff is None:
                staff = known[code] = enrol_staff(code=code, kind=Staff.Kind.PERSON, by=self.system, **self._named(code))
            place = self._departments[department]
            if (staff.pk, place.pk) not in held:
                grant_role(staff, role=role_of(code), department=place, since=LONG_AGO, by=self.system)

    def _named(self, code):
        told = self.told["Practitioner"].get(code)
        name = (told or {}).get("name", [{}])[0]
        given = name.get("given") or [""]
        return {"family": name.get("family") or code, "given": given[0], "patronymic": " ".join(given[1:]),
                  "position": {"D": "Doctor", "N": "Nurse"}.get(code[0], "Technician")}

    # -- during the replay

    def staff(self, code) -> Staff:
        """Who acted; the system where the log names nobody (or nobody known)."""
        if not isinstance(code, str) or not code:
            return self.system
        if code not in self._staff:
            self._staff[code] = Staff.objects.prefetch_related("roles").filter(code=code).first() or self.system
        return self._staff[code]

    def department(self, event) -> Department:
        return self._departments[self.department_code(event)]

    def free_bed(self, ward_code) -> Bed | None:
        """A bed of the ward in which nobody lies now: what the clerk takes when the log's own bed is taken."""
        return Bed.objects.filter(room__ward__code=ward_code).exclude(
            pk__in=Encounter.objects.live().filter(
                finished_at=None, locations__error_at=None, locations__during__upper_inf=True,
                locations__bed__isnull=False).values("locations__bed")).order_by("label").first()

    def patient(self, event) -> Patient:
        """The log's patient: registered with what the companion file or the event itself says, else as unknown."""
        if pk := self.replay.known("patient", event.patient):
            return Patient.objects.get(pk=pk)
        told = event.data.get("patient")
        person = person_from_fhir(self.told["Patient"].get(event.patient)) or person_from_event(told)
        if person:
            patient = register_patient(**person, accept_duplicates=True, by=self.system)
        else:
            patient = register_unknown_patient(description="Named in the log only", by=self.system)
        self.replay.learn("patient", event.patient, patient)
        self._record_background(patient, event.patient, told if isinstance(told, dict) else {})
        return patient

    def _record_background(self, patient, name, told):
        allergies = self.told["AllergyIntolerance"].get(name) or [
            allergy_from_event(row) for row in told.get("allergies", []) if isinstance(row, dict)]
        real = [row for row in allergies if row]
        for row in real:
            record_allergy(patient, **row, by=self.system)
        if not real and any(row is None for row in allergies):
            record_no_known_allergy(patient, by=self.system)
        for row in told.get("chronic_conditions", []):
            code = str(row["code"])
            record_condition(patient, text=self.title(code), code=code, system=ICD10CM, stage="problem",
                             onset=str(row.get("onset_date") or "")[:10], by=self.system)

    def title(self, code: str) -> str:
        """The name of an ICD-10-CM code; the code itself when the list does not have it."""
        if code not in self._titles:
            parts = [code[:n] for n in range(len(code), 2, -1)]
            rows = {c.code: c.title_en for c in Code.objects.filter(system=ICD10CM, code__in=parts)}
            self._titles[code] = next((rows[part] for part in parts if part in rows), code)
        return self._titles[code]


def read_companion(path) -> dict:
    """Patient, AllergyIntolerance and Practitioner rows of the bulk file beside the log, by the log's names."""
    told = {"Patient": {}, "AllergyIntolerance": {}, "Practitioner": {}}
    names = {}
    opener = gzip.open if str(path).endswith(".gz") else open
    with opener(path, "rt", encoding="utf-8") as file:
        for line in file:
            kind = line[:60].split('"resourceType": "')[-1].split('"')[0]
            if kind not in told:
                continue
            row = json.loads(line)
            if kind == "Patient":
                name = next((i["value"] for i in row.get("identifier", []) if i.get("value", "").startswith("POP-")), row["id"])
                names[row["id"]], told["Patient"][name] = name, row
            elif kind == "Practitioner":
                told["Practitioner"][row["id"]] = row
            else:
                told["AllergyIntolerance"].setdefault(row["patient"]["reference"].split("/")[-1], []).append(row)
    told["AllergyIntolerance"] = {names.get(pk, pk): [allergy_from_fhir(row) for row in rows]
                                  for pk, rows in told["AllergyIntolerance"].items()}
    return told


def person_from_fhir(row) -> dict | None:
    """Arguments of `register_patient` from a FHIR Patient."""
    if not row:
        return None
    name = (row.get("name") or [{}])[0]
    address = (row.get("address") or [{}])[0]
    phones = [t["value"] for t in row.get("telecom", []) if t.get("system") == "phone"]
    return {"family": name.get("family", ""), "given": " ".join(name.get("given", [])),
            "sex": SEX.get(row.get("gender"), "unknown"),
            "birth_date": dt.date.fromisoformat(row["birthDate"]) if len(row.get("birthDate", "")) == 10 else None,
            "phone": phones[0] if phones else "",
            "address": {"city": address.get("city", ""), "street": ", ".join(address.get("line", [])),
                        "postal_code": address.get("postalCode", ""), "country": address.get("country", "")},
            "registered_at": clock.now()}


def person_from_event(row) -> dict | None:
    """Arguments of `register_patient` from the patient part of an arriving event."""
    if not isinstance(row, dict) or not isinstance(row.get("name"), dict):
        return None
    address, contact = row.get("address") or {}, row.get("contact") or {}
    born = row.get("date_of_birth")
    return {"family": row["name"].get("family_name", ""), "given": row["name"].get("given_name", ""),
            "patronymic": row["name"].get("patronymic", ""),
            "sex": SEX.get(row.get("sex"), "unknown"),
            "birth_date": dt.date.fromisoformat(born) if born else None,
            "phone": contact.get("phone_primary") or "",
            "blood_group": f"{row.get('blood_type') or ''}{row.get('rh_factor') or ''}",
            "address": {"city": address.get("city") or "", "street": address.get("line1") or "",
                        "postal_code": address.get("postal_code") or "", "country": address.get("country") or ""},
            "contact_person": contact.get("emergency_contact_name") or "",
            "contact_phone": contact.get("emergency_contact_phone") or "",
            "relationship": contact.get("emergency_contact_relationship") or "", "registered_at": clock.now()}


def allergy_from_fhir(row) -> dict | None:
    """Arguments of `record_allergy`; None for the statement that no allergy is known."""
    coding = (row.get("code", {}).get("coding") or [{}])[0]
    if coding.get("code") == "716186003":  # SNOMED CT: no known allergy
        return None
    reactions = [m.get("text", "") for r in row.get("reaction", []) for m in r.get("manifestation", [])]
    return {"substance": row.get("code", {}).get("text") or coding.get("display") or coding.get("code"),
            "code": coding.get("code", ""), "system": coding.get("system", ""), "kind": row.get("type") or "allergy",
            "reaction": ", ".join(reactions), "criticality": row.get("criticality") or "unable-to-assess"}


def allergy_from_event(row) -> dict | None:
    """Arguments of `record_allergy`; None for the statement that no allergy is known."""
    if row.get("is_nka"):
        return None
    return {"substance": row.get("allergen_name") or row.get("allergen_display") or row.get("allergen_code"),
            "code": row.get("allergen_code") or "", "system": SNOMED if row.get("allergen_code") else "",
            "kind": "intolerance" if row.get("reaction_type") == "intolerance" else "allergy",
            "reaction": str(row.get("reaction_text") or ""), "criticality": row.get("criticality") or "unable-to-assess"}
