from django.db import models

from emr import clock
from emr.ids import new_id


class Coupon(models.Model):
    """One numbered place of a reception (FHIR Slot). Whether it is free follows from its live bookings."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reception = models.ForeignKey("booking.Reception", models.PROTECT, related_name="coupons")
    number = models.PositiveSmallIntegerField()
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["reception", "number"]
        constraints = [models.UniqueConstraint(fields=["reception", "number"], name="one_coupon_per_number")]
        indexes = [models.Index(fields=["starts_at"])]

    def __str__(self):
        return f"{self.number} {self.starts_at:%H:%M}"

    @property
    def is_past(self):
        """Has its time begun? Such a coupon is no longer given out."""
        return self.starts_at <= clock.now()
