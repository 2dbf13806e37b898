"""Vital signs as people read them: the newest of each, and lines over time."""
from collections import defaultdict
from dataclasses import dataclass, field

from django.utils.translation import gettext

from emr.templatetags._numbers import plain

# Limits of the shaded band: zero points in NEWS2 for adults. Source: Royal College of Physicians, National Early Warning
# Score (NEWS) 2, 2017, chart 1. LOINC code -> (low, high); SpO2 on scale 1.
BANDS = {
    "8310-5": (36.1, 38.0), "8867-4": (51, 90), "9279-1": (12, 20), "8480-6": (111, 219), "59408-5": (96, None),
    "2708-6": (96, None),
}

# UCUM unit -> how people write it; all others are shown as they are.
WRITTEN = {"Cel": "°C", "mm[Hg]": "mmHg", "{score}": "", "{beats}/min": "/min", "{breaths}/min": "/min", "1": ""}


# What people call a sign, by its code, and the words of coded values, by code and value: given by the app that measures them.
LABELS: dict[str, str] = {}
CODED: dict[str, dict] = {}
SYSTOLIC, DIASTOLIC = "8480-6", "8462-4"


def written(unit: str) -> str:
    """A UCUM unit as people write it."""
    return WRITTEN.get(unit, unit)


def named(row) -> str:
    """What people call the sign of an observation, in the present language; else the name it was recorded with."""
    return str(LABELS.get(row.code) or gettext(row.name))


def newest(rows) -> list[dict]:
    """The newest value of each sign: name, value, unit, row; those of NEWS2 first, a pressure taken at one time in one line."""
    found = {row.code: row for row in rows if row.code}
    upper, lower = found.get(SYSTOLIC), found.get(DIASTOLIC)
    if not (upper and lower and upper.effective_at == lower.effective_at):
        upper = lower = None
    lines = []
    for row in sorted(rows, key=lambda row: (row.code not in BANDS, row.category, named(row))):
        name, value = named(row), said(row)
        if row is upper:
            name, value = gettext("Blood pressure"), f"{value}/{said(lower)}"
        if row is not lower:
            lines.append({"name": name, "value": value, "unit": written(row.unit), "row": row})
    return lines


def said(row):
    """What an observation says: its number, its words, or the words of its code."""
    if row.value is not None:
        return plain(row.value)
    return ", ".join(str(part) for part in (CODED.get(row.code, {}).get(row.value_code, row.value_code), row.value_text) if part)


@dataclass
class Trend:
    """One vital sign: its values oldest first, with the newest row."""

    name: str
    unit: str
    code: str
    last: object
    points: list = field(default_factory=list)

    @property
    def low(self):
        return BANDS.get(self.code, (None, None))[0]

    @property
    def high(self):
        return BANDS.get(self.code, (None, None))[1]


def trends(rows) -> list[Trend]:
    """Lines of the numeric values, one for each sign and unit; `rows` newest first."""
    groups = defaultdict(list)
    for row in rows:
        if row.value is not None:
            groups[row.code or row.name, row.unit].append(row)
    return sorted((Trend(named(found[0]), written(unit), found[0].code, found[0], [(row.effective_at, row.value)
                                                                        for row in reversed(found)])
                   for (_key, unit), found in groups.items()), key=lambda line: (line.code not in BANDS, line.name))
