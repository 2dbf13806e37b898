"""Which coupon suits whom on the waiting list, and why nothing is offered (spec booking 18)."""
import datetime as dt

from django.utils import timezone

from emr import clock
from outpatient.booking.models import WaitingEntry
from outpatient.booking.queries.setting import setting
from outpatient.booking.rules.asker import asker
from outpatient.booking.rules.calendar import FULL, GREEN, GREY, calendar

BEFORE_THE_PUBLIC = dt.timedelta(minutes=3)  # the list is asked first; without a worker the coupon opens by itself


def suits(entry: WaitingEntry, coupon) -> bool:
    """Is the coupon of the doctor, the weekday and the hours that the patient asked for?"""
    begins = timezone.localtime(coupon.starts_at)
    return ((entry.doctor_id is None or entry.doctor_id == coupon.reception.doctor_id)
            and (not entry.weekdays or begins.isoweekday() in entry.weekdays)
            and (entry.time_from is None or begins.time() >= entry.time_from)
            and (entry.time_until is None or begins.time() < entry.time_until))


def why_none(entry: WaitingEntry) -> str:
    """Why the patient has no offer now: "free" (he may order himself), a reason of rules.reasons, "taken" or "no-reception"."""
    row, today = setting(), clock.today()
    filters = {"specialty": entry.specialty_id} | ({"doctor": entry.doctor_id} if entry.doctor_id else {})
    days = calendar(asker(entry.patient_id, "web"), today + dt.timedelta(days=1), today + dt.timedelta(days=row.horizon_days),
                    row=row, **filters)
    states = {day.state for day in days}
    if GREEN in states:
        return "free"
    if GREY in states:
        return next(day.reason for day in days if day.state == GREY)
    return "taken" if FULL in states else "no-reception"
