from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models

from emr.ids import new_id


class StaffGrade(models.Model):
    """The pay grade of a member of staff and the days on which it holds: minutes × the rate of the grade are a cost (G7)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    staff = models.ForeignKey("emr.Staff", models.PROTECT, related_name="+")
    grade = models.SlugField(max_length=40)
    valid = DateRangeField(help_text="Half-open: from the first day up to, not with, the last")

    class Meta:
        constraints = [ExclusionConstraint(name="one_grade_at_a_time", expressions=[
            ("staff", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)])]

    def __str__(self):
        return self.grade
