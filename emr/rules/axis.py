"""One time axis for drawings of several apps, so that doses, vital signs and laboratory values stand exactly above each other.

All lanes are as wide as the axis and share its moments; an app that draws its own lanes gets the axis in the address as
`from` and `until` (ISO, with zone) and reads it back with `of_request`. Sizes are units of the drawing.
"""
import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urlencode

from django.utils.formats import date_format
from django.utils.timezone import localtime

from emr import clock
from emr.errors import Malformed
from emr.measure import read_moment

WIDTH = 960
LONGEST = dt.timedelta(days=800)
STEPS = (2, 3, 6, 12, 24, 48, 24 * 7, 24 * 14, 24 * 30, 24 * 60, 24 * 90)  # hours between two lines
MOST_LINES = 14
TICK_HEIGHT = 11  # units of the drawing that one label needs
LABEL_WIDTH = 20  # a label nearer to the right edge would be cut


@dataclass
class Axis:
    """The time from `since` up to `until`; `mark` a moment in which the reader is interested."""

    since: dt.datetime
    until: dt.datetime
    mark: dt.datetime | None = None
    width: int = WIDTH

    def x(self, moment) -> float:
        """Where the moment stands."""
        return round((moment - self.since) / (self.until - self.since) * self.width, 1)

    def holds(self, moment) -> bool:
        return moment is not None and self.since <= moment < self.until

    @cached_property
    def query(self) -> str:
        """The axis as the query of an address."""
        values = {"from": self.since.isoformat(), "until": self.until.isoformat()}
        return urlencode(values | ({"mark": self.mark.isoformat()} if self.mark else {}))

    @cached_property
    def lines(self) -> list[dict]:
        """Upright lines: `x`, `word` (the day at midnight, else the hour), `is_day`. Along local midnights."""
        hours = (self.until - self.since) / dt.timedelta(hours=1)
        step = next((step for step in STEPS if hours / step <= MOST_LINES), STEPS[-1])
        day, found = clock.day_of(self.since), []
        while (start := clock.start_of(day)) < self.until:
            for hour in range(0, 24, step) if step < 24 else (0,):
                moment = start + dt.timedelta(hours=hour)
                if self.holds(moment):
                    x = self.x(moment)
                    found.append({"x": str(x), "is_day": hour == 0, "word": "" if x > self.width - LABEL_WIDTH else date_format(
                        localtime(moment), "j.m") if hour == 0 else f"{hour:02d}"})
            day += dt.timedelta(days=max(1, step // 24))
        return found

    @cached_property
    def now(self) -> str:
        """Where the present stands; empty outside."""
        return str(self.x(clock.now())) if self.holds(clock.now()) else ""

    @cached_property
    def marked(self) -> str:
        """Where the marked moment stands; empty without one."""
        return str(self.x(self.mark)) if self.holds(self.mark) else ""


@dataclass
class Lane:
    """One line of values on the axis: points with `x`, `y`, `value`, `at`, `out`; the band of usual values behind."""

    name: str
    unit: str
    axis: Axis
    height: int = 64
    low: float | None = None
    high: float | None = None
    lines: list = field(default_factory=list)
    ticks: list = field(default_factory=list)
    band: dict | None = None

    @property
    def is_empty(self):
        return not any(line["points"] for line in self.lines)

    @property
    def said(self) -> list:
        """The last values of the lane's lines, for those who do not see the drawing."""
        return [point for line in self.lines for point in line["points"][-6:]]


def lane(name, series, axis, *, unit="", low=None, high=None, height=64) -> Lane:
    """A lane of one or more series (pressure has two); `series`: lists of (moment, number), oldest first."""
    low, high = (None if limit is None else float(limit) for limit in (low, high))
    values = [float(value) for points in series for _at, value in points] + [v for v in (low, high) if v is not None]
    drawn = Lane(name, unit, axis, height, low, high)
    if not values:
        return drawn
    bottom, top = min(values), max(values)
    room = (top - bottom) * 0.15 or abs(top) * 0.1 or 1
    bottom, top = bottom - room, top + room

    def y(value):
        return round(height - 4 - (float(value) - bottom) / (top - bottom) * (height - 8), 1)

    drawn.band = _band(low, high, y, height)
    drawn.ticks = _ticks(_ends(series), y)
    for number, points in enumerate(series):  # the band is that of the first series: of pressure the systolic one
        places = [{"x": str(axis.x(at)), "y": str(y(value)), "at": at, "value": value,
                   "out": number == 0 and _is_out(value, low, high)}
                  for at, value in points if axis.holds(at)]
        drawn.lines.append({"name": name, "points": places, "last": places[-1] if places else None,
                            "path": " ".join(f"{place['x']},{place['y']}" for place in places)})
    return drawn


def _ticks(ends, y):
    """The least and the greatest value at their height; as one label between them where two would cover each other."""
    if len(ends) == 2 and abs(y(ends[0]) - y(ends[1])) < TICK_HEIGHT:
        return [{"y": str(round((y(ends[0]) + y(ends[1])) / 2, 1)), "word": ends[0], "upto": ends[1]}]
    return [{"y": str(y(value)), "word": value} for value in ends]


def _ends(series):
    values = [value for points in series for _at, value in points]
    return sorted({min(values), max(values)}, key=float) if values else []


def _band(low, high, y, height):
    if low is None and high is None:
        return None
    upper, lower = 0 if high is None else y(high), height if low is None else y(low)
    return {"y": str(upper), "height": str(round(max(lower - upper, 0), 1))}


def _is_out(value, low, high):
    return (low is not None and float(value) < low) or (high is not None and float(value) > high)


def of_request(request) -> Axis:
    """The axis in the address of a fragment. Raises Malformed."""
    since, until = _moment(request, "from"), _moment(request, "until")
    if since is None or until is None or not dt.timedelta(0) < until - since <= LONGEST:
        raise Malformed(problem="from, until: two moments are needed, the first one earlier, at most 800 days apart")
    return Axis(since, until, _moment(request, "mark"))


def _moment(request, name):
    return read_moment(name, text) if (text := request.GET.get(name)) else None
