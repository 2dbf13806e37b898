"""How many coupons of a reception may still be given online, and before its eve (R20-R28). Computed anew each time, never stored.

N coupons planned and not withdrawn; I of them booked online (holds too); R booked by all other channels; F = N - I - R free.
"""
from dataclasses import dataclass


@dataclass(frozen=True)
class Share:
    """One reception as the quotas see it. `q`, `p` in percent; `released`: the hour of the eve has come (R24)."""

    places: int
    online: int
    others: int
    q: int
    p: int
    released: bool

    @property
    def free(self) -> int:
        """Coupons that nobody has."""
        return max(0, self.places - self.online - self.others)

    @property
    def online_left(self) -> int:
        """How many more go online: at most q % of what other channels did not take (R20). Rounded down (A5)."""
        cap = self.q * (self.places - self.others) // 100
        return max(0, min(self.free, cap - self.online))

    @property
    def advance_left(self) -> int:
        """How many more go before the eve: at most p % of all (R24, A7); after the release hour all that are free."""
        if self.released:
            return self.free
        return max(0, min(self.free, self.p * self.places // 100 - self.online - self.others))

    @property
    def orderable_online(self) -> int:
        """How many a visitor of the site may order: both quotas hold (R25)."""
        return min(self.free, self.online_left, self.advance_left)
