from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from emr.models.fact import Fact, error_is_explained


class EncounterLocation(Fact):
    """Where the patient was, from when to when (half-open). Bed-days, boards and exposure reports read these rows.

    The open end of the present place is the only thing that is ever changed: it is closed by the move.
    """

    encounter = models.ForeignKey("emr.Encounter", models.PROTECT, related_name="locations")
    department = models.ForeignKey("emr.Department", models.PROTECT, related_name="+")
    ward = models.ForeignKey("emr.Ward", models.PROTECT, null=True, blank=True, related_name="+")
    bed = models.ForeignKey("emr.Bed", models.PROTECT, null=True, blank=True, related_name="+")
    during = DateTimeRangeField()

    class Meta:
        constraints = [
            error_is_explained("encounterlocation"),
            ExclusionConstraint(name="one_patient_per_bed", condition=Q(bed__isnull=False, error_at__isnull=True),
                                expressions=[("bed", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)]),
            ExclusionConstraint(name="one_place_at_a_time", condition=Q(error_at__isnull=True),
                                expressions=[("encounter", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)]),
        ]
        indexes = [models.Index(fields=["department"], name="present_places",
                                condition=Q(during__upper_inf=True, error_at__isnull=True))]

    def __str__(self):
        return str(self.bed or self.ward or self.department)
