from django.db import models
from django.db.models import F, Q

from emr.models import Fact, error_is_explained


class TransferReceipt(Fact):
    """A patient handed from one department to another: what was handed over, by whom; who took it (A13)."""

    encounter = models.ForeignKey("emr.Encounter", models.PROTECT, related_name="+")
    from_department = models.ForeignKey("emr.Department", models.PROTECT, related_name="+")
    to_department = models.ForeignKey("emr.Department", models.PROTECT, related_name="+")
    handed_at = models.DateTimeField()
    vitals = models.JSONField(default=list, help_text="Last values as they were: name, value, unit, time")
    pending = models.JSONField(default=list, help_text="Orders and doses that were open: words")
    belongings = models.CharField(max_length=500, blank=True)
    note = models.CharField(max_length=500, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)
    taken_by = models.ForeignKey("emr.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    remark = models.CharField(max_length=300, blank=True, help_text="What the taking side found otherwise")

    class Meta:
        constraints = [
            error_is_explained("transferreceipt"),
            models.UniqueConstraint(fields=["encounter"], name="one_open_receipt_per_patient",
                                    condition=Q(taken_at__isnull=True, error_at__isnull=True)),
            models.CheckConstraint(name="two_people_hand_a_patient_over",
                                   condition=Q(taken_by__isnull=True) | ~Q(taken_by=F("recorded_by"))),
        ]
        indexes = [models.Index(fields=["to_department", "taken_at"])]

    def __str__(self):
        return f"{self.from_department} → {self.to_department}"
