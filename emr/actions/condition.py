"""Diagnoses and problems: written down at a stage, never edited, taken back with a reason (B9)."""
from django.utils.translation import gettext_lazy as _

from emr import acts
from emr.actions.fact import encounter_of, lock_fact, not_in_future, open_for_writing, withdraw
from emr.acts import act
from emr.errors import Malformed, Refusal
from emr.journal import record
from emr.models import Condition
from emr.rules.texts import fits


class CodeWithoutSystem(Refusal):
    code, status = "emr.code_without_system", 422
    message = _("A code needs the name of its code system. Choose the diagnosis from the list, or leave the code out.")


class ConditionAlreadyReplaced(Refusal):
    code = "emr.condition_already_replaced"
    message = _("A newer view of this diagnosis was already recorded. Open the chart again and work with that one.")


acts.LAST_LINE["no_condition_code_without_system"] = CodeWithoutSystem
acts.LAST_LINE["emr_condition_replaces_id_key"] = ConditionAlreadyReplaced


def add_condition(patient, *, text, stage, by, code="", system="", encounter=None, clinical_status="active",
                  verification="confirmed", onset="", asserted_at=None, replaces=None, source=None, recorded_at=None):
    """Write a diagnosis inside the caller's act (patient locked, journal row is the caller's).

    `asserted_at`: aware, when the doctor stated it. Raises Malformed, CodeWithoutSystem, TimeInFuture.
    """
    acts.current()
    text = (text or "").strip()
    if not text:
        raise Malformed(problem="text: name the diagnosis in words")
    for name, value, choices in (("stage", stage, Condition.Stage),
                                 ("verification", verification, Condition.Verification),
                                 ("clinical_status", clinical_status, Condition.ClinicalStatus)):
        if value not in choices.values:
            raise Malformed(problem=f"{name}: one of {', '.join(choices.values)} is needed")
    if code and not system:
        raise CodeWithoutSystem()
    fits(Condition, text=text, code=code, system=system, onset=onset)
    if replaces is not None and Condition.objects.filter(replaces=replaces).exists():
        raise ConditionAlreadyReplaced()
    more = {"recorded_at": recorded_at} if recorded_at else {}
    return Condition.objects.create(
        patient=patient, encounter=encounter_of(patient, encounter), stage=stage, system=system, code=code, text=text,
        clinical_status=clinical_status, verification=verification, onset=onset, asserted_at=not_in_future(asserted_at),
        replaces_id=getattr(replaces, "pk", replaces), recorded_by=by, source=source, **more)


@act("emr.record_condition")
def record_condition(patient, *, by, text, stage, code="", system="", encounter=None, clinical_status="active",
                     verification="confirmed", onset="", asserted_at=None, replaces=None):
    """Record a diagnosis at one stage (referring, admitting, clinical, final, complication, comorbid, problem).

    `onset` as precisely as known: 2019, 2019-04 or 2019-04-12. `replaces`: the earlier view of the same illness.
    """
    patient = open_for_writing(patient, by)
    if replaces is not None:
        other, replaces = lock_fact(Condition, replaces, by)
        if other != patient:
            raise Malformed(problem="replaces: it belongs to another patient")
    condition = add_condition(
        patient, text=text, stage=stage, by=by, code=code, system=system, encounter=encounter, onset=onset,
        clinical_status=clinical_status, verification=verification, asserted_at=asserted_at, replaces=replaces)
    record(condition, patient=patient, encounter=condition.encounter_id, stage=stage, code=code, text=condition.text)
    return condition


@act("emr.withdraw_condition")
def withdraw_condition(condition, *, by, reason):
    """Mark a diagnosis as entered in error, with the reason. Raises AlreadyInError, ReasonMissing."""
    patient, condition = lock_fact(Condition, condition, by)
    withdraw(condition, reason=reason, by=by)
    record(condition, patient=patient, encounter=condition.encounter_id, reason=reason, text=condition.text)
    return condition
