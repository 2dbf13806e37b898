"""Which units a value may come in, and how it becomes the test's own unit. Units are UCUM.

Two ways: units of one dimension (a fixed table of exact factors), and mass to substance by the test's own factor
(`si_factor`, from labunits). Everything else is not possible.
"""
from decimal import Context, Decimal

from orders.laboratory.errors import UnitNotPossible

# dimension -> unit -> how many base units one of it is
DIMENSIONS = {
    "mass per volume": {"g/L": "1", "g/dL": "10", "mg/dL": "0.01", "mg/L": "0.001", "ug/mL": "0.001", "ug/dL": "0.00001",
                        "ug/L": "0.000001", "ng/mL": "0.000001", "ng/dL": "0.00000001", "ng/L": "0.000000001",
                        "pg/mL": "0.000000001"},
    "substance per volume": {"mol/L": "1", "mmol/L": "0.001", "umol/L": "0.000001", "nmol/L": "0.000000001",
                             "pmol/L": "0.000000000001"},
    "number per volume": {"/L": "1", "/mL": "1000", "/uL": "1000000", "/mm3": "1000000", "10*3/uL": "1000000000",
                          "10*9/L": "1000000000", "10*6/uL": "1000000000000", "10*12/L": "1000000000000"},
    "catalytic": {"U/L": "1", "kU/L": "1000", "mU/mL": "1", "U/mL": "1000", "mU/L": "0.001", "ukat/L": "60", "nkat/L": "0.06"},
    "arbitrary": {"[IU]/L": "1", "m[IU]/L": "0.001", "u[IU]/mL": "0.001", "m[IU]/mL": "1", "k[IU]/L": "1000"},
    "fraction": {"%": "0.01", "1": "1", "L/L": "1"},
    "pressure": {"mm[Hg]": "1", "kPa": "7.50062"},
    "time": {"s": "1", "min": "60"},
}
SPELLINGS = {"µ": "u", "μ": "u", "mmHg": "mm[Hg]", "x10^9/L": "10*9/L", "10^9/L": "10*9/L", "10^12/L": "10*12/L",
             "10^3/uL": "10*3/uL", "INR": "{INR}", "IU/L": "U/L"}
MONOVALENT = {"2951-2", "2823-3", "2075-0", "1963-8"}  # one charge: mEq/L = mmol/L (labunits)
LEAST_DIGITS = 4


def spelled(unit: str) -> str:
    """The unit in UCUM spelling, as far as a common other spelling is known."""
    unit = unit.strip()
    for other, ours in SPELLINGS.items():
        unit = ours if unit == other else unit.replace(other, ours) if len(other) == 1 else unit
    return unit


def converted(value: Decimal, unit: str, test) -> Decimal:
    """The value in the test's own unit, with as many digits as it was written with (at least four).

    A missing unit means the test's own. Raises UnitNotPossible naming the unit that is expected.
    """
    unit = spelled(unit)
    if not unit or unit == test.unit or not test.unit:
        return value
    if unit == "mEq/L" and test.loinc in MONOVALENT:
        unit = "mmol/L"
    factor = _factor(unit, test.unit)
    if factor is None and test.si_unit and test.si_factor:
        to_si = _factor(unit, test.si_unit)
        factor = to_si and to_si / test.si_factor
    if factor is None:
        raise UnitNotPossible(test=str(test), unit=unit, expected=" / ".join(filter(None, (test.unit, test.si_unit))))
    return value if factor == 1 else _rounded(value * factor, like=value)


def _factor(unit, wanted):
    if unit == wanted:
        return Decimal(1)
    for units in DIMENSIONS.values():
        if unit in units and wanted in units:
            return Decimal(units[unit]) / Decimal(units[wanted])
    return None


def _rounded(number, like):
    digits = max(LEAST_DIGITS, len(like.as_tuple().digits))
    number = Context(prec=digits).plus(number)
    return number.quantize(Decimal(1)) if number.as_tuple().exponent > 0 else number
