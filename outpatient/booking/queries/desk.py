"""What the registry's desk asks for: the nearest free coupons, offices without work, names, and the cards for the day."""
from django.db.models import Exists, OuterRef, Q, Subquery

from emr import clock
from outpatient.booking.models import Booking, Coupon, QueueEntry, Reception, Specialty
from outpatient.booking.models.queue_entry import INSIDE
from outpatient.booking.queries.day import bounds
from outpatient.booking.queries.reception import free_coupons
from outpatient.models import Card, Visit


def specialties():
    """What coupons are given for, by name. One query."""
    return list(Specialty.objects.order_by("name"))


def with_patients(ids) -> dict:
    """These bookings by id, each with its patient. One query."""
    return Booking.objects.select_related("patient").in_bulk(ids)


def nearest_today() -> list[Coupon]:
    """The nearest free coupon of each specialty today, the earliest first (R30). One query."""
    _begin, end = bounds(clock.today())
    found = free_coupons().filter(starts_at__lt=end).select_related("reception__specialty", "reception__doctor").order_by(
        "reception__specialty_id", "starts_at").distinct("reception__specialty_id")
    return sorted(found, key=lambda coupon: coupon.starts_at)


def running():
    """Receptions under way, by doctor, each with `waits` (somebody has come) and `is_busy` (somebody is in the room)."""
    now = clock.now()
    came = QueueEntry.objects.waiting().filter(reception=OuterRef("pk")).exclude(kind=QueueEntry.Kind.ASKER)
    in_room = QueueEntry.objects.filter(INSIDE, reception=OuterRef("pk"), booking__encounter__finished_at__isnull=True,
                                        encounter__finished_at__isnull=True)
    inside = Visit.objects.filter(doctor=OuterRef("doctor"), encounter__finished_at__isnull=True,
                                  encounter__error_at__isnull=True, encounter__started_at__gte=clock.start_of(clock.today()))
    return Reception.objects.standing().filter(starts_at__lte=now, ends_at__gt=now).annotate(
        waits=Exists(came), is_busy=Exists(inside) | Exists(in_room)).select_related(
            "doctor", "department", "specialty").order_by("doctor__family", "pk")


def not_come(receptions):
    """Bookings of these receptions whose time has begun and whose patient has not come, the earliest first. One query."""
    return Booking.objects.standing().filter(
        reception__in=receptions, arrived_at__isnull=True, encounter__isnull=True, held_until__isnull=True,
        coupon__starts_at__lte=clock.now()).select_related("patient", "coupon").order_by("coupon__starts_at")


def cards_of(day):
    """Bookings of the day, office by office, each with the number of the patient's open card (R99). One query."""
    card = Card.objects.filter(patient=OuterRef("patient"), closed_at__isnull=True)
    return Booking.objects.standing().filter(Q(main__isnull=True), day=day, held_until__isnull=True).annotate(
        card_number=Subquery(card.values("number")[:1])).select_related(
        "patient", "coupon", "reception__doctor", "reception__department").order_by(
        "reception__doctor__family", "reception__starts_at", "reception", "coupon__starts_at")
