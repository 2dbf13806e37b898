"""What can be charged: one function for each kind of executed fact. Nobody below billing is asked or told; facts are read.

Each function gives the facts that stand and have no line of their own yet. Requests, plans and refused doses are no
facts; neither is what another institution told us. Facts of our own that are marked as errors are what `mistaken` finds.
"""
import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, Exists, F, Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, ExtractDay, Greatest, TruncDate

from billing.models import ChargeItem, StaffGrade, Tariff
from billing.rules.bed_day import bed_days
from emr import clock
from emr.models import Encounter, EncounterLocation
from nursing.models import CareTask, MedicationAdministration, Procedure
from orders.laboratory.models import LabResult
from outpatient.models import Visit

Kind = Tariff.Kind
ONE = Decimal(1)
MODELS = {"dose": MedicationAdministration, "laboratory": LabResult, "procedure": Procedure, "visit": Encounter,
          "emergency": Encounter, "bed-day": Encounter, "care": CareTask, "procedure-time": Procedure, "visit-time": Encounter}
AT_HOME = "HH"


@dataclass(frozen=True)
class Billable:
    """One thing to charge, before it has a price (or with the cost of its lot)."""

    kind: str
    source_kind: str
    source_id: UUID
    encounter_id: UUID
    patient_id: UUID
    code: str
    text: str
    day: dt.date
    department_id: UUID | None = None
    performer_id: UUID | None = None
    quantity: Decimal = ONE
    unit: str = ""
    part: str = ""
    lot_id: UUID | None = None
    unit_cost: Decimal | None = None


def uncharged(encounter=None, *, until=None):
    """All facts without a line, of one stay or visit or of the whole institution, up to and with the day `until`."""
    for source in SOURCES:
        for fact in source(encounter):
            if until is None or fact.day <= until:
                yield fact


def _own(model, source_kind, encounter):
    """Facts recorded here that stand and have no line."""
    line = ChargeItem.objects.filter(source_kind=source_kind, source_id=OuterRef("pk"), reverses__isnull=True)
    rows = model.objects.live().filter(source__isnull=True).filter(~Exists(line))
    return rows.filter(encounter=encounter) if encounter and model is not Encounter else rows


def doses(encounter=None):
    """Doses really given. With a lot: its own cost; without: the drug's price, unless the patient brought the drug.

    The patient's own drug is recorded as such by nursing and costs nothing.
    """
    rows = _own(MedicationAdministration, "dose", encounter).filter(status="given", own_drug=False).select_related(
        "request__medication", "stock_move__lot")
    for row in rows.iterator(2000):
        drug, move = row.request.medication, row.stock_move
        quantity, unit = (-move.quantity, drug.stock_unit) if move else _drug_units(drug, row)
        yield Billable(Kind.DRUG, "dose", row.pk, row.encounter_id, row.patient_id, drug.code, str(drug)[:300],
                       clock.day_of(row.happened_at), row.department_id, row.performer_id, quantity, unit,
                       lot_id=move and move.lot_id, unit_cost=move and move.lot.unit_cost)


def _drug_units(drug, row):
    """Stock units of a dose given without a lot: what the amount takes of the product, else one."""
    if row.amount is not None and drug.dose_per_unit and row.unit == drug.dose_unit:
        return (row.amount / drug.dose_per_unit).quantize(Decimal("0.0001")), drug.stock_unit
    return ONE, drug.stock_unit


def laboratory(encounter=None):
    """Released results of our laboratory, one line for each test done."""
    rows = _own(LabResult, "laboratory", encounter).filter(released_at__isnull=False).select_related("test", "request")
    for row in rows.iterator(2000):
        yield Billable(Kind.LABORATORY, "laboratory", row.pk, row.encounter_id, row.patient_id, row.test.key, row.test.name,
                       clock.day_of(row.found_at), row.request.performer_id, row.performer_id)


def procedures(encounter=None):
    """Procedures done."""
    for row in _own(Procedure, "procedure", encounter).iterator(2000):
        yield Billable(Kind.PROCEDURE, "procedure", row.pk, row.encounter_id, row.patient_id, row.code or row.text[:80],
                       row.text, clock.day_of(row.started_at), row.department_id, row.performer_id)


def _finished_encounters(source_kind, kinds, encounter):
    rows = _own(Encounter, source_kind, encounter).filter(kind__in=kinds, finished_at__isnull=False).exclude(
        disposition=Encounter.Disposition.LEFT_UNSEEN)
    if encounter:
        rows = rows.filter(pk=getattr(encounter, "pk", encounter))
    return rows.select_related("department").iterator(2000)


def visits(encounter=None):
    """Finished visits and house calls, by department."""
    for row in _finished_encounters("visit", ("AMB", AT_HOME, "VR"), encounter):
        yield Billable(Kind.HOUSE_CALL if row.kind == AT_HOME else Kind.VISIT, "visit", row.pk, row.pk, row.patient_id,
                       row.department.code if row.department else "", str(row.get_kind_display()), clock.day_of(row.started_at),
                       row.department_id)


def care(encounter=None):
    """Care done at the bedside: turning, dressing, washing and the like."""
    for row in _own(CareTask, "care", encounter).filter(status="done").select_related("plan", "encounter").iterator(2000):
        yield Billable(Kind.SERVICE, "care", row.pk, row.encounter_id, row.patient_id, row.plan.kind, str(row.plan)[:300],
                       clock.day_of(row.happened_at), row.encounter.department_id, row.performer_id)


def staff_minutes(encounter=None):
    """Whole minutes of people who have a pay grade on that day, of procedures with an end and of finished visits (G7).

    The price is that of a minute of the grade. People without a grade are no exception: their time is in the other prices.
    """
    grades = defaultdict(list)
    for row in StaffGrade.objects.all():
        grades[row.staff_id].append(row)
    if not grades:
        return
    done = _own(Procedure, "procedure-time", encounter).filter(performer__in=grades, ended_at__isnull=False).select_related(
        "performer")
    for row in done.iterator(2000):
        yield from _minutes(grades, "procedure-time", row, row.encounter_id, row.performer, row.started_at,
                            row.ended_at, row.text)
    doctors = Visit.objects.filter(encounter=OuterRef("pk"), doctor__in=grades)
    seen = _own(Encounter, "visit-time", encounter).filter(Exists(doctors), finished_at__isnull=False)
    seen = seen.filter(pk=getattr(encounter, "pk", encounter)) if encounter else seen
    visits_of = {row.encounter_id: row.doctor for row in Visit.objects.filter(encounter__in=seen).select_related("doctor")}
    for row in seen:
        yield from _minutes(grades, "visit-time", row, row.pk, visits_of[row.pk], row.started_at, row.finished_at,
                            str(row.get_kind_display()))


def _minutes(grades, source_kind, row, encounter_id, staff, began, ended, text):
    minutes, day = int((ended - began).total_seconds() // 60), clock.day_of(began)
    grade = next((held.grade for held in grades[staff.pk] if day in held.valid), None)
    if grade and minutes > 0:
        yield Billable(Kind.STAFF, source_kind, row.pk, encounter_id, row.patient_id, grade,
                       f"{text}: {staff.position or staff.short_name}"[:300],
                       day, row.department_id, staff.pk, Decimal(minutes), "min")


def overheads(encounter=None):
    """The share of what the house costs: for each bed-day and visit that is charged where a rate of overhead holds (G8)."""
    rates = Tariff.objects.filter(kind=Kind.OVERHEAD, code__in=(OuterRef("code"), "*"), valid__contains=OuterRef("occurred_on"))
    mine = ChargeItem.objects.filter(source_kind="overhead", source_id=OuterRef("pk"), reverses__isnull=True)
    if not Tariff.objects.filter(kind=Kind.OVERHEAD).exists():
        return
    lines = _standing(encounter).filter(kind__in=(Kind.BED_DAY, Kind.VISIT, Kind.HOUSE_CALL, Kind.EMERGENCY)).filter(
        Exists(rates), ~Exists(mine)).select_related("account", "department")
    for line in lines:
        yield Billable(Kind.OVERHEAD, "overhead", line.pk, line.account.encounter_id, line.patient_id, line.code,
                       str(line.department or line.text)[:300], line.occurred_on, line.department_id)


def baseless(encounter=None) -> list[ChargeItem]:
    """Lines of overhead whose bed-day or visit was taken back. Priced anew is taken back too: the new line gets its own."""
    base = ChargeItem.objects.filter(pk=OuterRef("source_id"), reversed_by__isnull=False)
    return list(_standing(encounter).filter(source_kind="overhead").filter(Exists(base)))


def _standing(encounter):
    lines = ChargeItem.objects.filter(reverses__isnull=True, reversed_by__isnull=True)
    return lines.filter(account__encounter=encounter) if encounter else lines


def emergency_visits(encounter=None):
    """Finished emergency visits in which somebody saw the patient."""
    for row in _finished_encounters("emergency", ("EMER",), encounter):
        yield Billable(Kind.EMERGENCY, "emergency", row.pk, row.pk, row.patient_id, row.department.code if row.department else "",
                       str(row.get_kind_display()), clock.day_of(row.started_at), row.department_id)


def bed_days_due(encounter=None):
    """Bed-days of stays, as rules.bed_day counts them, that have no standing line."""
    for stay, expected, standing, used in _stays(encounter):
        for day, department in expected:
            line = standing.get(day)
            if line is None or line.department_id != department.pk:
                times = used.get(day, 0)
                yield Billable(Kind.BED_DAY, "bed-day", stay.pk, stay.pk, stay.patient_id, department.code, department.name, day,
                               department.pk, part=day.isoformat() + (f"/{times + 1}" if times else ""))


def mistaken(encounter=None) -> list[ChargeItem]:
    """Lines to be taken back: their fact was marked as an error, or the bed-day no longer follows from the places."""
    lines, found = _standing(encounter), []
    for kind, model in MODELS.items():
        wrong = model.objects.filter(error_at__isnull=False, pk=OuterRef("source_id"))
        found += lines.filter(source_kind=kind).filter(Exists(wrong))
    seen = {line.pk for line in found}
    for _stay, expected, standing, _used in _stays(encounter):
        departments = {day: department.pk for day, department in expected}
        found += [line for day, line in standing.items() if line.pk not in seen and departments.get(day) != line.department_id]
    return found


def _stays(encounter=None):
    """Stays whose bed-days may not agree with their lines: (stay, expected, standing lines by day, lines ever by day)."""
    rows = Encounter.objects.live().filter(kind="IMP", source__isnull=True)
    rows = rows.filter(pk=getattr(encounter, "pk", encounter)) if encounter else _unsettled(rows)
    stays = {row.pk: row for row in rows}
    places, lines = defaultdict(list), defaultdict(list)
    in_wards = EncounterLocation.objects.live().exclude(department__kind="emergency")  # who boards there has no bed-days yet
    for place in in_wards.filter(encounter__in=stays).select_related("department"):
        places[place.encounter_id].append((place.during.lower, place.during.upper, place.department))
    for line in ChargeItem.objects.filter(source_kind="bed-day", source_id__in=stays, reverses__isnull=True).select_related(
            "reversed_by"):
        lines[line.source_id].append(line)
    for pk, stay in stays.items():
        used, standing = defaultdict(int), {}
        for line in lines[pk]:
            used[line.occurred_on] += 1
            if getattr(line, "reversed_by", None) is None:
                standing[line.occurred_on] = line
        yield stay, bed_days(places[pk], finished=stay.finished_at is not None), standing, used


def _unsettled(rows):
    """Without the finished stays that have as many bed-days charged as they lasted, and whose places nobody corrected."""
    charged = ChargeItem.objects.filter(source_kind="bed-day", source_id=OuterRef("pk"), reverses__isnull=True,
                                        reversed_by__isnull=True).order_by().values("source_id").annotate(
                                            n=Count("pk")).values("n")
    last = ChargeItem.objects.filter(source_kind="bed-day", source_id=OuterRef("pk")).order_by().values("source_id").annotate(
        at=Max("posted_at")).values("at")
    corrected = EncounterLocation.objects.filter(encounter=OuterRef("pk")).filter(
        Q(error_at__gt=OuterRef("last")) | Q(recorded_at__gt=OuterRef("last")))
    lasted = ExtractDay(TruncDate("finished_at") - TruncDate("started_at"))
    return rows.annotate(charged=Coalesce(Subquery(charged), 0), last=Subquery(last), lasted=Greatest(lasted, 1)).exclude(
        Q(finished_at__isnull=False) & Q(charged=F("lasted")) & ~Exists(corrected))


SOURCES = (doses, laboratory, procedures, care, visits, emergency_visits, bed_days_due, staff_minutes)
