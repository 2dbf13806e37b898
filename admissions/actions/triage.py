"""Triage: how urgent the patient is (A2)."""
from django.utils.translation import gettext as _

from admissions.actions.emergency_visit import Moment, lock_visit, moment_of, note_moment
from admissions.errors import UnknownTriageLevel
from admissions.models import EmergencyMoment, EmergencyVisit, Triage
from admissions.queries.row import row_of
from admissions.rules import triage as scales
from emr.acts import act
from emr.errors import Malformed
from emr.journal import record
from emr.models import Staff
from emr.rules.texts import fits


@act("admissions.triage_patient")
def triage_patient(encounter, *, by, level, scale="ESI", reason="", at=None, performer=None,
                   arrival_mode=None):
    """Judge how urgent the patient is; judging again is a new row, the newest one counts.

    `arrival_mode` corrects how the patient came, when only the triage nurse learns it.
    `level`: 1 (most urgent) to 5 of the scale. `at`: aware, default now, not before the arrival. Raises UnknownTriageLevel,
    EncounterIsFinished, BackwardsInTime, TimeInFuture.
    """
    patient, encounter = lock_visit(encounter, by)
    known = scales.levels(scale)
    if level not in known:
        raise UnknownTriageLevel(scale=scale, level=level, levels=", ".join(map(str, known)))
    at, reason = moment_of(encounter, at, _("Triage")), reason.strip()
    fits(Triage, reason=reason)
    _correct_mode(encounter, arrival_mode)
    triage = Triage.objects.create(encounter=encounter, scale=scale, level=level, reason=reason, happened_at=at,
                                   performer=row_of(Staff, performer) or by, recorded_by=by)
    if not EmergencyMoment.objects.live().filter(encounter=encounter, kind=Moment.TRIAGE).exists():
        note_moment(encounter, Moment.TRIAGE, at=at, by=by)
    record(triage, patient=patient, encounter=encounter, scale=scale, level=level, at=at.isoformat())
    return triage


def _correct_mode(encounter, arrival_mode):
    if arrival_mode is None:
        return
    if arrival_mode not in EmergencyVisit.ArrivalMode.values:
        raise Malformed(problem=f"arrival_mode: one of {', '.join(EmergencyVisit.ArrivalMode.values)} is needed")
    EmergencyVisit.objects.filter(encounter=encounter).exclude(arrival_mode=arrival_mode).update(arrival_mode=arrival_mode)
