"""Judgements with the wait that followed: from the arrival to the first contact with a doctor (A3, H6)."""
import datetime as dt

from django.db.models import Case, DateTimeField, DurationField, ExpressionWrapper, F, OuterRef, Q, Subquery, Value, When

from admissions.models import EmergencyMoment, Triage
from emr import clock


def _waited(rows):
    """With `seen_at` (first contact, None while nobody came), `until` (that, the end of the visit, or now) and `waited`."""
    seen = EmergencyMoment.objects.live().filter(encounter=OuterRef("encounter"), kind=EmergencyMoment.Kind.FIRST_CONTACT)
    rows = rows.annotate(seen_at=Subquery(seen.order_by("happened_at").values("happened_at")[:1]))
    rows = rows.annotate(until=Case(When(seen_at__isnull=False, then=F("seen_at")), When(
        encounter__finished_at__isnull=False, then=F("encounter__finished_at")), default=Value(clock.now()),
                                    output_field=DateTimeField()))
    return rows.annotate(waited=ExpressionWrapper(F("until") - F("encounter__started_at"), output_field=DurationField()))


def seen_on(day):
    """The newest judgement of each emergency visit that began on that day, with its wait."""
    begin = clock.start_of(day)
    newest = Triage.objects.live().filter(encounter=OuterRef("encounter")).order_by("-happened_at", "-recorded_at").values("pk")[
        :1]
    rows = Triage.objects.live().filter(
        pk=Subquery(newest), longest_wait__isnull=False, encounter__started_at__gte=begin, encounter__error_at__isnull=True,
        encounter__started_at__lt=clock.start_of(day + dt.timedelta(days=1)))
    return _waited(rows)


def too_long(day):
    """Those of the day whose wait was longer than the level allowed at that time, the longest first."""
    allowed = ExpressionWrapper(F("longest_wait") * Value(dt.timedelta(minutes=1)), output_field=DurationField())
    return seen_on(day).annotate(allowed=allowed).filter(Q(waited__gt=F("allowed"))).select_related(
        "encounter__department").order_by("-waited")
