"""Figures of receptions (R100): what was received, missed, waited and refused.

Every figure is counted from the rows it opens to.
"""
import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from emr import clock
from outpatient.booking.models import Booking, QueueEntry
from outpatient.booking.queries import queue as doors
from outpatient.booking.queries import statistics as queries
from outpatient.booking.queries.setting import setting
from outpatient.booking.rules.effective import effective
from outpatient.booking.rules.notice import is_late_cancel

MINUTE = dt.timedelta(minutes=1)
LONGEST = 92  # days that are counted at once
Kind, WEB = QueueEntry.Kind, Booking.Channel.WEB


@dataclass(frozen=True)
class Row:
    """One row behind a figure. Times are aware; `minutes`: what the row adds to the figure."""

    at: dt.datetime
    doctor: str = ""
    number: str = ""
    planned: dt.datetime | None = None
    came_at: dt.datetime | None = None
    entered_at: dt.datetime | None = None
    left_at: dt.datetime | None = None
    channel: str = ""
    note: str = ""
    minutes: float | None = None
    booking: object = None


@dataclass
class Statistics:
    """Receptions of some days, read once; each figure is a list of rows and what is made of it."""

    receptions: list
    entries: list
    bookings: list
    cancelled: list
    refused: list
    now: dt.datetime
    row: object = None

    @cached_property
    def doctors(self):
        return {found.pk: str(found.doctor.short_name if found.doctor else found.title) for found in self.receptions}

    @cached_property
    def patients(self) -> list[Row]:
        """Who entered to be received, not just to ask."""
        return [self._of_entry(entry) for entry in self.entries if entry.entered_at and entry.kind != Kind.ASKER]

    @cached_property
    def walk_ins(self) -> list[Row]:
        return [self._of_entry(entry) for entry in self.entries if entry.entered_at and entry.kind == Kind.WALK_IN]

    @cached_property
    def askers(self) -> list[Row]:
        return [self._of_entry(entry) for entry in self.entries if entry.entered_at and entry.kind == Kind.ASKER]

    @cached_property
    def holders(self) -> list[Row]:
        """Holders of coupons who entered; minutes between the coupon's time and entering, below zero = before it."""
        return [self._of_entry(entry, (entry.entered_at - entry.booking.coupon.starts_at) / MINUTE)
                for entry in self.entries if entry.entered_at and entry.booking_id]

    @cached_property
    def waits(self) -> list[Row]:
        """Who was received, with the minutes from coming to entering."""
        return [self._of_entry(entry, (entry.entered_at - entry.came_at) / MINUTE)
                for entry in self.entries if entry.entered_at and entry.kind != Kind.ASKER]

    @cached_property
    def late(self) -> list[Row]:
        """Holders who came after the time of their coupon, with the minutes."""
        return [self._of_entry(entry, (entry.came_at - entry.booking.coupon.starts_at) / MINUTE)
                for entry in self.entries if entry.booking_id and entry.came_at > entry.booking.coupon.starts_at]

    @cached_property
    def booked(self) -> list[Row]:
        """Bookings that were not cancelled: a visit of several coupons counts once."""
        return [self._of_booking(found) for found in self.bookings if found.main_id is None]

    @cached_property
    def missed(self) -> list[Row]:
        """Bookings nobody came to within the grace."""
        return [self._of_booking(found) for found in self.bookings if found.main_id is None and self._is_missed(found)]

    @cached_property
    def late_cancels(self) -> list[Row]:
        """Bookings taken back after the reminder hour of the eve: counted apart, never as missed (A25)."""
        return [self._of_booking(found, found.cancelled_at) for found in self.cancelled if is_late_cancel(self.row, found)]

    @cached_property
    def due(self) -> list[Row]:
        """Bookings of which it is known whether somebody came."""
        return [self._of_booking(found) for found in self.bookings
                if found.main_id is None and (self._is_missed(found) or found.arrived_at or found.encounter_id)]

    @cached_property
    def online(self) -> list[Row]:
        """Coupons that are booked online."""
        return [self._of_booking(found) for found in self.bookings if found.channel == WEB]

    @cached_property
    def refusals(self) -> list[Row]:
        return [Row(found.at, doctor=str(found.coupon.reception.doctor or found.coupon.reception.title),
                    number=str(found.coupon.number),
                    planned=found.coupon.starts_at, channel=str(Booking.Channel(found.channel).label), note=found.code)
                for found in self.refused]

    @cached_property
    def idle(self) -> list[Row]:
        """Minutes of a reception without anybody in the room, in pieces of a minute or more."""
        return [piece for found in self.receptions for piece in self._idle(found)]

    def by_channel(self, rows, channel) -> list[Row]:
        """Those of these rows that were booked by this channel."""
        return [found for found in rows if found.channel == str(Booking.Channel(channel).label)]

    @property
    def hours(self) -> float:
        """Hours of receiving: of each reception from its beginning to its end, or to the last patient; up to now."""
        spans = [self._span(found) for found in self.receptions]
        return sum(max(end - begin, dt.timedelta(0)) / dt.timedelta(hours=1) for begin, end in spans)

    @property
    def places(self) -> int:
        return sum(found.places for found in self.receptions)

    @property
    def cap(self) -> int:
        """How many coupons the online share opens, all receptions together (R20)."""
        total = 0
        for found in self.receptions:
            others = sum(one.reception_id == found.pk and one.channel != WEB for one in self.bookings)
            share = effective("quota_online", institution=self.row, specialty=found.specialty,
                              doctor=getattr(found.doctor, "booking_setting", None) if found.doctor else None, reception=found)
            total += share.value * (found.places - others) // 100
        return total

    def _span(self, found):
        own = [entry for entry in self.entries if entry.reception_id == found.pk and entry.entered_at]
        begin = min([found.starts_at, *(entry.entered_at for entry in own)])
        end = max([min(found.ends_at, self.now), *(entry.out_at or self.now for entry in own)])
        return begin, max(begin, end)

    def _idle(self, found):
        at, end = self._span(found)
        for entry in sorted((one for one in self.entries if one.reception_id == found.pk and one.entered_at),
                            key=lambda one: one.entered_at):
            if entry.entered_at - at >= MINUTE:
                yield self._gap(found, at, entry.entered_at)
            at = max(at, entry.out_at or self.now)
        if min(found.ends_at, end) - at >= MINUTE:
            yield self._gap(found, at, min(found.ends_at, end))

    def _gap(self, found, since, until):
        return Row(since, doctor=self.doctors[found.pk], left_at=since, entered_at=until, minutes=(until - since) / MINUTE)

    def _is_missed(self, booking):
        kept = booking.coupon.starts_at + dt.timedelta(minutes=max(self.row.grace_minutes, booking.coupon.minutes))
        return bool(booking.no_show_at) or (not booking.arrived_at and not booking.encounter_id and kept <= self.now)

    def _of_entry(self, entry, minutes=None):
        spent = (entry.out_at - entry.entered_at) / MINUTE if minutes is None and entry.entered_at and entry.out_at else minutes
        return Row(entry.came_at, doctor=self.doctors[entry.reception_id], number=str(entry), came_at=entry.came_at,
                   entered_at=entry.entered_at,
                   left_at=entry.out_at, planned=entry.booking.coupon.starts_at if entry.booking_id else None,
                   channel=str(entry.booking.get_channel_display()) if entry.booking_id else "", note=entry.purpose,
                   minutes=spent, booking=entry.booking_id)

    def _of_booking(self, booking, at=None):
        return Row(at or booking.coupon.starts_at, doctor=self.doctors[booking.reception_id], number=str(booking.coupon.number),
                   planned=booking.coupon.starts_at, came_at=booking.arrived_at, channel=str(booking.get_channel_display()),
                   booking=booking.pk)


def statistics(first, last, **filters) -> Statistics:
    """What these days hold, of all doctors or of one, of a specialty or all. Six queries."""
    rows = queries.receptions(first, last, **filters)
    return Statistics(rows, doors.entries_of(rows), queries.bookings(rows), queries.withdrawn(rows),
                      queries.refusals(first, last, **filters), clock.now(), setting())


def mean(rows) -> float | None:
    """The mean of the rows' minutes, None of none."""
    known = [row.minutes for row in rows if row.minutes is not None]
    return sum(known) / len(known) if known else None


def share(part, whole) -> float | None:
    """Percent, None of nothing."""
    return 100 * part / whole if whole else None
