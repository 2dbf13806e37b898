"""The sheet of a department: who lies there, which doses are planned, what each of them is now, what is to be done."""
import datetime as dt
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from emr import clock
from emr.models import Encounter, EncounterLocation
from nursing.models import MedicationAdministration
from nursing.queries import bedside
from nursing.queries import worklist as queries
from nursing.rules.as_needed import next_allowed
from nursing.rules.dose_status import AHEAD, ICONS, MISSED_AFTER, OPEN, WORDS, status_of
from nursing.rules.reasons import said
from nursing.rules.stock_use import units_of
from orders.models import MedicationRequest, PlannedDose
from orders.queries.stock import first_to_expire

DAY, MOST_DAYS = dt.timedelta(days=1), dt.timedelta(days=7)
ENTERED_LATER = dt.timedelta(minutes=10)  # ours: from here on a late entry is named as one


@dataclass
class Cell:
    """One dose on the sheet with what it is now."""

    dose: PlannedDose
    status: str
    fact: MedicationAdministration | None
    line: "Line"
    away: bool = False  # not due because the patient is on leave
    kind = "dose"  # beside vitals, samples and care in the one list (rules.care.Task)

    @property
    def at(self):
        """When it stands on the sheet: where it was done, else where it is due."""
        return self.fact.happened_at if self.fact else self.dose.due_at

    @property
    def status_word(self):
        """What it is now, in words."""
        return _("on leave") if self.away else WORDS[self.status]

    @property
    def mark(self):
        """The state under which the design system knows its sign."""
        return {"withheld": "held", "next": "due", "stopped": "stopped"}.get(self.status, self.status)

    @property
    def icon(self):
        """The sign beside the time; none where form and colour say it already (planned: dashed frame)."""
        return ICONS.get(self.status, "")

    @property
    def ribbon_icon(self):
        """The sign on the dose ribbon, where there is no time beside it."""
        return self.icon or "circle-dashed"

    @property
    def ink(self):
        """The class of its colour on the ribbon."""
        return {"given": "good-ink", "overdue": "bad-ink", "missed": "bad-ink", "due": "info-ink", "next": "info-ink",
                "refused": "warn-ink", "withheld": "warn-ink", "held": "warn-ink"}.get(self.status, "muted")

    @property
    def left(self):
        """Where the sign begins on the ribbon, so that its middle stands at the time."""
        return self.x - 9

    @property
    def reason(self):
        """Why it was not given, or what for, as people read it."""
        return said(self.fact.reason) if self.fact else ""

    @property
    def entered_later(self):
        """When it was entered, if that was clearly after it was done; else None."""
        return self.fact.recorded_at if self.fact and self.fact.recorded_at - self.fact.happened_at > ENTERED_LATER else None

    @property
    def needs_more(self):
        """May one key not give it: a second person is needed, or it is not its time."""
        request = self.line.request
        return request.medication.is_high_risk or bool(request.scale) or self.status not in OPEN or "continuous" in request.timing


@dataclass
class Line:
    """One order on the sheet."""

    request: MedicationRequest
    cells: list = field(default_factory=list)
    last_given: dt.datetime | None = None
    next_allowed: dt.datetime | None = None

    @property
    def awaits_pharmacist(self):
        """Does the order still wait for the pharmacist's word?"""
        return getattr(self.request, "awaits_pharmacist", False) and not self.request.stopped_at


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


def sheet(departments, *, since, until, now=None) -> list[Lying]:
    """The doses of everybody who lies there, due or done from `since` up to `until`: patients, their orders, the cells.

    Five queries for any number of patients.
    """
    people = [Lying(place.encounter, place, queries.allergies_at(place)) for place in queries.lying_in(departments)]
    fill(people, since=since, until=until, now=now or clock.now())
    return people


def fill(people, *, since, until, now):
    """Give these patients their orders and doses of the time. Four queries."""
    encounters = [each.encounter for each in people]
    _arrange(people, *queries.rows_of(encounters, since=since, until=until, now=now), now)


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
            on_hold=any(_covers(hold, dose.due_at) or (dose.due_at <= now and _covers(hold, now)) for hold in holds),
            time_critical=request.medication.is_time_critical,
            following=planned[place + 1].due_at if place + 1 < len(planned) else None)
        away = status == "held" and any(getattr(hold, "is_leave", False) and (_covers(hold, dose.due_at) or _covers(hold, now))
                                        for hold in holds)
        line.cells.append(Cell(dose, status, fact, line, away=away))
    if request.as_needed:
        given = [cell.fact.happened_at for cell in line.cells if cell.status == "given"]
        line.last_given = max(given, default=None)
        line.next_allowed = next_allowed(given, now, request.min_interval_minutes, request.max_per_day)


def _covers(hold, moment):
    return hold.since <= moment and (hold.until is None or hold.until > moment)


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


def doses(actor, department=None, since=None, until=None) -> list[Cell]:
    """The doses of those who lie in the actor's departments, in order of time, with what each is now.

    From `since` (default 12 hours ago) up to `until` (default in 24 hours), at most seven days.
    """
    now = clock.now()
    since = since or now - MISSED_AFTER
    until = min(until or now + DAY, since + MOST_DAYS)
    chosen = [queries.department_of(actor, str(department))] if department else queries.departments_of(actor)
    return [cell for cell, _each in cells(sheet(chosen, since=since, until=until, now=now))]


def dose_of(actor, dose_id) -> Cell:
    """One dose as a cell, for those who have a care link. Raises ChartNotVisible."""
    now = clock.now()
    row = bedside.dose_at(dose_id, now, actor)
    place = EncounterLocation.objects.live().filter(encounter=row.encounter, during__contains=now).select_related("bed").first()
    person = Lying(row.encounter, place)
    fill([person], since=row.due_at - MISSED_AFTER, until=row.due_at + DAY, now=now)
    return next((cell for line in person.lines for cell in line.cells if cell.dose.pk == row.pk), None) or Cell(
        row, "planned", None, Line(row.request))


def lot_for(dose):
    """The lot that would be taken for this dose now, of the department in which the patient lies; None if none is kept."""
    drug = dose.request.medication
    return first_to_expire(drug, getattr(dose, "department_id", dose.encounter.department_id),
                           units_of(drug, dose.amount, dose.unit))
