"""Orders with the status that follows from their times, in one query."""
import datetime as dt

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, Subquery, Value, When

from emr import clock
from orders.models import MedicationHold, MedicationRequest

ONE_DOSE_STANDS = dt.timedelta(hours=24)  # an order of one dose counts as done a day after its time

WAITING = ~Q(starts_on="") & Q(event_at__isnull=True)  # for the event that begins it
RUNNING = ("active", "on-hold", "waiting")


def with_status(rows=None, at=None):
    """Orders with `status` (FHIR medicationrequest-status), `held_since` and `hold_reason` beside them.

    entered-in-error, stopped (by `at`), waiting (for an event), completed (its end passed, or its one dose was due a day ago),
    on-hold, active.
    """
    at = at or clock.now()
    rows = MedicationRequest.objects.all() if rows is None else rows
    holds = MedicationHold.objects.live().filter(request=OuterRef("pk"), since__lte=at).filter(
        Q(until__isnull=True) | Q(until__gt=at)).order_by("since")
    single = Q(timing__has_key="once") & Q(starts_at__lte=at - ONE_DOSE_STANDS)
    return rows.annotate(
        held_since=Subquery(holds.values("since")[:1]), hold_reason=Subquery(holds.values("reason")[:1]),
        status=Case(
            When(error_at__isnull=False, then=Value("entered-in-error")),
            When(stopped_at__lte=at, then=Value("stopped")),
            When(WAITING, then=Value("waiting")),
            When(Q(ends_at__lte=at) | single, then=Value("completed")),
            When(Exists(holds), then=Value("on-hold")),
            default=Value("active"), output_field=CharField()))


def of_encounter(encounter, at=None):
    """All orders of a stay or visit with their status and drug: running ones first, then by time. One query."""
    rank = Case(When(status__in=RUNNING, then=Value(0)), default=Value(1))
    rows = with_status(at=at).filter(encounter=getattr(encounter, "pk", encounter))
    return rows.select_related("medication", "prescriber", "stopped_by").order_by(rank, "-starts_at", "-pk")


def of_patient(patient, at=None):
    """All orders of a patient, newest first, with their status and drug. One query."""
    rows = with_status(at=at).filter(patient=getattr(patient, "pk", patient))
    return rows.select_related("medication", "prescriber", "encounter").order_by("-authored_at", "-pk")


def running(encounters, at=None):
    """Orders that are active or on hold in these stays or visits. One query."""
    rows = with_status(at=at).filter(encounter__in=encounters, status__in=["active", "on-hold"])
    return rows.select_related("medication", "prescriber").order_by("starts_at", "pk")


def ending(encounters, *, hours=24, at=None):
    """Running orders of these stays whose end comes within so many hours and that were not renewed, the nearest first."""
    at = at or clock.now()
    renewed = MedicationRequest.objects.live().filter(replaces=OuterRef("pk"), stopped_at__isnull=True)
    soon = running(encounters, at).filter(ends_at__gt=at, ends_at__lte=at + dt.timedelta(hours=hours))
    return soon.filter(~Exists(renewed)).select_related("medication", "patient", "encounter").order_by("ends_at", "pk")


def waiting(encounters):
    """Orders of these stays that wait for the event that begins them, with patient and drug. One query."""
    return MedicationRequest.objects.live().filter(WAITING, encounter__in=encounters, stopped_at__isnull=True).select_related(
        "medication", "patient", "encounter", "prescriber").order_by("authored_at", "pk")


def to_plan_on(before):
    """Orders whose plan reaches no further than `before` and must go on: not stopped, not ended, stay not over."""
    return MedicationRequest.objects.filter(
        stopped_at__isnull=True, error_at__isnull=True, planned_until__isnull=False, planned_until__lt=before,
        encounter__finished_at__isnull=True).filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=F("planned_until"))).order_by("planned_until")
