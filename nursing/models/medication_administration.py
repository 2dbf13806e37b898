from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from emr.models import Fact, error_is_explained
from emr.models.fields import ExactDecimalField


class MedicationAdministration(Fact):
    """What was done about one planned dose: given, refused by the patient, or withheld. One live fact per dose."""

    class Status(models.TextChoices):
        GIVEN = "given", _("given")
        REFUSED = "refused", _("refused")
        WITHHELD = "withheld", _("withheld")

    dose = models.ForeignKey("orders.PlannedDose", models.PROTECT, related_name="+")
    request = models.ForeignKey("orders.MedicationRequest", models.PROTECT, related_name="+")
    patient = models.ForeignKey("emr.Patient", models.PROTECT, related_name="+")
    encounter = models.ForeignKey("emr.Encounter", models.PROTECT, related_name="+")
    department = models.ForeignKey("emr.Department", models.PROTECT, null=True, blank=True, related_name="+")
    status = models.CharField(max_length=10, choices=Status)
    happened_at = models.DateTimeField()
    performer = models.ForeignKey("emr.Staff", models.PROTECT, related_name="+")
    witness = models.ForeignKey("emr.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    amount = ExactDecimalField(null=True, blank=True)
    unit = models.CharField(max_length=20, blank=True)
    route = models.CharField(max_length=20, blank=True)
    site = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    stock_move = models.OneToOneField("orders.StockMove", models.PROTECT, null=True, blank=True, related_name="+",
                                      help_text="The lot that was used; empty = own drug of the patient or no stock kept")
    basis = models.JSONField(null=True, blank=True, help_text="The value that the dose followed from: name, value, unit, at, row")
    own_drug = models.BooleanField(default=False, help_text="The patient's own: checked and recorded, no stock, no cost")

    class Meta:
        constraints = [
            error_is_explained("medicationadministration"),
            models.UniqueConstraint(fields=["dose"], condition=Q(error_at__isnull=True), name="one_live_fact_per_dose"),
            models.CheckConstraint(name="nothing_is_given_in_the_future", condition=Q(happened_at__lte=F("recorded_at"))),
            models.CheckConstraint(name="a_dose_not_given_has_its_reason", condition=Q(status="given") | ~Q(reason="")),
            models.CheckConstraint(name="the_witness_is_not_the_giver",
                                   condition=Q(witness__isnull=True) | ~Q(witness=F("performer"))),
            models.CheckConstraint(name="only_a_given_dose_uses_stock", condition=Q(stock_move__isnull=True) | Q(status="given")),
            models.CheckConstraint(name="an_own_drug_is_given_and_takes_no_stock",
                                   condition=Q(own_drug=False) | Q(status="given", stock_move__isnull=True)),
        ]
        indexes = [models.Index(fields=["encounter", "-happened_at"]), models.Index(fields=["request", "-happened_at"]),
                   models.Index(fields=["patient", "-happened_at"]), models.Index(fields=["happened_at"])]

    def __str__(self):
        return f"{self.status} {self.happened_at:%Y-%m-%d %H:%M}"
