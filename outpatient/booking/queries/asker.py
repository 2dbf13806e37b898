"""What is known of a patient who wants a coupon: his card, his pause, his referrals, his bookings."""
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, Subquery

from emr import clock
from emr.models import Patient
from orders.models import ServiceRequest
from outpatient.booking.models import Booking, OnlinePause, Specialty, WaitingEntry
from outpatient.booking.queries.notice import mails_of
from outpatient.models import Card


def facts(patient, without=None) -> dict:
    """Card, pause, open referrals, what he waits for, and whether a mail may reach him. One query."""
    cards = Card.objects.filter(patient=OuterRef("pk"), closed_at__isnull=True)
    pauses = OnlinePause.objects.filter(patient=OuterRef("pk"), lifted_at__isnull=True, since__lte=clock.now()).order_by("-until")
    referred = open_referrals(without).filter(patient=OuterRef("pk"))
    return Patient.objects.filter(pk=patient).annotate(
        card=Subquery(cards.values("pk")[:1]), card_until=Subquery(cards.values("valid_until")[:1]),
        paused_until=Subquery(pauses.values("until")[:1]), referred=ArraySubquery(referred.values("specialty")),
        waits=Exists(WaitingEntry.objects.filter(patient=OuterRef("pk"), ended_at__isnull=True)),
        has_mail=Exists(mails_of(OuterRef("pk")))).values(
        "birth_date", "card", "card_until", "paused_until", "referred", "waits", "has_mail").get()


def open_referrals(without=None):
    """Referrals to a specialty that are neither cancelled nor used by a live booking; each with its `specialty`."""
    used = Booking.objects.standing().filter(referral=OuterRef("pk"))
    if without is not None:
        used = used.exclude(pk=without.pk)
    specialty = Specialty.objects.filter(code=OuterRef("code"))
    return ServiceRequest.objects.live().filter(category=ServiceRequest.Category.REFERRAL, cancelled_at__isnull=True).annotate(
        specialty=Subquery(specialty.values("pk")[:1]), used=Subquery(used.values("pk")[:1])).filter(
        specialty__isnull=False, used__isnull=True).order_by("authored_at")


def bookings_that_count(patient) -> list[Booking]:
    """His bookings to come, missed ones too, and his own online ones of this month; without cancelled ones and holds. One query."""
    today = clock.today()
    return list(Booking.objects.filter(
        Q(day__gte=today) | Q(day__gte=today.replace(day=1), channel=Booking.Channel.WEB), patient=patient, cancelled_at__isnull=True,
        main__isnull=True, held_until__isnull=True).select_related("coupon"))
