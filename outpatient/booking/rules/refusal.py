"""The sentence behind each reason: what stands in the way, and when or how it may change (R14)."""
import datetime as dt

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from emr import clock
from outpatient.booking import errors
from outpatient.booking.rules import hours
from outpatient.booking.rules.offer import is_taken
from outpatient.booking.rules.reasons import Asker, Place, Seat, Terms
from outpatient.booking.rules.terms import release_of

NEAREST = 3
WAYS = {
    "ONLINE_CLOSED": lambda a, p, s, t, row: errors.OnlineClosed(opens=hours.next_opening(row.online_hours, t.now) or "?"),
    "NOT_PUBLISHED": lambda a, p, s, t, row: errors.NotPublished() if p.is_published else errors.ReceptionNotPublished(),
    "NOT_IDENTIFIED": lambda a, p, s, t, row: errors.NotIdentified(),
    "ATTACHMENT_ENDS": lambda a, p, s, t, row: errors.AttachmentEnds(until=a.card_until),
    "AGE_LIMIT": lambda a, p, s, t, row: errors.AgeLimit(),
    "ONLINE_PAUSED": lambda a, p, s, t, row: errors.OnlinePaused(until=a.paused_until),
    "PAST": lambda a, p, s, t, row: errors.CouponInPast(at=s.starts_at),
    "SAME_DAY": lambda a, p, s, t, row: errors.SameDay(),
    "TOO_FAR": lambda a, p, s, t, row: errors.TooFar(opens=p.day - dt.timedelta(days=t.horizon_days)),
    "SESSION_CANCELLED": lambda a, p, s, t, row: errors.ReceptionCancelled(),
    "REFERRAL_VIA_REGISTRY": lambda a, p, s, t, row: errors.ReferralViaRegistry(),
    "REFERRAL_REQUIRED": lambda a, p, s, t, row: errors.ReferralRequired(),
    "ALREADY_REGISTERED": lambda a, p, s, t, row: errors.AlreadyRegistered(**_registered(a, p)),
    "TIME_CLASH": lambda a, p, s, t, row: errors.TimeClash(
        at=next(own.starts_at for own in a.own if own.starts_at < s.ends_at and s.starts_at < own.ends_at)),
    "MONTH_LIMIT": lambda a, p, s, t, row: errors.MonthLimit(limit=t.month_limit),
    "COUPON_TAKEN": lambda a, p, s, t, row: errors.CouponTaken(at=s.starts_at, free="?"),
    "ADVANCE_QUOTA_SPENT": lambda a, p, s, t, row: errors.AdvanceQuotaSpent(opens=release_of(row, p.day)),
    "ONLINE_QUOTA_SPENT": lambda a, p, s, t, row: errors.OnlineQuotaSpent(),
}


def refusal(code: str, asker: Asker, place: Place, seat: Seat, terms: Terms, row):
    """The refusal for a reason of rules.reasons; its text is what lists show beside a grey coupon. `row`: the setting."""
    found = WAYS[code](asker, place, seat, terms, row)
    found.data.setdefault("reason", code)
    return found


def _registered(asker, place):
    own = next(own for own in asker.own
               if own.reception == place.pk or (own.specialty == place.specialty is not None and own.day == place.day))
    return {"at": own.starts_at, "booking": own.code}


def nearest_free(coupons, seat) -> str:
    """The free times of the same reception that lie nearest, as they are told to who came too late (R3)."""
    free = [coupon.starts_at for coupon in coupons if not is_taken(coupon) and coupon.withdrawn_at is None and coupon.starts_at
            > clock.now()]
    near = sorted(sorted(free, key=lambda at: abs(at - seat.starts_at))[:NEAREST])
    return ", ".join(f"{localtime(at):%H:%M}" for at in near) or _("none")
