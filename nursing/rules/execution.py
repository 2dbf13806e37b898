"""Was it given, and did it help: the doses of each order and the vital signs on one time axis (D9).

Close together doses are told in bins: a line of two hundred days then says for each bin how many were given in time, late,
refused, withheld, missed, and shows the worst of them.
"""
import datetime as dt
from collections import Counter
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from emr import clock
from emr.rules.axis import Axis, Lane, lane
from nursing.models import DoseEffect
from nursing.queries import execution as queries
from nursing.rules.dose_status import WORDS, grace, status_of
from nursing.rules.reasons import said
from nursing.rules.vitals import SIGNS
from orders.queries import leave as leaves

WINDOWS = {"24h": _("24 hours"), "3d": _("3 days"), "7d": _("7 days"), "stay": _("The stay")}
LENGTH = {"24h": dt.timedelta(hours=24), "3d": dt.timedelta(days=3), "7d": dt.timedelta(days=7)}
AHEAD = {"24h": dt.timedelta(hours=4), "3d": dt.timedelta(hours=12), "7d": dt.timedelta(hours=24)}
LONGEST_STAY = dt.timedelta(days=400)
NARROWEST = 14  # units of the drawing that one sign needs
# The worst first: it decides how a bin looks.
ORDER = ("missed", "overdue", "refused", "withheld", "held", "late", "due", "given", "next", "planned", "stopped")
SAID = WORDS | {"late": _("given late"), "given": _("given on time")}
INK = {"given": "good-ink", "late": "warn-ink", "overdue": "bad-ink", "missed": "bad-ink", "refused": "warn-ink",
       "withheld": "warn-ink", "held": "warn-ink", "due": "info-ink", "next": "info-ink"}
ICON = {"given": "check", "late": "clock", "refused": "hand-stop", "withheld": "player-pause", "held": "player-pause",
        "overdue": "clock-exclamation", "missed": "circle-x", "due": "alarm", "stopped": "player-stop"}
# LOINC or own codes of the lanes, with the zero-points bands of NEWS2 (Royal College of Physicians, 2017, chart 1); pressure is
# two lines.
LANES = [
    ("news2", _("NEWS2"), "", ("news2",), None, None), ("temperature", _("Temperature"), "°C", ("8310-5",), 36.1, 38.0),
    ("pressure", _("Blood pressure"), "mm Hg", ("8480-6", "8462-4"), 111, 219),
    ("pulse", _("Pulse"), "/min", ("8867-4",), 51, 90),
    ("breaths", _("Breaths"), "/min", ("9279-1",), 12, 20), ("spo2", _("Oxygen saturation"), "%", ("59408-5",), 96, None),
    ("pain", _("Pain"), "0-10", ("72514-3",), None, None),
]

# Did it help (D10): the sign beside a dose as needed, and its colour.
EFFECT = {"helped": ("thumb-up", "good-ink"), "partly": ("arrow-up", "warn-ink"), "none": ("arrow-right", "warn-ink"),
          "worse": ("arrow-down", "bad-ink")}
PARTS = {SIGNS[key].code: SIGNS[key].label for key in ("systolic", "diastolic")}


@dataclass
class Spot:
    """One dose, or several in a bin, at its place: `states` counts them."""

    at: dt.datetime
    x: float
    states: Counter
    dose: object = None
    fact: dict | None = None
    due_at: dt.datetime | None = None

    @property
    def status(self):
        """The state that decides its look: the worst of the bin."""
        return next(name for name in ORDER if self.states[name])

    @property
    def ink(self):
        return INK.get(self.status, "muted")

    @property
    def icon(self):
        return ICON.get(self.status, "circle-dashed")

    @property
    def number(self):
        return sum(self.states.values())

    @property
    def left(self):
        return str(round(self.x - 8, 1))

    @property
    def word(self):
        """What happened, in words: one state, or the count of each."""
        if self.number == 1:
            return str(SAID[self.status])
        return ", ".join(f"{self.states[name]} {SAID[name]}" for name in ORDER if self.states[name])

    @property
    def who(self):
        """Who gave or recorded it, as the ward writes names."""
        if not self.fact:
            return ""
        names = (self.fact["performer__given"], self.fact["performer__patronymic"])
        return self.fact["performer__family"] + "".join(f" {name[0]}." for name in names if name)

    @property
    def reason(self):
        return said(self.fact["reason"]) if self.fact else ""

    @property
    def effect(self):
        """Whether it helped: (sign, colour, word); None where nobody said so yet."""
        found = self.fact and self.fact.get("effect")
        return (*EFFECT[found], DoseEffect.Effect(found).label) if found else None

    @property
    def beside(self):
        """Where the sign of the effect stands: right above the dose."""
        return str(round(self.x + 4, 1))


@dataclass
class Ribbon:
    """One order with its spots and how many of its doses stand in each state."""

    request: object
    spots: list = field(default_factory=list)
    states: Counter = field(default_factory=Counter)

    @property
    def told(self):
        """The states with their numbers, the worst first, without what is still to come."""
        return [(name, SAID[name], self.states[name], INK.get(name, "muted"), ICON.get(name, "")) for name in ORDER
                if self.states[name] and name not in ("planned", "next", "stopped", "due")]


def axis_of(patient, window: str, now=None) -> Axis:
    """The time of a window that ends a little after now; the whole of the running or last stay for `stay`."""
    now = now or clock.now()
    if window != "stay":
        return Axis(now - LENGTH[window], now + AHEAD[window])
    stay = queries.last_stay(patient)
    if stay is None:
        return Axis(now - LENGTH["3d"], now + AHEAD["3d"])
    end = min(stay.finished_at or now, now)
    since = max(stay.started_at, end - LONGEST_STAY)
    return Axis(since, max(end, since + dt.timedelta(hours=12)) + (end - since) / 50)


def ribbons(requests, axis: Axis, now=None) -> list[Ribbon]:
    """The doses of these orders on the axis. Three queries for any number of orders."""
    now = now or clock.now()
    lines = {request.pk: Ribbon(request) for request in requests}
    room = dt.timedelta(hours=24)  # a dose due before the window may have been given in it, and the other way round
    facts = queries.facts(lines, since=axis.since - room, until=axis.until + room)
    planned = {}
    for request, dose, due_at in queries.doses(lines, since=axis.since - room, until=axis.until + room):
        planned.setdefault(request, []).append((dose, due_at))
    pauses = leaves.pauses(requests, now)
    for pk, line in lines.items():
        _fill(line, planned.get(pk, []), facts, pauses[pk], axis, now)
    return list(lines.values())


def _fill(line, planned, facts, holds, axis, now):
    request, found = line.request, []
    ends = [end for end in (request.stopped_at, request.encounter.finished_at) if end]
    end, critical = min(ends, default=None), request.medication.is_time_critical
    for place, (dose, due_at) in enumerate(planned):
        fact = facts.get(dose)
        if not fact and request.as_needed:
            continue  # a giving that was taken back
        at = fact["happened_at"] if fact else due_at
        if not axis.holds(at):
            continue
        status = _status(due_at, fact, now, end, holds, critical,
                         planned[place + 1][1] if place + 1 < len(planned) else None, request.as_needed)
        line.states[status] += 1
        found.append(Spot(at, axis.x(at), Counter({status: 1}), dose, fact, due_at))
    found.sort(key=lambda spot: spot.at)
    line.spots = _binned(found, axis) if len(found) * NARROWEST > axis.width else found


def _status(due_at, fact, now, end, holds, critical, following, as_needed):
    if fact and fact["status"] == "given":
        return "late" if not as_needed and fact["happened_at"] > due_at + grace(critical) else "given"
    return status_of(due_at, now=now, fact=fact["status"] if fact else "", stopped_at=end, time_critical=critical,
                     following=following,
                     on_hold=any(_covers(hold, due_at) or (due_at <= now and _covers(hold, now)) for hold in holds))


def _covers(hold, moment):
    return hold.since <= moment and (hold.until is None or hold.until > moment)


def _binned(spots, axis):
    wide, bins = axis.width / (axis.width // (NARROWEST * 1.5)), {}
    for spot in spots:
        place = int(min(spot.x, axis.width - 1) // wide)
        box = bins.setdefault(place, Spot(spot.at, round((place + 0.5) * wide, 1), Counter()))
        box.states += spot.states
    return [bins[place] for place in sorted(bins)]


def lanes(patient, axis: Axis) -> list[Lane]:
    """The vital signs of the time, a lane each; one query. Empty lanes are left out."""
    codes, drawn = [code for *_rest, codes, _low, _high in LANES for code in codes], []
    series = {}
    for code, at, value in queries.values(patient, since=axis.since, until=axis.until, codes=codes):
        series.setdefault(code, []).append((at, value))
    for _key, name, unit, own, low, high in LANES:
        found = [code for code in own if code in series]
        if found:
            drawn.append(lane(name, [series[code] for code in found], axis, unit=unit, low=low, high=high))
            for code, line in zip(found, drawn[-1].lines, strict=True):
                line["name"] = PARTS.get(code, name)
    return drawn


AFTER = (dt.timedelta(hours=1), dt.timedelta(hours=4), dt.timedelta(hours=12))
BEFORE = dt.timedelta(hours=6)


def around(drawn, moment) -> list[dict]:
    """Did it help: of each sign the last value before the moment (within 6 h) and the last within 1, 4 and 12 hours after it."""
    rows = []
    for each in drawn:
        for line in each.lines:
            points = line["points"]
            before = next((point for point in reversed(points) if moment - BEFORE <= point["at"] <= moment), None)
            after, start = [], moment
            for step in AFTER:
                after.append(next((point for point in reversed(points) if start < point["at"] <= moment + step), None))
                start = moment + step
            if before or any(after):
                rows.append({"name": line["name"], "unit": each.unit, "before": before, "after": after})
    return rows
