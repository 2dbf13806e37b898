"""The ward's papers: the administration sheet of one patient and day (D19), the pack for hours without machines (D18)."""
import datetime as dt

from django.utils import timezone

from emr import clock
from emr.models import EncounterLocation
from nursing.queries import care as care_queries
from nursing.queries.execution import stays
from nursing.rules import care, infusion_board
from nursing.rules.dose_status import MISSED_AFTER, grace
from nursing.rules.sheet import Lying, fill, sheet

DAY = dt.timedelta(days=1)
MARKS = {"refused": "Ø", "withheld": "=", "missed": "–", "stopped": "×", "held": "="}
WAITING = ("overdue", "due", "next", "planned", "held")


def administration_sheet(patient, day, now=None) -> list[Lying]:
    """The stays and visits of the day with their orders, each order's doses by hour: `hours`, 24 lists of marks.

    Seven queries a stay.
    """
    now, since = now or clock.now(), clock.start_of(day)
    until = clock.start_of(day + DAY)
    people = []
    for encounter in stays(patient, since=since, until=until):
        encounter.patient = patient
        place = EncounterLocation.objects.live().filter(encounter=encounter, during__startswith__lt=until).select_related(
            "bed", "department").order_by("-during").first()
        people.append(Lying(encounter, place))
    fill(people, since=since, until=until, now=now)
    for person in people:
        for line in person.lines:
            line.hours = [[] for _hour in range(24)]
            for cell in line.cells:
                local = timezone.localtime(cell.at)
                if local.date() == day:
                    line.hours[local.hour].append(_mark(cell, line, local))
    return people


def _mark(cell, line, local):
    late = cell.status == "given" and cell.at > cell.dose.due_at + grace(
        line.request.medication.is_time_critical) and not line.request.as_needed
    return {"at": f"{local:%H:%M}", "sign": MARKS.get(cell.status, "!" if late else ""),
            "initials": initials(cell.fact.performer) if cell.fact else "",
            "open": not cell.fact and cell.status in WAITING, "cell": cell}


def initials(staff) -> str:
    """First letters of the family and given name, as one signs a sheet."""
    return f"{staff.family[:1]}{staff.given[:1]}"


def signers(people) -> list:
    """Who signed on these sheets: initials and names."""
    found = {cell.fact.performer for person in people for line in person.lines for cell in line.cells if cell.fact}
    return sorted(((initials(staff), staff.short_name) for staff in found), key=lambda pair: pair[1])


def downtime_pack(department, now=None) -> list[Lying]:
    """Everybody who lies there with what is to be done in the next 24 hours: `waiting` doses, `needed` orders, `infusions`,
    `care`.

    Seven queries, two more where an infusion runs.
    """
    now = now or clock.now()
    people = sheet([department], since=now - MISSED_AFTER, until=now + DAY, now=now)
    plans = {}
    for plan in care_queries.running([person.encounter.pk for person in people], since=now - MISSED_AFTER):
        plans.setdefault(plan.encounter_id, []).append(plan)
    infusions = infusion_board.by_stay(people, now)
    for person in people:
        person.infusions = infusions.get(person.encounter.pk, [])
        person.waiting = sorted((cell for line in person.lines for cell in line.cells if cell.status in WAITING),
                                key=lambda cell: cell.dose.due_at)
        person.needed = [line for line in person.lines if line.request.as_needed]
        person.care = [(plan, care.times(plan, now, now + DAY)) for plan in plans.get(person.encounter.pk, [])]
    return people
