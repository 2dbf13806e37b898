"""Why a coupon is not to be had: one ordered list of checks for every channel (spec booking 15).

The lists that people look at and the act that books ask the same function, so a coupon's shown reason is the act's answer.
The first check that fails is the one that is told.
"""
import datetime as dt
from dataclasses import dataclass, field

from outpatient.booking.rules.quota import Share

ONLINE = {"web"}
PUBLIC = {"web", "kiosk"}  # the patient acts by himself
ANYBODY = "anybody"  # any attached patient: what a visitor sees before he says who he is
STAFF = {"registry", "doctor"}  # may go over some rules, saying why


@dataclass(frozen=True)
class Own:
    """A live booking that the patient has already."""

    day: dt.date
    specialty: object
    reception: object
    starts_at: dt.datetime
    ends_at: dt.datetime
    code: str = ""


@dataclass(frozen=True)
class Asker:
    """Who asks, by which channel, and what he has. `patient` None: a visitor who has not said who he is."""

    channel: str
    patient: object = None
    has_card: bool = False
    card_until: dt.date | None = None
    birth_date: dt.date | None = None
    paused_until: dt.datetime | None = None
    own: tuple[Own, ...] = ()
    online_by_month: dict = field(default_factory=dict)  # (year, month) -> own online bookings that count (R33)
    referrals: dict = field(default_factory=dict)  # specialty -> a referral to it that is not used
    waits: bool = False  # is on a waiting list
    has_mail: bool = True  # a mail may reach him
    override: str = ""  # why the registry or the doctor goes over a rule
    holder: str = ""  # the visitor's own hold is no obstacle to himself
    places: int = 1  # adjacent coupons that the visit needs (R40)

    def may_override(self, *channels) -> bool:
        return bool(self.override) and self.channel in channels


@dataclass(frozen=True)
class Terms:
    """The settings that the checks read (models.BookingSetting), and what follows from them and the clock."""

    now: dt.datetime
    today: dt.date
    is_open: bool
    horizon_days: int = 14
    same_day_online: bool = False
    month_limit: int = 2
    age_from: int | None = None
    age_to: int | None = None
    needs_card: bool = True


@dataclass(frozen=True)
class Place:
    """The reception whose coupon is asked for."""

    pk: object
    day: dt.date
    share: Share
    specialty: object = None
    is_published: bool = True
    is_cancelled: bool = False
    is_shown: bool = True  # its specialty and doctor are published (R7)
    needs_referral: bool = False


@dataclass(frozen=True)
class Seat:
    """The coupon itself."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    is_taken: bool = False
    is_withdrawn: bool = False
    reopens_at: dt.datetime | None = None


def _age_does_not_fit(asker, place, terms):
    if asker.birth_date is None:
        return False
    born, day = asker.birth_date, place.day
    age = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    return (terms.age_from is not None and age < terms.age_from) or (terms.age_to is not None and age >= terms.age_to)


def _clashes(asker, seat):
    return any(own.starts_at < seat.ends_at and seat.starts_at < own.ends_at for own in asker.own)


def _month_is_full(asker, place, terms):
    return bool(terms.month_limit) and asker.online_by_month.get((place.day.year, place.day.month), 0) >= terms.month_limit


# code -> does it forbid (asker, place, seat, terms)? In the order in which a clerk would say no.
CHECKS = {
    "ONLINE_CLOSED": lambda a, p, s, t: a.channel in ONLINE and not t.is_open,
    "NOT_PUBLISHED": lambda a, p, s, t: not p.is_published or (a.channel in PUBLIC and not p.is_shown),
    "NOT_IDENTIFIED": lambda a, p, s, t: a.channel in PUBLIC and (a.patient is None or (t.needs_card and not a.has_card)),
    "ATTACHMENT_ENDS": lambda a, p, s, t: a.channel in PUBLIC and a.card_until is not None and p.day > a.card_until,
    "AGE_LIMIT": lambda a, p, s, t: a.channel in PUBLIC and _age_does_not_fit(a, p, t),
    "ONLINE_PAUSED": lambda a, p, s, t: a.channel in ONLINE and a.paused_until is not None and a.paused_until > t.now,
    "PAST": lambda a, p, s, t: s.starts_at <= t.now,
    "SAME_DAY": lambda a, p, s, t: a.channel in ONLINE and not t.same_day_online and p.day <= t.today,
    "TOO_FAR": lambda a, p, s, t: a.channel not in STAFF and p.day > t.today + dt.timedelta(days=t.horizon_days),
    "SESSION_CANCELLED": lambda a, p, s, t: p.is_cancelled or s.is_withdrawn,
    "REFERRAL_VIA_REGISTRY": lambda a, p, s, t: a.channel in ONLINE and p.share.q == 0,
    "REFERRAL_REQUIRED": lambda a, p, s, t: (p.needs_referral and a.channel != "doctor" and p.specialty not in a.referrals
                                             and not a.may_override("registry", "phone")),
    "ALREADY_REGISTERED": lambda a, p, s, t: (not a.may_override(*STAFF) and any(
        own.reception == p.pk or (p.specialty is not None and own.specialty == p.specialty and own.day == p.day)
        for own in a.own)),
    "TIME_CLASH": lambda a, p, s, t: a.channel in PUBLIC and _clashes(a, s),
    "MONTH_LIMIT": lambda a, p, s, t: a.channel in ONLINE and _month_is_full(a, p, t),
    "COUPON_TAKEN": lambda a, p, s, t: s.is_taken or (a.channel in ONLINE and s.reopens_at is not None and s.reopens_at > t.now),
    "ADVANCE_QUOTA_SPENT": lambda a, p, s, t: (a.channel != "doctor" and not a.may_override("registry")
                                               and p.share.advance_left < a.places),
    "ONLINE_QUOTA_SPENT": lambda a, p, s, t: a.channel in ONLINE and p.share.online_left < a.places,
}
# Reasons of the place, not of the person: a coupon with one of these is free all the same, and can be had through the registry
# (R14).
GREY = {"ONLINE_CLOSED", "NOT_IDENTIFIED", "ATTACHMENT_ENDS", "AGE_LIMIT", "ONLINE_PAUSED", "SAME_DAY", "TOO_FAR",
        "REFERRAL_VIA_REGISTRY",
        "REFERRAL_REQUIRED", "ALREADY_REGISTERED", "TIME_CLASH", "MONTH_LIMIT", "ADVANCE_QUOTA_SPENT", "ONLINE_QUOTA_SPENT"}


def reason(asker: Asker, place: Place, seat: Seat, terms: Terms) -> str | None:
    """The first reason why this asker cannot have this coupon now; None when he can."""
    return next((code for code, forbids in CHECKS.items() if forbids(asker, place, seat, terms)), None)
