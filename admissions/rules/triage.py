"""Triage scales: which levels there are, what they are called, how long a patient of a level may wait.

A scale is a data file with its source and its version; a judgement keeps the version it was made by. The waiting minutes
of ESI are a demonstration set: ESI itself names none; those of SATS are published with it.
"""
import datetime as dt
import json
from functools import cache
from pathlib import Path

from django.utils.translation import pgettext_lazy

DATA = Path(__file__).parent / "data"
FILES = {"ESI": "esi.json", "SATS": "sats.json"}  # a new version is a new file; FILES names the one in use
TONES = {1: "bad", 2: "bad", 3: "warn", 4: "good", 5: "info"}
NAMES = {  # of the files, so that they can be translated
    "Resuscitation": pgettext_lazy("triage", "Resuscitation"), "Emergent": pgettext_lazy("triage", "Emergent"),
    "Urgent": pgettext_lazy("triage", "Urgent"), "Semi-Urgent": pgettext_lazy("triage", "Semi-Urgent"),
    "Non-Urgent": pgettext_lazy("triage", "Non-Urgent"), "Emergency (red)": pgettext_lazy("triage", "Emergency (red)"),
    "Very urgent (orange)": pgettext_lazy("triage", "Very urgent (orange)"),
    "Urgent (yellow)": pgettext_lazy("triage", "Urgent (yellow)"), "Routine (green)": pgettext_lazy("triage", "Routine (green)"),
}


@cache
def table(scale: str) -> dict | None:
    """The data file of a scale, or None when the institution has not loaded that scale."""
    name = FILES.get(scale)
    return json.loads((DATA / name).read_text(encoding="utf-8")) if name else None


def version(scale: str) -> str:
    """The version of the scale in use; a judgement is kept with it."""
    loaded = table(scale)
    return loaded["version"] if loaded else ""


def levels(scale: str = "ESI") -> dict[int, str]:
    """Level -> name, most urgent first; empty for a scale that is not loaded."""
    loaded = table(scale)
    return {int(level): NAMES.get(name, name) for level, name in loaded["levels"].items()} if loaded else {}


def longest_wait(scale: str, level: int) -> int | None:
    """Minutes a patient of this level may wait for the doctor; for ESI demonstration values (see the data file)."""
    loaded = table(scale)
    return loaded["longest_wait"]["minutes"].get(str(level)) if loaded else None


def is_demo(scale: str = "ESI") -> bool:
    """Are the waiting minutes of the scale a demonstration set?"""
    loaded = table(scale)
    return bool(loaded and loaded["longest_wait"]["demo"])


def tone(level: int) -> str:
    """The tone in which pages show a level; the number and the name always stand beside it."""
    return TONES.get(level, "quiet")


def of_age(bands: list[dict], months: int | None) -> dict:
    """The first band whose age is not yet reached; the last one (grown up) when the age is not known."""
    if months is not None:
        for band in bands:
            if band["months_below"] is not None and months < band["months_below"]:
                return band
    return bands[-1]


def months_on(born: dt.date | None, day: dt.date) -> int | None:
    """Whole months lived on that day; None when the birth date is unknown or still to come."""
    if born is None or born > day:
        return None
    return (day.year - born.year) * 12 + day.month - born.month - (day.day < born.day)
