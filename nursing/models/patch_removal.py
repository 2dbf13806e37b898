from django.db import models
from django.db.models import F, Q

from emr.models import Fact, error_is_explained


class PatchRemoval(Fact):
    """A patch that was given was taken off again. Until then it is on, and a new one of the same order is refused."""

    administration = models.ForeignKey("nursing.MedicationAdministration", models.PROTECT, related_name="removals")
    patient = models.ForeignKey("emr.Patient", models.PROTECT, related_name="+")
    encounter = models.ForeignKey("emr.Encounter", models.PROTECT, related_name="+")
    happened_at = models.DateTimeField()
    performer = models.ForeignKey("emr.Staff", models.PROTECT, related_name="+")
    witness = models.ForeignKey("emr.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            error_is_explained("patchremoval"),
            models.UniqueConstraint(fields=["administration"], condition=Q(error_at__isnull=True),
                                    name="a_patch_is_taken_off_once"),
            models.CheckConstraint(name="nothing_is_taken_off_in_the_future", condition=Q(happened_at__lte=F("recorded_at"))),
        ]

    def __str__(self):
        return f"{self.happened_at:%Y-%m-%d %H:%M}"
