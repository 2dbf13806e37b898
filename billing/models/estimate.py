from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from billing.models.tariff import Tariff
from emr import clock
from emr.ids import new_id
from emr.models.fields import ExactDecimalField


class Estimate(models.Model):
    """What a stay will probably cost, told before the treatment (G16). Frozen (trigger): only its stay may be named later, once.

    A changed plan is a new estimate that names the one it replaces. The sum is that of its lines (deferred trigger). `cases` are
    the accounts of finished stays with the diagnosis that stood beside it when it was made, `case_amounts` what each had cost by
    then.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=30, unique=True)
    patient = models.ForeignKey("emr.Patient", models.PROTECT, related_name="+")
    encounter = models.ForeignKey("emr.Encounter", models.PROTECT, null=True, blank=True, related_name="+")
    payer = models.ForeignKey("billing.Payer", models.PROTECT, related_name="+")
    diagnosis = models.CharField(max_length=40, blank=True, help_text="Beginning of a diagnosis code")
    priced_on = models.DateField(help_text="The day whose prices it is made of")
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    cases = ArrayField(models.UUIDField(), default=list, blank=True)
    case_amounts = ArrayField(models.DecimalField(max_digits=14, decimal_places=2), default=list, blank=True)
    made_at = models.DateTimeField(default=clock.now)
    made_by = models.ForeignKey("emr.Staff", models.PROTECT, related_name="+")
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="a_new_estimate_says_why", condition=Q(replaces__isnull=True) | ~Q(reason="")),
            models.CheckConstraint(name="each_case_of_an_estimate_has_its_cost", condition=Q(cases__len=F("case_amounts__len"))),
        ]
        indexes = [models.Index(fields=["patient", "-made_at"], name="billing_estimate_patient_idx")]

    def __str__(self):
        return self.number

    @property
    def median(self):
        """The lower median of the cases beside it, or None."""
        return sorted(self.case_amounts)[(len(self.case_amounts) - 1) // 2] if self.case_amounts else None


class EstimateLine(models.Model):
    """One expected thing of an estimate: asked for by the code of the price list, so that it meets the lines of the ledger."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    estimate = models.ForeignKey("billing.Estimate", models.PROTECT, related_name="lines")
    kind = models.CharField(max_length=12, choices=Tariff.Kind)
    code = models.CharField(max_length=80)
    text = models.CharField(max_length=300)
    quantity = ExactDecimalField()
    unit = models.CharField(max_length=20, blank=True)
    unit_price = models.DecimalField(max_digits=14, decimal_places=4)
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    tariff = models.ForeignKey("billing.Tariff", models.PROTECT, null=True, blank=True, related_name="+")
    lot = models.ForeignKey("orders.StockLot", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["estimate", "kind", "code"], name="each_thing_once_in_an_estimate"),
            models.CheckConstraint(name="an_estimate_is_priced_by_tariff_or_lot",
                                   condition=Q(tariff__isnull=False) | Q(lot__isnull=False)),
            models.CheckConstraint(name="something_is_expected", condition=Q(quantity__gt=0)),
        ]

    def __str__(self):
        return f"{self.text} {self.amount}"
