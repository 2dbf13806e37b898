"""Whom it hits when coupons are taken back, what could be given to them instead, and whom the registry has to telephone."""
import datetime as dt

from django.db.models import Exists, OuterRef, Subquery

from emr import clock
from emr.models import PatientContact
from outpatient.booking.models import Booking, CallTask, Coupon, Reception
from outpatient.booking.queries.reception import free_coupons

AHEAD = dt.timedelta(days=14)  # days in which another coupon is looked for


def _contact(kind, patient="patient"):
    return PatientContact.objects.filter(patient=OuterRef(patient), kind=kind, person="", ended_at__isnull=True).order_by("pk")


def hits(receptions=None, coupons=None):
    """Bookings that lose their coupon: not yet begun, without holds; each with `has_email` and `phone`, by time. One query."""
    rows = Booking.objects.standing().filter(encounter__isnull=True, held_until__isnull=True, main__isnull=True)
    rows = rows.filter(reception__in=receptions) if receptions is not None else rows
    rows = rows.filter(coupon__in=coupons) if coupons is not None else rows
    return rows.select_related("patient", "coupon", "reception__doctor", "reception__specialty").annotate(
        has_email=Exists(_contact("email")), phone=Subquery(_contact("phone").values("value")[:1])).order_by(
            "coupon__starts_at", "pk")


def receptions_of(doctor, first, last):
    """The doctor's receptions of these days that are not over yet."""
    return Reception.objects.standing().filter(doctor=doctor, day__gte=first, day__lte=last, ends_at__gt=clock.now(
        )).select_related(
        "doctor", "department", "specialty").order_by("starts_at")


def instead_of(specialty, first, last, without=()):
    """Free coupons of the specialty from `first` on, up to two weeks after `last`; not in the receptions `without`. One query."""
    rows = free_coupons().filter(reception__specialty=specialty, reception__day__gte=first, reception__day__lte=last + AHEAD)
    return rows.exclude(reception__in=without)[:600]


def removed_by(reception, starts_at, ends_at):
    """Coupons of the reception that would not lie within the new times."""
    return [row for row in Coupon.objects.filter(reception=reception, withdrawn_at__isnull=True)
            if row.starts_at < starts_at or row.ends_at > ends_at]


def offer_for(booking) -> Booking | None:
    """The substitute's coupon that is kept for the patient of a booking which the clinic cancelled;

    None when none is (any more).
    """
    return Booking.objects.standing().filter(holder=holder_of(booking), held_until__isnull=False).select_related(
        "coupon__reception__doctor").first()


def holder_of(booking) -> str:
    """The key under which the substitute's coupon is kept."""
    return f"offer:{getattr(booking, 'pk', booking)}"


def calls_to_make(actor=None):
    """Patients whom the registry has to tell by telephone that their coupon is void, the nearest coupon first."""
    return CallTask.objects.filter(done_at__isnull=True, booking__day__gte=clock.today()).select_related(
        "booking__patient", "booking__coupon", "booking__reception__doctor").annotate(
        phone=Subquery(_contact("phone", "booking__patient").values("value")[:1])).order_by("booking__coupon__starts_at", "pk")


def withdrawn(actor=None):
    """Coupons held back with a named reason from today on (R89), by time."""
    return Coupon.objects.filter(withdrawn_at__isnull=False, starts_at__gte=clock.start_of(clock.today()),
                                 reception__cancelled_at__isnull=True).select_related("reception__doctor").order_by(
                                     "starts_at", "pk")
