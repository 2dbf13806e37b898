from django.db import models
from django.db.models import Q

from admissions.models.emergency_visit import EmergencyVisit
from emr.models import Fact, Patient, error_is_explained


class Announcement(Fact):
    """Somebody is on the way to the emergency room ("ambulance coming").

    Its clock is its own: who it turns out to be changes nothing.
    """

    department = models.ForeignKey("emr.Department", models.PROTECT, related_name="+")
    announced_at = models.DateTimeField()
    expected_at = models.DateTimeField()
    arrival_mode = models.CharField(max_length=20, choices=EmergencyVisit.ArrivalMode,
                                    default=EmergencyVisit.ArrivalMode.AMBULANCE)
    brought_by = models.CharField(max_length=200, blank=True)
    complaint = models.CharField(max_length=500, blank=True)
    sex = models.CharField(max_length=10, choices=Patient.Sex, default=Patient.Sex.UNKNOWN)
    age = models.PositiveSmallIntegerField(null=True, blank=True, help_text="About how old, in years")
    encounter = models.OneToOneField("emr.Encounter", models.PROTECT, null=True, blank=True, related_name="+",
                                     help_text="Came as this visit")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey("emr.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    cancel_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            error_is_explained("announcement"),
            models.CheckConstraint(name="a_cancelled_announcement_says_why", condition=Q(cancelled_at__isnull=True)
                                   | (Q(cancelled_by__isnull=False) & ~Q(cancel_reason=""))),
            models.CheckConstraint(name="who_came_was_not_cancelled",
                                   condition=Q(cancelled_at__isnull=True) | Q(encounter__isnull=True)),
        ]
        indexes = [models.Index(fields=["expected_at"], name="those_who_are_expected",
                                condition=Q(encounter__isnull=True, cancelled_at__isnull=True, error_at__isnull=True))]

    def __str__(self):
        return self.complaint or self.get_arrival_mode_display()
