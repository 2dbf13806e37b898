from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from emr.models import Fact, error_is_explained


class BedState(Fact):
    """Why nobody may lie in a bed for a while: cleaning, repair, kept for somebody.

    Free and occupied follow from the places (B2).
    """

    class State(models.TextChoices):
        CLEANING = "cleaning", _("cleaning")
        REPAIR = "repair", _("repair")
        RESERVED = "reserved", _("reserved")

    bed = models.ForeignKey("emr.Bed", models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey("emr.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    request = models.ForeignKey("admissions.AdmissionRequest", models.PROTECT, null=True, blank=True, related_name="+",
                                help_text="Kept for this patient; anybody else is refused")
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            error_is_explained("bedstate"),
            models.UniqueConstraint(fields=["bed"], name="one_open_state_per_bed",
                                    condition=Q(until__isnull=True, error_at__isnull=True)),
            models.CheckConstraint(name="only_a_kept_bed_names_a_request",
                                   condition=Q(request__isnull=True) | Q(state="reserved")),
        ]

    def __str__(self):
        return self.get_state_display()


class ExpectedDischarge(Fact):
    """The day on which the doctor expects the patient to go home; the newest one counts (B2)."""

    encounter = models.ForeignKey("emr.Encounter", models.PROTECT, related_name="+")
    day = models.DateField()
    happened_at = models.DateTimeField()

    class Meta:
        constraints = [error_is_explained("expecteddischarge")]
        indexes = [models.Index(fields=["encounter", "-happened_at"])]

    def __str__(self):
        return f"{self.day:%Y-%m-%d}"


class Isolation(Fact):
    """The patient must lie apart, and from what on to what (B2)."""

    class Kind(models.TextChoices):
        CONTACT = "contact", _("contact precautions")
        DROPLET = "droplet", _("droplet precautions")
        AIRBORNE = "airborne", _("airborne precautions")
        PROTECTIVE = "protective", _("protective isolation")

    encounter = models.ForeignKey("emr.Encounter", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey("emr.Staff", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            error_is_explained("isolation"),
            models.UniqueConstraint(fields=["encounter"], name="one_isolation_at_a_time",
                                    condition=Q(until__isnull=True, error_at__isnull=True)),
        ]

    def __str__(self):
        return self.get_kind_display()
