"""The fluid balance of a shift and of 24 hours (B8). Shifts begin at 8 and 20 o'clock of the institution's day."""
import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone

from admissions.queries import fluid_balance as queries
from emr import clock

BEGINS = (8, 20)
DAY = dt.timedelta(hours=24)


@dataclass(frozen=True)
class Balance:
    """Millilitres in (drunk and infused) and out in a time; `net` is what stayed."""

    since: dt.datetime
    until: dt.datetime
    taken: int
    infused: Decimal
    out: int

    @property
    def went_in(self):
        return self.taken + self.infused

    @property
    def net(self):
        return self.went_in - self.out


def balance(encounter, since, until) -> Balance:
    """The balance of a time; two statements and those of the infusions."""
    rows = list(queries.entries(encounter, since, until))
    return Balance(since, until, sum(row.ml for row in rows if not row.is_out),
                   Decimal(queries.infused(encounter, since, until) or 0), sum(row.ml for row in rows if row.is_out))


def shift_began(now) -> dt.datetime:
    """When the present shift began."""
    local = timezone.localtime(now)
    begins = [local.replace(hour=hour, minute=0, second=0, microsecond=0) for hour in BEGINS]
    past = [moment for moment in begins if moment <= local]
    return past[-1] if past else begins[-1] - DAY


def shown(encounter) -> list[Balance]:
    """The present shift, the one before, the last 24 hours."""
    now, began = clock.now(), shift_began(clock.now())
    return [balance(encounter, began, now), balance(encounter, began - DAY / 2, began), balance(encounter, now - DAY, now)]
