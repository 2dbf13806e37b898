"""Orders that wait for an event: after the operation, on admission to the ward, when a nurse starts them."""
from emr import clock
from emr.actions.encounter import lock_encounter_for_orders
from emr.acts import act
from emr.journal import record
from orders.actions import planned_dose
from orders.actions.medication_request import first_times, lock_standing, moment_of
from orders.errors import OrderIsNotWaiting
from orders.models import MedicationRequest
from orders.rules import order_check, stages


@act("orders.start_order_on_event")
def start_order_on_event(request, *, by, at=None):
    """Tell that the event came for which an order waits: it begins at that moment and its doses are planned.

    `at` aware, default now; not before the order was written. Raises OrderIsNotWaiting, OrderIsStopped, OrderIsError,
    TimeInFuture, NotBefore, StartTooLongAgo.
    """
    lock_encounter_for_orders(MedicationRequest.objects.values_list("encounter", flat=True).get(
        pk=getattr(request, "pk", request)), by=by)
    row = lock_standing(request, by)
    if not row.is_waiting:
        raise OrderIsNotWaiting()
    row.event_at = row.starts_at = moment_of(at, row.authored_at)
    days = stages.days(row.stages) if row.stages else row.days_from_event
    row.ends_at = order_check.after_days(row.starts_at, days) if days else None
    times = first_times(row, clock.now())
    row.save(update_fields=["event_at", "starts_at", "ends_at", "planned_until"])
    planned_dose.plan_times(row, times)
    record(row, patient=row.patient_id, encounter=row.encounter_id, event=row.starts_on, at=row.event_at.isoformat(),
           doses=len(times))
    return row
