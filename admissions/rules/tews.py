"""The South African Triage Scale: the Triage Early Warning Score by age, and the signs that decide without it.

Source: rules/data/sats.json. Tables: younger than 3 years, 3 to 12 years, older; systolic pressure counts for the oldest only.
A sign of a colour gives at least that colour; the score may give a more urgent one, never a less urgent one.
"""
from decimal import ROUND_HALF_UP, Decimal

from admissions.rules import triage as scales
from admissions.rules.suggestion import Flag, Suggestion

SCALE = "SATS"
NUMBERS = ("respiratory_rate", "heart_rate", "systolic", "temperature")
STEP = {"temperature": Decimal("0.1")}


def table_of(months: int | None) -> dict:
    """The table of the age; an unknown age counts as grown up."""
    tables = scales.table(SCALE)["tables"]
    return scales.of_age(list(tables.values()), months)


def points(months: int | None, found: dict) -> dict:
    """Points of each parameter that was found; a value between two cells is rounded half up to the table's own step."""
    table, given = table_of(months), {}
    for key in ("mobility", "consciousness"):
        if found.get(key) in table[key]:
            given[key] = table[key][found[key]]
    if found.get("trauma") is not None:
        given["trauma"] = table["trauma"] if found["trauma"] else 0
    for key in NUMBERS:
        if key in table and found.get(key) is not None:
            given[key] = band(table[key], found[key], STEP.get(key, Decimal(1)))
    return given


def band(cells, value, step=Decimal(1)) -> int:
    """Points of one value: those of the last cell that begins at or below it."""
    rounded = Decimal(str(value)).quantize(step, ROUND_HALF_UP)
    return [points for first, points in cells if rounded >= Decimal(str(first))][-1]


def needed(months: int | None) -> list[str]:
    """The parameters without which there is no score at this age."""
    return [key for key in ("mobility", *NUMBERS, "consciousness", "trauma") if key in table_of(months)]


def suggest(months: int | None, found: dict) -> Suggestion:
    """The colour that the manual gives, as level 1 (red) to 4 (green); None while the score is incomplete and no sign is met.

    `found`: as for points, and `signs`, the keys of the data file. A red sign decides at once; for the other colours the score
    is needed too, because it may be more urgent than the sign.
    """
    rule, given = scales.table(SCALE), points(months, found)
    missing = tuple(key for key in needed(months) if key not in given)
    by_sign = [(int(level), sign) for level, signs in rule["signs"].items() for sign in signs
               if sign in (found.get("signs") or ())]
    level, flags = None, [Flag(f"sign:{sign}") for colour, sign in by_sign if colour == min(by_sign)[0]]
    if by_sign:
        level = min(by_sign)[0]
    score = None if missing else sum(given.values())
    if score is not None:
        by_score = next(colour for least, colour in rule["level_of_score"] if score >= least)
        if level is None or by_score < level:
            level, flags = by_score, [Flag("tews", score)]
    return Suggestion(SCALE, rule["version"], level, tuple(flags), missing=() if level == 1 else missing,
                      score=score, points=given)
