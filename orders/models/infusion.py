from django.db import models
from django.db.models import Q

from emr.ids import new_id
from emr.models import Fact, error_is_explained
from emr.models.fields import ExactDecimalField


class Infusion(models.Model):
    """What is in one bag (or syringe) of an order that runs by rate: the order's dose in so many millilitres.

    The order says drug and amount; how fast it runs say its rates (`InfusionRate`). Never edited: another mixture is another
    order.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    request = models.OneToOneField("orders.MedicationRequest", models.PROTECT, related_name="infusion")
    bag_volume = ExactDecimalField(help_text="Millilitres in one bag or syringe, the drug included")
    diluent = models.CharField(max_length=120, blank=True, help_text="What the drug is diluted with; empty = the fluid itself")
    total_volume = ExactDecimalField(null=True, blank=True, help_text="Millilitres wanted in all; empty = until it is stopped")

    class Meta:
        constraints = [
            models.CheckConstraint(name="a_bag_holds_something", condition=Q(bag_volume__gt=0)),
            models.CheckConstraint(name="an_infusion_wants_something",
                                   condition=Q(total_volume__isnull=True) | Q(total_volume__gt=0)),
        ]

    def __str__(self):
        return f"{self.bag_volume} ml {self.diluent}".strip()


class InfusionRate(Fact):
    """How fast an infusion is to run from a moment on, until another rate is ordered. The history is kept.

    `rate` in `unit` as the doctor wrote it (ml/h, or a dose rate such as mcg/kg/min); `ml_per_hour` is what the pump is set to,
    worked out from the bag's concentration and, per kilogram, from the weight named here.
    """

    request = models.ForeignKey("orders.MedicationRequest", models.PROTECT, related_name="rates")
    since = models.DateTimeField()
    rate = ExactDecimalField()
    unit = models.CharField(max_length=20)
    ml_per_hour = ExactDecimalField()
    weight = ExactDecimalField(null=True, blank=True, help_text="Kilograms that the conversion rests on")
    weight_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            error_is_explained("infusionrate"),
            models.CheckConstraint(name="an_ordered_rate_runs", condition=Q(rate__gt=0, ml_per_hour__gt=0)),
            models.CheckConstraint(name="a_rate_by_weight_names_the_weight",
                                   condition=~Q(unit__contains="/kg") | Q(weight__isnull=False, weight_at__isnull=False)),
        ]
        indexes = [models.Index(fields=["request", "since"])]

    def __str__(self):
        return f"{self.rate} {self.unit}"
