"""Who stands at the doors of offices, which places came free, and whose patients may still come."""
import datetime as dt

from django.db.models import Min

from emr import clock
from emr.errors import NotFound
from emr.models import Patient, Staff
from outpatient.booking.models import Booking, QueueEntry, Reception
from outpatient.booking.queries.booking import DESK


def receptions_today():
    """Receptions of today that stand, each with `step` (minutes of its shortest coupon), by time and doctor."""
    return Reception.objects.standing().filter(day=clock.today()).select_related("doctor", "department", "specialty").annotate(
        step=Min("coupons__minutes")).order_by("starts_at", "doctor__family", "pk")


def offices(actor):
    """Today's receptions at whose door the actor works: of his own and his departments; all at the desk."""
    rows = receptions_today()
    if isinstance(actor, Patient):
        return rows.none()
    if actor.kind == Staff.Kind.SYSTEM or actor.role_names & DESK:
        return rows
    return rows.filter(department__in=actor.department_ids) | rows.filter(doctor=actor)


def office(actor, pk) -> Reception:
    """One of them. Raises NotFound."""
    row = offices(actor).filter(pk=pk).first()
    if row is None:
        raise NotFound()
    return row


def entries_of(receptions) -> list[QueueEntry]:
    """Everybody who came to these receptions, in order of coming. One query."""
    return list(QueueEntry.objects.filter(reception__in=receptions).select_related(
        "patient", "encounter", "booking__encounter", "booking__coupon").order_by("came_at", "pk"))


def not_come(receptions):
    """Bookings of these receptions whose patient is not here, missed ones too, by time. One query."""
    return list(Booking.objects.filter(
        reception__in=receptions, cancelled_at__isnull=True, arrived_at__isnull=True, held_until__isnull=True, main__isnull=True,
        encounter__isnull=True).select_related("coupon").order_by("coupon__starts_at"))


def missed_and_expected(bookings, row, used) -> tuple[list, list[dt.datetime]]:
    """(coupons of who did not come within the grace, not yet used; times of those who still may come)."""
    missed, expected, now = [], [], clock.now()
    for booking in bookings:
        kept = booking.coupon.starts_at + dt.timedelta(minutes=max(row.grace_minutes, booking.coupon.minutes))
        if booking.no_show_at or kept <= now:
            if booking.coupon_id not in used:
                missed.append(booking.coupon)
        else:
            expected.append(booking.coupon.starts_at)
    return missed, expected


def queue(actor, *, reception):
    """Everybody at the door of one office, in order of coming, for programs. Raises NotFound."""
    return QueueEntry.objects.filter(reception=office(actor, reception)).select_related(
        "booking__encounter", "encounter").order_by("came_at", "pk")
