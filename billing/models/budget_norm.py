from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from emr.ids import new_id


class BudgetNorm(models.Model):
    """What a stay with this diagnosis may cost by the budget, and the days on which that holds (G19).

    The longest code decides.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    diagnosis = models.CharField(max_length=40, help_text="Beginning of a diagnosis code; * = any")
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    source = models.CharField(max_length=200, help_text="The order or contract it comes from")
    valid = DateRangeField(help_text="Half-open: from the first day up to, not with, the last")

    class Meta:
        constraints = [
            ExclusionConstraint(name="one_norm_at_a_time", expressions=[
                ("diagnosis", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)]),
            models.CheckConstraint(name="a_norm_is_not_negative", condition=Q(amount__gte=0)),
        ]

    def __str__(self):
        return f"{self.diagnosis} {self.amount}"
