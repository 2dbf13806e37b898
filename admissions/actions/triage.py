"""Triage: how urgent the patient is, what the rules suggested and which red flag decided (A2)."""
from dataclasses import asdict
from decimal import Decimal

from django.utils.translation import gettext as _

from admissions.actions.emergency_visit import Moment, lock_visit, moment_of, note_moment
from admissions.errors import AnotherLevelNeedsReason, TriageIsIncomplete, UnknownTriageLevel
from admissions.models import EmergencyMoment, EmergencyVisit, Triage
from admissions.queries.row import row_of
from admissions.rules import triage as scales
from admissions.rules import triage_scale
from emr import clock
from emr.acts import act
from emr.errors import Malformed
from emr.journal import record
from emr.models import Staff
from emr.rules.texts import fits
from nursing.actions.vitals import record_vitals


@act("admissions.triage_patient")
def triage_patient(encounter, *, by, level=None, scale="ESI", reason="", at=None, performer=None,
                   arrival_mode=None, vitals=None, findings=None):
    """Judge how urgent the patient is; judging again is a new row, the newest one counts.

    `vitals` (keys of nursing.rules.vitals) are recorded as a round of their own; with `findings` (life_saving, high_risk,
    trauma: true or false; resources 0, 1, 2; mobility; signs) they give the suggestion of the scale's rules by age. `level`:
    1 (most urgent) and on; None takes the suggestion; another level than suggested needs `reason`. `arrival_mode` corrects
    how the patient came. `at`: aware, default now, not before the arrival. Raises UnknownTriageLevel, TriageIsIncomplete,
    AnotherLevelNeedsReason, ImplausibleValue, EncounterIsFinished, BackwardsInTime, TimeInFuture.
    """
    patient, encounter = lock_visit(encounter, by)
    at, reason = moment_of(encounter, at, _("Triage")), (reason or "").strip()
    fits(Triage, reason=reason)
    months = scales.months_on(patient.birth_date, clock.day_of(at))
    found = triage_scale.read(vitals or {}, findings or {})
    suggestion = triage_scale.suggest(scale, months, found) if found else None
    level = _level(scale, level, suggestion, reason)
    _correct_mode(encounter, arrival_mode)
    if vitals and any(value not in (None, "") for value in vitals.values()):
        record_vitals(encounter, by=by, values=vitals, measured_at=at)
    triage = Triage.objects.create(
        encounter=encounter, scale=scale, level=level, version=scales.version(scale),
        longest_wait=scales.longest_wait(scale, level),
        reason=reason, happened_at=at, performer=row_of(Staff, performer) or by, recorded_by=by,
        **_kept(suggestion, found, months))
    if not EmergencyMoment.objects.live().filter(encounter=encounter, kind=Moment.TRIAGE).exists():
        note_moment(encounter, Moment.TRIAGE, at=at, by=by)
    record(triage, patient=patient, encounter=encounter, scale=scale, level=level, at=at.isoformat(),
           **({"suggested": suggestion.level} if suggestion and suggestion.level else {}))
    return triage


def _level(scale, level, suggestion, reason):
    """The level that stands. Raises UnknownTriageLevel, TriageIsIncomplete, AnotherLevelNeedsReason."""
    known, suggested = scales.levels(scale), suggestion and suggestion.level
    if level is None:
        if suggested is None:
            raise TriageIsIncomplete(missing=suggestion.lacks if suggestion else _("vital signs and findings"))
        return suggested
    if level not in known:
        raise UnknownTriageLevel(scale=scale, level=level, levels=", ".join(map(str, known)))
    if suggested is not None and level != suggested and not reason:
        raise AnotherLevelNeedsReason(suggested=suggested, why=suggestion.why, level=level)
    return level


def _kept(suggestion, found, months):
    """What stands in the row of the rules' word: inputs, flags, score; nothing when nothing was entered."""
    if suggestion is None:
        return {}
    flags = [asdict(flag) for flag in suggestion.flags]
    for flag in flags:
        flag["value"] = str(flag["value"]) if isinstance(flag["value"], Decimal) else flag["value"]
    return {"suggested_level": suggestion.level, "suggestion": "; ".join(flag.key for flag in suggestion.flags)[:300],
            "findings": found | {"months": months, "flags": flags, "score": suggestion.score}}


def _correct_mode(encounter, arrival_mode):
    if arrival_mode is None:
        return
    if arrival_mode not in EmergencyVisit.ArrivalMode.values:
        raise Malformed(problem=f"arrival_mode: one of {', '.join(EmergencyVisit.ArrivalMode.values)} is needed")
    EmergencyVisit.objects.filter(encounter=encounter).exclude(arrival_mode=arrival_mode).update(arrival_mode=arrival_mode)
