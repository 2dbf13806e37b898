"""What a visitor chooses between: specialties or doctors, each with its days (R12, R15), and the times of one day with reasons
(R14).
"""
import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

from outpatient.booking.models import Coupon, Reception
from outpatient.booking.rules.calendar import FULL, GREEN, GREY, Day, count, count_offers, places, reason_of
from outpatient.booking.rules.offer import Offer, ReceptionOffer, offers, seat_of
from outpatient.booking.rules.reasons import Asker
from outpatient.booking.rules.refusal import refusal
from outpatient.booking.rules.terms import terms_of

NEAREST = 4


@dataclass
class Choice:
    """A specialty or doctor with its days inside the horizon; only days with a reception stand in it."""

    days: dict[dt.date, Day] = field(default_factory=dict)

    def _first(self, *states):
        return next((self.days[day] for day in sorted(self.days) if self.days[day].state in states), None)

    @property
    def orderable(self) -> Day | None:
        """The next day on which something can be ordered."""
        return self._first(GREEN)

    @property
    def at_registry(self) -> Day | None:
        """The next day on which the registry still has something."""
        return self._first(GREY)

    @property
    def free(self) -> int:
        return sum(day.free for day in self.days.values())

    @property
    def state(self) -> str:
        """The best of its days."""
        return GREEN if self.orderable else GREY if self.at_registry else FULL


def choices(asker: Asker, first: dt.date, last: dt.date, row, key, *, specialty=None) -> dict[object, Choice]:
    """The days of each group of receptions, as this asker sees them; `key(reception id, specialty id)` names the group.

    What the public is not to see is left out. One query, one more for each day of his own coupons.
    """
    terms, found, busy = terms_of(row), defaultdict(Choice), {own.day for own in asker.own}
    for day, place, free in places(first, last, specialty, None, row, terms):
        if place.is_shown:
            line = found[key(place.pk, place.specialty)].days.setdefault(day, Day(day))
            if day not in busy:  # on the days of his own coupons the times decide: below
                count(line, free, lambda place=place, free=free: reason_of(asker, place, free, terms))
    for day in sorted(own_day for own_day in busy if first <= own_day <= last):
        for offered in offers(asker, day, row, **({"specialty": specialty} if specialty else {})):
            if offered.place.is_shown:
                count_offers(found[key(offered.place.pk, offered.place.specialty)].days.setdefault(day, Day(day)), offered)
    return found


SETTINGS = {"ONLINE_CLOSED", "ONLINE_PAUSED", "SAME_DAY", "TOO_FAR", "REFERRAL_VIA_REGISTRY", "MONTH_LIMIT",
            "ADVANCE_QUOTA_SPENT", "ONLINE_QUOTA_SPENT"}


@dataclass(frozen=True)
class Blocked:
    """Free coupons that are not to be had here, with the sentence that says why and what to do."""

    code: str
    sentence: str
    coupons: list[Coupon]

    @property
    def is_set_here(self) -> bool:
        """Does a setting of the institution forbid it, so that asking the institution could change something (R6)?"""
        return self.code in SETTINGS


@dataclass(frozen=True)
class TimeList:
    """One reception as a visitor reads it: what he has, what he may order, what only the registry gives and why."""

    reception: Reception
    own: list[Offer]
    orderable: list[Coupon]
    blocked: list[Blocked]

    @property
    def is_empty(self) -> bool:
        return not (self.own or self.orderable or self.blocked)


def time_lists(asker: Asker, day: dt.date, row, **filters) -> list[TimeList]:
    """The receptions of a day with every free coupon (R13), each that cannot be ordered under its reason. One query."""
    return [_time_list(asker, found, row, terms_of(row)) for found in offers(asker, day, row, **filters) if found.place.is_shown]


def _time_list(asker, found: ReceptionOffer, row, terms):
    groups = {}
    for offer in found.coupons:
        if offer.is_free and offer.reason and not offer.is_own:
            seat = seat_of(offer.coupon, asker.holder)
            sentence = str(refusal(offer.reason, asker, found.place, seat, terms, row))
            groups.setdefault((offer.reason, sentence), []).append(offer.coupon)
    own = [offer for offer in found.coupons if offer.is_own and offer.coupon.booked_until is None]
    orderable = [offer.coupon for offer in found.coupons if offer.is_free and offer.reason is None]
    return TimeList(found.reception, own, orderable, [Blocked(*key, coupons) for key, coupons in groups.items()])


def nearest(lists: list[TimeList], moment: dt.datetime) -> list[Coupon]:
    """The coupons to be ordered that lie nearest in time (R3), earliest first."""
    found = [coupon for each in lists for coupon in each.orderable]
    return sorted(sorted(found, key=lambda row: abs(row.starts_at - moment))[:NEAREST], key=lambda row: row.starts_at)


def close_to(asker: Asker, coupon: Coupon, lead_minutes: int):
    """Another coupon of the same patient so near that coming early for the later one would clash (R36): warned of, not refused.
    """
    lead = dt.timedelta(minutes=lead_minutes)
    return next((own for own in asker.own if own.starts_at < coupon.ends_at + lead and coupon.starts_at - lead < own.ends_at),
                None)
