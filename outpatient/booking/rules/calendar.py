"""The days ahead in four states for one asker (R15): something to order, something at the registry, all taken, no reception.

Counted per reception in one statement; only the days on which the asker has a coupon already are looked at coupon by coupon.
"""
import datetime as dt
from dataclasses import dataclass

from outpatient.booking.queries.seats import counts
from outpatient.booking.queries.setting import setting
from outpatient.booking.rules.offer import offers
from outpatient.booking.rules.quota import Share
from outpatient.booking.rules.reasons import CHECKS, PUBLIC, Asker, Place, Seat, reason
from outpatient.booking.rules.terms import release_of, terms_of

GREEN, GREY, FULL, CLOSED = "green", "grey", "full", "closed"
ORDER = {code: number for number, code in enumerate(CHECKS)}


@dataclass
class Day:
    """One day of the calendar: its state, how many coupons are free, why none of them can be ordered, is one his own."""

    day: dt.date
    state: str = CLOSED
    free: int = 0
    reason: str | None = None
    is_own: bool = False


def calendar(asker: Asker, first: dt.date, last: dt.date, *, specialty=None, doctor=None, row=None) -> list[Day]:
    """Each day from `first` to `last` as this asker sees it. Two queries, one more for a day of his own coupons."""
    row = row or setting()
    terms = terms_of(row)
    days = {first + dt.timedelta(days=ahead): Day(first + dt.timedelta(days=ahead)) for ahead in range((last - first).days + 1)}
    busy, kind = {own.day for own in asker.own}, getattr(specialty, "pk", specialty)
    for day, place, free in places(first, last, specialty, doctor, row, terms):
        if day in busy and asker.channel in PUBLIC:
            continue  # whether his own coupon clashes depends on the times: below
        if place.is_shown or asker.channel not in PUBLIC:
            count(days[day], free, lambda place=place, free=free: reason_of(asker, place, free, terms))
    names = {name: value for name, value in (("specialty", specialty), ("doctor", doctor)) if value}
    for day in sorted(busy & days.keys()):
        days[day].is_own = any(own.day == day and kind in (None, own.specialty) for own in asker.own)
        if asker.channel in PUBLIC:
            for found in offers(asker, day, row, **names):
                count_offers(days[day], found)
    return list(days.values())


def reason_of(asker, place, free, terms):
    """Why the asker cannot have just any free coupon of this reception, whatever its time."""
    ahead = terms.now + dt.timedelta(days=9999)
    return reason(asker, place, Seat(ahead, ahead, is_taken=free == 0), terms)


def count_offers(day, found):
    """Add a reception coupon by coupon to its day, if the public is to see it."""
    if found.place.is_shown:
        for offer in found.coupons:
            count(day, int(offer.is_free), lambda offer=offer: offer.reason)


def count(day, free, why):
    """Add a reception or coupon to its day: one that can be ordered makes it green, a free one grey.

    `why`: asked for the reason only where it can still change the day, because a whole clinic has eight hundred receptions.
    """
    day.free += free
    if not free:
        day.state = FULL if day.state == CLOSED else day.state
    elif day.state != GREEN:
        code = why()
        if code is None:
            day.state, day.reason = GREEN, None
        elif day.state != GREY or ORDER[code] > ORDER[day.reason]:
            day.state, day.reason = GREY, code


def places(first, last, specialty, doctor, row, terms):
    """(day, the reception as the checks see it, free coupons still to come) of every reception given out."""
    released = {}
    found = counts(first, last, specialty=specialty, doctor=doctor, quota_online=row.quota_online,
                   quota_advance=row.quota_advance)
    for pk, day, kind, shown, referral, q, p, places, online, others, ahead in found:
        if day not in released:
            released[day] = terms.now >= release_of(row, day)
        share = Share(places, online, others, q, p, released[day])
        yield day, Place(pk, day, share, kind, is_shown=shown, needs_referral=referral), share.free if ahead is None else ahead
