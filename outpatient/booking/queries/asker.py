"""What is known of a patient who wants a coupon: his card, his pause, his referrals, his bookings."""
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import JSONArray, JSONObject

from emr import clock
from emr.models import Patient
from orders.models import ServiceRequest
from outpatient.booking.models import Booking, OnlinePause, Specialty, WaitingEntry
from outpatient.booking.queries.notice import mails_of
from outpatient.models import Card


def facts(patient, without=None) -> dict:
    """Card, pause, referrals, bookings that count, what he waits for, and whether a mail may reach him. One query.

    `referred`: [specialty, referral] pairs, the oldest first; `bookings`: see `_bookings_that_count`. `without`: a booking being
    moved.
    """
    cards = Card.objects.filter(patient=OuterRef("pk"), closed_at__isnull=True)
    pauses = OnlinePause.objects.filter(patient=OuterRef("pk"), lifted_at__isnull=True, since__lte=clock.now()).order_by("-until")
    referred = open_referrals(without).filter(patient=OuterRef("pk"))
    return Patient.objects.filter(pk=patient).annotate(
        card=Subquery(cards.values("pk")[:1]), card_until=Subquery(cards.values("valid_until")[:1]),
        paused_until=Subquery(pauses.values("until")[:1]), referred=ArraySubquery(
            referred.values(pair=JSONArray("specialty", "pk"))),
        bookings=ArraySubquery(_bookings_that_count(without)),
        waits=Exists(WaitingEntry.objects.filter(patient=OuterRef("pk"), ended_at__isnull=True)),
        has_mail=Exists(mails_of(OuterRef("pk")))).values(
        "birth_date", "card", "card_until", "paused_until", "referred", "bookings", "waits", "has_mail").get()


def _bookings_that_count(without):
    """Bookings to come, missed ones too, and own online ones of this month; without cancelled ones and holds.

    Days and times as ISO text.
    """
    today = clock.today()
    rows = Booking.objects.filter(
        Q(day__gte=today) | Q(day__gte=today.replace(day=1), channel=Booking.Channel.WEB), patient=OuterRef("pk"),
        cancelled_at__isnull=True, main__isnull=True, held_until__isnull=True)
    if without is not None:
        rows = rows.exclude(pk=without.pk)
    return rows.order_by("coupon__starts_at").values(row=JSONObject(
        day="day", specialty="specialty", reception="reception", code="code", channel="channel",
        is_missed=Q(no_show_at__isnull=False), starts_at="coupon__starts_at", minutes="coupon__minutes"))


def open_referrals(without=None):
    """Referrals to a specialty that are neither cancelled nor used by a live booking; each with its `specialty`."""
    used = Booking.objects.standing().filter(referral=OuterRef("pk"))
    if without is not None:
        used = used.exclude(pk=without.pk)
    specialty = Specialty.objects.filter(code=OuterRef("code"))
    return ServiceRequest.objects.live().filter(category=ServiceRequest.Category.REFERRAL, cancelled_at__isnull=True).annotate(
        specialty=Subquery(specialty.values("pk")[:1]), used=Subquery(used.values("pk")[:1])).filter(
        specialty__isnull=False, used__isnull=True).order_by("authored_at")
