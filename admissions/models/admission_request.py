from django.db import models
from django.db.models import Q

from emr.models import Fact, error_is_explained


class AdmissionRequest(Fact):
    """The emergency room or polyclinic asks a department to take the patient; the department accepts or declines."""

    encounter = models.ForeignKey("emr.Encounter", models.PROTECT, related_name="+", help_text="Where the need was seen")
    department = models.ForeignKey("emr.Department", models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    requested_at = models.DateTimeField()
    requested_by = models.ForeignKey("emr.Staff", models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey("emr.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    decline_reason = models.CharField(max_length=300, blank=True)
    stay = models.OneToOneField("emr.Encounter", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            error_is_explained("admissionrequest"),
            models.UniqueConstraint(fields=["encounter"], name="one_open_admission_request",
                                    condition=Q(answered_at__isnull=True, error_at__isnull=True)),
        ]

    def __str__(self):
        return self.reason
