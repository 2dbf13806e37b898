"""Missed visits, and what was decided after them (R75). Only visits that somebody noted as missed count: never what the clinic
cancelled, never what the patient cancelled, however late (A25)."""
import datetime as dt

from django.db.models import Count, Exists, Max, OuterRef, Q, Subquery

from emr import clock
from emr.models import Patient
from outpatient.booking.models import AccountPatient, Booking, NoShowDecision
from outpatient.booking.queries.account import in_account

WINDOW = dt.timedelta(days=90)


def missed():
    """Visits of the last 90 days that were noted as missed, once each."""
    return Booking.objects.filter(no_show_at__isnull=False, cancelled_at__isnull=True, held_until__isnull=True, main__isnull=True,
                                  day__gt=clock.today() - WINDOW)


def proposals():
    """Patients with an account and a missed visit nobody has decided on: `missed` in 90 days, `last_day`, `decided`. One query.

    Only who has an account, or is in one, can be told and can object (A22).
    """
    undecided = missed().filter(patient=OuterRef("pk")).exclude(pk__in=NoShowDecision.objects.values("last_missed"))
    mine = missed().filter(patient=OuterRef("pk")).order_by().values("patient")
    with_account = Q(user__isnull=False) | Exists(AccountPatient.objects.standing().filter(patient=OuterRef("pk")))
    return Patient.objects.filter(with_account, Exists(undecided), merged_into__isnull=True, died_at__isnull=True).annotate(
        missed=Subquery(mine.annotate(n=Count("pk")).values("n")), last_day=Subquery(mine.annotate(last=Max("day"))
                                                                                     .values("last"))
    ).order_by("-missed", "-last_day", "pk")


def of_patient(patient) -> list[Booking]:
    """His missed visits of the window, the last one first."""
    return list(missed().filter(patient=patient).select_related("coupon").order_by("-coupon__starts_at"))


def undecided(patient) -> Booking | None:
    """The last missed visit nobody has decided on."""
    return missed().filter(patient=patient).exclude(pk__in=NoShowDecision.objects.values("last_missed")).order_by(
        "-coupon__starts_at").first()


def decisions(holder):
    """What was decided about the account's patients, as they read it, the newest first."""
    return NoShowDecision.objects.filter(in_account(holder)).select_related("patient", "last_missed__coupon",
                                                                            "decided_by").order_by("-decided_at")


def objections():
    """Objections nobody has answered, the oldest first."""
    return NoShowDecision.objects.filter(objected_at__isnull=False, answered_at__isnull=True).select_related(
        "patient", "decided_by", "last_missed__coupon").order_by("objected_at")


def must_confirm():
    """A condition on bookings: a decision stands that the patient confirms online orders on the eve."""
    now = clock.now()
    return Exists(NoShowDecision.objects.filter(patient=OuterRef("patient"), step=NoShowDecision.Step.CONFIRM,
                                                lifted_at__isnull=True, decided_at__lte=OuterRef("booked_at"), until__gt=now))


def has_to_confirm(booking) -> bool:
    """Is this an online order that its patient has to confirm, and has not?"""
    return Booking.objects.filter(must_confirm(), pk=booking.pk, channel=Booking.Channel.WEB, confirmed_at__isnull=True).exists()
