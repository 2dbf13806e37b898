"""What went in and out of a patient (B8)."""
from admissions.models import FluidEntry
from nursing.queries.infusion import infused_between


def entries(encounter, since, until):
    """What was drunk and what left, newest first."""
    return FluidEntry.objects.live().filter(encounter=encounter, happened_at__gte=since, happened_at__lt=until).select_related(
        "recorded_by").order_by("-happened_at", "-pk")


def infused(encounter, since, until):
    """Millilitres of infusions that ran in the time, from their own entries."""
    return infused_between(encounter, since, until)
