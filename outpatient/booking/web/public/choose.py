"""Choosing: specialty, then doctor and day or day and doctor (A17), then the time."""
import datetime as dt

from django.utils.dateparse import parse_date

from emr import clock
from outpatient.booking.queries import specialty as queries
from outpatient.booking.queries.district import is_configured
from outpatient.booking.queries.setting import setting
from outpatient.booking.rules.asker import anybody, asker
from outpatient.booking.rules.calendar import calendar
from outpatient.booking.rules.choice import Choice, choices, nearest, time_lists
from outpatient.booking.web.public.visitor import HOLDER, page, public

WEEK = 7


def who_asks(request, without=None):
    """The visitor as the checks see him: the identified patient, else anybody who has a card here."""
    holder = request.session.get(HOLDER, "")
    return asker(request.visitor, "web", holder=holder, without=without) if request.visitor else anybody(holder=holder)


def horizon(row):
    """From today until the last day that can be ordered."""
    return clock.today(), clock.today() + dt.timedelta(days=row.horizon_days)


@public
def specialties(request):
    """The specialties that the institution shows, each with its next day (R7)."""
    row = setting()
    found = choices(who_asks(request), *horizon(row), row, lambda reception, specialty: specialty)
    rows = [(one, found.get(one.pk) or Choice()) for one in queries.published()]
    return page(request, "specialties.html", {"rows": rows, "setting": row})


@public
def specialty(request, code):
    """The doctors who receive (R12), each with the next free day; or first the day, then the doctor."""
    one, row = queries.one(code), setting()
    receptions = {found.pk: found for found in queries.receptions(one, *horizon(row))}
    whose = {pk: found.doctor or found.title for pk, found in receptions.items()}
    found = choices(who_asks(request), *horizon(row), row, lambda reception, _specialty: whose.get(reception), specialty=one)
    rows = [(doctor, found[doctor], _rooms(doctor, receptions.values())) for doctor in dict.fromkeys(whose.values())
            if doctor in found]
    return page(request, "specialty.html", {"specialty": one, "rows": rows, "setting": row,
                                            "is_empty": not any(each.free for _d, each, _r in rows),
                                            "has_districts": is_configured(one)})


def _rooms(doctor, receptions):
    """Where the doctor receives, each place once: (room, address of the building)."""
    return list(dict.fromkeys((found.room, found.place) for found in receptions if (found.doctor or found.title) == doctor))


@public
def days(request, code):
    """First the day: any doctor of the specialty."""
    return calendar_page(request, queries.one(code))


@public
def doctor(request, code, doctor_id):
    """First the doctor: his days, and the times of the chosen one."""
    one = queries.one(code)
    return calendar_page(request, one, queries.doctor(one, doctor_id))


def calendar_page(request, one, doctor=None, *, refusal=None, wanted=None, day=None, asks=None, **context):
    """The coloured calendar, and the times of a day with every free coupon and the reason of each that cannot be ordered.

    `refusal`: what was just refused, told above with the times nearest to `wanted`; `asks`: who asks, when he moves a coupon.
    """
    row, asks = setting(), asks or who_asks(request)
    filters = {"specialty": one} | ({"doctor": doctor} if doctor else {})
    weeks = calendar_weeks(asks, row, filters)
    shown = [found for week in weeks for found in week if found]
    day = day or asked_day(request, shown)
    lists = time_lists(asks, day, row, **filters) if day else []
    return page(request, "calendar.html", {
        "specialty": one, "doctor": doctor, "weeks": weeks, "day": day, "lists": [found for found in lists if not found.is_empty],
        "chosen": next((found for found in shown if found.day == day), None), "refusal": refusal, "setting": row,
        "near": nearest(lists, wanted) if wanted else [], "is_empty": not any(found.free for found in shown),
        "asks_referral": one.needs_referral and request.visitor is None} | context, status=refusal.status if refusal else 200)


def calendar_weeks(asks, row, filters):
    """Whole weeks, Monday first, until the week after the last day that can be ordered; None for days that are over."""
    today = clock.today()
    first = today - dt.timedelta(days=today.weekday())
    last = today + dt.timedelta(days=row.horizon_days + 1)
    last += dt.timedelta(days=WEEK - 1 - last.weekday())
    found = [None] * (today - first).days + calendar(asks, today, last, row=row, **filters)
    return [found[start:start + WEEK] for start in range(0, len(found), WEEK)]


def asked_day(request, shown) -> dt.date | None:
    """The day of `?day=`, else the first that can be ordered, else the first with a free coupon."""
    try:
        asked = parse_date(request.GET.get("day", ""))
    except ValueError:
        asked = None
    if asked in {found.day for found in shown}:
        return asked
    return next((found.day for state in ("green", "grey") for found in shown if found.state == state), None)
