from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from emr import clock
from emr.ids import new_id


class Account(models.Model):
    """Where the charges of one encounter stand (FHIR Account), and on what terms: who pays, who pays a share, what is let off."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    encounter = models.OneToOneField("emr.Encounter", models.PROTECT, related_name="+")
    patient = models.ForeignKey("emr.Patient", models.PROTECT, related_name="+")
    payer = models.ForeignKey("billing.Payer", models.PROTECT, related_name="+")
    co_payer = models.ForeignKey("billing.Payer", models.PROTECT, null=True, blank=True, related_name="+")
    co_share = models.DecimalField(max_digits=5, decimal_places=2, default=Decimal(0),
                                   help_text="Per cent of each line the second payer takes")
    discount = models.DecimalField(max_digits=5, decimal_places=2, default=Decimal(0),
                                   help_text="Per cent let off of each line with a tariff")
    terms_reason = models.CharField(max_length=300, blank=True)
    number = models.CharField(max_length=30, unique=True)
    opened_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.CheckConstraint(name="a_share_has_its_payer", condition=Q(co_payer__isnull=True, co_share=0)
                                   | (Q(co_payer__isnull=False, co_share__gt=0, co_share__lte=100) & ~Q(co_payer=F("payer")))),
            models.CheckConstraint(name="a_discount_is_a_part", condition=Q(discount__gte=0, discount__lte=100)),
            models.CheckConstraint(name="a_discount_has_its_reason", condition=Q(discount=0) | ~Q(terms_reason="")),
        ]

    def __str__(self):
        return self.number
