from django.db import models
from django.db.models import Q

from emr import clock
from emr.ids import new_id


class District(models.Model):
    """A piece of the town whose people one doctor looks after."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    department = models.ForeignKey("emr.Department", models.PROTECT, related_name="+")
    code = models.CharField(max_length=20)
    doctor = models.ForeignKey("emr.Staff", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["department", "code"], name="one_district_per_code")]

    def __str__(self):
        return self.code


class Card(models.Model):
    """The outpatient card: the patient's attachment to our polyclinic, from when to when."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    patient = models.ForeignKey("emr.Patient", models.PROTECT, related_name="+")
    number = models.CharField(max_length=30, unique=True)
    district = models.ForeignKey("outpatient.District", models.PROTECT, null=True, blank=True, related_name="+")
    opened_at = models.DateTimeField(default=clock.now)
    opened_by = models.ForeignKey("emr.Staff", models.PROTECT, related_name="+")
    valid_until = models.DateField(null=True, blank=True, help_text="Last day of a service by permission (R46); empty = "
                                                                    "attached for good")
    closed_at = models.DateTimeField(null=True, blank=True)
    close_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["patient"], condition=Q(closed_at__isnull=True),
                                               name="one_open_card_per_patient")]

    def __str__(self):
        return self.number
