import datetime as dt

from django.db import models
from django.db.models import Q

from emr import clock
from emr.ids import new_id


class Coupon(models.Model):
    """One numbered place of a reception (FHIR Slot). Whether it is free follows from its live bookings.

    Its number is given once and never changed (A32). A withdrawn one is not given out and not counted (A27).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reception = models.ForeignKey("booking.Reception", models.PROTECT, related_name="coupons")
    number = models.PositiveSmallIntegerField()
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.CharField(max_length=200, blank=True)
    reopens_at = models.DateTimeField(null=True, blank=True, help_text="A freed coupon is offered online from this moment (A26)")

    class Meta:
        ordering = ["reception", "number"]
        constraints = [
            models.UniqueConstraint(fields=["reception", "number"], name="one_coupon_per_number"),
            models.UniqueConstraint(fields=["id", "reception"], name="a_coupon_and_its_reception"),
            models.CheckConstraint(name="a_withdrawn_coupon_says_why",
                                   condition=Q(withdrawn_at__isnull=True) | ~Q(withdrawn_reason="")),
        ]
        indexes = [models.Index(fields=["starts_at"]),
                   models.Index(fields=["reception"], name="coupons_given_out", condition=Q(withdrawn_at__isnull=True))]

    def __str__(self):
        return f"{self.number} {self.starts_at:%H:%M}"

    @property
    def ends_at(self):
        """When the next one begins."""
        return self.starts_at + dt.timedelta(minutes=self.minutes)

    @property
    def is_past(self):
        """Has its time begun? Such a coupon is no longer given out."""
        return self.starts_at <= clock.now()
