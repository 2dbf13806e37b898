"""Planning doses: the part of an order that a nurse works from."""
import datetime as dt

from django.utils import timezone

from emr import clock
from emr.acts import act
from emr.journal import record
from orders.errors import DoseAlreadyPlanned
from orders.models import MedicationRequest, PlannedDose
from orders.rules import stages
from orders.rules import timing as timing_rule

HORIZON = dt.timedelta(hours=48)  # doses are planned so far ahead; a long order is planned on piece by piece


def zone():
    """The time zone of the ward's clocks."""
    return timezone.get_default_timezone()


def plan_dose(request, due_at, amount=None) -> PlannedDose:
    """Write one dose of an order at this moment, inside another act (doses as needed, a sender's own plan).

    `amount` is in the order's dose unit; the ordered dose when None. Raises DoseAlreadyPlanned.
    """
    if PlannedDose.objects.filter(request=request, due_at=due_at).exists():
        raise DoseAlreadyPlanned()
    dose = _row(request, due_at)
    if amount is not None:
        dose.amount = amount
    dose.save(force_insert=True)
    return dose


def plan_times(request, times) -> list[PlannedDose]:
    """Write the doses of a new order at these moments, in one statement."""
    return PlannedDose.objects.bulk_create([_row(request, moment) for moment in sorted(set(times))])


def _row(request, due_at):
    amount = stages.dose_at(request.stages, request.starts_at, due_at, zone()) if request.stages else request.dose
    if request.scale:
        amount = None  # follows from the value at the time
    return PlannedDose(request=request, patient_id=request.patient_id, encounter_id=request.encounter_id, due_at=due_at,
                       amount=amount, unit=request.dose_unit)


def horizon(request, now) -> dt.datetime:
    """How far the doses of this order are planned at this moment."""
    ahead = now + HORIZON
    return min(ahead, request.ends_at) if request.ends_at else ahead


def plan_ahead(request, until) -> int:
    """Write the doses due from where the plan ends up to `until`; return how many. The order must be locked."""
    since = request.planned_until
    times = timing_rule.dose_times(request.timing, starts_at=request.starts_at, since=since, until=until, zone=zone())
    # A dose may stand there already, given as an extra one at that very moment.
    PlannedDose.objects.bulk_create([_row(request, moment) for moment in times], ignore_conflicts=True)
    request.planned_until = until
    request.save(update_fields=["planned_until"])
    return len(times)


@act("orders.extend_plan")
def extend_plan(request, *, by):
    """Plan the doses of a running order on, up to 48 hours from now; called by the system's schedule.

    Does nothing more for an order that was stopped or is planned far enough already.
    """
    row = MedicationRequest.objects.select_for_update(no_key=True).get(pk=getattr(request, "pk", request))
    until, written = horizon(row, clock.now()), 0
    if not row.stopped_at and not row.error_at and row.planned_until and row.planned_until < until:
        written = plan_ahead(row, until)
    record(row, patient=row.patient_id, encounter=row.encounter_id, doses=written, until=str(row.planned_until or ""))
    return row
