"""The table of the statistics: which figures there are, what each is called, and the rows it opens to (R100, A36)."""
from dataclasses import dataclass

from django.utils.translation import gettext as _

from outpatient.booking.models import Booking
from outpatient.booking.rules.statistics import Row, Statistics, mean, share


@dataclass(frozen=True)
class Figure:
    """One number with its unit, the rows it was counted from, and a remark."""

    key: str
    label: str
    value: float | None
    unit: str
    rows: list[Row]
    note: str = ""

    @property
    def count(self) -> int:
        """How many rows it opens to."""
        return len(self.rows)

    @property
    def shown(self) -> str:
        """One decimal, none where it is whole."""
        return "–" if self.value is None else f"{self.value:.1f}".removesuffix(".0")


def figures(found: Statistics) -> list[Figure]:
    """All figures, in the order of the page."""
    hours, online, places, cap = found.hours, len(found.online), found.places, found.cap
    patients = len(found.patients)
    rows = [
        Figure("patients", _("Patients per doctor-hour"), patients / hours if hours else None, "", found.patients,
               _("%(n)d patients in %(hours).1f hours") % {"n": patients, "hours": hours}),
        Figure("visits", _("Mean visit"), mean(found.patients), _("min"), found.patients),
        Figure("delay", _("Entered after the time of the coupon, mean"), mean(found.holders), _("min"), found.holders),
        Figure("waits", _("From coming to entering, mean"), mean(found.waits), _("min"), found.waits),
        Figure("late", _("Holders who came late"), len(found.late), "", found.late),
        Figure("idle", _("Doctor without a patient"), sum(row.minutes for row in found.idle), _("min"), found.idle),
        Figure("walk-ins", _("Received without a coupon"), len(found.walk_ins), "", found.walk_ins),
        Figure("askers", _("Just asked"), len(found.askers), "", found.askers, _minutes(found.askers)),
        Figure("online-places", _("Booked online, of all coupons"), share(online, places), "%", found.online,
               f"{online} / {places}"),
        Figure("online-cap", _("Booked online, of the online share"), share(online, cap), "%", found.online, f"{online} / {cap}"),
        Figure("missed", _("Did not come"), share(len(found.missed), len(found.due)), "%", found.missed,
               f"{len(found.missed)} / {len(found.due)}"),
        Figure("late-cancels", _("Cancelled after the reminder"), len(found.late_cancels), "", found.late_cancels),
        Figure("refusals", _("Refused orders"), len(found.refusals), "", found.refusals)]
    return rows + _by_channel(found) + _by_reason(found)


def _minutes(rows):
    value = mean(rows)
    return "" if value is None else _("%(minutes).1f min each") % {"minutes": value}


def _by_channel(found):
    rows = []
    for channel in Booking.Channel:
        booked, missed, due = (found.by_channel(of, channel) for of in (found.booked, found.missed, found.due))
        if booked:
            rows.append(Figure(f"channel-{channel}", _("Booked: %(channel)s") % {"channel": channel.label},
                               share(len(booked), len(found.booked)), "%", booked, f"{len(booked)} / {len(found.booked)}"))
            rows.append(Figure(f"missed-{channel}", _("Did not come: %(channel)s") % {"channel": channel.label},
                               share(len(missed), len(due)), "%", missed, f"{len(missed)} / {len(due)}"))
    return rows


def _by_reason(found):
    codes = {}
    for row in found.refusals:
        codes.setdefault(row.note, []).append(row)
    return [Figure(f"refused-{code}", _("Refused: %(reason)s") % {"reason": word(code)}, len(rows), "", rows)
            for code, rows in sorted(codes.items(), key=lambda item: -len(item[1]))]


def word(code) -> str:
    """A refusal's code as people read it."""
    return {
        "booking.online_quota_spent": _("online share used up"), "booking.advance_quota_spent": _("advance share used up"),
        "booking.coupon_taken": _("already taken"), "booking.already_registered": _("already registered that day"),
        "booking.month_limit": _("month limit"), "booking.same_day": _("for today, online"), "booking.too_far": _(
            "too far ahead"),
        "booking.referral_required": _("referral needed"), "booking.referral_via_registry": _("by referral at the registry"),
        "booking.time_clash": _("another coupon at that time"), "booking.online_closed": _("online orders closed"),
        "booking.online_paused": _("online orders paused"), "booking.not_identified": _("no card here"),
        "booking.coupon_in_past": _("time has passed"), "booking.session_cancelled": _("reception cancelled"),
    }.get(code, code)


def rows_of(found: Statistics, key: str) -> Figure | None:
    """The figure of this key; None for one that there is not."""
    return next((figure for figure in figures(found) if figure.key == key), None)
