"""Demo receptions: today and the next working days of every polyclinic doctor, with some coupons given out.

Demo data by rule, not from a real timetable: 8 to 14 o'clock, coupons of 15 minutes.
"""
import datetime as dt

from django.utils import timezone

from emr import clock
from emr.models import Department, Patient, StaffRole
from outpatient.booking.actions.booking import book_coupon, check_in
from outpatient.booking.actions.reception import publish_reception
from outpatient.booking.models import Booking, Reception
from outpatient.booking.queries.reception import free_coupons

BEGIN, END, MINUTES = dt.time(8), dt.time(14), 15
WORKING_DAYS, EVERY, ARRIVED = 5, 3, 2  # days after today; every third coupon is given; the first two of today have come


def publish_demo_receptions(*, by) -> int:
    """Publish what is missing of the demo receptions and give some coupons out; the number of new receptions.

    May be called again: a doctor's reception that is there already is left as it is, with its bookings.
    """
    patients = list(Patient.objects.filter(died_at__isnull=True, merged_into__isnull=True, is_unknown=False).order_by("number")[:200])
    made = 0
    for doctor, department in _doctors():
        for day in _days(clock.today()):
            begins, ends = (_moment(day, time) for time in (BEGIN, END))
            if ends <= clock.now() or Reception.objects.filter(doctor=doctor, starts_at__lt=ends, ends_at__gt=begins).exists():
                continue
            reception = publish_reception(by=by, department=department, doctor=doctor, room=str(101 + made % 30),
                                          starts_at=begins, ends_at=ends, minutes=MINUTES)
            _give_out(reception, patients[made % 7::7], by)
            made += 1
    return made


def _doctors():
    """(doctor, department) for everybody who holds the role of a doctor in a polyclinic department today, once each."""
    today, seen = clock.today(), {}
    roles = StaffRole.objects.filter(role="ward_doctor", department__kind=Department.Kind.OUTPATIENT, since__lte=today,
                                     staff__left_on__isnull=True).exclude(until__lt=today)
    for role in roles.select_related("staff", "department").order_by("staff__code", "department__code"):
        seen.setdefault(role.staff_id, (role.staff, role.department))
    return seen.values()


def _days(today):
    """Today and the five working days (Monday to Friday) after it."""
    days, day = [today], today
    while len(days) <= WORKING_DAYS:
        day += dt.timedelta(days=1)
        if day.weekday() < 5:
            days.append(day)
    return days


def _moment(day, time):
    return timezone.make_aware(dt.datetime.combine(day, time))


def _give_out(reception, patients, by):
    coupons = [row for row in free_coupons().filter(reception=reception) if row.number % EVERY == 1]
    for coupon, patient in zip(coupons, patients, strict=False):
        booking = book_coupon(coupon, patient, by=by, channel=Booking.Channel.PHONE if coupon.number % 2 else Booking.Channel.REGISTRY)
        if coupon in coupons[:ARRIVED] and clock.day_of(coupon.starts_at) == clock.today():
            check_in(booking, by=by)
