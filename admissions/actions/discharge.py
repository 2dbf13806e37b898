"""Discharge: the stay ends, the bed is free, running orders stop (B14)."""
from admissions.actions.condition import add_conditions
from admissions.actions.emergency_visit import note_death
from admissions.actions.stay import lock_stay
from admissions.errors import ChecklistIsOpen, DispositionDoesNotFit
from admissions.rules.checklist import UNPRICED, blocking
from emr import clock
from emr.actions.encounter import finish
from emr.acts import act
from emr.errors import Malformed
from emr.journal import record
from emr.models import Encounter
from orders.actions.medication_request import stop_all

NOT_OF_A_STAY = {Encounter.Disposition.ADMITTED, Encounter.Disposition.LEFT_UNSEEN}


@act("admissions.discharge_patient")
def discharge_patient(encounter, *, by, disposition="home", at=None, conditions=(), checklist=False, accept_unpriced=False):
    """Discharge the patient: the stay ends, the bed is free, orders still running are stopped with the reason "discharge".

    `checklist`: refuse while a line of the discharge checklist stands that blocks (pages and API ask so; a replay of past
    days does not). `accept_unpriced`: nobody is kept for a missing price; the journal tells that it was known.
    `at`: aware, default now. `conditions`: final diagnoses as {text, code, system, stage}.
    Raises ChecklistIsOpen, DispositionDoesNotFit, EncounterIsFinished, BackwardsInTime, TimeInFuture.
    """
    patient, stay = lock_stay(encounter, by)
    if disposition not in Encounter.Disposition.values:
        raise Malformed(problem=f"disposition: one of {', '.join(Encounter.Disposition.values)} is needed")
    if disposition in NOT_OF_A_STAY:
        raise DispositionDoesNotFit(disposition=Encounter.Disposition(disposition).label)
    problems = blocking(stay) if checklist else []
    known = [problem for problem in problems if accept_unpriced and problem.key == UNPRICED]
    if len(problems) > len(known):
        raise ChecklistIsOpen(problems="; ".join(str(problem.text) for problem in problems if problem not in known))
    at = at or clock.now()
    finish(stay, at=at, disposition=disposition)
    stop_all(stay, at=at, by=by, reason="discharge")
    add_conditions(patient, stay, conditions, stage="final", at=at, by=by)
    note_death(patient, disposition, at)
    told = {"without_price": [text for problem in known for text in problem.parts]} if known else {}
    record(stay, patient=patient, encounter=stay, disposition=disposition, at=at.isoformat(), **told)
    return stay
