from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from emr import clock
from emr.ids import new_id


class OrderVerification(models.Model):
    """One word between pharmacist and doctor about an order that is to be verified. Written once; the last word stands."""

    class Kind(models.TextChoices):
        VERIFIED = "verified", _("verified")
        QUESTIONED = "questioned", _("asked back")
        ANSWERED = "answered", _("answered")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    request = models.ForeignKey("orders.MedicationRequest", models.PROTECT, related_name="verifications")
    kind = models.CharField(max_length=10, choices=Kind)
    text = models.CharField(max_length=500, blank=True, help_text="The pharmacist's question, or the doctor's answer")
    recorded_at = models.DateTimeField(default=clock.now)
    recorded_by = models.ForeignKey("emr.Staff", models.PROTECT, related_name="+")

    class Meta:
        ordering = ["recorded_at", "id"]
        constraints = [
            models.UniqueConstraint(name="an_order_is_verified_once", fields=["request"], condition=Q(kind="verified")),
            models.CheckConstraint(name="a_question_has_its_words", condition=Q(kind="verified") | ~Q(text="")),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.text}".strip()
