"""Receptions and their coupons: the day by doctor, the days ahead, the next free coupon of each doctor."""
import datetime as dt

from django.db.models import Count, Exists, OuterRef, Prefetch, Q
from django.db.models.functions import TruncDate

from emr import clock
from emr.errors import NotFound
from outpatient.booking.models import Booking, Coupon, Reception
from outpatient.booking.queries import booking as bookings
from outpatient.booking.queries.day import bounds

GIVEN_OUT = {"reception__published_at__isnull": False, "reception__cancelled_at__isnull": True, "withdrawn_at__isnull": True}
AHEAD = 14  # days of the strip above a day


def _live(**names):
    return Booking.objects.standing().filter(**names)


def coupons():
    """Coupons with `taken`: has it a live booking?"""
    return Coupon.objects.annotate(taken=Exists(_live(coupon=OuterRef("pk")))).select_related(
        "reception__doctor", "reception__department", "reception__specialty")


def receptions(actor=None, *, day=None, department=None, doctor=None):
    """Published receptions, by day, doctor and time; of one day, department or doctor where asked."""
    rows = Reception.objects.standing().select_related("doctor", "department", "specialty")
    if day:
        begin, end = bounds(day)
        rows = rows.filter(starts_at__gte=begin, starts_at__lt=end)
    else:
        rows = rows.filter(ends_at__gte=clock.start_of(clock.today()))
    if department:
        rows = rows.filter(department=department)
    if doctor:
        rows = rows.filter(doctor=doctor)
    return rows.annotate(places=Count("coupons", distinct=True), given=Count(
        "coupons__bookings", filter=Q(coupons__bookings__cancelled_at__isnull=True, coupons__bookings__no_show_at__isnull=True),
        distinct=True)).order_by(
        "starts_at", "doctor__family", "pk")


def one(pk) -> Reception:
    """One published reception that was not cancelled. Raises NotFound."""
    row = Reception.objects.standing().select_related("doctor", "department", "specialty").filter(pk=pk).first()
    if row is None:
        raise NotFound()
    return row


def of_day(actor, day, department=None) -> list[Reception]:
    """Receptions of the day with `shown` coupons; each has `known`: its live booking, where the actor may know whose.

    Three queries.
    """
    known = bookings.visible(actor).filter(cancelled_at__isnull=True)
    shown = Coupon.objects.annotate(taken=Exists(_live(coupon=OuterRef("pk")))).order_by("number").prefetch_related(
        Prefetch("bookings", known, to_attr="known"))
    return list(receptions(actor, day=day, department=department).prefetch_related(
        Prefetch("coupons", shown, to_attr="shown")))


def coupons_of(actor, reception):
    """Coupons of one published reception in their order. Raises NotFound."""
    if not Reception.objects.standing().filter(pk=reception).exists():
        raise NotFound()
    return coupons().filter(reception=reception).order_by("number")


def coupon(actor, pk) -> Coupon:
    """One coupon of a published reception. Raises NotFound."""
    row = coupons().filter(pk=pk, **GIVEN_OUT).first()
    if row is None:
        raise NotFound()
    return row


def public_coupon(pk) -> Coupon:
    """One coupon of a published specialty and doctor, free or not. Raises NotFound for any other (R7)."""
    row = Coupon.objects.filter(pk=pk, reception__published_at__isnull=False, reception__specialty__is_published=True).exclude(
        reception__doctor__booking_setting__is_published=False).select_related(
        "reception__doctor", "reception__department", "reception__specialty").first()
    if row is None:
        raise NotFound()
    return row


def free_coupons():
    """Coupons to come of published receptions that nobody has, the nearest first."""
    return coupons().filter(taken=False, starts_at__gt=clock.now(), **GIVEN_OUT).order_by("starts_at")


def next_free() -> list[Coupon]:
    """The next free coupon of each doctor or room, the nearest first. One query."""
    nearest = free_coupons().order_by("reception__doctor_id", "reception__title", "starts_at").distinct(
        "reception__doctor_id", "reception__title")
    return sorted(nearest, key=lambda row: row.starts_at)


def days_ahead(day, department=None) -> list[dict]:
    """{day, places, free} for each day with receptions, from `day` on for two weeks. One query."""
    rows = Coupon.objects.filter(
        **GIVEN_OUT, starts_at__gte=clock.start_of(day),
        starts_at__lt=clock.start_of(day + dt.timedelta(days=AHEAD + 1)))
    if department:
        rows = rows.filter(reception__department=department)
    rows = rows.annotate(day=TruncDate("starts_at")).values("day").annotate(
        places=Count("pk", filter=Q(starts_at__gt=clock.now()), distinct=True),
        given=Count("bookings", filter=Q(bookings__cancelled_at__isnull=True, bookings__no_show_at__isnull=True,
                                         starts_at__gt=clock.now()), distinct=True))
    return [{"day": row["day"], "places": row["places"], "free": row["places"] - row["given"]} for row in rows.order_by("day")]


def counts_of_today() -> dict:
    """Booked, arrived and received today, and coupons of today still free. Two queries."""
    begin, end = bounds(clock.today())
    counted = _live(coupon__starts_at__gte=begin, coupon__starts_at__lt=end).aggregate(
        booked=Count("pk"), arrived=Count("pk", filter=Q(arrived_at__isnull=False, encounter__isnull=True)),
        received=Count("pk", filter=Q(encounter__isnull=False)))
    return counted | {"free": free_coupons().filter(starts_at__lt=end).count()}
