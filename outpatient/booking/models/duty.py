from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from emr.ids import new_id


class Duty(models.Model):
    """Who is there for what the rules do not foresee, on one day in one part (R78)."""

    class Part(models.TextChoices):
        ADMINISTRATOR = "administrator", _("Duty administrator")
        DOCTOR = "doctor", _("Duty doctor")
        ASSISTANT = "assistant", _("Assistant on duty")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    day = models.DateField()
    part = models.CharField(max_length=14, choices=Part)
    staff = models.ForeignKey("emr.Staff", models.PROTECT, related_name="+")
    phone = models.CharField(max_length=40, blank=True)
    room = models.CharField(max_length=20, blank=True)
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["day", "part"]
        constraints = [models.UniqueConstraint(fields=["day", "part"], condition=Q(replaced_at__isnull=True),
                                               name="one_person_per_duty_and_day")]

    def __str__(self):
        return f"{self.get_part_display()}: {self.staff}"
