"""What can be had: the coupons of a day, each with the reason why this asker cannot have it.

The same checks as the act that books (rules.reasons), on the same rows, so that nothing is offered that would be refused.
"""
from collections import defaultdict
from dataclasses import dataclass

from emr import clock
from outpatient.booking.models import Coupon, Reception
from outpatient.booking.queries.seats import seats
from outpatient.booking.queries.setting import setting
from outpatient.booking.rules.quota import Share
from outpatient.booking.rules.reasons import GREY, Asker, Place, Seat, reason
from outpatient.booking.rules.terms import release_of, terms_of


@dataclass(frozen=True)
class Offer:
    """A coupon as this asker sees it; `reason` None = he can have it."""

    coupon: Coupon
    reason: str | None
    is_taken: bool
    is_own: bool

    @property
    def is_free(self) -> bool:
        """Free coupons are always shown, even those that this asker cannot order (R13, R14)."""
        gone = self.is_taken or self.coupon.withdrawn_at is not None or self.coupon.is_past
        return not gone and (self.reason is None or self.reason in GREY)


@dataclass(frozen=True)
class ReceptionOffer:
    """A reception with its coupons as this asker sees them, and its quotas."""

    reception: Reception
    place: Place
    coupons: list[Offer]

    @property
    def free(self) -> int:
        return sum(offer.is_free for offer in self.coupons)

    @property
    def orderable(self) -> int:
        return sum(offer.reason is None for offer in self.coupons)


def offers(asker: Asker, day, row=None, **filters) -> list[ReceptionOffer]:
    """The receptions of the day with their coupons, by time and doctor. `filters`: of Reception, such as specialty, doctor.

    `row`: the institution's setting, when it was read already. Two queries without it.
    """
    row = row or setting()
    terms, found = terms_of(row), defaultdict(list)
    for coupon in seats(Reception.objects.standing().filter(day=day, **filters)):
        found[coupon.reception].append(coupon)
    return [_offered(asker, reception, coupons, row, terms) for reception, coupons in found.items()]


def _offered(asker, reception, coupons, row, terms):
    place = place_of(reception, coupons, row, asker.holder)
    return ReceptionOffer(reception, place, [_offer(asker, place, coupon, terms) for coupon in coupons])


def _offer(asker, place, coupon, terms):
    seat = seat_of(coupon, asker.holder)
    is_own = asker.patient is not None and coupon.booked_patient == asker.patient
    return Offer(coupon, reason(asker, place, seat, terms), seat.is_taken, is_own)


# -- from rows to what the checks read


def is_taken(coupon, holder="") -> bool:
    """Has somebody this coupon of `seats`? An expired hold, and the asker's own, leave it free."""
    if coupon.booked_id is None:
        return False
    return coupon.booked_until is None or (coupon.booked_until > clock.now() and not (holder and coupon.booked_holder == holder))


def seat_of(coupon, holder="") -> Seat:
    """A coupon of `seats` as the checks see it. For whom it is kept, it is open at once."""
    is_kept = bool(holder) and coupon.booked_holder == holder and not is_taken(coupon, holder)
    return Seat(coupon.starts_at, coupon.ends_at, is_taken=is_taken(coupon, holder), is_withdrawn=coupon.withdrawn_at is not None,
                reopens_at=None if is_kept else coupon.reopens_at)


def place_of(reception, coupons, row, holder="") -> Place:
    """A reception with all its coupons (of `seats`) as the checks see it."""
    taken = [coupon for coupon in coupons if is_taken(coupon, holder)]
    online = sum(coupon.booked_channel == "web" for coupon in taken)
    q, p = shares_of(reception, row)
    share = Share(places=sum(coupon.withdrawn_at is None for coupon in coupons), online=online, others=len(taken) - online, q=q,
                  p=p, released=clock.now() >= release_of(row, reception.day))
    doctor, specialty = _doctor_setting(reception), reception.specialty
    return Place(reception.pk, reception.day, share, specialty=reception.specialty_id,
                 is_published=reception.published_at is not None, is_cancelled=reception.cancelled_at is not None,
                 is_shown=(specialty is None or specialty.is_published) and (doctor is None or doctor.is_published),
                 needs_referral=specialty is not None and specialty.needs_referral)


def shares_of(reception, row) -> tuple[int, int]:
    """Online and advance share of a reception: its own, else the doctor's, the specialty's, the institution's (R26)."""
    levels = (reception, _doctor_setting(reception), reception.specialty, row)
    return tuple(next(value for level in levels if level is not None and (value := getattr(level, name)) is not None)
                 for name in ("quota_online", "quota_advance"))


def _doctor_setting(reception):
    return getattr(reception.doctor, "booking_setting", None)
