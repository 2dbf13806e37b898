"""Saying whether a drug as needed helped (D10)."""
from emr import clock
from emr.acts import LAST_LINE, act
from emr.errors import AlreadyInError, NotFound, ReasonMissing, TimeInFuture
from emr.journal import record
from emr.rules.texts import fits
from nursing.actions.medication_administration import may_undo
from nursing.errors import EffectAlreadyTold, EffectBeforeGiving, EffectOfNothing, NoSuchEffect, NotYourEntry
from nursing.models import DoseEffect, MedicationAdministration
from nursing.queries import bedside
from nursing.queries import dose_effect as queries


@act("nursing.record_effect")
def record_effect(administration, *, by, effect, at=None, note=""):
    """Record whether a drug given as needed helped: helped, partly, none, worse; `at` when it was seen, default now.

    A value of pain measured since is named beside it. Raises EffectOfNothing (no giving as needed, or taken back), NoSuchEffect,
    EffectAlreadyTold, EffectBeforeGiving, TimeInFuture, TextTooLong, ChartNotVisible.
    """
    if effect not in DoseEffect.Effect:
        raise NoSuchEffect()
    fits(DoseEffect, note=note)
    fact = MedicationAdministration.objects.select_for_update(no_key=True).filter(
        pk=getattr(administration, "pk", administration)).first()
    if fact is None:
        raise NotFound()
    at = at or clock.now()
    row = bedside.dose_at(fact.dose_id, clock.now(), by)
    if fact.error_at or fact.status != "given" or not row.request.as_needed:
        raise EffectOfNothing()
    if at > clock.now():
        raise TimeInFuture()
    if at < fact.happened_at:
        raise EffectBeforeGiving(given=fact.happened_at)
    if told := queries.live_effect(fact):
        raise EffectAlreadyTold(effect=str(told.get_effect_display()), at=told.happened_at, by=str(told.performer))
    made = DoseEffect.objects.create(administration=fact, effect=effect, happened_at=at, performer=by, recorded_by=by,
                                     note=note.strip(), observation=queries.measured_since(fact))
    record(made, patient=fact.patient_id, encounter=fact.encounter_id, drug=str(row.request.medication), effect=effect)
    return made


@act("nursing.undo_effect")
def undo_effect(effect, *, by, reason):
    """Take a wrong answer back; it is asked again. Only who gave it, or the head nurse.

    Raises NotYourEntry, AlreadyInError, ReasonMissing, ChartNotVisible.
    """
    if not (reason or "").strip():
        raise ReasonMissing()
    fits(DoseEffect, error_reason=reason)
    row = DoseEffect.objects.select_for_update(no_key=True, of=("self",)).select_related("administration").filter(
        pk=getattr(effect, "pk", effect)).first()
    if row is None:
        raise NotFound()
    fact = row.administration
    bedside.dose_at(fact.dose_id, clock.now(), by)
    if row.error_at:
        raise AlreadyInError(at=row.error_at)
    if not may_undo(row, by):
        raise NotYourEntry(by=str(row.performer))
    row.error_at, row.error_by, row.error_reason = clock.now(), by, reason.strip()
    row.save(update_fields=["error_at", "error_by", "error_reason"])
    record(row, patient=fact.patient_id, encounter=fact.encounter_id, was=row.effect, reason=row.error_reason)
    return row


LAST_LINE["one_live_effect_per_giving"] = lambda: EffectAlreadyTold(effect="", at="", by="?")
