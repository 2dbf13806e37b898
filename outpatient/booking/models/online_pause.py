from django.db import models
from django.db.models import F, Q

from emr import clock
from emr.ids import new_id


class OnlinePause(models.Model):
    """A person decided that this patient books through the registry for a while, having missed visits (R75). Never automatic."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    patient = models.ForeignKey("emr.Patient", models.PROTECT, related_name="+")
    since = models.DateTimeField(default=clock.now)
    until = models.DateTimeField()
    reason = models.CharField(max_length=300)
    decided_by = models.ForeignKey("emr.Staff", models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey("emr.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    lift_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="a_pause_ends_after_it_begins", condition=Q(until__gt=F("since"))),
            models.CheckConstraint(name="a_lifted_pause_says_why", condition=Q(lifted_at__isnull=True)
                                   | (Q(lifted_by__isnull=False) & ~Q(lift_reason=""))),
        ]
        indexes = [models.Index(fields=["patient", "-until"])]

    def __str__(self):
        return self.reason
