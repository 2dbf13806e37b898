"""The rate of an infusion as a step line on the axis of the drawing: what was set, and behind it what was ordered."""
from dataclasses import dataclass

from emr import clock
from nursing.queries import infusion as queries
from nursing.rules.infusion import rate_steps, state_of
from orders.queries.infusion import rates_of
from orders.rules.infusion import steps

HEIGHT, ROOM = 40, 4


@dataclass
class RateLine:
    """The step lines of one order: `set_path` and `ordered_path` (points of a polyline), the changes with place and word."""

    set_path: str
    ordered_path: str
    changes: list
    highest: object
    run: object
    height: int = HEIGHT


def rate_lines(requests, axis, now=None) -> dict:
    """Step lines of the infusions among these orders, by order; two queries, none where no order runs by rate."""
    now = now or clock.now()
    wanted = [request for request in requests if request.timing.get("continuous")]
    events = queries.events_of(wanted) if wanted else {}
    rates = rates_of(wanted) if events else {}
    return {pk: _line(found, rates.get(pk, ()), axis, now) for pk, found in events.items()}


def _line(events, rates, axis, now):
    done, wanted = rate_steps(events, now), steps(rates)
    highest = max(rate for _at, rate in [*done, *wanted])

    def y(rate):
        return round(HEIGHT - ROOM - float(rate / highest) * (HEIGHT - 2 * ROOM), 1)

    changes = [{"x": str(axis.x(at)), "y": str(y(rate)), "at": at, "rate": rate} for at, rate in done if axis.holds(at)]
    state = state_of(events, now)
    return RateLine(_path(done, axis, y, min(now, axis.until)), _path(wanted, axis, y, axis.until), changes, highest, state.run)


def _path(points, axis, y, end):
    """Corners of the step line inside the axis, up to `end`."""
    corners, height = [], None
    for at, rate in points:
        if at >= end:
            break
        x = axis.x(max(at, axis.since))
        if height is not None:
            corners.append((x, height))
        height = y(rate)
        corners.append((x, height))
    if height is not None and end > axis.since:
        corners.append((axis.x(end), height))
    return " ".join(f"{x},{level}" for x, level in corners)
