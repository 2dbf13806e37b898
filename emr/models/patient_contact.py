from django.db import models
from django.utils.translation import gettext_lazy as _

from emr.ids import new_id


class PatientAddress(models.Model):
    """Where the patient lives or lived."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    patient = models.ForeignKey("emr.Patient", models.PROTECT, related_name="addresses")
    city = models.CharField(max_length=120, blank=True)
    street = models.CharField(max_length=200, blank=True)
    house = models.CharField(max_length=20, blank=True)
    flat = models.CharField(max_length=20, blank=True)
    postal_code = models.CharField(max_length=20, blank=True)
    country = models.CharField(max_length=2, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    def __str__(self):
        return ", ".join(part for part in (self.city, self.street, self.house, self.flat) if part)


class PatientContact(models.Model):
    """How to reach the patient, or a person to be told (then `person` and `relationship` say who)."""

    class Kind(models.TextChoices):
        PHONE = "phone", _("Phone")
        EMAIL = "email", _("E-mail")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    patient = models.ForeignKey("emr.Patient", models.PROTECT, related_name="contacts")
    kind = models.CharField(max_length=10, choices=Kind)
    value = models.CharField(max_length=120)
    person = models.CharField(max_length=200, blank=True)
    relationship = models.CharField(max_length=60, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    def __str__(self):
        return self.value
