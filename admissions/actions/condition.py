"""Diagnoses stated while a door's act is done: admitting, final."""
from emr.actions.condition import add_condition
from emr.errors import Malformed

FIELDS = {"text", "code", "system", "stage", "clinical_status", "verification", "onset"}


def add_conditions(patient, encounter, conditions, *, stage, at, by):
    """Write the diagnoses that came with an act, inside it; `stage` is meant where a diagnosis does not say its own.

    Raises Malformed when one of them has fields that a diagnosis does not have.
    """
    made = []
    for condition in conditions:
        if not isinstance(condition, dict) or set(condition) - FIELDS:
            raise Malformed(problem=f"conditions: objects with {', '.join(sorted(FIELDS))} are needed")
        made.append(add_condition(patient, **{"stage": stage} | condition, encounter=encounter, asserted_at=at, by=by))
    return made
