"""Who sits before a simulated door; whose turn it is says the rule of the real one (rules.queue)."""
import datetime as dt
from dataclasses import dataclass

from outpatient.booking.models import QueueEntry
from outpatient.booking.rules.queue import in_order

Kind = QueueEntry.Kind


@dataclass(frozen=True)
class Waiting:
    """Somebody who waits; `turn_at` None: without a coupon. The names are those of a QueueEntry."""

    pk: int
    line_at: dt.datetime
    wish: object
    turn_at: dt.datetime | None = None
    number: int = 0
    booking: object = None
    acute_at: dt.datetime | None = None

    @property
    def kind(self) -> str:
        return Kind.COUPON if self.booking else Kind.WALK_IN


def next_one(queue, released, now) -> Waiting | None:
    """Who goes in now. `released`: coupons of those who did not come, for people without one."""
    return next((entry for entry, _place in in_order(queue, released, now)), None)
