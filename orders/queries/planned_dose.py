"""The dose plan: what is due when. Whether a dose was given is told by nursing, which reads these rows."""
from django.db.models import Exists, F, OuterRef, Q

from orders.models import MedicationHold, PlannedDose


def standing(rows=None):
    """Planned doses that still stand: the order is no error and was not stopped before the dose was due.

    `on_hold` beside each says whether a hold covers its time; such doses are shown, but not to be given.
    """
    rows = PlannedDose.objects.all() if rows is None else rows
    holds = MedicationHold.objects.live().filter(request=OuterRef("request"), since__lte=OuterRef("due_at")).filter(
        Q(until__isnull=True) | Q(until__gt=OuterRef("due_at")))
    return rows.filter(request__error_at__isnull=True).filter(
        Q(request__stopped_at__isnull=True) | Q(request__stopped_at__gt=F("due_at"))).annotate(on_hold=Exists(holds))


def due(encounters, *, since, until):
    """Standing doses of these stays or visits due from `since` up to but not at `until`, with order and drug; one query."""
    rows = PlannedDose.objects.filter(encounter__in=encounters, due_at__gte=since, due_at__lt=until)
    return standing(rows).select_related("request__medication", "request__prescriber").order_by("due_at", "pk")


def of_request(request, *, since=None, until=None):
    """The doses of one order, in order of time, whether they stand or not; one query."""
    rows = PlannedDose.objects.filter(request=getattr(request, "pk", request))
    if since:
        rows = rows.filter(due_at__gte=since)
    if until:
        rows = rows.filter(due_at__lt=until)
    return rows.order_by("due_at", "pk")


def next_of(request, at) -> PlannedDose | None:
    """The first dose of the order that is due after this moment."""
    return of_request(request).filter(due_at__gt=at).first()
