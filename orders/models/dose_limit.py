from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from emr.ids import new_id
from emr.models.fields import ExactDecimalField
from orders.models.safety_finding import Tier


class DoseLimit(models.Model):
    """How much of a drug is too much, or whom it is not for: by dose, day, weight, age, sex, kidney function, diagnosis.

    `target` is a key as in InteractionRule. The bounds say for whom the limit stands (all of them must hold; an unknown
    value of the patient makes no finding); a row without amounts says that the drug is not for these patients at all.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=140, unique=True)
    target = models.CharField(max_length=200, db_index=True)
    route = models.CharField(max_length=20, blank=True, help_text="Only by this route; empty: by any")
    per_dose = ExactDecimalField(null=True, blank=True)
    per_day = ExactDecimalField(null=True, blank=True)
    unit = models.CharField(max_length=20, blank=True)
    per_kilogram = models.BooleanField(default=False, help_text="The amounts are per kilogram of body weight")
    age_from = models.PositiveSmallIntegerField(null=True, blank=True, help_text="For patients of at least so many years")
    age_below = models.PositiveSmallIntegerField(null=True, blank=True, help_text="For patients younger than so many years")
    sex = models.CharField(max_length=10, blank=True, help_text="For patients of this sex")
    weight_below = ExactDecimalField(null=True, blank=True, help_text="For patients lighter than so many kilograms")
    egfr_below = ExactDecimalField(null=True, blank=True, help_text="For an eGFR below so many ml/min/1.73 m²")
    conditions = ArrayField(
        models.CharField(max_length=10), default=list, blank=True, help_text="Only with one of these ICD-10 codes"
    )
    unless = ArrayField(models.CharField(max_length=10), default=list, blank=True, help_text="Not with one of these ICD-10 codes")
    severity = models.CharField(max_length=40)
    tier = models.CharField(max_length=10, choices=Tier)
    sentence = models.TextField()
    told_by = models.CharField(max_length=300, help_text="The named source of the limit")
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="an_amount_of_a_limit_has_its_unit", condition=~Q(unit="") | Q(per_dose__isnull=True, per_day__isnull=True)
            )
        ]

    def __str__(self):
        return f"{self.target}: {self.sentence}"
