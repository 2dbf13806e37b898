from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from emr import clock
from emr.ids import new_id


class VerbalOrder(models.Model):
    """That an order was told and not written: a nurse wrote it, read it back, and the doctor signs or disputes it later.

    The prescriber of the order is the doctor who told it, its author (`recorded_by`) the nurse. Overdue follows from the clock.
    """

    class How(models.TextChoices):
        TELEPHONE = "telephone", _("by telephone")
        BEDSIDE = "bedside", _("at the bedside")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    request = models.OneToOneField("orders.MedicationRequest", models.PROTECT, related_name="verbal")
    how = models.CharField(max_length=10, choices=How)
    read_back_at = models.DateTimeField(help_text="The nurse read it back and the doctor confirmed")
    recorded_at = models.DateTimeField(default=clock.now)
    recorded_by = models.ForeignKey("emr.Staff", models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey("emr.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    disputed_at = models.DateTimeField(null=True, blank=True)
    disputed_by = models.ForeignKey("emr.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    dispute_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="a_verbal_order_is_signed_or_disputed", condition=Q(signed_at__isnull=True)
                                   | Q(disputed_at__isnull=True)),
            models.CheckConstraint(name="a_signed_verbal_order_says_by_whom", condition=Q(signed_at__isnull=True)
                                   | Q(signed_by__isnull=False)),
            models.CheckConstraint(name="a_disputed_verbal_order_says_why", condition=Q(disputed_at__isnull=True)
                                   | (Q(disputed_by__isnull=False) & ~Q(dispute_reason=""))),
        ]
        indexes = [models.Index(fields=["recorded_at"], name="verbal_orders_to_sign",
                                condition=Q(signed_at__isnull=True, disputed_at__isnull=True))]

    def __str__(self):
        return f"{self.get_how_display()}: {self.request}"
