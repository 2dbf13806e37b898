"""Infusions that run in a department or in a patient, each with what it is now and what the nurse must see about it."""
from dataclasses import dataclass

from emr import clock
from emr.models import Encounter
from nursing.queries import infusion as queries
from nursing.queries import worklist
from nursing.rules.infusion import ALERTS, State, alerts, state_of
from orders.models import MedicationRequest
from orders.queries.infusion import rates_of
from orders.rules.infusion import ordered_at

LOUD = {"rate-differs", "bag-empty", "order-stopped", "order-held"}


@dataclass
class Running:
    """One infusion that is not over."""

    request: MedicationRequest
    place: object
    state: State
    ordered: object
    alerts: list
    events: list

    @property
    def told(self):
        """The alerts in words, and whether each is loud."""
        return [(ALERTS[name], name in LOUD) for name in self.alerts]


def running(departments, now=None) -> list[Running]:
    """The infusions of those who lie in these departments, what needs a hand first, then what ends first. Four queries."""
    places = {place.encounter_id: place for place in worklist.lying_in(departments)}
    return _arranged(queries.not_over(places), places, now or clock.now())


def by_stay(people, now=None) -> dict:
    """The infusions of these patients (`place` and `encounter`) that are not over, by stay.

    One query where none runs, else three.
    """
    found = {}
    for each in _arranged(queries.not_over([person.encounter.pk for person in people]), {}, now or clock.now()):
        found.setdefault(each.request.encounter_id, []).append(each)
    return found


def of_patient(patient, now=None) -> list[Running]:
    """The infusions of the patient's open stays and visits that are not over. One query where none runs, else three."""
    return _arranged(queries.not_over(Encounter.objects.live().filter(patient=patient, finished_at__isnull=True)), {},
                     now or clock.now())


def _arranged(requests, places, now):
    if not requests:
        return []
    events, rates = queries.events_of(requests), rates_of(requests)
    found = []
    for request in requests:
        state, ordered = state_of(events[request.pk], now), ordered_at(rates.get(request.pk, ()), now)
        found.append(Running(request, places.get(request.encounter_id), state, ordered, alerts(
            state, request, ordered, now, total=request.infusion.total_volume, is_held=request.is_held), events[request.pk]))
    return sorted(found, key=lambda each: (not each.alerts, each.state.ends_at is None, each.state.ends_at or now,
                                           str(each.request.pk)))


def infusions(actor, department=None) -> list[Running]:
    """The infusions that run or are paused in the actor's departments (or in the one asked for)."""
    chosen = [worklist.department_of(actor, str(department))] if department else worklist.departments_of(actor)
    return running(chosen)
