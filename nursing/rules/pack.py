"""Which pack was scanned: one of our own labels, or the maker's GS1 code."""
import datetime as dt
import re
from dataclasses import dataclass
from uuid import UUID

from nursing.errors import UnreadableCode
from nursing.queries import dose_scan as queries
from nursing.rules import gs1
from orders.models import Medication, StockLot

OWN = re.compile(r"LOT-([0-9a-f]{32})", re.IGNORECASE)
LONGEST = 300


@dataclass(frozen=True)
class Scanned:
    """What the pack says and what we know of it: its product and lots, when known."""

    gtin: str = ""
    lot_number: str = ""
    expires_on: dt.date | None = None
    serial: str = ""
    medications: tuple[Medication, ...] = ()
    lot: StockLot | None = None

    def holds(self, medication) -> bool | None:
        """Is it this product? None when nobody knows."""
        return medication in self.medications if self.medications else None

    @property
    def name(self) -> str:
        return ", ".join(sorted({str(row) for row in self.medications})) or self.gtin


def own_code(lot) -> str:
    """What our own label of a lot says."""
    return f"LOT-{lot.pk.hex}"


def read(code: str, today: dt.date) -> Scanned:
    """The pack behind a code. Raises UnreadableCode."""
    code = code.strip()[:LONGEST]
    if own := OWN.fullmatch(code):
        lot = queries.own_lot(UUID(own[1]))
        if lot is None:
            raise UnreadableCode(problem=code[:40])
        return Scanned(lot_number=lot.lot_number, expires_on=lot.expires_on, medications=(lot.medication,), lot=lot)
    try:
        pack = gs1.read(code, today)
    except gs1.NotGs1 as error:
        raise UnreadableCode(problem=str(error)) from error
    known = queries.product(pack.gtin)
    # A number nobody entered yet: the lot number tells the product, when the pharmacy received that lot.
    found = (known,) if known else tuple({lot.medication for lot in queries.lots(pack.lot_number, expires_on=pack.expires_on)}
                                         ) if pack.lot_number else ()
    return Scanned(pack.gtin, pack.lot_number, pack.expires_on, pack.serial, found)
