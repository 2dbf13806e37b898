"""How many stock units (tablets, ampoules) one dose takes."""
from decimal import ROUND_HALF_UP, Decimal

FINEST = Decimal("0.0001")


def units_of(medication, amount: Decimal | None, unit: str) -> Decimal:
    """Stock units for an amount: amount / what one unit holds, when both are in the same unit of measure.

    Else one whole unit: 2 puffs or 10 drops say nothing about the pack, and a vial that is opened is used up.
    """
    same = medication.dose_unit and medication.dose_unit.casefold() == (unit or "").casefold()
    if amount is None or not medication.dose_per_unit or not same:
        return Decimal(1)
    return max((amount / medication.dose_per_unit).quantize(FINEST, ROUND_HALF_UP).normalize(), FINEST)
