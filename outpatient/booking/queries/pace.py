"""How long visits really were, and how many online bookings were missed, by doctor."""
import datetime as dt

from django.db.models import Count, F, Q

from emr import clock
from outpatient.booking.models import Booking, DoctorSetting

DAYS = dt.timedelta(days=60)


def durations(doctor, days=DAYS) -> list[float]:
    """Minutes of the doctor's finished visits with a coupon of the last days. One query."""
    rows = Booking.objects.filter(reception__doctor=doctor, day__gte=clock.today() - days,
                                  encounter__finished_at__isnull=False).values_list(
        "encounter__started_at", "encounter__finished_at")
    return [(ended - began).total_seconds() / 60 for began, ended in rows]


def missed_online(days=DAYS):
    """Doctor -> (online bookings whose day is over, how many of them nobody came to); cancelled ones do not count. One query."""
    today = clock.today()
    missed = Q(no_show_at__isnull=False) | Q(arrived_at__isnull=True, encounter__isnull=True)
    rows = Booking.objects.filter(channel=Booking.Channel.WEB, day__gte=today - days, day__lt=today, cancelled_at__isnull=True,
                                  held_until__isnull=True, main__isnull=True, reception__doctor__isnull=False)
    return {row["doctor"]: (row["booked"], row["missed"]) for row in rows.values(doctor=F("reception__doctor")).annotate(
        booked=Count("pk"), missed=Count("pk", filter=missed))}


def doctors():
    """Doctors with a setting, by specialty and name."""
    return DoctorSetting.objects.select_related("doctor", "specialty").filter(doctor__left_on__isnull=True).order_by(
        "specialty__name", "doctor__family", "pk")
