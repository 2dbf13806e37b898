"""What bears the costs of the house: bed-days and visits that were charged."""
from django.db.models import Count

from billing.models import ChargeItem, OverheadRun
from emr.models import Department

BEARERS = ("bed-day", "visit", "house-call", "emergency")


def bases(since, until) -> dict[str, int]:
    """Standing bed-days and visits of a span of days, by the code of their department."""
    rows = ChargeItem.objects.filter(kind__in=BEARERS, occurred_on__gte=since, occurred_on__lte=until, reverses__isnull=True,
                                     reversed_by__isnull=True, department__isnull=False)
    return dict(rows.order_by().values_list("department__code").annotate(n=Count("pk")))


def departments() -> list[str]:
    """Codes of departments that can hold a rate."""
    return list(Department.objects.values_list("code", flat=True))


def runs(actor=None):
    """Runs, the newest first."""
    return OverheadRun.objects.select_related("made_by").order_by("-made_at")
