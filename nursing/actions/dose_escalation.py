"""Telling the senior nurse, then the doctor on duty, that a time-critical dose is overdue (D8); the waiting times."""
from emr import clock
from emr.acts import LAST_LINE, act
from emr.errors import NotFound
from emr.journal import record
from emr.models import Institution
from nursing.errors import DoseAlreadyRecorded, WaitingTimesWrong
from nursing.models import BedsideSetting, DoseEscalation
from nursing.queries import bedside
from nursing.queries import dose_escalation as queries
from orders.actions.medication_request import lock_request
from orders.models import PlannedDose

SHORTEST, LONGEST = 5, 720


@act("nursing.escalate_dose")
def escalate_dose(dose, *, by, step):
    """Tell those of this step ("senior-nurse", "doctor") who are on duty where the patient lies; when nobody is, that is written
    down.

    Locks the order first: a dose given in the same moment is not told of. Raises DoseAlreadyRecorded, NotFound.
    """
    row = PlannedDose.objects.filter(pk=getattr(dose, "pk", dose)).first()
    if row is None:
        raise NotFound()
    lock_request(row.request_id)
    if not queries.is_open(row.pk):
        raise DoseAlreadyRecorded(what="", at="", by="?")
    row = bedside.dose_at(row, clock.now(), by)
    people = queries.on_duty(step, row.department_id) or [None]
    made = DoseEscalation.objects.bulk_create([
        DoseEscalation(dose=row, department_id=row.department_id, step=step, told=person) for person in people])
    record(made[0], patient=row.patient_id, encounter=row.encounter_id, drug=str(row.request.medication),
           due=row.due_at.isoformat(),
           step=step, name=", ".join(person.short_name for person in people if person), told=[
               str(person.pk) for person in people if person])
    return made[0]


@act("nursing.set_waiting_times")
def set_waiting_times(*, by, effect_after, senior_after, doctor_after):
    """Set after how many minutes it is asked whether a drug as needed helped, and when the senior nurse and the doctor are told.

    Raises WaitingTimesWrong (5 to 720 minutes, the doctor not before the senior nurse), NotFound before set-up.
    """
    if not all(isinstance(n, int) and SHORTEST <= n <= LONGEST for n in (
            effect_after, senior_after, doctor_after)) or doctor_after < senior_after:
        raise WaitingTimesWrong()
    ours = Institution.objects.select_for_update(no_key=True).filter(is_ours=True).first()
    if ours is None:
        raise NotFound()
    row, _made = BedsideSetting.objects.update_or_create(institution=ours, defaults={
        "effect_after_minutes": effect_after, "senior_after_minutes": senior_after, "doctor_after_minutes": doctor_after,
        "is_demo": False})
    record(row, effect_after=effect_after, senior_after=senior_after, doctor_after=doctor_after)
    return row


LAST_LINE["told_once_by_step"] = lambda: DoseAlreadyRecorded(what="", at="", by="?")
