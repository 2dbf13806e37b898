"""The temperature sheet: a week on one paper, curve of temperature and pulse, pressure and balance by day (B6)."""
import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils import timezone

from admissions.queries import temperature_sheet as queries
from admissions.rules.fluid_balance import Balance, balance
from emr import clock
from nursing.rules.vitals import SIGNS

DAYS = 7
CODES = {key: SIGNS[key].code for key in ("temperature", "heart_rate", "respiratory_rate", "systolic", "diastolic",
                                          "spo2", "weight")}
WIDTH, HEIGHT = 700, 210  # of the curve, in units of its own
SCALES = {"temperature": (Decimal(35), Decimal(42)), "heart_rate": (Decimal(40), Decimal(180))}


@dataclass
class Day:
    """One day of the sheet: morning and evening values of each sign, and the balance."""

    day: dt.date
    halves: list = field(default_factory=lambda: [{}, {}])  # morning, evening: key -> last value
    fluids: Balance | None = None


def first_day(stay, asked=None) -> dt.date:
    """The first day of the week shown: the asked one, else so that the last day of the stay, or today, is the last."""
    last = clock.day_of(stay.finished_at) if stay.finished_at else clock.today()
    began = clock.day_of(stay.started_at)
    return max(began, asked) if asked else max(began, last - dt.timedelta(days=DAYS - 1))


def week(stay, first) -> tuple[list[Day], dict]:
    """Seven days from `first`, and the points of the two curves as "x,y x,y …"; one statement for all values."""
    begin, end = clock.start_of(first), clock.start_of(first + dt.timedelta(days=DAYS))
    days = [Day(first + dt.timedelta(days=number)) for number in range(DAYS)]
    keys, curves = {code: key for key, code in CODES.items()}, {key: [] for key in SCALES}
    for code, moment, value in queries.values(stay, begin, end, list(keys)):
        local, key = timezone.localtime(moment), keys[code]
        days[(local.date() - first).days].halves[local.hour >= 14][key] = value
        if key in curves:
            curves[key].append(_point(key, moment, value, begin, end))
    for row in days:
        since, until = clock.start_of(row.day), clock.start_of(row.day + dt.timedelta(days=1))
        if since < clock.now() and (stay.finished_at is None or since < stay.finished_at) and until > stay.started_at:
            row.fluids = balance(stay, since, until)
    return days, {key: " ".join(points) for key, points in curves.items()}


def _point(key, moment, value, begin, end):
    low, high = SCALES[key]
    part = (min(max(value, low), high) - low) / (high - low)
    x = WIDTH * ((moment - begin) / (end - begin))
    return f"{x:.1f},{HEIGHT - float(part) * HEIGHT:.1f}"


def lines() -> list[tuple]:
    """Horizontal lines of the curve: height, temperature, pulse."""
    return [(HEIGHT - HEIGHT * number / 7, 35 + number, 40 + 20 * number) for number in range(8)]
