from django.db import models
from django.db.models import Q

from emr import clock
from emr.ids import new_id


class Invoice(models.Model):
    """What a payer is asked for (FHIR Invoice): lines of one account not asked for before. Never changed; taken back by its
    mirror.

    A negative amount is a credit note: lines that were taken back after they had been invoiced.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=30, unique=True)
    account = models.ForeignKey("billing.Account", models.PROTECT, related_name="invoices")
    payer = models.ForeignKey("billing.Payer", models.PROTECT, related_name="+")
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    issued_at = models.DateTimeField(default=clock.now)
    issued_by = models.ForeignKey("emr.Staff", models.PROTECT, related_name="+")
    booked_on = models.DateField()
    reverses = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="reversed_by")
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(name="an_invoice_taken_back_has_its_reason",
                                              condition=Q(reverses__isnull=True) | ~Q(reason=""))]
        indexes = [models.Index(fields=["-issued_at"], name="billing_inv_issued_idx")]

    def __str__(self):
        return self.number


class InvoiceLine(models.Model):
    """A charge line, or a payer's part of it, on an invoice. Asked for once; again only after the invoice was taken back."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    invoice = models.ForeignKey("billing.Invoice", models.PROTECT, related_name="lines")
    item = models.ForeignKey("billing.ChargeItem", models.PROTECT, related_name="+")
    payer = models.ForeignKey("billing.Payer", models.PROTECT, related_name="+")
    turn = models.PositiveSmallIntegerField(default=1, help_text="1, then one more each time its invoice was taken back")
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="reversed_by")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "payer", "turn"], condition=Q(reverses__isnull=True),
                                               name="a_line_is_invoiced_once")]

    def __str__(self):
        return f"{self.invoice_id} {self.amount}"
