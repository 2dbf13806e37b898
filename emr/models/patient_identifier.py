from django.db import models
from django.db.models import Q

from emr.ids import new_id


class PatientIdentifier(models.Model):
    """A number some authority gave the patient: passport, insurance, another hospital's record number."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    patient = models.ForeignKey("emr.Patient", models.PROTECT, related_name="identifiers")
    system = models.CharField(max_length=200, help_text="URI of the authority that issued it")
    value = models.CharField(max_length=120)
    kind = models.CharField(max_length=40, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["system", "value"], condition=Q(ended_at__isnull=True),
                                               name="one_patient_per_live_identifier")]
        indexes = [models.Index(fields=["value"])]

    def __str__(self):
        return self.value
