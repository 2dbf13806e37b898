"""What an infusion is now, and what the nurse must see about it: both follow from its events and the clock."""
import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from nursing.infusion_flow import ZERO, bags, moment_of, run_by, seconds, told

SOON = dt.timedelta(minutes=30)  # ours: so long before its end the bag is told of
ALERTS = {
    "rate-differs": _("another rate is ordered"), "bag-empty": _("the bag is empty"), "bag-ends": _("the bag ends soon"),
    "order-stopped": _("the order was stopped"), "order-held": _("the order is on hold"), "order-ended": _("the order has ended"),
    "all-infused": _("all that was ordered has run"),
}


@dataclass(frozen=True)
class State:
    """An infusion at a moment. `rate` ml/h as set; `left` ml in the bag; `ends_at` when it is empty, None while paused."""

    last: object
    started: object
    bag: object
    is_over: bool
    is_paused: bool
    rate: Decimal
    left: Decimal
    run: Decimal
    ends_at: dt.datetime | None
    since: dt.datetime

    @property
    def runs(self):
        return not self.is_over and not self.is_paused


def state_of(events, now) -> State | None:
    """What the events (`chain`) come to at this moment; None before the first start."""
    if not events:
        return None
    last = events[-1]
    is_over = last.kind == "end"
    is_paused = next((event.kind == "pause" for event in reversed(events) if event.kind in ("start", "pause", "resume")),
                     False) and not is_over
    rate = next(event.rate for event in reversed(events) if event.rate is not None)
    hung = next(event for event in reversed(events) if event.volume is not None)
    at, current = seconds(now), bags(events)[-1]
    runs = current.runs()
    left = current.volume - sum((flow.volume(at) for flow in runs), ZERO)
    flowing = not is_over and not is_paused and runs
    return State(
        last, next(event for event in reversed(events) if event.kind == "start"), hung, is_over, is_paused, rate,
        told(max(left, ZERO)), told(run_by(events, now)), moment_of(runs[-1].until) if flowing and runs[-1].until else None,
        last.happened_at)


def alerts(state, request, ordered, now, *, total=None, is_held=False) -> list[str]:
    """What the nurse must see about an infusion that is not over; derived by the clock, the most pressing first."""
    if state is None or state.is_over:
        return []
    found = []
    if (request.stopped_at and request.stopped_at <= now) or request.error_at:
        found.append("order-stopped")
    elif request.ends_at and request.ends_at <= now:
        found.append("order-ended")
    elif is_held and not state.is_paused:
        found.append("order-held")
    elif ordered is not None and ordered.ml_per_hour != state.rate:
        found.append("rate-differs")
    if not state.left:
        found.append("bag-empty")
    elif state.ends_at and state.ends_at - now <= SOON:
        found.append("bag-ends")
    if total is not None and state.run >= total:
        found.append("all-infused")
    return found


def rate_steps(events, until) -> list[tuple]:
    """(moment, ml/h) at which the set rate becomes another, 0 while nothing runs: the step line, up to `until`."""
    found, rate, is_paused = [], Decimal(0), False
    for event in events:
        rate = event.rate if event.rate is not None else rate
        is_paused = event.kind == "pause" or (is_paused and event.kind not in ("start", "resume"))
        now = Decimal(0) if is_paused or event.kind == "end" else rate
        if event.happened_at < until and (not found or found[-1][1] != now):
            found.append((event.happened_at, now))
    return found
