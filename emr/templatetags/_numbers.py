"""How figures and times are written on pages and papers: one way for the whole product."""

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from emr import clock

THIN = "\u202f"  # narrow no-break space


def plain(value):
    """A number with the digits it was recorded with, in the decimal sign of the language; other things as they are."""
    if value is None:
        return ""
    text = format(value, "f") if isinstance(value, Decimal) else str(value)
    return (
        text.replace(".", formats.get_format("DECIMAL_SEPARATOR"))
        if text.lstrip("-").replace(".", "", 1).isdigit()
        else text
    )


def money(value, currency=""):
    """Two digits after the sign, thousands apart by a narrow space, then the currency."""
    if value in (None, ""):
        return ""
    amount = Decimal(value).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    text = f"{amount:,.2f}".replace(",", THIN).replace(".", formats.get_format("DECIMAL_SEPARATOR")).replace("-", "−")
    return f"{text}\u00a0{currency}" if currency else text


def local(moment):
    """The moment in the institution's zone."""
    return timezone.localtime(moment) if timezone.is_aware(moment) else moment


def clock_of(moment):
    """Hours and minutes on the ward's clock: 07:05."""
    if isinstance(moment, dt.time):
        return moment.strftime("%H:%M")
    return local(moment).strftime("%H:%M") if moment else ""


def day_and_clock(moment, always=True):
    """Day and time, 22.11 07:05; the year only when it is not this one; without `always` today is the time alone."""
    if not moment:
        return ""
    here, today = local(moment), clock.today()
    if here.date() == today and not always:
        return clock_of(moment)
    day = formats.date_format(here, "SHORT_DATE_FORMAT" if here.year != today.year else "MONTH_DAY_FORMAT")
    return f"{day} {clock_of(moment)}"


def full_moment(moment):
    """Day with year and time, for papers."""
    return f"{formats.date_format(local(moment), 'SHORT_DATE_FORMAT')} {clock_of(moment)}" if moment else ""


def duration(value):
    """Minutes (or a timedelta) as 2 h 05 min; above two days as days and hours."""
    if value in (None, ""):
        return ""
    minutes = round(value.total_seconds() / 60) if isinstance(value, dt.timedelta) else round(float(value))
    sign, minutes = ("−" if minutes < 0 else ""), abs(minutes)
    if minutes >= 2 * 24 * 60:
        return sign + _("%(days)d d %(hours)d h") % {"days": minutes // 1440, "hours": minutes % 1440 // 60}
    if minutes >= 60:
        return sign + _("%(hours)d h %(minutes)s min") % {"hours": minutes // 60, "minutes": f"{minutes % 60:02d}"}
    return sign + _("%(minutes)d min") % {"minutes": minutes}


def age(born, on=None):
    """Age in words: days in the first month, months in the first two years, then years.

    "age unknown" without a birth date. `on`: the day of reckoning, else today.
    """
    if not born:
        return _("age unknown")
    on = on or clock.today()
    days = (on - born).days
    if days < 31:
        return _("%(count)d d") % {"count": max(days, 0)}
    months = (on.year - born.year) * 12 + on.month - born.month - (on.day < born.day)
    if months < 24:
        return _("%(count)d mo") % {"count": months}
    return ngettext("%(count)d y", "%(count)d y", months // 12) % {"count": months // 12}
