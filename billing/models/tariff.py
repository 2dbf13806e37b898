from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from emr.ids import new_id


class Payer(models.Model):
    """Who pays: the budget, an insurer, the patient. Prices may differ by payer; its class is for reports."""

    class Kind(models.TextChoices):
        BUDGET = "budget", _("Budget")
        INSURER = "insurer", _("Insurer")
        PATIENT = "patient", _("Patient")
        EMPLOYER = "employer", _("Employer")
        OTHER = "other", _("Other payer")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.OTHER)

    def __str__(self):
        return self.name


class Tariff(models.Model):
    """A price with the days on which it holds (FHIR ChargeItemDefinition). Never edited: a new price is a new row."""

    class Kind(models.TextChoices):
        BED_DAY = "bed-day", _("Bed-day")
        VISIT = "visit", _("Visit")
        HOUSE_CALL = "house-call", _("House call")
        EMERGENCY = "emergency", _("Emergency visit")
        LABORATORY = "laboratory", _("Laboratory test")
        PROCEDURE = "procedure", _("Procedure")
        SERVICE = "service", _("Service")
        DRUG = "drug", _("Drug")
        STAFF = "staff", _("Staff time")
        OVERHEAD = "overhead", _("Overhead")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    payer = models.ForeignKey("billing.Payer", models.PROTECT, null=True, blank=True, related_name="+", help_text="Empty = all")
    kind = models.CharField(max_length=12, choices=Kind)
    code = models.CharField(max_length=80, help_text="Department, test, procedure, product or grade; * = any of the kind")
    name = models.CharField(max_length=300)
    price = models.DecimalField(max_digits=14, decimal_places=2)
    valid = DateRangeField(help_text="Half-open: from the first day up to, not with, the last")
    is_demo = models.BooleanField(default=False)

    class Meta:
        constraints = [
            ExclusionConstraint(name="one_price_at_a_time", condition=Q(payer__isnull=False), expressions=[
                ("payer", RangeOperators.EQUAL), ("kind", RangeOperators.EQUAL), ("code", RangeOperators.EQUAL),
                ("valid", RangeOperators.OVERLAPS)]),
            ExclusionConstraint(name="one_common_price_at_a_time", condition=Q(payer__isnull=True), expressions=[
                ("kind", RangeOperators.EQUAL), ("code", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)]),
            models.CheckConstraint(name="a_price_is_not_negative", condition=Q(price__gte=0)),
        ]

    def __str__(self):
        return f"{self.name} {self.price}"
