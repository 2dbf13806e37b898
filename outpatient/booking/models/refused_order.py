from django.db import models

from emr import clock
from emr.ids import new_id


class RefusedOrder(models.Model):
    """A coupon that was asked for and not given, counted for the statistics (R100). It names nobody."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField(default=clock.now, db_index=True)
    coupon = models.ForeignKey("booking.Coupon", models.PROTECT, related_name="+")
    channel = models.CharField(max_length=10)
    code = models.CharField(max_length=80, help_text="Of the refusal")

    def __str__(self):
        return f"{self.code} {self.at:%Y-%m-%d %H:%M}"
