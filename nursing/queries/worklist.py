"""The sheet of a department: who lies there, which doses are planned, what became of each, what is to be done now."""
import datetime as dt
from dataclasses import dataclass, field

from django.db.models import Count, Max, Q

from emr import clock
from emr.access import ChartNotVisible
from emr.models import AllergyIntolerance, Department, Encounter, EncounterLocation, JournalEntry, Shift
from nursing.models import MedicationAdministration
from nursing.rules.as_needed import next_allowed
from nursing.rules.dose_status import AHEAD, MISSED_AFTER, OPEN, status_of
from orders.models import MedicationHold, MedicationRequest, PlannedDose

DAY, MOST_DAYS = dt.timedelta(days=1), dt.timedelta(days=7)


@dataclass
class Cell:
    """One dose on the sheet with what it is now."""

    dose: PlannedDose
    status: str
    fact: MedicationAdministration | None
    line: "Line"

    @property
    def at(self):
        """When it stands on the sheet: where it was done, else where it is due."""
        return self.fact.happened_at if self.fact else self.dose.due_at

    @property
    def needs_more(self):
        """May one key not give it: a second person is needed, or it is not its time."""
        return self.line.request.medication.is_high_risk or self.status not in OPEN


@dataclass
class Line:
    """One order on the sheet."""

    request: MedicationRequest
    cells: list = field(default_factory=list)
    last_given: dt.datetime | None = None
    next_allowed: dt.datetime | None = None


@dataclass
class Lying:
    """One patient on the sheet, his place, allergies and orders."""

    encounter: Encounter
    place: EncounterLocation
    allergies: list = field(default_factory=list)
    lines: list = field(default_factory=list)

    @property
    def patient(self):
        return self.encounter.patient


def departments_of(actor) -> list[Department]:
    """The departments whose sheets the actor works with: those of the shift he is on, else those of his roles."""
    on_shift = list(Department.objects.filter(
        pk__in=Shift.objects.filter(staff=actor, during__contains=clock.now()).values("department"))) if actor.pk else []
    return on_shift or list(Department.objects.filter(pk__in=actor.department_ids, kind__in=("inpatient", "emergency", "outpatient")))


def department_of(actor, wanted=None) -> Department | None:
    """The department asked for, if it is one of the actor's; the first of his when none is asked. Raises ChartNotVisible."""
    mine = departments_of(actor)
    if not wanted:
        return mine[0] if mine else None
    found = next((row for row in mine if str(row.pk) == str(wanted)), None)
    if found is None and wanted in {str(pk) for pk in actor.department_ids}:
        found = Department.objects.filter(pk=wanted).first()
    if found is None:
        raise ChartNotVisible()
    return found


def lying_in(departments):
    """The present places of patients in these departments, in order of beds; one query."""
    return EncounterLocation.objects.live().filter(
        department__in=departments, during__upper_inf=True, encounter__finished_at__isnull=True,
        encounter__error_at__isnull=True).select_related("encounter__patient", "bed").order_by("bed__label", "encounter__number")


def sheet(departments, *, since, until, now=None) -> list[Lying]:
    """The doses of everybody who lies there, due or done from `since` up to `until`: patients, their orders, the cells.

    Seven queries for any number of patients.
    """
    now = now or clock.now()
    people = [Lying(place.encounter, place) for place in lying_in(departments)]
    fill(people, since=since, until=until, now=now)
    of_patient = {}
    for row in AllergyIntolerance.objects.live().filter(patient__in=[each.patient for each in people], ended_at__isnull=True):
        of_patient.setdefault(row.patient_id, []).append(row)
    for each in people:
        each.allergies = of_patient.get(each.patient.pk, [])
    return people


def fill(people, *, since, until, now):
    """Give these patients their orders and doses of the time. Four queries."""
    encounters = [each.encounter for each in people]
    facts = {fact.dose_id: fact for fact in MedicationAdministration.objects.live().filter(
        encounter__in=encounters, dose__due_at__gte=since - DAY, dose__due_at__lt=until + DAY).select_related("performer")}
    within = Q(due_at__gte=since, due_at__lt=until) | Q(pk__in=[
        fact.dose_id for fact in facts.values() if since <= fact.happened_at < until])
    doses = list(PlannedDose.objects.filter(encounter__in=encounters).filter(within).select_related(
        "request__medication").order_by("due_at", "pk"))
    as_needed = {row.pk: row for row in MedicationRequest.objects.live().filter(
        encounter__in=encounters, as_needed=True, category="inpatient", starts_at__lt=until).filter(
        Q(stopped_at__isnull=True) | Q(stopped_at__gt=now)).filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now)).select_related(
        "medication")}
    requests = {dose.request_id for dose in doses} | as_needed.keys()
    holds = {}
    for hold in MedicationHold.objects.live().filter(request__in=requests):
        holds.setdefault(hold.request_id, []).append(hold)
    _arrange(people, doses, facts, as_needed, holds, now)


def _arrange(people, doses, facts, as_needed, holds, now):
    lines, by_encounter = {}, {each.encounter.pk: each for each in people}
    for dose in doses:
        person = by_encounter[dose.encounter_id]
        dose.patient, dose.encounter = person.patient, person.encounter
        lines.setdefault(dose.request_id, Line(dose.request)).cells.append(dose)
    for pk, request in as_needed.items():
        lines.setdefault(pk, Line(request))
    for line in lines.values():
        _judge(line, facts, holds.get(line.request.pk, []), now, by_encounter[line.request.encounter_id].encounter)
        if line.cells or not line.request.error_at:
            by_encounter[line.request.encounter_id].lines.append(line)
    for person in people:
        person.lines.sort(key=lambda line: (line.request.as_needed, line.request.medication.name, str(line.request.pk)))


def _judge(line, facts, holds, now, encounter):
    planned, request = line.cells, line.request
    ends = [end for end in (request.stopped_at, encounter.finished_at) if end]
    line.cells = []
    for place, dose in enumerate(planned):
        fact = facts.get(dose.pk)
        if not fact and (request.error_at or request.as_needed):
            continue  # an order in error asks for nothing; a giving as needed that was taken back leaves no gap
        status = status_of(
            dose.due_at, now=now, fact=fact.status if fact else "", stopped_at=min(ends, default=None),
            on_hold=any(hold.since <= dose.due_at and (hold.until is None or hold.until > dose.due_at) for hold in holds),
            time_critical=request.medication.is_time_critical,
            following=planned[place + 1].due_at if place + 1 < len(planned) else None)
        line.cells.append(Cell(dose, status, fact, line))
    if request.as_needed:
        given = [cell.fact.happened_at for cell in line.cells if cell.status == "given"]
        line.last_given = max(given, default=None)
        line.next_allowed = next_allowed(given, now, request.min_interval_minutes, request.max_per_day)


def cells(people):
    """All cells of a sheet with their patients, in order of time."""
    pairs = [(cell, each) for each in people for line in each.lines for cell in line.cells]
    return sorted(pairs, key=lambda pair: (pair[0].at, str(pair[1].place.bed or ""), str(pair[0].dose.pk)))


def to_do(departments, now=None) -> list[Lying]:
    """What is late, due now or within two hours, and what was done in the last shift."""
    now = now or clock.now()
    return sheet(departments, since=now - MISSED_AFTER, until=now + AHEAD, now=now)


def counts(people) -> dict:
    """How many doses of the sheet stand in each status."""
    number = {}
    for cell, _each in cells(people):
        number[cell.status] = number.get(cell.status, 0) + 1
    return number


def version(departments, now=None) -> str:
    """Changes whenever the sheet may look different: another act about these patients, another minute. One query."""
    here = EncounterLocation.objects.live().filter(department__in=departments, during__upper_inf=True)
    found = JournalEntry.objects.filter(encounter__in=here.values("encounter")).aggregate(last=Max("pk"), entries=Count("pk"))
    return f"{found['last']}-{found['entries']}-{(now or clock.now()):%d%H%M}"


def doses(actor, department=None, since=None, until=None) -> list[Cell]:
    """The doses of those who lie in the actor's departments, in order of time, with what each is now.

    From `since` (default 12 hours ago) up to `until` (default in 24 hours), at most seven days.
    """
    now = clock.now()
    since = since or now - MISSED_AFTER
    until = min(until or now + DAY, since + MOST_DAYS)
    chosen = [department_of(actor, str(department))] if department else departments_of(actor)
    return [cell for cell, _each in cells(sheet(chosen, since=since, until=until, now=now))]


def dose_of(actor, dose_id) -> Cell:
    """One dose as a cell, for those who have a care link. Raises ChartNotVisible."""
    from nursing.queries.bedside import dose_at

    now = clock.now()
    row = dose_at(dose_id, now, actor)
    place = EncounterLocation.objects.live().filter(encounter=row.encounter, during__contains=now).select_related("bed").first()
    person = Lying(row.encounter, place)
    fill([person], since=row.due_at - MISSED_AFTER, until=row.due_at + DAY, now=now)
    return next((cell for line in person.lines for cell in line.cells if cell.dose.pk == row.pk), None) or Cell(
        row, "planned", None, Line(row.request))
