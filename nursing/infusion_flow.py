"""How much of an infusion has run: a pure function of its events. Stands beside the rooms, for queries and rules alike.

Millilitres are reckoned exactly (fractions of seconds and rates) and told to the hundredth: what is told of two stretches of time
is together what is told of both. Nothing runs while it is paused, and never more than the bag holds. Where somebody measured what
was left in the bag, that counts: the bag's flow is drawn to what really went in, in proportion to the rates that were set.
"""
import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
ZERO = Fraction(0)


@dataclass(frozen=True)
class Flow:
    """One stretch at one speed: from and until in seconds (until None = goes on), millilitres a second."""

    since: Fraction
    until: Fraction | None
    speed: Fraction

    def volume(self, moment: Fraction) -> Fraction:
        """What had run of it by the moment."""
        end = moment if self.until is None else min(moment, self.until)
        return max(end - self.since, ZERO) * self.speed


def seconds(moment: dt.datetime) -> Fraction:
    """Real seconds: a clock that is put on or back adds or takes nothing."""
    return Fraction((moment.astimezone(dt.UTC) - EPOCH) // dt.timedelta(microseconds=1), 1_000_000)


def moment_of(at: Fraction) -> dt.datetime:
    """The moment of so many seconds."""
    return EPOCH + dt.timedelta(microseconds=int(at * 1_000_000))


def chain(events) -> list:
    """The standing events of one order in the order in which they follow each other."""
    following = {event.follows_id: event for event in events}
    found, last = [], None
    while (event := following.get(last)) is not None:
        found.append(event)
        last = event.pk
    return found


@dataclass
class Bag:
    """One bag: what it held, what was left when it was taken down, its stretches at the rates that were set."""

    volume: Fraction
    flows: list
    remaining: Fraction | None = None

    def runs(self) -> list[Flow]:
        """The stretches as they really ran."""
        known = self.remaining is not None and all(flow.until is not None for flow in self.flows)
        if not known:
            return _until_empty(self.flows, self.volume)
        used, nominal = self.volume - self.remaining, sum(((f.until - f.since) * f.speed for f in self.flows), ZERO)
        if not nominal or (not self.remaining and nominal >= self.volume):
            return _until_empty(self.flows, self.volume)
        return [Flow(flow.since, flow.until, flow.speed * used / nominal) for flow in self.flows]


def _until_empty(flows, volume):
    found, left = [], volume
    for flow in flows:
        if flow.speed and left > 0:
            empty = flow.since + left / flow.speed
            end = empty if flow.until is None else min(flow.until, empty)
            left -= (end - flow.since) * flow.speed
            found.append(Flow(flow.since, end, flow.speed))
    return found


def bags(events) -> list[Bag]:
    """The bags of one order from its events (`chain`)."""
    found, bag, speed, is_paused, since = [], None, ZERO, False, ZERO
    for event in events:
        at = seconds(event.happened_at)
        if bag is not None and not is_paused:
            bag.flows.append(Flow(since, at, speed))
        if event.kind in ("bag", "end") and bag is not None:
            bag.remaining = None if event.remaining is None else Fraction(event.remaining)
        if event.rate is not None:
            speed = Fraction(event.rate) / 3600
        if event.kind in ("start", "bag"):
            bag = Bag(Fraction(event.volume), [])
            found.append(bag)
        is_paused = event.kind == "pause" or (is_paused and event.kind not in ("start", "resume"))
        if event.kind == "end":
            bag = None
        since = at
    if bag is not None and not is_paused:
        bag.flows.append(Flow(since, None, speed))
    return found


def run_by(events, moment) -> Fraction:
    """Millilitres that had run by the moment, exactly."""
    at = seconds(moment)
    return sum((flow.volume(at) for bag in bags(events) for flow in bag.runs()), ZERO)


def told(volume: Fraction) -> Decimal:
    """Millilitres to the hundredth."""
    return Decimal(round(volume * 100)) / 100


def infused(events, since, until) -> Decimal:
    """Millilitres that ran from `since` up to `until`, both aware, of the events of one order (`chain`)."""
    if until <= since:
        return Decimal(0)
    return told(run_by(events, until)) - told(run_by(events, since))
