from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from emr.models import Fact, error_is_explained


class DoseEffect(Fact):
    """Whether a drug given as needed helped, as the nurse saw it later (D10). One live answer per giving."""

    class Effect(models.TextChoices):
        HELPED = "helped", _("helped")
        PARTLY = "partly", _("helped partly")
        NONE = "none", _("did not help")
        WORSE = "worse", _("worse than before")

    administration = models.ForeignKey("nursing.MedicationAdministration", models.PROTECT, related_name="effects")
    effect = models.CharField(max_length=10, choices=Effect)
    happened_at = models.DateTimeField()
    performer = models.ForeignKey("emr.Staff", models.PROTECT, related_name="+")
    observation = models.ForeignKey("emr.Observation", models.PROTECT, null=True, blank=True, related_name="+",
                                    help_text="The value measured since, on which the answer rests")
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            error_is_explained("doseeffect"),
            models.UniqueConstraint(fields=["administration"], condition=Q(error_at__isnull=True),
                                    name="one_live_effect_per_giving"),
        ]

    def __str__(self):
        return self.effect
