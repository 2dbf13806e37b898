from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from emr.ids import new_id
from emr.models.fields import ExactDecimalField


class Ingredient(models.Model):
    """An active substance: what allergies, interactions and daily maxima are about."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=300, unique=True)
    name_ru = models.CharField(max_length=300, blank=True)
    atc = models.CharField(max_length=7, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name


class Medication(models.Model):
    """A product of the formulary: substance, strength and form, as it lies in the pharmacy."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=300, help_text="International name")
    name_ru = models.CharField(max_length=300, blank=True)
    trade_name = models.CharField(max_length=300, blank=True)
    # What else people and sending systems call it, lower case: "ns", "salbutamol 2.5mg nebulised".
    other_names = ArrayField(models.CharField(max_length=300), default=list, blank=True)
    atc = models.CharField(max_length=7, blank=True)
    form = models.CharField(max_length=120, blank=True)
    strength = models.CharField(max_length=200, blank=True)
    route = models.CharField(max_length=40, blank=True)
    # How much of `dose_unit` one stock unit (tablet, ampoule, vial) holds: 500 mg a tablet. Null = dispensed as such.
    dose_per_unit = ExactDecimalField(null=True, blank=True)
    dose_unit = models.CharField(max_length=20, blank=True)
    stock_unit = models.CharField(max_length=20, default="unit")
    is_high_risk = models.BooleanField(default=False)
    is_controlled = models.BooleanField(default=False)
    is_time_critical = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False)
    source = models.CharField(max_length=120, blank=True, help_text="Where the entry comes from")

    class Meta:
        ordering = ["name", "strength"]
        verbose_name = _("medication")

    def __str__(self):
        return f"{self.name} {self.strength}".strip()


class MedicationIngredient(models.Model):
    """How much of a substance a product holds."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    medication = models.ForeignKey("orders.Medication", models.PROTECT, related_name="ingredients")
    ingredient = models.ForeignKey("orders.Ingredient", models.PROTECT, related_name="products")
    amount = ExactDecimalField(null=True, blank=True)
    unit = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["medication", "ingredient"], name="one_row_per_ingredient")]

    def __str__(self):
        return str(self.ingredient)
