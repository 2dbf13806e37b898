"""Spreading the costs of the house: rates of overhead for each department from a day on."""
from billing.actions.ledger import lock_ledger
from billing.actions.tariff import put_price
from billing.errors import DaysUpsideDown
from billing.models import OverheadRun, Tariff
from billing.queries import overhead_run as queries
from billing.rules.step_down import rates, read, step_down
from emr.acts import act
from emr.journal import record


@act("billing.spread_overhead")
def spread_overhead(*, by, since, until, valid_from, entered) -> OverheadRun:
    """Spread the costs entered over the bed-days and visits of these days; each department's rate holds from `valid_from` on.

    Bed-days and visits from that day on get a line of overhead with the next sweep. Raises CentreUnclear, DaysUpsideDown,
    PriceOverlaps.
    """
    if until < since:
        raise DaysUpsideDown(since=since, until=until)
    lock_ledger()
    found = rates(step_down(read(entered, queries.departments())), queries.bases(since, until))
    for row in found:
        if row["rate"] is not None:
            put_price(kind=Tariff.Kind.OVERHEAD, code=row["code"], name=row["code"], price=row["rate"],
                      valid_from=valid_from, late=True)
    run = OverheadRun.objects.create(since=since, until=until, valid_from=valid_from, entered=entered, made_by=by, rates=[
        {name: value if name == "base" or value is None else str(value) for name, value in row.items()} for row in found])
    record(run, rates=len(found), valid_from=valid_from.isoformat())
    return run
