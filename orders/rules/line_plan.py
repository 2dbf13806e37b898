"""The plan in a one-line order: stages, days of the week, every so many days, cycles, own times, the first dose, the event.

    prednisolone 40-30-20 mg po 1/d 3d each          преднизолон 40-30-20 мг внутрь 1р/д по 3 д
    prednisolone 40-30-20 mg po daily 3-3-5d         преднизолон 40-30-20 мг внутрь 1р/д 3-3-5д
    carvedilol 6.25-12.5-25 mg po bid 14d each and on   карведилол 6,25-12,5-25 мг внутрь 2р/д по 14 д и далее
    methotrexate 10 mg po mon · every 3 days · at 06:00 18:00 · 21d on 7d off · first now · after operation

Like the rest of the line nothing is guessed: a chain of doses without the length of its stages is refused, for "5-10 mg" may
also be a range.
"""
import re
from dataclasses import dataclass
from decimal import Decimal

from orders.errors import StagesWithoutDays, StagesWrong
from orders.rules import stages

DAY = r"(?:days|day|d|дней|день|дня|дн|д|суток|сут)(?![\w/])"
WEEKDAYS = [["mon", "monday", "пн"], ["tue", "tuesday", "вт"], ["wed", "wednesday", "ср"], ["thu", "thursday", "чт"],
            ["fri", "friday", "пт"], ["sat", "saturday", "сб"], ["sun", "sunday", "вс"]]
DAY_NAMES = {word: number for number, words in enumerate(WEEKDAYS, start=1) for word in words}
DAY_NAME = "(?:" + "|".join(sorted(DAY_NAMES, key=len, reverse=True)) + r")(?![\w/])"
EVENTS = {"after-operation": ["after operation", "after the operation", "после операции"],
          "on-ward": ["on admission", "on admission to the ward", "при поступлении", "при поступлении в отделение"],
          "when-started": ["when started", "on call", "по вызову", "по команде"]}
ON = r"(?:,?\s*(?:and on|then on|onwards|и далее|далее)(?![\w/]))?"
STAGES_EACH = re.compile(rf"(?:по\s+(?P<ru>\d{{1,4}})\s*{DAY}|(?P<en>\d{{1,4}})\s*{DAY}\s+(?:each|per stage|на "
                         rf"ступень))(?P<on>{ON})")
STAGES_LIST = re.compile(rf"(?P<list>\d{{1,4}}(?:\s*[-–]\s*\d{{1,4}})+)\s*{DAY}(?P<on>{ON})")
EVERY_DAYS = re.compile(rf"(?:(?:q|every|каждые|кажд\.?|(?:1\s*)?раз в)\s*(\d{{1,3}})\s*{DAY})")
ON_DAYS = re.compile(rf"(?:on\s+|по\s+)?({DAY_NAME}(?:[\s,/и+]+{DAY_NAME})*)")
CYCLE = re.compile(rf"(\d{{1,3}})\s*{DAY}\s*(?:on|приём|прием),?\s*(\d{{1,3}})\s*{DAY}\s*(?:off|перерыв)(?![\w/])")
AT = re.compile(r"(?:at|в)\s+((?:[01]?\d|2[0-3])[:.][0-5]\d(?:[\s,]+(?:[01]?\d|2[0-3])[:.][0-5]\d)*)(?![\w/])")
FIRST = re.compile(r"(?:first now|first dose now|первая сейчас|первую сейчас)(?![\w/])")
EVENT = re.compile("|".join(f"(?P<e{number}>{'|'.join(sorted(words, key=len, reverse=True))})(?![\\w/])"
                            for number, words in enumerate(EVENTS.values())).replace(" ", r"\s+"))


@dataclass(frozen=True)
class Plan:
    """What a line says of the plan beyond dose, frequency and days."""

    doses: tuple = ()  # Decimals, of the stages
    stage_days: tuple = ()  # one for all, or one for each
    and_on: bool = False
    weekdays: tuple = ()
    every_days: int | None = None
    cycle: tuple = ()
    times: tuple = ()
    first_now: bool = False
    starts_on: str = ""

    def check(self):
        """Raises StagesWithoutDays for doses whose stages have no length, StagesWrong for lengths that do not fit."""
        if self.doses and not self.stage_days:
            raise StagesWithoutDays(doses="-".join(f"{dose:f}" for dose in self.doses))
        last = len(self.doses) - (self.and_on and len(self.stage_days) == len(self.doses) - 1)
        if self.stage_days and (not self.doses or len(self.stage_days) not in (1, last)):
            raise StagesWrong(problem=stages.lengths_differ(len(self.doses), len(self.stage_days)))
        return self

    def order(self, timing) -> dict:
        """The fields it adds to the order, given the rule of its frequency (None when the line names none)."""
        fields = {"starts_on": self.starts_on} if self.starts_on else {}
        if self.doses:
            lengths = list(self.stage_days) * len(self.doses) if len(self.stage_days) == 1 else list(self.stage_days)
            if self.and_on:
                lengths = [*lengths[:len(self.doses) - 1], None]
            fields["stages"] = [{"dose": f"{dose:f}", "days": days} for dose, days in zip(self.doses, lengths, strict=True)]
        pace = {"weekdays": list(self.weekdays), "every_days": self.every_days, "cycle": list(self.cycle)}
        pace = {name: value for name, value in pace.items() if value}
        if pace or self.times or self.first_now:
            # "weekly mon" says one thing; a rule in hours with days of the week cannot be followed, and the check of the rule
            # says so.
            base = {"times": ["08:00"]} if not timing or (self.weekdays and timing.get("every_days") == 7) else timing
            fields |= {"timing": base | pace | ({"times": list(self.times)} if self.times else {}) | (
                {"first": "now"} if self.first_now else {}), "timing_text": ""}
        return fields

    def write(self, column) -> list[str]:
        """Its parts in customary words: English, Latin (as English here) or Russian; without the doses, which stand before."""
        ru = column == 2
        parts = [" ".join(WEEKDAYS[day - 1][2 if ru else 0] for day in self.weekdays)] if self.weekdays else []
        if self.every_days:
            parts.append(("раз в {} д" if ru else "every {}d").format(self.every_days))
        if self.cycle:
            parts.append(("{}д приём {}д перерыв" if ru else "{}d on {}d off").format(*self.cycle))
        if self.times:
            parts.append(("в " if ru else "at ") + " ".join(self.times))
        if self.first_now:
            parts.append("первая сейчас" if ru else "first now")
        if self.starts_on:
            parts.append(EVENTS[self.starts_on][-1 if ru and self.starts_on != "on-ward" else 2 if ru else 0])
        if self.stage_days:
            day, on = ("д", " и далее") if ru else ("d", " and on")
            parts.append((f"по {self.stage_days[0]} {day}" if ru else f"{self.stage_days[0]}{day} each")
                         if len(self.stage_days) == 1
                         else "-".join(map(str, self.stage_days)) + day)
            parts[-1] += on if self.and_on else ""
        return parts


def _stage_days(reader):
    match = STAGES_EACH.match(reader.rest) or STAGES_LIST.match(reader.rest)
    if match:
        found = match.groupdict()
        lengths = re.findall(r"\d+", found.get("list") or found.get("ru") or found.get("en"))
        reader.take("stages", match.end(), stage_days=tuple(map(int, lengths)), and_on=bool(found["on"]))
    return bool(match)


def _every_days(reader):
    match = EVERY_DAYS.match(reader.rest)
    if match:
        reader.take("pace", match.end(), every_days=int(match[1]))
    return bool(match)


def _weekdays(reader):
    match = ON_DAYS.match(reader.rest)
    if match:
        reader.take("pace", match.end(), weekdays=tuple(sorted({DAY_NAMES[word] for word in re.findall(r"[a-zа-яё]+", match[1])
                                                                if word in DAY_NAMES})))
    return bool(match)


def _cycle(reader):
    match = CYCLE.match(reader.rest)
    if match:
        reader.take("pace", match.end(), cycle=(int(match[1]), int(match[2])))
    return bool(match)


def _at(reader):
    match = AT.match(reader.rest)
    if match:
        clocks = re.findall(r"(\d{1,2})[:.](\d\d)", match[1])
        reader.take("clock", match.end(), times=tuple(sorted({f"{int(hour):02d}:{minute}" for hour, minute in clocks})))
    return bool(match)


def _first(reader):
    match = FIRST.match(reader.rest)
    if match:
        reader.take("first", match.end(), first_now=True)
    return bool(match)


def _event(reader):
    match = EVENT.match(reader.rest)
    if match:
        reader.take("event", match.end(), starts_on=next(
            event for number, event in enumerate(EVENTS) if match[f"e{number}"]))
    return bool(match)


def chain(numbers) -> tuple:
    """The doses of a chain such as 40-30-20, as written."""
    return tuple(Decimal(number.replace(",", ".")) for number in re.findall(r"\d+(?:[.,]\d+)?", numbers))


# Read before the parts that begin alike: "3d each" before "3d", "every 3 days" before "every 3 h".
STEPS = [_stage_days, _cycle, _every_days, _weekdays, _at, _first, _event]
