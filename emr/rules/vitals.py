"""Vital signs as lines over time."""
from collections import defaultdict
from dataclasses import dataclass, field

from django.utils.translation import gettext

# Limits of the shaded band: zero points in NEWS2 for adults. Source: Royal College of Physicians, National Early Warning
# Score (NEWS) 2, 2017, chart 1. LOINC code -> (low, high); SpO2 on scale 1.
BANDS = {
    "8310-5": (36.1, 38.0), "8867-4": (51, 90), "9279-1": (12, 20), "8480-6": (111, 219), "59408-5": (96, None),
    "2708-6": (96, None),
}

# UCUM unit -> how people write it; all others are shown as they are.
WRITTEN = {"Cel": "°C", "mm[Hg]": "mmHg", "{score}": "", "{beats}/min": "/min", "{breaths}/min": "/min", "1": ""}


def written(unit: str) -> str:
    """A UCUM unit as people write it."""
    return WRITTEN.get(unit, unit)


def named(name: str) -> str:
    """A sign's name in the present language, where some app's texts have it; upper apps give the names."""
    return gettext(name)


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
    return sorted((Trend(named(found[0].name), written(unit), found[0].code, found[0], [(row.effective_at, row.value)
                                                                        for row in reversed(found)])
                   for (_key, unit), found in groups.items()), key=lambda line: (line.code not in BANDS, line.name))
