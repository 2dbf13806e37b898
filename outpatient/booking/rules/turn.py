"""Whose turn it is at a simulated door (spec booking R90, R91, R95)."""
import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class Waiting:
    """Somebody who sits before the office; `starts_at` None: without a coupon. `since`: when he came."""

    since: dt.datetime
    wish: object
    starts_at: dt.datetime | None = None
    is_late: bool = False
    booking: object = None


def next_one(queue, now, *, places=0) -> Waiting | None:
    """Who goes in now: by time of coupon; who is late goes behind those whose time has come; `places` of missed ones go to walk-ins."""
    def turn(who):
        if who.starts_at is None:
            return 1, who.since
        if who.is_late:
            return 1, who.since
        return (0 if who.starts_at <= now else 2), who.starts_at

    return min((who for who in queue if who.starts_at is not None or places > 0), key=turn, default=None)
