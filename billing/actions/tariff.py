"""Prices with the days on which they hold. A new price is a new row; it ends the one before it."""
import csv
import datetime as dt
from decimal import Decimal, InvalidOperation
from pathlib import Path

from django.db.backends.postgresql.psycopg_any import DateRange

from billing.actions.ledger import lock_ledger
from billing.errors import DaysUpsideDown, PayerUnknown, PriceInUse, PriceNegative, PriceOverlaps
from billing.models import ChargeItem, Payer, Tariff
from billing.queries.payer import DEFAULT
from emr.acts import act
from emr.errors import Malformed
from emr.journal import record
from emr.rules.texts import fits

DEMO = Path(__file__).resolve().parent.parent / "data" / "tariffs_demo.csv"
DEMO_SINCE = dt.date(2020, 1, 1)


@act("billing.set_tariff")
def set_tariff(*, by, kind, code, name, price, valid_from, valid_until=None, payer=None, late=False):
    """Set a price from a day on (up to, not with, `valid_until`); the open-ended price before it ends on that day.

    `code`: department (bed-day, visits, overhead), test, procedure, product or grade (a minute's price); "*" = any of the kind.
    `payer`: a code or row, none = all. `late`: the price came after lines were posted; they stay until they are priced anew.
    Raises PriceNegative, DaysUpsideDown, PriceInUse, PriceOverlaps, PayerUnknown.
    """
    price = money(price)
    if kind not in Tariff.Kind.values or not code or not name:
        raise Malformed(problem=f"kind: one of {', '.join(Tariff.Kind.values)}; a code and a name are needed")
    fits(Tariff, code=code, name=name)
    if valid_until is not None and valid_until <= valid_from:
        raise DaysUpsideDown(since=valid_from, until=valid_until)
    payer = _payer(payer)
    lock_ledger()
    row = put_price(kind=kind, code=code, name=name, price=price, valid_from=valid_from, valid_until=valid_until,
                    payer=payer, late=late)
    record(row, kind=kind, code=code, price=str(price), valid_from=valid_from.isoformat(), payer=payer.code if payer else "")
    return row


def put_price(*, kind, code, name, price, valid_from, valid_until=None, payer=None, late=False) -> Tariff:
    """The price inside another act that holds the ledger. Raises PriceInUse, PriceOverlaps."""
    same = Tariff.objects.select_for_update(no_key=True).filter(kind=kind, code=code, payer=payer)
    before = same.filter(valid__upper_inf=True, valid__startswith__lt=valid_from).first()
    if before:
        _end(before, valid_from, late)
    if same.filter(valid__overlap=DateRange(valid_from, valid_until)).exists():
        raise PriceOverlaps()
    return Tariff.objects.create(kind=kind, code=code, name=name, price=price, payer=payer,
                                 valid=DateRange(valid_from, valid_until))


def _end(row, day, late):
    last = ChargeItem.objects.filter(tariff=row, occurred_on__gte=day, reverses__isnull=True, reversed_by__isnull=True).order_by(
        "-occurred_on").first()
    if last and not late:
        raise PriceInUse(day=last.occurred_on)
    row.valid = DateRange(row.valid.lower, day)
    row.save(update_fields=["valid"])


def money(price) -> Decimal:
    """An amount of money as it was typed: not negative, at most two decimals. Raises PriceNegative, Malformed."""
    try:
        amount = Decimal(str(price))
    except InvalidOperation as error:
        raise Malformed(problem="price: a number is needed") from error
    if not amount.is_finite() or amount < 0 or amount >= 10 ** 12 or amount != amount.quantize(Decimal("0.01")):
        raise PriceNegative(price=str(price))
    return amount


def _payer(payer):
    if payer is None or isinstance(payer, Payer):
        return payer
    found = Payer.objects.filter(code=payer).first()
    if found is None:
        raise PayerUnknown(code=payer)
    return found


@act("billing.load_demo_tariffs")
def load_demo_tariffs(*, by):
    """Invented prices and payers for demonstrations, marked as such; what is there already stays. Returns a price of it."""
    Payer.objects.bulk_create([Payer(code=DEFAULT, name="State budget", kind=Payer.Kind.BUDGET),
                               Payer(code="self", name="The patient", kind=Payer.Kind.PATIENT)], ignore_conflicts=True)
    known = set(Tariff.objects.filter(payer__isnull=True).values_list("kind", "code"))
    with DEMO.open(encoding="utf-8", newline="") as rows:
        new = [Tariff(kind=row["kind"], code=row["code"], name=row["name"], price=Decimal(row["price"]), is_demo=True,
                      valid=DateRange(DEMO_SINCE, None)) for row in csv.DictReader(rows)
               if (row["kind"], row["code"]) not in known]
    Tariff.objects.bulk_create(new)
    about = Tariff.objects.order_by("pk").first()
    record(about, tariffs=len(new), demo=True)
    return about
