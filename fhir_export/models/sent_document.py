from django.db import models

from emr import clock
from emr.ids import new_id


class SentDocument(models.Model):
    """A disclosure: which document of which patient was made for whom, by whom and why."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    patient = models.ForeignKey("emr.Patient", models.PROTECT, related_name="+")
    encounter = models.ForeignKey("emr.Encounter", models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=20)
    recipient = models.CharField(max_length=300, blank=True)
    purpose = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField(default=clock.now)
    made_by = models.ForeignKey("emr.Staff", models.PROTECT, null=True, related_name="+")
    resources = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        indexes = [models.Index(fields=["patient", "-made_at"])]

    def __str__(self):
        return self.kind
