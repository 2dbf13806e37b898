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
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey("emr.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    withdraw_reason = models.CharField(max_length=300, blank=True)
    stay = models.OneToOneField("emr.Encounter", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            error_is_explained("admissionrequest"),
            models.UniqueConstraint(fields=["encounter"], name="one_open_admission_request",
                                    condition=Q(answered_at__isnull=True, withdrawn_at__isnull=True,
                                                error_at__isnull=True)),
            models.CheckConstraint(name="a_withdrawn_admission_request_says_why", condition=Q(withdrawn_at__isnull=True)
                                   | (Q(withdrawn_by__isnull=False) & ~Q(withdraw_reason=""))),
        ]
        indexes = [models.Index(fields=["department", "requested_at"], name="open_admission_requests",
                                condition=Q(stay__isnull=True, withdrawn_at__isnull=True, error_at__isnull=True))]

    def __str__(self):
        return self.reason

    @property
    def state(self):
        """requested, accepted, declined, withdrawn, admitted or entered-in-error: follows from the row's times."""
        if self.error_at:
            return "entered-in-error"
        if self.withdrawn_at:
            return "withdrawn"
        if self.stay_id:
            return "admitted"
        if self.answered_at:
            return "declined" if self.decline_reason else "accepted"
        return "requested"
