from django.db import models
from django.db.models import Q

from emr.ids import new_id


class AutoStopRule(models.Model):
    """After how many days an order of such a drug ends when its author named no end. The institution's own policy.

    `target` is a key of the checks: `atc:j01` (an ATC group and all below it), `substance:…`, or a class of ClassMembership.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    target = models.CharField(max_length=200, unique=True)
    days = models.PositiveSmallIntegerField()
    told_by = models.CharField(max_length=300, help_text="The order of the institution, or another named source")
    is_demo = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["target"]
        constraints = [models.CheckConstraint(name="an_auto_stop_comes_after_a_day", condition=Q(days__gte=1, days__lte=365))]

    def __str__(self):
        return f"{self.target}: {self.days}"
