from django.db import models
from django.db.models import Q

from billing.models.tariff import Tariff
from emr import clock
from emr.ids import new_id
from emr.models.fields import ExactDecimalField


class ChargeItem(models.Model):
    """One line of the ledger: what an executed fact cost. Posted lines are never changed (trigger); errors get a mirror.

    `source_kind`, `source_id` and `source_part` name the fact: a dose given, a bed-day (part = its date), a result.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey("billing.Account", models.PROTECT, related_name="items")
    patient = models.ForeignKey("emr.Patient", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=Tariff.Kind)
    text = models.CharField(max_length=300)
    department = models.ForeignKey("emr.Department", models.PROTECT, null=True, blank=True, related_name="+")
    source_kind = models.CharField(max_length=40)
    source_id = models.UUIDField()
    source_part = models.CharField(max_length=20, blank=True)
    quantity = ExactDecimalField()
    unit = models.CharField(max_length=20, blank=True)
    unit_price = models.DecimalField(max_digits=14, decimal_places=4)
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    tariff = models.ForeignKey("billing.Tariff", models.PROTECT, null=True, blank=True, related_name="+")
    lot = models.ForeignKey("orders.StockLot", models.PROTECT, null=True, blank=True, related_name="+")
    occurred_on = models.DateField(help_text="The institution's day on which the fact happened")
    posted_at = models.DateTimeField(default=clock.now)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="reversed_by")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source_kind", "source_id", "source_part"], condition=Q(reverses__isnull=True),
                                    name="one_charge_per_fact"),
            models.CheckConstraint(name="a_charge_is_priced_by_tariff_or_lot", condition=Q(tariff__isnull=False)
                                   | Q(lot__isnull=False)),
        ]
        indexes = [models.Index(fields=["account", "occurred_on"]), models.Index(fields=["occurred_on"]),
                   models.Index(fields=["patient"])]

    def __str__(self):
        return f"{self.text} {self.amount}"
