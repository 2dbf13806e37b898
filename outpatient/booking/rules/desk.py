"""The day as the desk sees it: every coupon with its state, and the sentence behind each free one that is not to be had (R79,
R13).
"""
import datetime as dt
from dataclasses import dataclass, field, replace

from emr import clock
from outpatient.booking.models import Booking, Coupon, Reception
from outpatient.booking.queries import desk as queries
from outpatient.booking.queries.seats import seats
from outpatient.booking.queries.setting import setting
from outpatient.booking.rules.offer import offers, place_of, seat_of
from outpatient.booking.rules.reasons import reason
from outpatient.booking.rules.refusal import refusal
from outpatient.booking.rules.terms import terms_of

FREE, OVER, REFUSED, TAKEN, HELD, OWN, WITHDRAWN, PAST = "free", "over", "refused", "taken", "held", "own", "withdrawn", "past"
ANY_REASON = "asked"  # stands for the reason that the registrar will give


@dataclass(frozen=True)
class Place:
    """One coupon on the desk: its state, whose it is, and why it is not simply given."""

    coupon: Coupon
    state: str
    booking: Booking | None = None
    code: str | None = None


@dataclass
class Office:
    """One reception on the desk; `whys`: (reason, sentence, can it be gone over) of its free coupons."""

    reception: Reception
    places: list[Place]
    whys: list[tuple[str, str, bool]] = field(default_factory=list)

    @property
    def free(self) -> int:
        return sum(place.state in (FREE, OVER, REFUSED) for place in self.places)


@dataclass(frozen=True)
class IdleOffice:
    """A reception under way: is its doctor without work, and whose places have come free because they did not come (R77)."""

    reception: Reception
    is_idle: bool
    missed: list[Booking]


def desk_day(asker, day: dt.date, **filters) -> list[Office]:
    """The receptions of the day for this patient (or anybody) by this channel. Three queries."""
    row = setting()
    found = offers(asker, day, row, **filters)
    names = queries.with_patients([offer.coupon.booked_id for each in found for offer in each.coupons if offer.coupon.booked_id])
    return [_office(asker, each, names, row, terms_of(row)) for each in found]


def _office(asker, found, names, row, terms):
    places = [_place(asker, found.place, offer, names, terms) for offer in found.coupons]
    whys = {}
    for place in places:
        if place.code and place.code not in whys:
            told = refusal(place.code, asker, found.place, seat_of(place.coupon), terms, row)
            whys[place.code] = (place.code, str(told), place.state == OVER)
    return Office(found.reception, places, list(whys.values()))


def _place(asker, place, offer, names, terms):
    coupon = offer.coupon
    if coupon.withdrawn_at:
        return Place(coupon, WITHDRAWN)
    if offer.is_taken:
        booking = names.get(coupon.booked_id)
        return Place(coupon, HELD if coupon.booked_until else OWN if offer.is_own else TAKEN, booking)
    if coupon.starts_at <= terms.now:
        return Place(coupon, PAST)
    if offer.reason is None:
        return Place(coupon, FREE)
    return Place(coupon, OVER if _may_go_over(asker, place, coupon, terms) else REFUSED, code=offer.reason)


def _may_go_over(asker, place, coupon, terms):
    return reason(replace(asker, override=ANY_REASON), place, seat_of(coupon, asker.holder), terms) is None


def judged(asker, coupon) -> tuple[str, bool]:
    """Why this asker cannot simply have the coupon, and can it be gone over; ("", False) when he can. Two queries."""
    row, rows = setting(), list(seats([coupon.reception_id]))
    found = next(one for one in rows if one.pk == coupon.pk)
    place, terms = place_of(found.reception, rows, row), terms_of(row)
    code = reason(asker, place, seat_of(found), terms)
    if code is None:
        return "", False
    error = refusal(code, asker, place, seat_of(found), terms, row)
    return str(error), _may_go_over(asker, place, found, terms)


def idle_offices() -> list[IdleOffice]:
    """Receptions under way that have no work, or places of who did not come within the grace (R77); the idle ones first.

    Three queries.
    """
    offices, row = list(queries.running()), setting()
    missed = {}
    for booking in queries.not_come([office.pk for office in offices]) if offices else []:
        grace = dt.timedelta(minutes=max(row.grace_minutes, booking.coupon.minutes))
        if booking.coupon.starts_at + grace <= clock.now():
            missed.setdefault(booking.reception_id, []).append(booking)
    found = [IdleOffice(office, not office.waits and not office.is_busy, missed.get(office.pk, [])) for office in offices]
    return sorted((office for office in found if office.is_idle or office.missed), key=lambda office: not office.is_idle)
