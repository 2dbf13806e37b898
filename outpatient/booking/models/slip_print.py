from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from emr import clock
from emr.ids import new_id


class SlipPrint(models.Model):
    """A coupon printed on paper, valid as a coupon, under its serial number (R60). What is printed again is marked as a copy."""

    class Place(models.TextChoices):
        REGISTRY = "registry", _("Registry")
        KIOSK = "kiosk", _("Kiosk")
        DOCTOR = "doctor", _("Doctor")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    serial = models.PositiveIntegerField(unique=True)
    booking = models.ForeignKey("booking.Booking", models.PROTECT, related_name="prints")
    channel = models.CharField(max_length=10, choices=Place, help_text="Where it was printed")
    language = models.CharField(max_length=5)
    is_copy = models.BooleanField(default=False)
    printed_at = models.DateTimeField(default=clock.now)
    printed_by = models.ForeignKey("emr.Staff", models.PROTECT, related_name="+")
    spoiled_at = models.DateTimeField(null=True, blank=True, help_text="The printer failed: there is no such paper")
    spoil_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-serial"]
        constraints = [
            models.UniqueConstraint(fields=["booking"], condition=Q(is_copy=False, spoiled_at__isnull=True),
                                    name="one_coupon_on_paper_per_booking"),
            models.CheckConstraint(name="a_spoiled_slip_says_why", condition=Q(spoiled_at__isnull=True) | ~Q(spoil_reason="")),
        ]

    def __str__(self):
        return f"{self.serial:06d}"
