"""Words for how often: the customary abbreviations of order sheets, and the timing rule each stands for.

Source: the common Latin abbreviations of prescriptions (b.i.d. = bis in die, t.i.d. = ter in die, q.i.d. = quater in
die, q.h. = quaque hora, h.s. = hora somni, p.r.n. = pro re nata, stat = statim). The ward times behind them are this
product's defaults; a ward with other hours names its own times. QOD, OD and U are not read: they are on lists of
error-prone abbreviations (Joint Commission "Do Not Use").
"""
import re
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from orders.rules import timing as timing_rule


@dataclass(frozen=True)
class Frequency:
    """One word for how often, with its rule. `as_needed` = no times of its own; `priority` where the word says it."""

    code: str
    label: object
    timing: dict = field(default_factory=dict)
    as_needed: bool = False
    priority: str = "routine"


TABLE = {frequency.code: frequency for frequency in [
    Frequency("ONCE", _("once"), {"once": True}),
    Frequency("STAT", _("at once"), {"once": True}, priority="stat"),
    Frequency("DAILY", _("daily"), {"times": ["08:00"]}),
    Frequency("BID", _("twice a day"), {"times": ["08:00", "20:00"]}),
    Frequency("TID", _("3 times a day"), {"times": ["08:00", "14:00", "20:00"]}),
    Frequency("QID", _("4 times a day"), {"times": ["08:00", "12:00", "16:00", "20:00"]}),
    Frequency("NIGHTLY", _("at bedtime"), {"times": ["22:00"]}),
    Frequency("Q4H", _("every 4 hours"), {"every_hours": 4}),
    Frequency("Q6H", _("every 6 hours"), {"every_hours": 6}),
    Frequency("Q8H", _("every 8 hours"), {"every_hours": 8}),
    Frequency("Q12H", _("every 12 hours"), {"every_hours": 12}),
    Frequency("WEEKLY", _("weekly"), {"every_days": 7, "times": ["08:00"]}),
    Frequency("MONTHLY", _("monthly"), {"every_months": 1, "times": ["08:00"]}),
    Frequency("PRN", _("as needed"), as_needed=True),
    Frequency("CONTINUOUS", _("continuously"), {"continuous": True}),
]}
ALIASES = {"QD": "DAILY", "QDAY": "DAILY", "QAM": "DAILY", "BD": "BID", "TDS": "TID", "QDS": "QID", "HS": "NIGHTLY",
           "QHS": "NIGHTLY",
           "BEDTIME": "NIGHTLY", "DRIP": "CONTINUOUS", "INFUSION": "CONTINUOUS", "ASNEEDED": "PRN", "QWEEK": "WEEKLY",
           "ONETIME": "ONCE", "NOW": "STAT"}


def read(text) -> Frequency | None:
    """What the word stands for, whatever its case, dots and spaces; None for a word nobody knows.

    A word with PRN behind it ("Q6H PRN") keeps its rule as the least distance and is given as needed.
    """
    word = re.sub(r"[^A-Z0-9]", "", str(text or "").upper())
    if word != "PRN" and word.endswith("PRN"):
        base = read(word[:-3])
        return base and Frequency(f"{base.code} PRN", _("as needed"), base.timing, as_needed=True)
    found = TABLE.get(ALIASES.get(word, word))
    if found:
        return found
    hours = re.fullmatch(r"Q(\d{1,2})H", word)
    if hours and 1 <= int(hours[1]) <= 72:
        return Frequency(word, _("every so many hours"), {"every_hours": int(hours[1])})
    return None


def limits_of(timing) -> tuple[int | None, int | None]:
    """At most how often in 24 hours and at least how many minutes apart, when the rule of an order as needed says so."""
    hours = timing.get("every_hours")
    return (max(1, int(24 // hours)), int(hours * 60)) if hours else (None, None)


def words(text, timing) -> str:
    """How often, as the reader's language says it: the customary word where one was used, else the rule itself."""
    known = TABLE.get(str(text).upper())
    return str(known.label) if known else timing_rule.words(timing) or str(text)
