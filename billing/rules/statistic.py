"""The registry of formulas (H): each figure with its text, unit, source rows and how they become one number.

Nothing else computes it.
"""
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from billing.queries import statistic as queries
from billing.rules.price import rounded
from nursing.rules.compliance import LATE


@dataclass(frozen=True)
class Formula:
    """One figure: `text` is the formula as people read it, `of` makes the number of (values, days, beds); a share of counts has
    pairs as values.
    """

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


def _part(values, days, beds):
    whole = sum((base for _value, base in values), Decimal(0))
    return rounded(sum((value for value, _base in values), Decimal(0)) * 100 / whole) if whole else None


def _percentile(percent):
    """The nearest rank: the smallest value that so many per cent of all do not exceed."""
    return lambda values, days, beds: sorted(values)[max(-(-len(values) * percent // 100), 1) - 1] if values else None


def _occupancy(values, days, beds):
    return rounded(Decimal(sum(values)) * 100 / (beds * days)) if beds and days else None


def _turnover(values, days, beds):
    return rounded(Decimal(len(values)) / beds) if beds else None


DAYS, PER_CENT, MINUTES, MONEY, STAYS = _("bed-days"), "%", _("minutes"), "money", _("stays")
REGISTRY = {formula.key: formula for formula in (
    Formula("stays", _("Finished stays"), _("stays that ended in these days"), STAYS, "nights", _count, DAYS),
    Formula("length", _("Length of stay"), _("bed-days of finished stays ÷ finished stays"), DAYS, "nights", _mean, DAYS),
    Formula("occupancy", _("Occupancy of beds"), _("midnights spent in these days × 100 ÷ (beds × days)"), PER_CENT, "occupied",
            _occupancy, DAYS),
    Formula("turnover", _("Turnover of beds"), _("finished stays ÷ beds"), STAYS, "nights", _turnover, DAYS),
    Formula("mortality", _("Mortality"), _("stays that ended with death × 100 ÷ finished stays"), PER_CENT, "deaths", _share),
    Formula("again-7", _("Readmission within 7 days"), _("finished stays with another of the same patient within 7 days × 100 ÷ "
                                                         "finished stays"),
            PER_CENT, "again", _share, values={"days": 7}),
    Formula("again-30", _("Readmission within 30 days"), _("finished stays with another of the same patient within 30 days × "
                                                           "100 ÷ finished stays"),
            PER_CENT, "again", _share, values={"days": 30}),
    Formula("emergency", _("Time in the emergency room"), _("median of the minutes from arrival to leaving; the lower of two"),
            MINUTES, "emergency", _median, MINUTES),
    Formula("present-first", _("Patients on the first morning"), _("stays that began before these days and had not ended"), STAYS,
            "present-first", _count, STAYS),
    Formula("admitted", _("Admitted"), _("stays that began in these days"), STAYS, "admitted", _count, STAYS),
    Formula("present-last", _("Patients on the last midnight"),
            _("stays that had not ended with the last day = on the first morning + admitted − finished stays"), STAYS,
            "present-last", _count, STAYS),
    Formula("doses", _("Doses given in time"), _("doses given in time × 100 ÷ doses that were due; without those as needed, "
                                                 "stopped or paused"),
            PER_CENT, "doses", _part, _("doses"), values={"grace": LATE[0], "critical": LATE[1]}),
    *(Formula(f"laboratory-{percent}", name, text, MINUTES, "laboratory", _percentile(percent), MINUTES)
      for percent, name, text in (
        (50, _("Laboratory: half of the results"), _("minutes from receipt of the specimen to release that half of the first "
                                                     "results do not exceed")),
        (90, _("Laboratory: nine of ten results"), _("minutes from receipt of the specimen to release that nine of ten first "
                                                     "results do not exceed")))),
    Formula("no-shows", _("Missed visits"), _("coupons of receptions that are over for which nobody came × 100 ÷ coupons given "
                                              "and not cancelled"),
            PER_CENT, "no-shows", _share),
    Formula("cost", _("Cost of finished stays"), _("sum of the ledger of all finished stays, whatever the day of the line"),
            MONEY, "cost", _sum, MONEY),
    Formula("cost-stay", _("Cost of a stay"), _("sum of the ledger of finished stays ÷ finished stays"), MONEY, "cost",
            _mean, MONEY),
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
    return Figure(formula, formula.of([(row["value"], row["base"]) if "base" in row else row["value"] for row in rows], days,
                                      cache["beds"]), rows)


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
        found.append(row | {"class": "A" if before * 100 < total * 80 else "B" if before * 100 < total * 95 else "C",
                            "share": part})
    return found


def ven_matrix(drugs) -> list[dict]:
    """ABC × VEN: for each class of cost the number and sum of drugs by need, those of no list last; empty where no list is
    loaded.
    """
    if not any(row["ven"] for row in drugs):
        return []
    cells = {(abc, ven): [row["value"] for row in drugs if row["class"] == abc and (row["ven"] or "") == ven] for abc in "ABC"
             for ven in ("V", "E", "N", "")}
    return [{"class": abc, "cells": [{"count": len(cells[abc, ven]), "value": sum(cells[abc, ven], Decimal(0))}
                                     for ven in ("V", "E", "N", "")]}
            for abc in "ABC"]
