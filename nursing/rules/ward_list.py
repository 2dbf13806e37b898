"""One nurse's list: doses, observations, samples and care of a ward, the most pressing first (D16)."""
from emr import clock
from nursing.models import CarePlan
from nursing.queries import care as queries
from nursing.queries import worklist
from nursing.rules import care
from nursing.rules.dose_status import MISSED_AFTER
from nursing.rules.sheet import Lying
from orders.queries import bedside


def tasks(people, now, plans=None) -> list:
    """What is late, due or next for these patients beside their doses, each with its patient. Three queries for any number.

    `plans`: those of queries.care.running, where the caller has them already.
    """
    if not people:
        return []
    by_encounter = {person.encounter.pk: person for person in people}
    watched, found = {}, []
    for plan in queries.running(by_encounter, since=now - MISSED_AFTER) if plans is None else plans:
        if plan.kind == CarePlan.Kind.VITALS:
            watched.setdefault(plan.encounter_id, []).append(plan)
        else:
            found.append(care.of_plan(plan, now))
    last = queries.last_rounds(by_encounter, now)
    found += [care.of_observations(person.encounter, person.place, watched.get(pk, []), last.get(pk), now)
              for pk, person in by_encounter.items()]
    found += [care.of_sample(row, now) for row in bedside.samples(list(by_encounter))]
    return [(task, by_encounter[task.encounter_id]) for task in found if task]


def work(actor, department=None) -> list:
    """What is to be done beside doses for those who lie in the actor's departments, in order of time. Raises ChartNotVisible."""
    chosen = [worklist.department_of(actor, str(department))] if department else worklist.departments_of(actor)
    found = tasks([Lying(place.encounter, place) for place in worklist.lying_in(chosen)], clock.now())
    for task, person in found:
        task.patient = person.patient.pk
    return sorted((task for task, _person in found), key=lambda task: task.due_at)
