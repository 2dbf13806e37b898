from django.db import models
from django.utils.translation import gettext_lazy as _

from emr import clock
from emr.ids import new_id


class Replay(models.Model):
    """An event log lived through again by `replay_hospital`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=300)
    sha256 = models.CharField(max_length=64, unique=True)
    shifted_days = models.IntegerField(default=0)
    lines = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    def __str__(self):
        return self.name


class ReplayedEvent(models.Model):
    """What became of one line of the log. Written with the act it caused, so that a killed replay resumes exactly."""

    class Outcome(models.TextChoices):
        APPLIED = "applied", _("applied")
        REFUSED = "refused", _("refused")
        NOT_MODELLED = "not-modelled", _("not modelled")

    replay = models.ForeignKey("fhir_export.Replay", models.PROTECT, related_name="events")
    line = models.PositiveIntegerField()
    kind = models.CharField(max_length=60)
    outcome = models.CharField(max_length=14, choices=Outcome)
    code = models.CharField(max_length=80, blank=True, help_text="Refusal code, or what is not modelled")
    message = models.CharField(max_length=300, blank=True)
    about_type = models.CharField(max_length=80, blank=True)
    about_id = models.UUIDField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["replay", "line"], name="one_outcome_per_line")]
        indexes = [models.Index(fields=["replay", "kind", "outcome"])]

    def __str__(self):
        return f"{self.line} {self.kind} {self.outcome}"


class ReplayKey(models.Model):
    """Which row of ours stands for a name of the log: encounter, order, patient."""

    replay = models.ForeignKey("fhir_export.Replay", models.PROTECT, related_name="keys")
    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=160)
    about_id = models.UUIDField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["replay", "kind", "name"], name="one_row_per_name_of_the_log")]

    def __str__(self):
        return self.name
