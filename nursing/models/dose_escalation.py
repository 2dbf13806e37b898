from django.db import models
from django.utils.translation import gettext_lazy as _

from emr import clock
from emr.ids import new_id


class DoseEscalation(models.Model):
    """Who was told when that a time-critical dose is overdue (D8). Written once; one row per dose, step and person told."""

    class Step(models.TextChoices):
        SENIOR_NURSE = "senior-nurse", _("senior nurse")
        DOCTOR = "doctor", _("doctor on duty")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    dose = models.ForeignKey("orders.PlannedDose", models.PROTECT, related_name="+")
    department = models.ForeignKey("emr.Department", models.PROTECT, null=True, blank=True, related_name="+")
    step = models.CharField(max_length=12, choices=Step)
    told = models.ForeignKey("emr.Staff", models.PROTECT, null=True, blank=True, related_name="+",
                             help_text="Empty = nobody of that step was on duty")
    told_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dose", "step", "told"], nulls_distinct=False, name="told_once_by_step")]
        indexes = [models.Index(fields=["told", "-told_at"]), models.Index(fields=["department", "-told_at"])]

    def __str__(self):
        return f"{self.step} {self.told_at:%Y-%m-%d %H:%M}"
