"""The catalogue of tests and their dated ranges."""
import csv
import datetime as dt
import json
from decimal import Decimal
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from emr.acts import act
from emr.clock import today
from emr.errors import Malformed
from emr.journal import record
from emr.rules.texts import fits
from orders.laboratory.errors import NameTaken, RangeUpsideDown
from orders.laboratory.models import LabPanel, LabTest, ReferenceRange
from orders.laboratory.models.lab_test import names_of
from orders.laboratory.rules.unit import converted, spelled

DATA = Path(__file__).resolve().parent.parent / "data"
SHIPPED_FROM = dt.date(2000, 1, 1)  # the shipped ranges hold for old records too
YEAR = Decimal("365.25")


@act("laboratory.add_test")
def add_test(*, by, key, name, name_ru="", loinc="", unit="", si_unit="", si_factor=None, specimen_kind="",
             aliases=(), source=""):
    """Put a test into the catalogue. Units are UCUM. Raises NameTaken when a name already belongs to another test."""
    test = _new_test(key=key, name=name, name_ru=name_ru, loinc=loinc, unit=spelled(unit), si_unit=spelled(si_unit),
                     si_factor=si_factor, specimen_kind=specimen_kind, source=source, aliases=aliases)
    taken = LabTest.objects.filter(known_as__overlap=test.known_as).first()
    if taken:
        raise NameTaken(name=next(n for n in test.known_as if n in taken.known_as), test=str(taken))
    test.save(force_insert=True)
    record(test, key=key, loinc=loinc, unit=test.unit)
    return test


def _new_test(*, aliases, **values):
    fits(LabTest, **{name: text for name, text in values.items() if isinstance(text, str)})
    known = names_of(values["key"], values["name"], values["name_ru"], values["loinc"], *aliases)
    if not values["key"] or not values["name"]:
        raise Malformed(problem=_("a test needs a key and a name"))
    return LabTest(known_as=known, **values)


@act("laboratory.set_range")
def set_range(test, *, by, source, low=None, high=None, critical_low=None, critical_high=None, unit="", sex="",
              age_from_days=0, age_to_days=None, valid_from=None):
    """Set the range for one sex and age from a day on; the one that held before ends on that day.

    Limits may come in any unit possible for the test and are kept in its own. Raises RangeUpsideDown, UnitNotPossible.
    """
    test = LabTest.objects.select_for_update(no_key=True).get(pk=getattr(test, "pk", test))
    valid_from = valid_from or today()
    limits = {name: None if value is None else converted(Decimal(str(value)), unit, test) for name, value in
              {"low": low, "high": high, "critical_low": critical_low, "critical_high": critical_high}.items()}
    if limits["low"] is not None and limits["high"] is not None and limits["low"] > limits["high"]:
        raise RangeUpsideDown(low=limits["low"], high=limits["high"])
    same = ReferenceRange.objects.filter(test=test, sex=sex, age_from_days=age_from_days, age_to_days=age_to_days)
    same.filter(valid_from__lt=valid_from, valid_until__isnull=True).update(valid_until=valid_from)
    made = ReferenceRange.objects.create(test=test, sex=sex, age_from_days=age_from_days, age_to_days=age_to_days,
                                         unit=test.unit, valid_from=valid_from, source=source, **limits)
    record(made, test=test.key, source=source, **{name: str(value) for name, value in limits.items() if value is not None})
    return made


@act("laboratory.load_catalogue")
def load_catalogue(*, by):
    """Load the shipped tests, panels and adult ranges; what is there already stays as it is. Returns a test of it."""
    known = set(LabTest.objects.values_list("key", flat=True))
    new = [_new_test(**row, si_factor=factor, aliases=aliases.split(";")) for row, factor, aliases in _shipped_tests()
           if row["key"] not in known]
    LabTest.objects.bulk_create(new)
    tests = {test.key: test for test in LabTest.objects.all()}
    panels = _load_panels(tests)
    ranges = ReferenceRange.objects.bulk_create([_shipped_range(row, tests) for row in _rows("reference_ranges_us_adult.csv")
                                                 if row["key"] in {test.key for test in new}])
    about = tests["Creatinine"]
    record(about, tests=len(new), panels=panels, ranges=len(ranges))
    return about


def _rows(name):
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def _shipped_tests():
    for row in _rows("lab_tests.csv"):
        factor, aliases = row.pop("si_factor"), row.pop("aliases")
        yield row, Decimal(factor) if factor else None, aliases


def _load_panels(tests):
    made = 0
    for row in json.loads((DATA / "lab_panels.json").read_text(encoding="utf-8")):
        known = names_of(row["key"], row["name"], row["loinc"], *row["aliases"])
        panel, new = LabPanel.objects.get_or_create(key=row["key"], defaults={"name": row["name"], "known_as": known})
        if new:
            panel.tests.set([tests[key] for key in row["tests"]])
        made += new
    return made


def _shipped_range(row, tests):
    limits = {name: Decimal(row[name]) if row[name] else None for name in ("low", "high", "critical_low", "critical_high")}
    until = row["age_until_years"]
    return ReferenceRange(
        test=tests[row["key"]], sex=row["sex"], age_from_days=int(int(row["age_from_years"]) * YEAR),
        age_to_days=int(int(until) * YEAR) if until else None, unit=row["unit"], valid_from=SHIPPED_FROM,
        source=row["source"], **limits)
