from django.db import models

from emr import clock
from emr.ids import new_id


class Account(models.Model):
    """Where the charges of one encounter stand (FHIR Account)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    encounter = models.OneToOneField("emr.Encounter", models.PROTECT, related_name="+")
    patient = models.ForeignKey("emr.Patient", models.PROTECT, related_name="+")
    payer = models.ForeignKey("billing.Payer", models.PROTECT, related_name="+")
    number = models.CharField(max_length=30, unique=True)
    opened_at = models.DateTimeField(default=clock.now)

    def __str__(self):
        return self.number
