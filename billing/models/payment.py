from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from emr import clock
from emr.ids import new_id


class Payment(models.Model):
    """Money that came in, or went back: a deposit before the invoice, a payment, a refund that names what it gives back."""

    class Kind(models.TextChoices):
        DEPOSIT = "deposit", _("Deposit")
        PAYMENT = "payment", _("Payment")
        REFUND = "refund", _("Refund")

    class Method(models.TextChoices):
        CASH = "cash", _("Cash")
        CARD = "card", _("Card")
        TRANSFER = "transfer", _("Bank transfer")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=30, unique=True)
    account = models.ForeignKey("billing.Account", models.PROTECT, related_name="payments")
    payer = models.ForeignKey("billing.Payer", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind)
    method = models.CharField(max_length=8, choices=Method)
    amount = models.DecimalField(max_digits=14, decimal_places=2, help_text="Plus = came in, minus = went back")
    paid_at = models.DateTimeField(default=clock.now)
    taken_by = models.ForeignKey("emr.Staff", models.PROTECT, related_name="+")
    booked_on = models.DateField()
    refunds = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="refunded_by")
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(
            name="a_refund_goes_back_and_says_why", condition=Q(amount__gt=0, refunds__isnull=True) & ~Q(kind="refund")
            | (Q(kind="refund", amount__lt=0, refunds__isnull=False) & ~Q(reason="")))]
        indexes = [models.Index(fields=["-paid_at"], name="billing_pay_paid_idx")]

    def __str__(self):
        return f"{self.number} {self.amount}"
