from django.db import models
from django.db.models import Q

from emr import clock
from emr.ids import new_id


class FactQuerySet(models.QuerySet):
    def live(self):
        """Facts that stand: not marked as entered in error."""
        return self.filter(error_at__isnull=True)


class Fact(models.Model):
    """What was seen or done. Never edited, never deleted: marked entered-in-error and written anew.

    Each kind adds its own time of happening; `recorded_at` is when somebody wrote it down. `source` names the other
    institution that told us, and is empty for what was recorded here.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    recorded_at = models.DateTimeField(default=clock.now)
    recorded_by = models.ForeignKey("emr.Staff", models.PROTECT, related_name="+")
    source = models.ForeignKey("emr.Institution", models.PROTECT, null=True, blank=True, related_name="+")
    error_at = models.DateTimeField(null=True, blank=True)
    error_by = models.ForeignKey("emr.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    error_reason = models.CharField(max_length=300, blank=True)

    objects = FactQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def is_live(self):
        return self.error_at is None


def error_is_explained(model: str) -> models.CheckConstraint:
    """The database's last line: a fact marked as an error says who and why."""
    return models.CheckConstraint(
        name=f"{model}_error_is_explained",
        condition=Q(error_at__isnull=True, error_by__isnull=True, error_reason="")
        | (Q(error_at__isnull=False, error_by__isnull=False) & ~Q(error_reason="")))
