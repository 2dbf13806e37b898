from django.db import models
from django.utils.translation import gettext_lazy as _

from emr.models import Fact, error_is_explained


class EmergencyVisit(models.Model):
    """What the emergency room adds to an encounter: how the patient came and what is the matter."""

    class ArrivalMode(models.TextChoices):
        WALK_IN = "walk-in", _("On foot")
        AMBULANCE = "ambulance", _("Ambulance")
        HELICOPTER = "helicopter", _("Helicopter")
        POLICE = "police", _("Police")
        TRANSFER = "transfer", _("Transfer")
        PRIVATE_VEHICLE = "private-vehicle", _("By car")

    encounter = models.OneToOneField("emr.Encounter", models.PROTECT, primary_key=True, related_name="+")
    arrival_mode = models.CharField(max_length=20, choices=ArrivalMode, default=ArrivalMode.WALK_IN)
    brought_by = models.CharField(max_length=200, blank=True)
    complaint = models.CharField(max_length=500, blank=True)

    def __str__(self):
        return self.complaint


class EmergencyMoment(Fact):
    """A time stamp of the emergency visit. Append-only; a clock is the difference of two, or of one and now (A6)."""

    class Kind(models.TextChoices):
        ARRIVAL = "arrival", _("Arrival")
        TRIAGE = "triage", _("Triage")
        FIRST_CONTACT = "first-contact", _("First contact")
        DECISION = "decision", _("Decision")
        BED_READY = "bed-ready", _("Bed ready")
        LEFT = "left", _("Left")

    encounter = models.ForeignKey("emr.Encounter", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=14, choices=Kind)
    happened_at = models.DateTimeField()

    class Meta:
        constraints = [error_is_explained("emergencymoment")]
        indexes = [models.Index(fields=["encounter", "kind"])]

    def __str__(self):
        return f"{self.kind} {self.happened_at:%H:%M}"


class Triage(Fact):
    """A judgement how urgent the patient is, on a named scale, with the level the rules suggested."""

    class Scale(models.TextChoices):
        ESI = "ESI", "ESI"
        SATS = "SATS", "SATS"

    encounter = models.ForeignKey("emr.Encounter", models.PROTECT, related_name="+")
    scale = models.CharField(max_length=8, choices=Scale)
    level = models.PositiveSmallIntegerField()
    version = models.CharField(max_length=20, blank=True, help_text="Version of the rule table that suggested")
    findings = models.JSONField(null=True, blank=True, help_text="What was found, the age in months, the flags, the score")
    longest_wait = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Minutes the level allowed at that time")
    suggested_level = models.PositiveSmallIntegerField(null=True, blank=True)
    suggestion = models.CharField(max_length=300, blank=True, help_text="The red flag or score behind the suggestion")
    reason = models.CharField(max_length=300, blank=True, help_text="Why another level than suggested")
    happened_at = models.DateTimeField()
    performer = models.ForeignKey("emr.Staff", models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            error_is_explained("triage"),
            models.CheckConstraint(name="a_triage_level_is_1_to_5", condition=models.Q(level__gte=1, level__lte=5)),
            models.CheckConstraint(name="another_level_than_suggested_has_a_reason",
                                   condition=models.Q(suggested_level__isnull=True)
                                   | models.Q(suggested_level=models.F("level")) | ~models.Q(reason="")),
        ]
        indexes = [models.Index(fields=["encounter", "-happened_at"])]

    def __str__(self):
        return f"{self.scale} {self.level}"
