"""What standing lines would cost by the prices and terms of today: for a late price, a new contract, a discount given afterwards
(G1).
"""
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from billing.models import ChargeItem, Tariff
from billing.rules.price import PriceList, cost, share


@dataclass(frozen=True)
class Difference:
    """One line and what would stand instead of it."""

    line: ChargeItem
    tariff: Tariff | None
    amount: Decimal

    @property
    def delta(self) -> Decimal:
        return self.amount - self.line.amount


def differences(*, since=None, until=None, kind="", account=None) -> list[Difference]:
    """Standing lines of facts of these days whose price, discount, payer or share would be another now, by case and day.

    What a lot cost stays what it cost; a line whose price has gone altogether is left alone.
    """
    lines = ChargeItem.objects.filter(reverses__isnull=True, reversed_by__isnull=True).exclude(kind=Tariff.Kind.OVERHEAD)
    for name, value in {"occurred_on__gte": since, "occurred_on__lte": until, "kind": kind, "account": account}.items():
        if value:
            lines = lines.filter(**{name: value})
    prices, found = PriceList(), []
    rows = lines.select_related("account__payer", "account__encounter", "patient", "tariff", "share", "payer", "department")
    for line in rows.order_by("account__number", "occurred_on", "pk"):
        terms = line.account
        tariff = line.tariff_id and prices.find(kind=line.kind, code=line.code, payer_id=terms.payer_id, day=line.occurred_on)
        if line.tariff_id and tariff is None:
            continue
        price = tariff.price if tariff else line.unit_price
        discount = terms.discount if tariff else Decimal(0)
        amount = cost(line.quantity, price, discount)
        if (tariff and tariff.pk, discount, terms.payer_id, *_share(terms, amount)) != (
                line.tariff_id, line.discount, line.payer_id, *_share_of(line)) or price != line.unit_price:
            found.append(Difference(line, tariff or None, amount))
    return found


def _share(terms, amount):
    return (terms.co_payer_id, share(amount, terms.co_share)) if terms.co_payer_id else (None, None)


def _share_of(line):
    held = getattr(line, "share", None)
    return (held.payer_id, held.amount) if held else (None, None)


def by_case_and_payer(found) -> list[dict]:
    """The differences summed for each case: account, payer now, lines, before, after, difference."""
    rows = defaultdict(lambda: [0, Decimal("0.00"), Decimal("0.00")])
    accounts = {}
    for row in found:
        accounts[row.line.account_id] = row.line.account
        sums = rows[row.line.account_id]
        sums[0], sums[1], sums[2] = sums[0] + 1, sums[1] + row.line.amount, sums[2] + row.amount
    return [{"account": accounts[pk], "payer": accounts[pk].payer, "lines": lines, "before": before, "after": after,
             "delta": after - before}
            for pk, (lines, before, after) in rows.items()]
