"""A doctor's door on one simulated day: who comes, who waits, who goes in, who is missed."""
import datetime as dt
from dataclasses import dataclass

from emr import clock
from outpatient.booking.actions.booking import begin_visit, check_in, grace, note_no_show
from outpatient.booking.models import Reception
from outpatient.booking.queries.setting import setting
from outpatient.booking.rules.demand import Wish
from outpatient.booking.rules.queue import turn
from outpatient.booking.rules.turn import Waiting, next_one


@dataclass(frozen=True)
class Visit:
    """One person's time in the office; `wait` in minutes, from his coupon or his coming, whichever is later."""

    wish: Wish
    begins: dt.datetime
    ends: dt.datetime
    wait: int
    is_walk_in: bool


class Office:
    """One reception as it goes. `at(moment, function, *told)` lets something happen later."""

    def __init__(self, reception: Reception, begins, ends, *, at, by):
        self.reception, self.begins, self.ends, self.at, self.by = reception, begins, ends, at, by
        self.queue, self.visits, self.released, self.is_free = [], [], [], True
        at(begins, self.call)

    def expect(self, booking, wish):
        """The holder of a coupon will come, or is missed when the time of grace is over."""
        starts = booking.coupon.starts_at
        if wish.comes:
            self.at(max(starts - dt.timedelta(minutes=wish.early), clock.now()), self.arrive, booking, wish)
        else:
            self.at(_kept(booking), self._miss, booking)

    def arrive(self, booking, wish):
        """The holder of a coupon checks in and sits down."""
        check_in(booking, by=self.by)
        starts = booking.coupon.starts_at
        self._sit_down(Waiting(wish.number, clock.now(), wish, turn(starts, clock.now(), _kept(booking) - starts),
                               booking.coupon.number, booking))

    def wait(self, wish):
        """Somebody without a coupon sits down before the office."""
        self._sit_down(Waiting(wish.number, clock.now(), wish))

    def _sit_down(self, who: Waiting):
        self.queue.append(who)
        self.call()

    def _miss(self, booking):
        note_no_show(booking, by=self.by)
        self.released.append(booking.coupon)
        self.call()

    def call(self):
        """Whose turn it is goes in, if the doctor is there and free."""
        now = clock.now()
        if not self.is_free or now < self.begins:
            return
        who = next_one(self.queue if now < self.ends else [each for each in self.queue if each.booking], self.released, now)
        if who is None:
            return
        self.queue.remove(who)
        if who.booking is not None:
            begin_visit(who.booking, by=self.by)
        elif self.released:
            self.released.pop(0)
        ends = now + dt.timedelta(minutes=who.wish.visit)
        since = max(who.line_at, who.booking.coupon.starts_at if who.booking else who.line_at)
        self.visits.append(Visit(who.wish, now, ends, max(0, _minutes(now - since)), who.booking is None))
        self.is_free = False
        self.at(ends, self._end)

    def _end(self):
        self.is_free = True
        self.call()

    @property
    def idle(self) -> int:
        """Minutes of the planned time in which nobody was in."""
        busy = sum((min(visit.ends, self.ends) - visit.begins for visit in self.visits if visit.begins < self.ends),
                   dt.timedelta())
        return _minutes(self.ends - self.begins - busy)

    @property
    def over(self) -> int:
        """Minutes for which the doctor stayed after the planned time."""
        return max(0, _minutes(max((visit.ends for visit in self.visits), default=self.ends) - self.ends))


def _kept(booking) -> dt.datetime:
    return booking.coupon.starts_at + grace(setting(), booking.coupon)


def _minutes(long: dt.timedelta) -> int:
    return round(long.total_seconds() / 60)
