"""Another rate of an infusion from a moment on. A rate is never edited: another one is written, and the history stays.

Locks: the order (docs/locking.md).
"""
from emr import clock
from emr.acts import act
from emr.journal import record
from emr.rules.texts import fits
from orders.actions.infusion import rate_of
from orders.actions.medication_request import lock_running, said
from orders.errors import DifferentChange, NotAnInfusion, NotBefore
from orders.models import InfusionRate
from orders.queries import infusion as queries
from orders.rules import infusion as rules


@act("orders.change_rate")
def change_rate(request, *, by, rate, reason, rate_unit="ml/h", since=None):
    """Order another rate of an infusion from now, or from another moment, on. The order stays the same one.

    `rate` in `rate_unit` (orders.rules.infusion); a rate per kilogram takes the last weight on record. `since` aware, not before
    the infusion was ordered. Returns the InfusionRate.
    Raises NotAnInfusion, OrderIsStopped, OrderIsCompleted, OrderIsError, DifferentChange, NotBefore, ReasonMissing, and what the
    conversion refuses (RateUnitUnknown, RateUnlikeBag, WeightMissing, RateTooHigh, RateNotPositive).
    """
    row, reason = lock_running(request, by), said(reason)
    fits(InfusionRate, reason=reason)
    bag = queries.of_request(row)
    if bag is None:
        raise NotAnInfusion()
    earliest = min(row.authored_at, row.starts_at)
    since = since or max(clock.now(), row.starts_at)
    if since < earliest:
        raise NotBefore(before=earliest)
    before = rules.ordered_at(queries.rates_of([row]).get(row.pk, ()), since)
    found = rate_of(row, bag, rate, rate_unit, since=since, by=by, reason=reason)
    if before and (before.ml_per_hour, before.unit) == (found.ml_per_hour, found.unit):
        raise DifferentChange()
    found.save(force_insert=True)
    record(found, patient=row.patient_id, encounter=row.encounter_id, medication=str(row.medication),
           rate=f"{found.rate} {found.unit}",
           ml_per_hour=str(found.ml_per_hour), was=str(before.ml_per_hour) if before else "", since=since.isoformat(),
           reason=reason)
    return found
