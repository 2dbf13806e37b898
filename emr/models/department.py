from django.db import models
from django.utils.translation import gettext_lazy as _

from emr.ids import new_id


class Department(models.Model):
    """A part of the institution with its own staff: emergency room, ward department, laboratory, polyclinic."""

    class Kind(models.TextChoices):
        EMERGENCY = "emergency", _("Emergency")
        INPATIENT = "inpatient", _("In-patient")
        OUTPATIENT = "outpatient", _("Out-patient")
        LABORATORY = "laboratory", _("Laboratory")
        PHARMACY = "pharmacy", _("Pharmacy")
        DIAGNOSTIC = "diagnostic", _("Diagnostic")
        ADMINISTRATION = "administration", _("Administration")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    institution = models.ForeignKey("emr.Institution", models.PROTECT, related_name="departments")
    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=Kind)
    phone = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name
