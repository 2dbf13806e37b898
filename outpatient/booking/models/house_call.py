from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from emr import clock
from emr.ids import new_id

LIVE = Q(cancelled_at__isnull=True)


class HouseCall(models.Model):
    """A doctor called to the patient's home, for the day of the call only (R66-R68). Its stage follows from its times."""

    class Channel(models.TextChoices):
        WEB = "web", _("Internet")
        PHONE = "phone", _("Telephone")
        REGISTRY = "registry", _("Registry")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    patient = models.ForeignKey("emr.Patient", models.PROTECT, related_name="+")
    day = models.DateField(help_text="The institution's calendar day on which it was accepted, and is served")
    address = models.CharField(max_length=500, help_text="As stored when the call was accepted")
    district = models.ForeignKey("outpatient.District", models.PROTECT, null=True, blank=True, related_name="+")
    phone = models.CharField(max_length=40, blank=True, help_text="To be rung at the door")
    channel = models.CharField(max_length=10, choices=Channel)
    accepted_at = models.DateTimeField(default=clock.now)
    accepted_by = models.ForeignKey("emr.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    doctor = models.ForeignKey("emr.Staff", models.PROTECT, null=True, blank=True, related_name="+",
                               help_text="Who has it in hand")
    handed_at = models.DateTimeField(null=True, blank=True)
    handed_by = models.ForeignKey("emr.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    visited_at = models.DateTimeField(null=True, blank=True)
    encounter = models.OneToOneField("emr.Encounter", models.PROTECT, null=True, blank=True, related_name="+")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey("emr.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    cancel_reason = models.CharField(max_length=200, blank=True)
    doctor_told_at = models.DateTimeField(null=True, blank=True,
                                          help_text="The doctor who had it was rung up after the cancelling")
    doctor_told_by = models.ForeignKey("emr.Staff", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["patient", "day"], condition=LIVE, name="one_house_call_per_patient_and_day"),
            models.CheckConstraint(name="a_cancelled_house_call_says_why", condition=Q(cancelled_at__isnull=True)
                                   | (Q(cancelled_by__isnull=False) & ~Q(cancel_reason=""))),
            models.CheckConstraint(name="a_visited_house_call_stands",
                                   condition=Q(visited_at__isnull=True) | Q(cancelled_at__isnull=True)),
            models.CheckConstraint(name="a_handed_house_call_has_a_doctor",
                                   condition=Q(handed_at__isnull=True) | Q(doctor__isnull=False)),
        ]
        indexes = [models.Index(fields=["day"])]

    def __str__(self):
        return f"{self.day} {self.address}"

    @property
    def stage(self):
        """accepted, handed (to the doctor), visited or cancelled."""
        if self.cancelled_at:
            return "cancelled"
        if self.visited_at:
            return "visited"
        return "handed" if self.handed_at else "accepted"
