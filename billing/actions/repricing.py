"""Pricing anew: the lines shown by the dry run are taken back by their mirrors and posted again at today's prices and terms."""
from billing import sources
from billing.actions.charge_item import Days, charge, post, priced, reverse
from billing.actions.ledger import lock_ledger
from billing.errors import DryRunStale
from billing.models import ChargeItem
from billing.rules.repricing import differences
from emr.acts import act
from emr.errors import ReasonMissing
from emr.journal import record

KEPT = ("patient_id", "kind", "code", "text", "department_id", "performer_id", "source_kind", "source_id", "quantity",
        "unit", "lot_id", "occurred_on")


@act("billing.reprice")
def reprice(*, by, reason, since=None, until=None, kind="", account=None, expected=None) -> int:
    """Price the lines of these days, kind or account anew; returns how many lines were taken back and posted again.

    `expected`: how many lines the dry run showed; another number now refuses. Lines of closed months stay; their mirrors and the
    new lines are booked in the open month with the day of the fact. Raises DryRunStale, ReasonMissing.
    """
    if not (reason or "").strip():
        raise ReasonMissing()
    lock_ledger()
    found = differences(since=since, until=until, kind=kind, account=getattr(account, "pk", account))
    if expected is not None and expected != len(found):
        raise DryRunStale(shown=expected, now=len(found))
    reverse([row.line for row in found])
    post(_anew(found))
    reverse(sources.baseless())
    charge(list(sources.overheads()))
    record(by, lines=len(found), difference=str(sum((row.delta for row in found), 0)), reason=reason.strip(), kind=kind,
           since=since.isoformat() if since else "", until=until.isoformat() if until else "")
    return len(found)


def _anew(found):
    days, lines = Days(), []
    earlier = dict.fromkeys((row.line.source_id for row in found), 0)
    for pk in ChargeItem.objects.filter(source_id__in=earlier, reverses__isnull=True).values_list("source_id", flat=True):
        earlier[pk] += 1
    for row in found:
        line = row.line
        earlier[line.source_id] += 1
        part = f"{line.source_part.split('~')[0]}~{earlier[line.source_id]}"
        values = {name: getattr(line, name) for name in KEPT} | {"source_part": part}
        lines.append(priced(line.account, values, row.tariff, None if row.tariff else line.unit_price, days))
    return lines
