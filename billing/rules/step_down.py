"""Step-down: the costs of the house go to those whom it serves, one cost centre after another, until only departments hold them
(G8).

Each centre gives all it has, with what came to it, to the receivers that come after it, by their units. What rounding leaves goes
to the last receiver, so that no kopeck is lost.
"""
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from billing.errors import CentreUnclear

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Centre:
    """A cost centre of the house: its name, its own cost, and whom it serves with how many units (square metres, kilograms,
    people).
    """

    name: str
    cost: Decimal
    served: dict[str, Decimal]


def read(text: str, departments) -> list[Centre]:
    """Centres of lines such as `laundry; 1200.00; therapy=30, surgery=50`, in the order in which they give.

    Raises CentreUnclear.
    """
    centres = []
    lines = [line for line in text.splitlines() if line.strip()]
    names = [line.split(";")[0].strip() for line in lines]
    for number, line in enumerate(lines):
        parts = [part.strip() for part in line.split(";")]
        after = set(names[number + 1:]) | set(departments)
        try:
            name, cost, served = parts[0], Decimal(parts[1]), dict(_unit(part) for part in parts[2].split(",") if part.strip())
        except (IndexError, ArithmeticError, ValueError) as error:
            raise CentreUnclear(line=line.strip()) from error
        sane = all(unit.is_finite() and 0 < unit < 10 ** 9 for unit in served.values()) and cost.is_finite(
            ) and 0 <= cost < 10 ** 12
        if not name or not served or not sane or set(served) - after or names.count(name) > 1 or cost != cost.quantize(CENT):
            raise CentreUnclear(line=line.strip())
        centres.append(Centre(name, cost, served))
    if not centres:
        raise CentreUnclear(line="")
    return centres


def _unit(part):
    name, units = part.split("=")
    return name.strip(), Decimal(units.strip())


def step_down(centres: list[Centre]) -> dict[str, Decimal]:
    """What each department holds in the end; the sum is that of all centres to the kopeck."""
    held = {centre.name: centre.cost for centre in centres}
    for centre in centres:
        left, whole = held.pop(centre.name), sum(centre.served.values())
        cost, receivers = left, list(centre.served.items())
        for place, (name, units) in enumerate(receivers):
            part = left if place == len(receivers) - 1 else (cost * units / whole).quantize(CENT, ROUND_DOWN)
            held[name] = held.get(name, Decimal("0.00")) + part
            left -= part
    return held


def rates(held: dict[str, Decimal], bases: dict[str, int]) -> list[dict]:
    """For each department its cost, how many bed-days and visits bear it, and the rate of one; none bear it: no rate."""
    return [{"code": code, "cost": cost, "base": bases.get(code, 0),
             "rate": (cost / bases[code]).quantize(CENT) if bases.get(code) else None} for code, cost in sorted(held.items())]
