"""Counts that were made: who counted what where, and what was missing."""
from django.db.models import Count, Q

from orders.models import StockCount


def counts(departments):
    """Counts made in these departments, newest first, with how many lots were counted and how many differed."""
    return StockCount.objects.live().filter(department__in=departments).select_related(
        "department", "recorded_by", "witness").annotate(
            lots=Count("lines"), differing=Count("lines", filter=Q(lines__move__isnull=False))).order_by("-counted_at", "-pk")


def lines(count):
    """The lines of a count, those that differ first."""
    return count.lines.select_related("lot__medication", "move__mirrored_by").order_by(
        "move", "lot__medication__name", "lot__expires_on", "pk")
