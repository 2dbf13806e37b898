"""The formulary: adding products one by one, or a whole file in one act."""
from django.db import transaction

from emr.acts import act
from emr.journal import record
from orders.actions import formulary_demo
from orders.errors import FormularyFileUnreadable, MedicationCodeTaken, NameMissing
from orders.models import Ingredient, Medication, MedicationIngredient

FIELDS = ["name", "name_ru", "trade_name", "other_names", "atc", "form", "strength", "route", "dose_per_unit",
          "dose_unit", "stock_unit", "is_high_risk", "is_controlled", "is_time_critical", "is_active", "is_demo", "source"]


@act("orders.add_medication")
def add_medication(*, by, code, name, ingredients=(), **fields):
    """Add one product to the formulary. `ingredients`: names, or dicts {name, amount, unit}; the name itself when none.

    Other fields are those of Medication. Raises NameMissing, MedicationCodeTaken.
    """
    code, name = code.strip(), name.strip()
    if not code or not name:
        raise NameMissing()
    if Medication.objects.filter(code=code).exists():
        raise MedicationCodeTaken()
    row = Medication.objects.create(code=code, name=name, **fields)
    _link([(row, ingredients or [name])])
    record(row, code=code, name=str(row))
    return row


@act("orders.load_formulary")
def load_formulary(rows, *, by, source):
    """Load products into the formulary in one act; products whose code is known are brought up to date. Returns the last.

    `rows` are dictionaries with `code`, `name`, `ingredients` and the fields of Medication; the same file can be loaded
    again. Raises FormularyFileUnreadable when there is nothing in it.
    """
    rows = {row["code"]: row for row in rows if row.get("code") and row.get("name")}
    if not rows:
        raise FormularyFileUnreadable(problem="no row has a code and a name")
    made = [Medication(code=code, **{name: row[name] for name in FIELDS if name in row} | {"source": row.get("source") or source})
            for code, row in rows.items()]
    Medication.objects.bulk_create(made, batch_size=500, update_conflicts=True, unique_fields=["code"], update_fields=FIELDS)
    kept = {row.code: row for row in Medication.objects.filter(code__in=list(rows))}
    _link([(kept[code], row.get("ingredients") or [row["name"]]) for code, row in rows.items()])
    last = kept[list(rows)[-1]]
    record(last, products=len(rows), source=source)
    return last


def _link(products):
    """Name the substances of products; a substance that is not known yet is made."""
    wanted = [(product, _ingredient(each)) for product, parts in products for each in parts]
    names = {part["name"] for product, part in wanted}
    Ingredient.objects.bulk_create([Ingredient(name=name) for name in sorted(names)], batch_size=500, ignore_conflicts=True)
    known = {row.name: row for row in Ingredient.objects.filter(name__in=names)}
    MedicationIngredient.objects.bulk_create(
        [MedicationIngredient(medication=product, ingredient=known[part["name"]], amount=part.get("amount"),
                              unit=part.get("unit", "")) for product, part in wanted], batch_size=500, ignore_conflicts=True)


def _ingredient(part):
    part = {"name": part} if isinstance(part, str) else part
    return {**part, "name": part["name"].strip().lower()[:300]}


def load_demo_formulary(*, by, departments=None):
    """Load the demo formulary that is shipped with the product, and demo stock of it in the departments.

    `departments`: rows that get stock (default: emergency, wards and pharmacy). All of it is marked as demo: see
    `orders/data/README.md` for where the products come from and how the prices were made up. Safe to repeat.
    """
    with transaction.atomic():
        load_formulary(formulary_demo.rows(), by=by, source=formulary_demo.SOURCE)
        return formulary_demo.stock_up(departments, by=by)
