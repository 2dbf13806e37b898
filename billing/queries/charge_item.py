"""Lines of the ledger across accounts."""

from django.db.models import Count

from billing.models import ChargeItem
from billing.queries.account import TOTAL
from emr.access import chart_for
from emr.errors import NotFound

COLUMNS = {"kind": "kind", "department": "department__name", "day": "occurred_on", "performer": "performer__family"}


def of_account(actor, *, account):
    """Lines of one account, the reading logged. Raises NotFound, ChartNotVisible."""
    from billing.queries import account as accounts

    return accounts.lines(accounts.one(actor, pk=account))


def one(actor, *, pk):
    """One line with what it rests on, the reading logged. Raises NotFound, ChartNotVisible."""
    line = ChargeItem.objects.select_related("account__encounter", "patient", "department", "lot__medication", "tariff",
                                             "payer", "performer",
                                             "reverses", "reversed_by", "share__payer").filter(pk=pk).first()
    if line is None or not chart_for(actor, line.patient, "charge line").shows("money"):
        raise NotFound()
    return line


def of_span(since, until):
    """Lines of facts of a span of days, both included."""
    return ChargeItem.objects.filter(occurred_on__gte=since, occurred_on__lte=until)


def totals(actor=None, *, since, until, by="kind"):
    """Sums of a span of days (both included) by kind, department, day or performer: always the ledger itself, never a copy."""
    columns = (COLUMNS[by], "department") if by == "department" else (COLUMNS[by],)
    return list(of_span(since, until).values(*columns).annotate(total=TOTAL, lines=Count("pk")).order_by("-total", COLUMNS[by]))


def fact_of(line) -> dict:
    """The row a line rests on, as far as an accountant needs it: who recorded it, when, whether it still stands.

    A line of overhead rests on another line of the ledger (`base`).
    """
    from billing.sources import MODELS

    if line.source_kind not in MODELS:
        return {"base": ChargeItem.objects.filter(pk=line.source_id).first(), "performer": None}
    row = MODELS[line.source_kind].objects.select_related("recorded_by", "error_by").filter(pk=line.source_id).first()
    return {"row": row, "performer": getattr(row, "performer", None), "recorded_by": row.recorded_by,
            "recorded_at": row.recorded_at, "error_at": row.error_at, "error_reason": row.error_reason}
