"""A stay that was ended too early is opened again (B12)."""
import datetime as dt

from admissions.actions.bed import claim
from admissions.actions.emergency_visit import refuse_dead
from admissions.actions.stay import lock_any_stay, where_to
from admissions.errors import ReopenedTooLate, StayIsOpen
from emr import clock
from emr.actions.encounter import PatientHasOpenStay, place
from emr.acts import act
from emr.errors import ReasonMissing
from emr.journal import record
from emr.models import Encounter

WINDOW = dt.timedelta(hours=72)  # ours: later a return is a new stay


@act("admissions.reopen_stay")
def reopen_stay(encounter, *, by, reason, bed=None):
    """Open a discharged stay again within 72 hours: the patient lies in his department from now on, in `bed` if one is given.

    What was stopped at the discharge stays stopped; the bed-days count again from now on, the time between does not. A signed
    summary must be amended. Raises StayIsOpen, ReopenedTooLate, ReasonMissing, PatientHasDied, PatientHasOpenStay, and what
    giving a bed raises.
    """
    patient, stay = lock_any_stay(encounter, by)
    now, reason = clock.now(), (reason or "").strip()
    if stay.finished_at is None:
        raise StayIsOpen(number=stay.number)
    if not reason:
        raise ReasonMissing()
    refuse_dead(patient, now)
    if now - stay.finished_at > WINDOW:
        raise ReopenedTooLate(number=stay.number, hours=int(WINDOW.total_seconds() // 3600))
    if Encounter.objects.live().filter(patient=patient, kind=Encounter.Kind.INPATIENT, finished_at__isnull=True,
                                       source__isnull=True).exists():
        raise PatientHasOpenStay()
    bed, department = where_to(bed, None if bed else stay.department)
    ended, stay.finished_at, stay.disposition, stay.department = stay.finished_at, None, "", department
    stay.save(update_fields=["finished_at", "disposition", "department"])
    if bed:
        claim(bed, patient, by=by, encounter=stay)
    place(stay, department=department, bed=bed, at=now, by=by)
    record(stay, patient=patient, encounter=stay, number=stay.number, reason=reason, ended=ended.isoformat(),
           bed=bed.label if bed else "")
    return stay
