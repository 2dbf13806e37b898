from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from emr.models.fact import Fact, error_is_explained


class EncounterParticipant(Fact):
    """Who treats the patient in this encounter, in what part, from when to when."""

    class Part(models.TextChoices):  # FHIR v3-ParticipationType
        ATTENDING = "ATND", _("Attending doctor")
        ADMITTER = "ADM", _("Admitting doctor")
        CONSULTANT = "CON", _("Consultant")
        NURSE = "PPRF", _("Primary nurse")
        DISCHARGER = "DIS", _("Discharging doctor")

    encounter = models.ForeignKey("emr.Encounter", models.PROTECT, related_name="participants")
    staff = models.ForeignKey("emr.Staff", models.PROTECT, related_name="+")
    part = models.CharField(max_length=6, choices=Part)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            error_is_explained("encounterparticipant"),
            models.UniqueConstraint(fields=["encounter"], name="one_attending_doctor_at_a_time",
                                    condition=Q(part="ATND", until__isnull=True, error_at__isnull=True)),
        ]
        indexes = [models.Index(fields=["staff"], name="present_care_team",
                                condition=Q(until__isnull=True, error_at__isnull=True))]

    def __str__(self):
        return f"{self.staff} ({self.part})"
