from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models

from emr.ids import new_id


class Shift(models.Model):
    """Somebody on duty in a department for some hours. Half-open: the next shift begins when this one ends."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    staff = models.ForeignKey("emr.Staff", models.PROTECT, related_name="shifts")
    department = models.ForeignKey("emr.Department", models.PROTECT, related_name="shifts")
    during = DateTimeRangeField()

    class Meta:
        constraints = [ExclusionConstraint(
            name="one_shift_at_a_time_in_a_department",
            expressions=[("staff", RangeOperators.EQUAL), ("department", RangeOperators.EQUAL),
                         ("during", RangeOperators.OVERLAPS)])]

    def __str__(self):
        return f"{self.staff} {self.during.lower:%Y-%m-%d %H:%M}"
