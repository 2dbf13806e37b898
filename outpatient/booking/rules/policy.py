"""Ways of giving out coupons that a simulation compares; each adds one measure to the one before it."""
from dataclasses import dataclass


@dataclass(frozen=True)
class Policy:
    """`quota_online`, `quota_advance`: percent (R20, R24). The rest: whether the measure is taken."""

    name: str
    quota_online: int = 100
    quota_advance: int = 100
    reminds: bool = False
    lists: bool = False  # keeps a waiting list and offers from it what becomes free
    releases: bool = False  # gives the places of those who did not come to walk-ins who wait in the building (R77, R95)


POLICIES = (
    Policy("none"),
    Policy("share", 30),
    Policy("eve release", 30, 60),
    Policy("reminders", 30, 60, reminds=True),
    Policy("waiting list", 30, 60, reminds=True, lists=True),
    Policy("released no-shows", 30, 60, reminds=True, lists=True, releases=True),
)
