"""The rows a rounds note is filled from: the last hours of one stay (B5)."""
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef

from emr.models import Observation
from nursing.models import MedicationAdministration
from orders.laboratory.models import LabResult
from orders.models import PlannedDose


@dataclass
class Material:
    """What was measured, planned, done and found between two moments."""

    values: list = field(default_factory=list)  # vital signs and scores, oldest first
    doses: list = field(default_factory=list)  # planned doses without a live fact, with their order
    done: list = field(default_factory=list)  # doses refused or withheld
    results: list = field(default_factory=list)  # laboratory, released in the time
    seen: set = field(default_factory=set)


def material(stay, since, until) -> Material:
    """Four statements whatever the length of the stay."""
    fact = MedicationAdministration.objects.live().filter(dose=OuterRef("pk"))
    nothing = PlannedDose.objects.filter(encounter=stay, due_at__gte=since, due_at__lt=until,
                                         request__error_at__isnull=True).exclude(Exists(fact))
    return Material(
        values=list(Observation.objects.live().filter(encounter=stay, category__in=("vital-signs", "survey"), value__isnull=False,
                                                      effective_at__gte=since, effective_at__lt=until).order_by("effective_at")),
        doses=list(nothing.select_related("request__medication").order_by("due_at")),
        done=list(MedicationAdministration.objects.live().filter(encounter=stay, happened_at__gte=since, happened_at__lt=until)
                  .exclude(
            status=MedicationAdministration.Status.GIVEN).select_related("request__medication").order_by("happened_at")),
        results=list(LabResult.objects.live().filter(encounter=stay, released_at__gte=since, released_at__lt=until)
                     .select_related("test")
                     .order_by("test__name", "found_at")))
