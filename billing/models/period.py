from django.db import models
from django.db.models import Q

from emr import clock
from emr.ids import new_id


class Period(models.Model):
    """A month of the books that is closed, and all before it: nothing is booked there any more (trigger).

    What it came to then.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    month = models.DateField(unique=True, help_text="Its first day")
    closed_at = models.DateTimeField(default=clock.now)
    closed_by = models.ForeignKey("emr.Staff", models.PROTECT, related_name="+")
    lines = models.PositiveIntegerField()
    amount = models.DecimalField(max_digits=16, decimal_places=2)

    class Meta:
        constraints = [models.CheckConstraint(name="a_period_is_a_month", condition=Q(month__day=1))]

    def __str__(self):
        return f"{self.month:%Y-%m}"
