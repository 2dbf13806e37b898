"""The documents we give to other institutions: discharge report, patient summary, whole record. All as dictionaries.

Discharge: HL7 Europe Hospital Discharge Report (hl7-eu/hdr 1.0.0), summary: International Patient Summary 2.0 (hl7.fhir.uv.ips).
"""
import datetime as dt
import uuid

from django.utils import translation
from django.utils.translation import gettext as _

from emr import clock
from emr.models import Document
from fhir_export.queries import gather
from fhir_export.rules import bundle as bundles
from fhir_export.rules import elements, narrative
from fhir_export.rules.bundle import closed, resources
from fhir_export.rules.elements import LOINC, TERMINOLOGY, coding, instant, reference, term, without_empty

LAST_HOURS = dt.timedelta(hours=24)
NAMESPACE = uuid.UUID("5b0c7c52-3f1e-5f8e-9d57-2f7a5a0c4d11")  # ours; makes the Composition's id from what it is about


def discharge_bundle(encounter, *, language=None) -> dict:
    """The document bundle of a stay: Composition 34105-7, every section with text, closed under references."""
    rows = gather.one_stay(encounter)
    with translation.override(_spoken(rows, language)):
        summary = _summary_of(rows)
        composition = _composition(
            rows, "34105-7", _("Discharge report"), f"discharge:{rows.stay.pk}", _discharge_sections(rows, summary),
            author=reference("Practitioner", summary.signed_by_id) if summary else None,
            status="final" if summary else "preliminary", about=rows.stay, date=summary.signed_at if summary else None)
    return bundles.bundle(closed([composition, *resources(rows)]), "document")


def patient_summary(patient, *, language=None) -> dict:
    """The International Patient Summary: problems, allergies, medication; results, vital signs and procedures where known."""
    rows = gather.whole_record(patient)
    with translation.override(_spoken(rows, language)):
        composition = _composition(rows, "60591-5", _("Patient summary"), f"ips:{rows.patient.pk}", _summary_sections(rows))
    wanted = {cited["reference"] for cited in bundles.references(composition)} | {f"Patient/{rows.patient.pk}"}
    found = [row for row in resources(rows) if f"{row['resourceType']}/{row['id']}" in wanted]
    return bundles.bundle(closed([composition, *_without_stays(found)]), "document")


def everything(patient, *, base="") -> dict:
    """Every row of the patient, and what the rows cite; a searchset when served from `base`, else a collection."""
    found = closed(resources(gather.whole_record(patient)))
    return bundles.bundle(found, "searchset" if base else "collection", base=base, total=bool(base))


def _spoken(rows, language):
    return language or rows.patient.language or translation.get_language() or "en"


def _without_stays(found):
    """The summary is about the person: its entries do not drag stays and orders along."""
    for row in found:
        for name in ("encounter", "context", "basedOn", "specimen", "request"):
            if row["resourceType"] not in ("DocumentReference", "MedicationAdministration"):
                row.pop(name, None)
    return found


def _composition(rows, code, title, name, sections, *, author=None, status="final", about=None, date=None):
    return without_empty({
        "resourceType": "Composition", "id": str(uuid.uuid5(NAMESPACE, name)), "status": status,
        "language": elements.language(translation.get_language()), "type": term(LOINC, code),
        "subject": reference("Patient", rows.patient.pk, rows.patient.full_name),
        "encounter": reference("Encounter", about.pk) if about else None, "date": instant(date or clock.now()),
        "author": [author or reference("Organization", rows.institution.pk, rows.institution.name)], "title": title,
        "custodian": reference("Organization", rows.institution.pk, rows.institution.name),
        "event": [{"period": elements.period(about.started_at, about.finished_at)}] if about else [], "section": sections})


def _section(code, title, entries, *, before="", empty="unavailable"):
    """One section: `entries` are (kind, row, line). An empty one says why it is empty, in its text too."""
    entries = list(entries)
    told = before or ("" if entries else EMPTY_TEXT[empty]())
    return {"title": title, "code": {"coding": [coding(LOINC, code)]},
            "text": narrative.div([line for _kind, _row, line in entries], told),
            "entry": [reference(kind, row.pk) for kind, row, _line in entries],
            "emptyReason": None if entries else term(f"{TERMINOLOGY}/list-empty-reason", empty)}


EMPTY_TEXT = {"unavailable": lambda: _("Nothing is recorded."), "notasked": lambda: _("Not asked."),
              "nilknown": lambda: _("None known.")}


def _entries(kind, rows, line):
    return [(kind, row, line(row)) for row in rows]


def _standing(rows):
    """Conditions in their latest view."""
    replaced = {row.replaces_id for row in rows.conditions}
    return [row for row in rows.conditions if row.pk not in replaced]


def _allergies(rows):
    known = [row for row in rows.allergies if not row.ended_at]
    return _section("48765-2", _("Allergies"), _entries("AllergyIntolerance", known, narrative.allergy), empty="notasked")


# -- discharge

def _summary_of(rows):
    """The signed discharge summary of the stay in its latest version, if there is one."""
    found = [row for row in rows.documents if row.kind == Document.Kind.DISCHARGE_SUMMARY and row.encounter_id == rows.stay.pk]
    return max(found, key=lambda row: (row.version, row.signed_at), default=None)


def _texts(summary, *keys) -> str:
    """What the doctor wrote in these sections of the summary."""
    parts = [part for part in (summary.sections if summary else []) if part.get("key") in keys]
    return "\n".join(text for part in parts for text in [part.get("text", ""), *(row["text"] for row in part["rows"])] if text)


def _discharge_sections(rows, summary):
    end = rows.stay.finished_at or clock.now()
    vitals = [row for row in rows.observations if row.category == "vital-signs" and row.effective_at > end - LAST_HOURS]
    during = [row for row in rows.requests if row.category == "inpatient"]
    after = [row for row in rows.requests if row.category != "inpatient"]
    results = _entries("Observation", [row for row in rows.results if row.released_at], narrative.result) + _entries(
        "Observation", [row for row in rows.observations if row.category == "laboratory"], narrative.observation)
    papers = [row for row in rows.documents if row.pk not in {other.replaces_id for other in rows.documents}]
    course = _texts(summary, "course", "condition_at_discharge")
    return [
        {**_section("8648-8", _("Hospital course"), _entries("DocumentReference", papers, narrative.paper),
                    before=course or _stay_in_words(rows))},
        _allergies(rows),
        _section("11535-2", _("Discharge diagnoses"), _entries("Condition", _standing(rows), narrative.condition)),
        _section("10185-7", _("Procedures"), _entries("Procedure", rows.procedures, narrative.procedure)),
        _section("87232-5", _("Medication during the stay"), _entries("MedicationRequest", during, narrative.request) +
                 _entries("MedicationAdministration", rows.administrations, narrative.administration)),
        _section("30954-2", _("Results"), results),
        _section("8716-3", _("Vital signs of the last day"), _entries("Observation", vitals, narrative.observation)),
        _section("75311-1", _("Medication on discharge"), _entries("MedicationRequest", after, narrative.request)),
        _section("18776-5", _("Plan of care"), [], before=_texts(summary, "recommendations"))]


def _stay_in_words(rows):
    stay = rows.stay
    until = narrative.moment(stay.finished_at) if stay.finished_at else _("still here")
    return "\n".join(part for part in (
        _("{kind} {number}: {since} – {until}").format(kind=stay.get_kind_display(), number=stay.number,
                                                       since=narrative.moment(stay.started_at), until=until),
        stay.reason, stay.get_disposition_display(), _("No discharge summary is signed yet.")) if part)


# -- summary

def _summary_sections(rows):
    now = clock.now()
    running = [row for row in rows.requests if not (row.stopped_at or (row.ends_at and row.ends_at <= now))]
    taken = [row for row in rows.statements if row.status in ("active", "intended", "on-hold", "unknown")
             and not (row.ended_at and row.ended_at <= now)]
    medication = _entries("MedicationRequest", running, narrative.request) + _entries(
        "MedicationStatement", taken, narrative.statement)
    results = _latest([row for row in rows.results if row.released_at], lambda row: row.test_id)
    told = _latest([row for row in rows.observations if row.category == "laboratory"], lambda row: row.code or row.name)
    signs = _latest([row for row in rows.observations if row.category == "vital-signs"], lambda row: row.code or row.name)
    optional = [
        _section("47519-4", _("Procedures"), _entries("Procedure", rows.procedures, narrative.procedure)),
        _section("30954-2", _("Results"), _entries("Observation", results, narrative.result) + _entries(
            "Observation", told, narrative.observation)),
        _section("8716-3", _("Vital signs"), _entries("Observation", signs, narrative.observation))]
    return [_section("11450-4", _("Problems"), _entries("Condition", _standing(rows), narrative.condition)), _allergies(rows),
            _section("10160-0", _("Medication"), medication), *(part for part in optional if part["entry"])]


def _latest(rows, key):
    """The last row of each kind; rows come oldest first."""
    return list({key(row): row for row in rows}.values())
