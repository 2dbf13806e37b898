"""Allergies, and the statement that none is known, which differs from never having asked (F3)."""
from django.utils.translation import gettext_lazy as _

from emr import acts, clock
from emr.actions.condition import CodeWithoutSystem
from emr.actions.fact import lock_fact, not_in_future, open_for_writing, withdraw
from emr.acts import act
from emr.errors import Malformed, Refusal
from emr.journal import record
from emr.models import AllergyIntolerance
from emr.rules.texts import fits

Kind = AllergyIntolerance.Kind


class AllergyAlreadyKnown(Refusal):
    code = "emr.allergy_already_known"
    message = _("An allergy to {substance} is already recorded. Withdraw that entry first if it is wrong.")


class AllergiesAreKnown(Refusal):
    code = "emr.allergies_are_known"
    message = _("The chart names an allergy: {substances}. Withdraw it, with a reason, before stating that none is.")


class NoAllergyStatedMeanwhile(Refusal):
    code = "emr.no_known_allergy_already_stated"
    message = _("A colleague has just stated that no allergy is known. Open the chart again.")


acts.LAST_LINE["one_statement_of_no_known_allergy"] = NoAllergyStatedMeanwhile
acts.LAST_LINE["no_allergy_code_without_system"] = CodeWithoutSystem


def standing(patient):
    """The patient's allergies and statements that stand now."""
    return AllergyIntolerance.objects.live().filter(patient=patient, ended_at__isnull=True)


def add_allergy(patient, *, substance, by, code="", system="", kind="allergy", reaction="",
                criticality="unable-to-assess", verification="confirmed", onset="", asserted_at=None, source=None):
    """Write an allergy inside the caller's act (patient locked); a standing "none known" ends with it.

    Raises AllergyAlreadyKnown for a substance that stands already, Malformed, CodeWithoutSystem, TimeInFuture.
    """
    acts.current()
    substance = (substance or "").strip()
    if not substance:
        raise Malformed(problem="substance: name what the patient must not get")
    if kind not in (Kind.ALLERGY, Kind.INTOLERANCE):
        raise Malformed(problem="kind: one of allergy, intolerance is needed")
    if criticality not in AllergyIntolerance.Criticality.values:
        raise Malformed(problem=f"criticality: one of {', '.join(AllergyIntolerance.Criticality.values)} is needed")
    if code and not system:
        raise CodeWithoutSystem()
    fits(AllergyIntolerance, substance=substance, code=code, system=system, reaction=reaction, onset=onset)
    asserted_at = not_in_future(asserted_at)
    if standing(patient).filter(substance__iexact=substance).exists():
        raise AllergyAlreadyKnown(substance=substance)
    standing(patient).filter(kind=Kind.NONE_KNOWN).update(ended_at=clock.now())
    return AllergyIntolerance.objects.create(
        patient=patient, substance=substance, code=code, system=system, kind=kind, reaction=reaction, onset=onset,
        criticality=criticality, verification=verification, asserted_at=asserted_at, recorded_by=by, source=source)


def add_no_known_allergy(patient, *, by, asserted_at=None, source=None):
    """Write "no known allergy" inside the caller's act (patient locked). Raises AllergiesAreKnown."""
    acts.current()
    asserted_at = not_in_future(asserted_at)
    known = standing(patient).exclude(kind=Kind.NONE_KNOWN).values_list("substance", flat=True)
    if known:
        raise AllergiesAreKnown(substances=", ".join(known))
    standing(patient).filter(kind=Kind.NONE_KNOWN).update(ended_at=clock.now())
    return AllergyIntolerance.objects.create(patient=patient, kind=Kind.NONE_KNOWN, asserted_at=asserted_at,
                                             recorded_by=by, source=source)


@act("emr.record_allergy")
def record_allergy(patient, *, by, substance, code="", system="", kind="allergy", reaction="",
                   criticality="unable-to-assess", onset="", asserted_at=None):
    """Record what the patient must not get, with the reaction and how dangerous it is."""
    patient = open_for_writing(patient, by)
    allergy = add_allergy(patient, substance=substance, by=by, code=code, system=system, kind=kind, reaction=reaction,
                          criticality=criticality, onset=onset, asserted_at=asserted_at)
    record(allergy, patient=patient, substance=allergy.substance, criticality=criticality)
    return allergy


@act("emr.record_no_known_allergy")
def record_no_known_allergy(patient, *, by, asserted_at=None):
    """State that the patient was asked and knows of no allergy. Raises AllergiesAreKnown when the chart names one."""
    patient = open_for_writing(patient, by)
    statement = add_no_known_allergy(patient, by=by, asserted_at=asserted_at)
    record(statement, patient=patient)
    return statement


@act("emr.withdraw_allergy")
def withdraw_allergy(allergy, *, by, reason):
    """Mark an allergy (or the statement that none is known) as entered in error, with the reason."""
    patient, allergy = lock_fact(AllergyIntolerance, allergy, by)
    withdraw(allergy, reason=reason, by=by)
    record(allergy, patient=patient, reason=reason, substance=allergy.substance)
    return allergy
