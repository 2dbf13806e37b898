"""What a fact costs: the lot really used, else the price that held on the day of the act.

Amounts are in the institution's currency, rounded half up to two decimals once, at the line.
"""
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

from billing.models import Tariff

CENT = Decimal("0.01")
ANY = "*"


def rounded(amount: Decimal) -> Decimal:
    """To two decimals, half up (0.005 becomes 0.01), as the accounts of the institution do."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def cost(quantity: Decimal, price: Decimal, discount: Decimal = Decimal(0)) -> Decimal:
    """Quantity × price less the discount in per cent, rounded once. The database checks every line by the same rule."""
    return rounded(quantity * price * (100 - discount) / 100)


def share(amount: Decimal, per_cent: Decimal) -> Decimal:
    """The part of a line that the second payer takes, rounded; the first payer has the rest, so that nothing is lost."""
    return rounded(amount * per_cent / 100)


class PriceList:
    """All prices in memory, to price many facts at once."""

    def __init__(self):
        self._rows = defaultdict(list)
        for row in Tariff.objects.filter(valid__isempty=False):
            self._rows[row.payer_id, row.kind, row.code].append(row)

    def find(self, *, kind, code, payer_id, day) -> Tariff | None:
        """The price of the day: the payer's own before the common one, the exact code before "*"."""
        for payer in (payer_id, None):
            for name in (code, ANY):
                for row in self._rows.get((payer, kind, name), ()):
                    if (row.valid.lower is None or row.valid.lower <= day) and (row.valid.upper is None or day < row.valid.upper):
                        return row
        return None
