"""The registry of formulas (H): each figure with its text, unit, source rows and how they become one number. Nothing else computes it."""
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from billing.queries import statistic as queries
from billing.rules.price import rounded


@dataclass(frozen=True)
class Formula:
    """One figure: `text` is the formula as people read it, `of` makes the number of (values, days, beds)."""

    key: str
    name: str
    text: str
    unit: str
    source: str
    of: Callable
    row_unit: str = ""
    values: dict = field(default_factory=dict)


def _mean(values, days, beds):
    return rounded(sum(values) / len(values)) if values else None


def _share(values, days, beds):
    return rounded(sum(values) * 100 / len(values)) if values else None


def _count(values, days, beds):
    return Decimal(len(values))


def _sum(values, days, beds):
    return sum(values, Decimal(0))


def _median(values, days, beds):
    return sorted(values)[(len(values) - 1) // 2] if values else None


def _occupancy(values, days, beds):
    return rounded(Decimal(sum(values)) * 100 / (beds * days)) if beds and days else None


def _turnover(values, days, beds):
    return rounded(Decimal(len(values)) / beds) if beds else None


DAYS, PER_CENT, MINUTES, MONEY, STAYS = _("bed-days"), "%", _("minutes"), "money", _("stays")
REGISTRY = {formula.key: formula for formula in (
    Formula("stays", _("Finished stays"), _("stays that ended in these days"), STAYS, "nights", _count, DAYS),
    Formula("length", _("Length of stay"), _("bed-days of finished stays ÷ finished stays"), DAYS, "nights", _mean, DAYS),
    Formula("occupancy", _("Occupancy of beds"), _("midnights spent in these days × 100 ÷ (beds × days)"), PER_CENT, "occupied", _occupancy, DAYS),
    Formula("turnover", _("Turnover of beds"), _("finished stays ÷ beds"), STAYS, "nights", _turnover, DAYS),
    Formula("mortality", _("Mortality"), _("stays that ended with death × 100 ÷ finished stays"), PER_CENT, "deaths", _share),
    Formula("again-7", _("Readmission within 7 days"), _("finished stays with another of the same patient within 7 days × 100 ÷ finished stays"),
            PER_CENT, "again", _share, values={"days": 7}),
    Formula("again-30", _("Readmission within 30 days"), _("finished stays with another of the same patient within 30 days × 100 ÷ finished stays"),
            PER_CENT, "again", _share, values={"days": 30}),
    Formula("emergency", _("Time in the emergency room"), _("median of the minutes from arrival to leaving; the lower of two"), MINUTES, "emergency",
            _median, MINUTES),
    Formula("cost", _("Cost of finished stays"), _("sum of the ledger of all finished stays, whatever the day of the line"), MONEY, "cost", _sum, MONEY),
    Formula("cost-stay", _("Cost of a stay"), _("sum of the ledger of finished stays ÷ finished stays"), MONEY, "cost", _mean, MONEY),
)}


@dataclass(frozen=True)
class Figure:
    """A formula worked out: its number and the rows it opens to."""

    formula: Formula
    value: Decimal | None
    rows: list


def figure(key, *, since, until, today, known=None, cache=None) -> Figure:
    """One figure of a span of days (both included); `known`: as it was known at that moment. `cache` shares source rows."""
    formula = REGISTRY[key]
    asked = {"since": since, "until": until, "today": today, "known": known} | formula.values
    cache = {} if cache is None else cache
    place = (formula.source, *formula.values.values())
    if place not in cache:
        cache[place] = queries.rows(formula.source, **asked)
    cache.setdefault("beds", None)
    if cache["beds"] is None:
        cache["beds"] = queries.beds()
    days = max((min(until, today) - since).days + (until < today), 0)
    rows = cache[place]
    return Figure(formula, formula.of([row["value"] for row in rows], days, cache["beds"]), rows)


def figures(*, since, until, today, known=None) -> list[Figure]:
    """All figures of the registry; each kind of source row is asked for once."""
    cache = {}
    return [figure(key, since=since, until=until, today=today, known=known, cache=cache) for key in REGISTRY]


def classes(drugs) -> list[dict]:
    """ABC: drugs by falling cost; A up to 80 % of the sum, B up to 95 %, C the rest, each with its running share."""
    total, running, found = sum((row["value"] for row in drugs), Decimal(0)), Decimal(0), []
    for row in drugs:
        before, running = running, running + row["value"]
        part = rounded(running * 100 / total) if total else Decimal(0)
        found.append(row | {"class": "A" if before * 100 < total * 80 else "B" if before * 100 < total * 95 else "C", "share": part})
    return found
