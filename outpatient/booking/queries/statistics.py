"""What the statistics count: receptions of some days, their bookings, who came, and refused orders (R100)."""
from django.db.models import Count, Q

from outpatient.booking.models import Booking, Reception, RefusedOrder
from outpatient.booking.queries.day import bounds


def receptions(first, last, *, doctor=None, specialty=None):
    """Receptions of these days that stand, each with `places` (coupons not withdrawn). One query."""
    rows = Reception.objects.standing().filter(day__gte=first, day__lte=last)
    for name, value in (("doctor", doctor), ("specialty", specialty)):
        if value:
            rows = rows.filter(**{name: value})
    return list(rows.select_related("doctor__booking_setting", "specialty").annotate(
        places=Count("coupons", filter=Q(coupons__withdrawn_at__isnull=True))).order_by("starts_at", "pk"))


def bookings(rows) -> list[Booking]:
    """Bookings of these receptions that were not cancelled, missed ones too, by time. One query."""
    return list(Booking.objects.filter(reception__in=rows, cancelled_at__isnull=True, held_until__isnull=True).select_related(
        "coupon", "encounter").order_by("coupon__starts_at", "pk"))


def withdrawn(rows) -> list[Booking]:
    """Bookings of these receptions that were cancelled by or for the patient and not moved to another time, by time.

    One query.
    """
    return list(Booking.objects.filter(
        reception__in=rows, cancelled_at__isnull=False, cancelled_by_clinic=False, held_until__isnull=True, main__isnull=True,
        rescheduled_to__isnull=True).select_related("coupon").order_by("coupon__starts_at", "pk"))


def refusals(first, last, *, doctor=None, specialty=None) -> list[RefusedOrder]:
    """Orders refused on these days, the earliest first. One query."""
    rows = RefusedOrder.objects.filter(at__gte=bounds(first)[0], at__lt=bounds(last)[1])
    for name, value in (("doctor", doctor), ("specialty", specialty)):
        if value:
            rows = rows.filter(**{f"coupon__reception__{name}": value})
    return list(rows.select_related("coupon__reception__doctor").order_by("at", "pk"))
