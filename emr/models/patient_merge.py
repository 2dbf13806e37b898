from django.db import models
from django.db.models import Q

from emr import clock
from emr.ids import new_id


class PatientMerge(models.Model):
    """Two records of one person joined: which rows moved, so that the merge can be taken back exactly (A4)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    survivor = models.ForeignKey("emr.Patient", models.PROTECT, related_name="+")
    retired = models.ForeignKey("emr.Patient", models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    merged_at = models.DateTimeField(default=clock.now)
    merged_by = models.ForeignKey("emr.Staff", models.PROTECT, related_name="+")
    moved = models.JSONField(help_text="table.column -> identities of the rows that moved")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey("emr.Staff", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["retired"], condition=Q(undone_at__isnull=True),
                                               name="one_live_merge_per_retired_patient")]

    def __str__(self):
        return f"{self.retired_id} -> {self.survivor_id}"
