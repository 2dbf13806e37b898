"""What a plan costs by the prices of a day (G16), and how the ledger came to differ from it.

Each expected thing is priced as the sweep will price it when it is done: the payer's own price before the common one. A drug
costs what its newest delivery cost, else its price. Bed-days and visits bring the overhead of their department along.
"""
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from billing.models import Tariff
from billing.models.charge_item import in_reader_words
from billing.queries import estimate as queries
from billing.rules.price import PriceList, cost, rounded
from orders.models import StockLot

Kind = Tariff.Kind
BEARING = (Kind.BED_DAY, Kind.VISIT, Kind.HOUSE_CALL, Kind.EMERGENCY)  # what bears overhead
NOTHING = Decimal("0.00")


@dataclass(frozen=True)
class Expected:
    """One expected thing with its price; `unit_price` is None where the day has none."""

    kind: str
    code: str
    text: str
    quantity: Decimal
    unit: str = ""
    unit_price: Decimal | None = None
    tariff: Tariff | None = None
    lot: StockLot | None = None

    @property
    def amount(self):
        """Quantity × price, rounded once, as a line of the ledger is."""
        return None if self.unit_price is None else cost(self.quantity, self.unit_price)

    @property
    def word(self):
        """The kind in the reader's language."""
        return Kind(self.kind).label


def expected(wanted, *, payer, day) -> list[Expected]:
    """The plan with its prices.

    `wanted`: (kind, code, quantity); the same thing twice is added up; overhead follows by itself.
    """
    plan = {}
    for kind, code, quantity in wanted:
        if kind != Kind.OVERHEAD:
            plan[kind, code] = plan.get((kind, code), Decimal(0)) + quantity
    prices, names = PriceList(), queries.names(plan)
    for (kind, code), quantity in list(plan.items()):
        if kind in BEARING and prices.find(kind=Kind.OVERHEAD, code=code, payer_id=payer.pk, day=day):
            plan[Kind.OVERHEAD, code] = plan.get((Kind.OVERHEAD, code), Decimal(0)) + quantity
            names[Kind.OVERHEAD, code] = names.get((kind, code), (code, ""))
    lots = queries.newest_lots([code for kind, code in plan if kind == Kind.DRUG], day)
    rows = []
    for (kind, code), quantity in plan.items():
        text, unit = names.get((kind, code), ("", ""))
        lot = lots.get(code) if kind == Kind.DRUG else None
        tariff = None if lot else prices.find(kind=kind, code=code, payer_id=payer.pk, day=day)
        row = Expected(kind, code, text or (tariff.name if tariff else code), quantity, unit)
        if lot:
            row = replace(row, unit_price=lot.unit_cost, lot=lot)
        elif tariff:
            row = replace(row, unit_price=tariff.price, tariff=tariff)
        rows.append(row)
    return rows


class Why(TextChoices):
    """Why the ledger differs from the estimate in one thing."""

    AS_PLANNED = "as-planned", _("as expected")
    NOT_PLANNED = "not-planned", _("was not expected")
    NOT_DONE = "not-done", _("was not done")
    QUANTITY = "quantity", _("another quantity")
    PRICE = "price", _("another price")
    BOTH = "both", _("another quantity and price")


@dataclass(frozen=True)
class Compared:
    """One thing as it was expected and as the ledger has it; the difference = what the quantity made + what the price made."""

    kind: str
    code: str
    text: str
    unit: str
    planned: Decimal
    done: Decimal
    estimated: Decimal
    charged: Decimal
    by_quantity: Decimal
    by_price: Decimal

    @property
    def difference(self):
        return self.charged - self.estimated

    @property
    def why(self):
        """The reason as a word."""
        if not self.planned:
            return Why.NOT_PLANNED
        if not self.done:
            return Why.NOT_DONE
        if self.by_quantity and self.by_price:
            return Why.BOTH
        return Why.QUANTITY if self.by_quantity else Why.PRICE if self.by_price else Why.AS_PLANNED


def compared(lines, charged) -> list[Compared]:
    """Estimate against ledger, thing by thing. `lines`: of the estimate; `charged`: rows of queries.estimate.charged.

    What the quantity made is worked out at the expected price; the rest of the difference is the price's.
    """
    done = {(row["kind"], row["code"]): row for row in charged}
    rows = []
    for line in lines:
        row = done.pop((line.kind, line.code), None) or {"quantity": Decimal(0), "amount": NOTHING}
        by_quantity = rounded(row["quantity"] * line.unit_price) - line.amount
        rows.append(Compared(line.kind, line.code, line.text, line.unit, line.quantity, row["quantity"], line.amount,
                             row["amount"], by_quantity, row["amount"] - line.amount - by_quantity))
    rows += [Compared(kind, code, in_reader_words(row["text"]), row["unit"], Decimal(0), row["quantity"], NOTHING, row["amount"],
                      row["amount"], NOTHING)
             for (kind, code), row in done.items()]
    return sorted(rows, key=lambda row: (-abs(row.difference), row.kind, row.code))


def by_kind(rows) -> list[dict]:
    """The comparison summed for each kind of act, in the order of the kinds."""
    sums = {}
    for row in rows:
        held = sums.setdefault(row.kind, [NOTHING, NOTHING])
        held[0], held[1] = held[0] + row.estimated, held[1] + row.charged
    return [{"kind": kind, "label": Kind(kind).label, "estimated": sums[kind][0], "charged": sums[kind][1],
             "difference": sums[kind][1] - sums[kind][0]} for kind in Kind.values if kind in sums]
