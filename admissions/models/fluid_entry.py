from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from emr.models import Fact, error_is_explained


class FluidEntry(Fact):
    """What a patient drank, or what left him, in millilitres; infusions given flow into the balance by themselves (B8)."""

    class Kind(models.TextChoices):
        ORAL = "oral", _("drunk")
        FEED = "feed", _("tube feed")
        BLOOD = "blood", _("blood product")
        OTHER_IN = "other-in", _("other, in")
        URINE = "urine", _("urine")
        DRAIN = "drain", _("drain")
        VOMIT = "vomit", _("vomit")
        STOOL = "stool", _("stool")
        OTHER_OUT = "other-out", _("other, out")

    OUT = (Kind.URINE, Kind.DRAIN, Kind.VOMIT, Kind.STOOL, Kind.OTHER_OUT)

    encounter = models.ForeignKey("emr.Encounter", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    ml = models.PositiveIntegerField()
    happened_at = models.DateTimeField()

    class Meta:
        constraints = [error_is_explained("fluidentry"),
                       models.CheckConstraint(name="a_fluid_entry_is_1_to_10000_ml", condition=Q(ml__gte=1, ml__lte=10_000))]
        indexes = [models.Index(fields=["encounter", "-happened_at"])]

    def __str__(self):
        return f"{self.get_kind_display()} {self.ml} ml"

    @property
    def is_out(self):
        return self.kind in self.OUT
