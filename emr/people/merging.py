"""What happens to each kind of row when two records of one person are joined (A4).

Nothing is listed that can be found: every foreign key to Patient, in whatever app, is read from Django's registry and
*moves* to the record that stands. Three kinds of exception:

- a table that the database keeps append-only (journal, access log, charges, sent documents) *stays*: what was written
  about the other record was written so. Its readers ask for `patient__in=emr.queries.patient.same_person(patient)`.
- a field named in RULES here, or on its own model as `merge_rules = {"patient": "stays"}` (for apps above this one).
- a row that would break a unique constraint beside a row of the survivor *stays* with the retired record (a second open
  card, a second "no known allergy"), unless REFUSED says that a person must settle it first.

`tests/emr/test_merge.py` holds the agreed list: a new foreign key to Patient fails there until somebody has decided.
"""
from dataclasses import dataclass

from django.apps import apps
from django.db.models import UniqueConstraint

from emr.models import Patient

MOVES, STAYS = "moves", "stays"
RULES = {
    "emr.PatientMerge.survivor": STAYS,  # the story of the merges themselves
    "emr.PatientMerge.retired": STAYS,
    "emr.Patient.merged_into": MOVES,  # earlier joined records come along, so that chains stay one step long
}
REFUSED = {"one_open_stay_per_patient"}  # nobody lies in two wards: discharge or transfer first


@dataclass(frozen=True)
class Pointer:
    """One column, somewhere, that names a patient."""

    model: type
    field: str

    @property
    def name(self):
        return f"{self.model._meta.label}.{self.field}"

    @property
    def column(self):
        """table.column, as `PatientMerge.moved` names it."""
        return f"{self.model._meta.db_table}.{self.model._meta.get_field(self.field).column}"

    def rows(self, patient):
        """The rows that name this patient."""
        return self.model._base_manager.filter(**{self.field: patient})


def pointers() -> list[Pointer]:
    """Every column of every app that names a patient, encounters first, then floor by floor (the order of locks)."""
    found = [Pointer(model, field.name) for model in apps.get_models(include_auto_created=True)
             for field in model._meta.local_fields
             if field.remote_field and field.remote_field.model is Patient]
    return sorted(found, key=lambda pointer: pointer.model._meta.label != "emr.Encounter")


def rule_of(pointer: Pointer, append_only: set[str]) -> str:
    """moves or stays; `append_only` are the tables that the database lets nobody update."""
    declared = getattr(pointer.model, "merge_rules", {}).get(pointer.field) or RULES.get(pointer.name)
    if pointer.model._meta.db_table in append_only:
        return STAYS
    return declared or MOVES


def unique_rules(pointer: Pointer):
    """(name, condition, other fields) of each unique constraint that the column takes part in."""
    for constraint in pointer.model._meta.constraints:
        if isinstance(constraint, UniqueConstraint) and pointer.field in constraint.fields:
            yield constraint.name, constraint.condition, [name for name in constraint.fields if name != pointer.field]
    if pointer.model._meta.get_field(pointer.field).unique:
        yield pointer.column, None, []


def links_between(moving: list[Pointer]):
    """(pointer, field, target model) for each foreign key from a moving row to another kind of moving row."""
    kinds = {pointer.model for pointer in moving}
    for pointer in moving:
        for field in pointer.model._meta.local_fields:
            target = field.remote_field and field.remote_field.model
            if target in kinds and field.name != pointer.field and target is not Patient:
                yield pointer, field.name, target
