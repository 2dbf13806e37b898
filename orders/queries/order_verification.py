"""Orders that a pharmacist verifies: which wait, which were asked back, and what was said last of each."""
from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Exists,
    ExpressionWrapper,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from emr import clock
from orders.models import MedicationRequest, OrderVerification

Kind = OrderVerification.Kind
FIRST = {"stat": 0, "asap": 1, "urgent": 2}
WAITING = "waiting"


def beside(rows):
    """The orders with `verification` beside them: "" (none asked for), waiting, questioned, answered, verified; and its words.

    Also the verbal order, where it is one. No query more than the rows themselves.
    """
    last = OrderVerification.objects.filter(request=OuterRef("pk")).order_by("-recorded_at", "-pk")
    said = Coalesce(Subquery(last.values("kind")[:1]), Value(WAITING), output_field=CharField())
    return rows.annotate(
        verification=Case(When(verified_by_policy__isnull=True, then=Value("")), default=said, output_field=CharField()),
        verification_text=Subquery(last.values("text")[:1])).select_related("verbal", "verified_by_policy")


def awaited():
    """For a query of orders: is it one that a pharmacist is to verify and has not? No query more than the rows themselves."""
    verified = OrderVerification.objects.filter(request=OuterRef("pk"), kind=Kind.VERIFIED)
    return ExpressionWrapper(Q(verified_by_policy__isnull=False) & ~Exists(verified), output_field=BooleanField())


def _running(rows, now):
    return rows.filter(error_at__isnull=True, stopped_at__isnull=True, verified_by_policy__isnull=False,
                       encounter__finished_at__isnull=True).filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now))


def queue():
    """Running orders that wait for the pharmacist, STAT first, then the oldest. One query."""
    rank = Case(*(When(priority=word, then=Value(n)) for word, n in FIRST.items()), default=Value(9), output_field=IntegerField())
    rows = beside(_running(MedicationRequest.objects.all(), clock.now())).filter(verification__in=[WAITING, Kind.ANSWERED])
    return rows.select_related("medication", "prescriber", "patient", "encounter__department", "verified_by_policy",
                               "verbal").order_by(
        rank, "authored_at", "pk")


def asked_back(doctor=None, departments=()):
    """Running orders that the pharmacist asked back: those of this doctor and of these departments; of all without. One query."""
    rows = beside(_running(MedicationRequest.objects.all(), clock.now())).filter(verification=Kind.QUESTIONED)
    if doctor is not None:
        rows = rows.filter(Q(prescriber=doctor) | Q(encounter__department__in=departments))
    return rows.select_related("medication", "prescriber", "patient", "encounter__department", "verified_by_policy",
                               "verbal").order_by(
        "authored_at", "pk")


def last_of(request) -> OrderVerification | None:
    """What was said last of this order."""
    return OrderVerification.objects.filter(request=request).select_related("recorded_by").order_by("-recorded_at", "-pk").first()


def said_of(request):
    """All that was said of this order, oldest first. One query."""
    return OrderVerification.objects.filter(request=request).select_related("recorded_by")
