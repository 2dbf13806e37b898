"""The demo formulary and its demo stock: see `orders/data/README.md`. For demonstrations and tests, never for care."""
import csv
import datetime as dt
import zlib
from decimal import Decimal
from pathlib import Path

from emr import clock
from emr.acts import act
from emr.journal import record
from emr.models import Department
from orders.models import Medication, StockLot, StockMove

FILE = Path(__file__).resolve().parent.parent / "data" / "formulary_demo.csv"
SOURCE = "demo formulary (FDA NDC directory; event log of clinosim, MIT)"
SUPPLIER = "Demo"
STOCKED = ["emergency", "inpatient", "pharmacy"]  # kinds of departments that keep stock
# Made-up price of a stock unit by its kind, before the spread: see `price`.
BASE_PRICE = {"tablet": "0.20", "capsule": "0.25", "vial": "4.00", "ampoule": "1.50", "bag": "3.50", "inhaler": "9.00",
              "pen": "12.00", "tube": "3.00", "bottle": "4.50", "nebule": "0.60", "patch": "2.00", "unit": "1.00"}
QUANTITY = {"pharmacy": 100_000}
WARD_QUANTITY = 5_000


def rows() -> list[dict]:
    """The products of the shipped file, as `load_formulary` takes them."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return [_row(line) for line in csv.DictReader(file)]


def _row(line):
    names = [name.strip() for name in line.pop("ingredients").split(";") if name.strip()]
    line["dose_per_unit"] = Decimal(line["dose_per_unit"]) if line["dose_per_unit"] else None
    for flag in ("is_high_risk", "is_controlled", "is_time_critical"):
        line[flag] = line[flag] == "1"
    other_names = [name for name in line.pop("other_names").split("|") if name]
    return {**line, "other_names": other_names, "ingredients": names, "is_demo": True}


def price(medication) -> Decimal:
    """A made-up price of one stock unit, always the same for the same product: base of its kind × (1.00 … 1.99)."""
    spread = Decimal(100 + zlib.crc32(medication.code.encode()) % 100) / 100
    return (Decimal(BASE_PRICE.get(medication.stock_unit, "1.00")) * spread).quantize(Decimal("0.0001"))


@act("orders.stock_demo")
def stock_up(departments, *, by):
    """Give each department a demo stock of every demo product, in one lot per product; skips what it has. Returns a lot."""
    if departments is None:
        departments = list(Department.objects.filter(kind__in=STOCKED))
    today, now = clock.today(), clock.now()
    products = list(Medication.objects.filter(is_demo=True, is_active=True).order_by("code"))
    StockLot.objects.bulk_create(
        [StockLot(medication=product, lot_number=f"DEMO-{zlib.crc32(product.code.encode()) % 100_000:05d}",
                  unit_cost=price(product),
                  expires_on=today + dt.timedelta(days=400 + zlib.crc32(product.name.encode()) % 600), supplier=SUPPLIER,
                  received_at=now) for product in products], batch_size=500, ignore_conflicts=True)
    lots = list(StockLot.objects.filter(medication__in=products, supplier=SUPPLIER).order_by("pk"))
    there = set(StockMove.objects.filter(lot__in=lots).values_list("lot", "department"))
    StockMove.objects.bulk_create(
        [StockMove(lot=lot, department=department, kind=StockMove.Kind.RECEIPT, happened_at=now, recorded_at=now, recorded_by=by,
                   quantity=Decimal(QUANTITY.get(department.kind, WARD_QUANTITY)))
         for department in departments for lot in lots if (lot.pk, department.pk) not in there], batch_size=500)
    record(lots[-1], lots=len(lots), departments=len(departments), demo=True)
    return lots[-1]
