"""Work beside the web: doses of running orders are planned on, day after day."""
import datetime as dt
import logging

from emr import clock
from emr.errors import Refusal
from emr.jobs import scheduled
from emr.models import Staff
from orders.actions.planned_dose import extend_plan
from orders.queries import medication_request as queries

REFILL = dt.timedelta(hours=24)  # a plan that reaches less far than this is extended to its full 48 hours
MOST = 2000
log = logging.getLogger("emr.orders")


@scheduled("orders.extend_plans", every=900)
def extend_plans() -> int:
    """Plan the doses of every running order on; return how many orders. One that fails does not hold up the others."""
    system = Staff.objects.filter(kind=Staff.Kind.SYSTEM).order_by("code").first()
    extended = 0
    for order in queries.to_plan_on(clock.now() + REFILL)[:MOST] if system else ():
        try:
            extend_plan(order.pk, by=system)
            extended += 1
        except Refusal:
            log.exception("the plan of an order was not extended; it is tried again")
    return extended
