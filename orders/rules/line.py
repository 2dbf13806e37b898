"""One line of an order sheet, read word for word: "ceftriaxone 1 g im bid 7d", "цефтриаксон 1,0 в/м 2р/д 7д".

The grammar is closed and nothing is guessed: a line begins with the drug; dose, route, how often, how long and "as needed" follow
in any order, each once at most; a word that is none of these is refused by name. English, the Latin of prescriptions and Russian
may stand side by side. Doses are read with a point or a comma.

A number with a comma or point and no unit ("1,0") is grams, as the prescribing rules of the Russian-speaking school have it
(solid and loose substances are written in grams: 0,001; 0,5; 1,0 — Ministry of Health of Russia, order 1094n of 24.11.2021,
annex 3); the preview says so, and a product that is not measured by mass refuses it. QD, QOD, OD and U stay unread, as in
`orders.rules.frequency`.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from orders.errors import LineNamesNoDrug, LineNotUnderstood, LineSaysTwice
from orders.rules import frequency, line_infusion, line_plan

MAX_LENGTH = 300
UNITS = {
    "g": ["g", "gm", "г", "гр"],
    "mg": ["mg", "мг"],
    "mcg": ["mcg", "мкг"],
    "ml": ["ml", "мл"],
    "IU": ["iu", "me", "ме", "ед", "units", "unit"],
    "mmol": ["mmol", "ммоль"],
    "tablet": ["tab", "tabs", "tablet", "tablets", "таб", "табл", "таблетка", "таблетки", "таблеток"],
    "capsule": ["cap", "caps", "capsule", "capsules", "капс", "капсула", "капсулы", "капсул"],
    "ampoule": ["amp", "ampoule", "ampoules", "амп", "ампула", "ампулы", "ампул"],
    "drop": ["gtt", "drop", "drops", "кап", "капли", "капель"],
    "puff": ["puff", "puffs", "вдох", "вдоха", "вдохов"],
}
ROUTES = {
    "PO": ["po", "p.o.", "per os", "oral", "orally", "by mouth", "внутрь", "перорально"],
    "SL": ["sl", "s.l.", "sublingual", "sub lingua", "под язык", "сублингвально"],
    "IV": ["iv", "i.v.", "intravenous", "intra venam", "в/в", "внутривенно", "iv drip", "iv infusion", "в/в кап", "в/в кап.",
           "в/в капельно", "внутривенно капельно"],
    "IM": ["im", "i.m.", "intramuscular", "intra musculos", "в/м", "внутримышечно"],
    "SC": ["sc", "s.c.", "subcut", "subcutaneous", "sub cutem", "п/к", "подкожно"],
    "ID": ["id", "i.d.", "intradermal", "в/к", "внутрикожно"],
    "INH": ["inh", "inhaled", "inhalation", "ингаляционно"],
    "NEB": ["neb", "nebulised", "через небулайзер"],
    "PR": ["pr", "p.r.", "per rectum", "rectal", "ректально"],
    "PV": ["pv", "p.v.", "per vaginam", "vaginal", "вагинально"],
    "TOP": ["top", "topical", "наружно"],
    "TD": ["td", "patch", "transdermal", "трансдермально"],
    "NG": ["ng", "by gastric tube", "через зонд"],
}
TIMES = {
    "ONCE": ["once", "semel", "однократно", "1 раз"],
    "STAT": ["stat", "stat.", "statim", "at once", "немедленно", "срочно"],
    "DAILY": ["daily", "once a day", "1/d", "1x/d", "semel in die", "quotidie", "ежедневно", "1р/д", "1 р/д", "1 р/сут",
        "1 раз в день", "1 раз в сутки"],
    "BID": ["bid", "b.i.d.", "bd", "2/d", "2x/d", "twice a day", "twice daily", "bis in die", "2р/д", "2 р/д", "2р/сут",
        "2 р/сут", "2 раза в день", "2 раза в сутки"],
    "TID": ["tid", "t.i.d.", "tds", "3/d", "3x/d", "3 times a day", "ter in die", "3р/д", "3 р/д", "3р/сут", "3 р/сут",
        "3 раза в день", "3 раза в сутки"],
    "QID": ["qid", "q.i.d.", "qds", "4/d", "4x/d", "4 times a day", "quater in die", "4р/д", "4 р/д", "4р/сут", "4 р/сут",
        "4 раза в день", "4 раза в сутки"],
    "NIGHTLY": ["hs", "h.s.", "qhs", "nightly", "at bedtime", "hora somni", "на ночь", "перед сном"],
    "WEEKLY": ["weekly", "once a week", "еженедельно", "1 раз в неделю"],
    "MONTHLY": ["monthly", "once a month", "1 раз в месяц"],
    "CONTINUOUS": ["continuous", "continuously", "непрерывно", "постоянно"],
}
AS_NEEDED = ["prn", "p.r.n.", "as needed", "pro re nata", "по требованию", "при необходимости"]
DAYS = {
    1: ["d", "day", "days", "dies", "diebus", "д", "дн", "день", "дня", "дней", "сут", "суток"],
    7: ["w", "wk", "week", "weeks", "нед", "неделя", "недели", "недель"],
}
HOURS = ["h", "hr", "hour", "hours", "hora", "horas", "ч", "час", "часа", "часов"]
BEFORE_HOURS = ["q", "every", "quaque", "каждые", "каждый", "кажд"]
BEFORE_DAYS = ["for", "x", "per", "в течение", "курс"]
LANGUAGES = {"en": 0, "la": 1, "ru": 2}


def _any(*words):
    """A pattern of these words, the longest first, each ending where a word ends."""
    ordered = sorted(words, key=len, reverse=True)
    return "(?:" + "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in ordered) + r")(?![\w/])"


def _table(table):
    return [(re.compile(_any(*words)), key) for key, words in table.items()]


NUMBER = r"(\d+(?:[.,]\d+)?)"
PATTERN_UNITS, PATTERN_ROUTES, PATTERN_TIMES = _table(UNITS), _table(ROUTES), _table(TIMES)
MILLIONS = re.compile(NUMBER + r"\s*(?:million|mln|млн\.?)\s*(?=\w)")
CHAIN = re.compile(NUMBER + r"(?:\s*[-–→]\s*" + NUMBER + r")+\s*")
AMOUNT = re.compile(NUMBER + r"\s*")
EVERY = re.compile(_any(*BEFORE_HOURS).replace(r"(?![\w/])", "") + r"\s*\.?(\d{1,2})\s*" + _any(*HOURS))
LASTS = re.compile(
    r"(?:"
    + _any(*BEFORE_DAYS).replace(r"(?![\w/])", "")
    + r"\s*)?(\d{1,4})\s*"
    + "(?:"
    + "|".join(f"(?P<d{length}>{_any(*words)})" for length, words in DAYS.items())
    + ")"
)
NEEDED = re.compile(_any(*AS_NEEDED))
FOR = re.compile(r"(?:for|при|от)\s+")
MOST = re.compile(r"(?:max|макс)\.?\s*(\d{1,3})\s*(?:/\s*(?:24\s*h|d|day|д|сут)|р/д|р/сут)(?![\w/])")


@dataclass(frozen=True)
class Line:
    """What a line says. `frequency` is a code of orders.rules.frequency or Q<n>H; `days` whole days; dose exact as written."""

    drug: str
    dose: Decimal | None = None
    unit: str = ""
    unit_assumed: bool = False
    route: str = ""
    frequency: str = ""
    days: int | None = None
    as_needed: bool = False
    as_needed_for: str = ""
    max_per_day: int | None = None
    rate: Decimal | None = None
    rate_unit: str = ""
    over_hours: Decimal | None = None
    bag_volume: Decimal | None = None
    diluent: str = ""
    plan: line_plan.Plan = field(default_factory=line_plan.Plan)

    def order(self) -> dict:
        """The fields as prescribe_medication takes them, but for the product."""
        fields = {
            "dose": self.dose,
            "dose_unit": self.unit,
            "route": self.route,
            "days": self.days,
            "as_needed": self.as_needed or None,
            "as_needed_for": self.as_needed_for,
            "max_per_day": self.max_per_day,
            "infusion": line_infusion.plan(self),
        }
        known = frequency.read(self.frequency)
        if known:
            fields |= {
                "timing": known.timing,
                "timing_text": known.code,
                "priority": None if known.priority == "routine" else known.priority,
            }
        fields |= self.plan.order(known.timing if known else None)
        return {name: value for name, value in fields.items() if value not in (None, "")}


@dataclass
class _Reader:
    """The rest of the line, and what was read of it."""

    rest: str
    found: dict = field(default_factory=dict)

    def take(self, what, length, **values):
        if what in self.found:
            raise LineSaysTwice(word=self.rest[:length].strip(), what=str(WHAT[what]))
        self.found[what] = values
        self.rest = self.rest[length:].lstrip(" ,;")


WHAT = {
    "dose": _("dose"),
    "route": _("route"),
    "times": _("how often"),
    "days": _("how long"),
    "needed": _("as needed"),
    "most": _("at most a day"),
    "rate": _("how fast"),
    "bag": _("in how many millilitres"),
    "stages": _("stages of the dose"),
    "pace": _("on which days"),
    "clock": _("times of day"),
    "first": _("first dose"),
    "event": _("event"),
}


def read(text) -> Line:
    """What the line says. Raises LineNamesNoDrug, LineNotUnderstood (naming the word), LineSaysTwice."""
    text = _plain(text)
    words = text.split(" ")
    start = next((n for n in range(1, len(words)) if _begins(" ".join(words[n:]))), len(words))
    drug = " ".join(words[:start]).strip(" ,;")
    if not drug or _begins(text):
        raise LineNamesNoDrug()
    reader = _Reader(" ".join(words[start:]))
    while reader.rest:
        if not any(step(reader) for step in STEPS):
            raise LineNotUnderstood(word=reader.rest.split(" ")[0])
    found = {name: value for values in reader.found.values() for name, value in values.items()}
    plan = {name: found.pop(name) for name in list(found) if name in line_plan.Plan.__dataclass_fields__}
    return Line(drug, **found, plan=line_plan.Plan(**plan).check())


def _plain(text):
    """One spelling: composed letters, lower case, one blank between words. Names of drugs know no case here."""
    text = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", str(text or ""))[:MAX_LENGTH]).strip().lower()
    return re.sub(r"(?<=\d) %", "%", text)


def _begins(rest):
    """Does the order proper begin here: is this a part that a step can read?"""
    probe = _Reader(rest)
    # "0.9%" belongs to the name of a solution.
    return bool(re.match(r"\d", rest) and not line_infusion.PERCENT.match(rest)) or any(step(probe) for step in STEPS)


def _days(reader):
    match = LASTS.match(reader.rest)
    if match:
        length = next(length for length in DAYS if match[f"d{length}"])
        reader.take("days", match.end(), days=int(match[1]) * length)
    return bool(match)


def _every(reader):
    match = EVERY.match(reader.rest)
    if match and frequency.read(f"Q{int(match[1])}H"):
        reader.take("times", match.end(), frequency=f"Q{int(match[1])}H")
        return True
    return False


def _times(reader):
    return _from(reader, PATTERN_TIMES, "times", "frequency")


def _route(reader):
    return _from(reader, PATTERN_ROUTES, "route", "route")


def _from(reader, table, what, name):
    """The longest word of the table that the rest begins with."""
    matches = [(match.end(), key) for pattern, key in table if (match := pattern.match(reader.rest))]
    if matches:
        end, key = max(matches)
        reader.take(what, end, **{name: key})
    return bool(matches)


def _dose(reader):
    """A number with its unit; "2 mln IU"; a number with a point or comma alone is grams."""
    scale, match = Decimal(1), MILLIONS.match(reader.rest)
    if match:
        scale = Decimal(1_000_000)
    match = match or AMOUNT.match(reader.rest)
    if not match:
        return False
    dose = Decimal(match[1].replace(",", ".")) * scale
    units = [(unit.end(), key) for pattern, key in PATTERN_UNITS if (unit := pattern.match(reader.rest[match.end() :]))]
    if units:
        end, key = max(units)
        reader.take("dose", match.end() + end, dose=dose, unit=key)
        return True
    follows = reader.rest[match.end(1) : match.end(1) + 1]
    if re.search(r"[.,]", match[1]) and follows in ("", " ", ";"):
        reader.take("dose", match.end(1), dose=dose, unit="g", unit_assumed=True)
        return True
    return False


def _chain(reader):
    """40-30-20 mg: the doses of stages."""
    match = CHAIN.match(reader.rest)
    units = [(unit.end(), key) for pattern, key in PATTERN_UNITS if match and (unit := pattern.match(reader.rest[match.end() :]))]
    if units:
        end, key = max(units)
        reader.take("dose", match.end() + end, doses=line_plan.chain(match[0]), unit=key)
    return bool(units)


def _most(reader):
    match = MOST.match(reader.rest)
    if match:
        reader.take("most", match.end(), max_per_day=int(match[1]))
    return bool(match)


def _needed(reader):
    """ "prn", "prn for pain", "при болях": the words behind it, up to the next part that can be read, say for what."""
    match = NEEDED.match(reader.rest)
    reason = FOR.match(reader.rest) if not match else None
    if not match and not (reason and not LASTS.match(reader.rest)):
        return False
    behind = reader.rest[(match or reason).end() :]
    lead = FOR.match(behind.lstrip()) if match else None
    if lead and not LASTS.match(behind.lstrip()):
        behind = behind.lstrip()[lead.end() :]
    words = behind.split()
    stop = next((n for n in range(len(words)) if re.match(r"\d", words[n]) or _is_part(" ".join(words[n:]))), len(words))
    said, rest = " ".join(words[:stop]), " ".join(words[stop:])
    reader.take("needed", len(reader.rest), as_needed=True, as_needed_for=said.strip(" ,;"))
    reader.rest = rest
    return True


def _is_part(rest):
    probe = _Reader(rest)
    return any(step(probe) for step in (_most, *line_plan.STEPS, _every, _times, _days, _route, line_infusion.over))


def _diluted(reader):
    return line_infusion.diluted(reader, _is_part)


STEPS = [_most, *line_plan.STEPS, line_infusion.rate, line_infusion.over, _diluted, _every, _times, _days, _chain, _dose,
         _route, _needed]


def write(line, language="en") -> str:
    """The line in one language's customary words: `read` gives the same line back."""
    column = LANGUAGES[language]
    parts = [line.drug]
    if line.dose is not None:
        number = f"{line.dose:f}"
        parts.append(f"{number.replace('.', ',') if language == 'ru' else number} {WRITTEN_UNITS[line.unit][column]}")
    if line.plan.doses:
        number = "-".join(f"{dose:f}" for dose in line.plan.doses)
        parts.append(f"{number.replace('.', ',') if language == 'ru' else number} {WRITTEN_UNITS[line.unit][column]}")
    parts += line_infusion.written(line, column)
    if line.route:
        parts.append(WRITTEN_ROUTES[line.route][column])
    if line.frequency:
        parts.append(
            WRITTEN_TIMES[line.frequency][column]
            if line.frequency in WRITTEN_TIMES
            else WRITTEN_EVERY[column].format(hours=line.frequency[1:-1])
        )
    if line.as_needed:
        parts.append(WRITTEN_NEEDED[column] + (f" {WRITTEN_FOR[column]} {line.as_needed_for}" if line.as_needed_for else ""))
    if line.max_per_day:
        parts.append(f"{WRITTEN_MOST[column]}".format(times=line.max_per_day))
    parts += line.plan.write(column)
    if line.days:
        parts.append(WRITTEN_DAYS[column].format(days=line.days))
    return " ".join(parts)


def _columns(table, **rows):
    """English, Latin and Russian words of a key; the first word of the table where a language has none of its own."""
    return {
        key: rows.get(key, (words[0], words[0], next((word for word in words if re.search("[а-я]", word)), words[0])))
        for key, words in table.items()
    }


WRITTEN_UNITS = _columns(UNITS, IU=("IU", "IU", "ЕД"))
WRITTEN_ROUTES = _columns(
    ROUTES,
    PO=("po", "per os", "внутрь"),
    IM=("im", "intra musculos", "в/м"),
    IV=("iv", "intra venam", "в/в"),
    SC=("sc", "sub cutem", "п/к"),
    PR=("pr", "per rectum", "ректально"),
)
WRITTEN_TIMES = _columns(
    TIMES,
    BID=("bid", "bis in die", "2р/д"),
    TID=("tid", "ter in die", "3р/д"),
    QID=("qid", "quater in die", "4р/д"),
    STAT=("stat", "statim", "срочно"),
    ONCE=("once", "semel", "однократно"),
    DAILY=("daily", "quotidie", "1р/д"),
    NIGHTLY=("hs", "hora somni", "на ночь"),
    WEEKLY=("weekly", "weekly", "еженедельно"),
)
WRITTEN_EVERY = ("q{hours}h", "quaque {hours} hora", "каждые {hours} ч")
WRITTEN_NEEDED, WRITTEN_FOR = ("prn", "pro re nata", "по требованию"), ("for", "for", "при")
WRITTEN_MOST, WRITTEN_DAYS = ("max {times}/d", "max {times}/d", "макс {times}р/д"), ("{days}d", "{days} dies", "{days}д")


def again(order) -> str:
    """An earlier order of a drug as a line to be read, checked and signed anew; what no line can say is left to the writer."""
    said = Line(order.medication.name, order.dose, order.dose_unit, route=order.route, frequency=order.timing_text,
                as_needed=order.as_needed, as_needed_for=order.as_needed_for, max_per_day=order.max_per_day)
    try:
        return write(said)
    except (KeyError, ValueError):
        return " ".join(filter(None, [order.medication.name, order.dose_words]))
