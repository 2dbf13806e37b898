from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from emr import clock
from emr.ids import new_id


class WaitingEntry(models.Model):
    """A patient waits for a coupon of a specialty, or of one of its doctors (FHIR AppointmentResponse waitlist).

    It ends when he is booked.
    """

    class Priority(models.IntegerChoices):
        ROUTINE = 0, _("routine")
        SOON = 1, _("soon")
        URGENT = 2, _("urgent")

    class End(models.TextChoices):
        BOOKED = "booked", _("has a coupon")
        LEFT = "left", _("left the list")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    patient = models.ForeignKey("emr.Patient", models.PROTECT, related_name="+")
    specialty = models.ForeignKey("booking.Specialty", models.PROTECT, related_name="+")
    doctor = models.ForeignKey("emr.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    weekdays = models.JSONField(default=list, blank=True, help_text="ISO weekdays that suit; empty = any")
    time_from = models.TimeField(null=True, blank=True)
    time_until = models.TimeField(null=True, blank=True)
    priority = models.PositiveSmallIntegerField(choices=Priority, default=Priority.ROUTINE,
                                                help_text="Medical, set by staff only")
    priority_reason = models.CharField(max_length=200, blank=True)
    since = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=10, choices=End, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["patient", "specialty"], condition=Q(ended_at__isnull=True, doctor__isnull=True),
                                    name="a_patient_waits_once_for_a_specialty"),
            models.UniqueConstraint(fields=["patient", "specialty", "doctor"],
                                    condition=Q(ended_at__isnull=True, doctor__isnull=False),
                                    name="a_patient_waits_once_for_a_doctor"),
            models.CheckConstraint(name="an_ended_waiting_says_why", condition=Q(ended_at__isnull=True) | ~Q(end_reason="")),
            models.CheckConstraint(name="a_priority_says_why", condition=Q(priority=0) | ~Q(priority_reason="")),
        ]
        indexes = [models.Index(fields=["specialty", "-priority", "since"], name="who_waits_in_order",
                                condition=Q(ended_at__isnull=True))]

    def __str__(self):
        return f"{self.patient} {self.specialty}"

    @property
    def holder(self):
        """The key under which a coupon is kept for this entry: one at a time."""
        return f"waiting:{self.pk.hex}"
