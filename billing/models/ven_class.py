from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.utils.translation import gettext_lazy as _

from emr.ids import new_id


class VenClass(models.Model):
    """How needful a drug is by the institution's own list, and the days on which that holds (H3).

    There is no list but its own.
    """

    class Ven(models.TextChoices):
        VITAL = "V", _("Vital")
        ESSENTIAL = "E", _("Essential")
        NEEDLESS = "N", _("Not essential")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=80, help_text="A product of the formulary")
    ven = models.CharField(max_length=1, choices=Ven)
    source = models.CharField(max_length=200, help_text="The order that approved the list")
    valid = DateRangeField(help_text="Half-open: from the first day up to, not with, the last")

    class Meta:
        verbose_name_plural = "VEN classes"
        constraints = [ExclusionConstraint(name="one_ven_class_at_a_time", expressions=[
            ("code", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)])]

    def __str__(self):
        return f"{self.code} {self.ven}"
