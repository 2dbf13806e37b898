from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from emr import clock
from emr.ids import new_id


class NoShowDecision(models.Model):
    """What a person decided after missed visits (R75): seen by the patient, who may object. Never automatic."""

    class Step(models.TextChoices):
        NOTICE = "notice", _("notice")
        CONFIRM = "confirm", _("confirm on the eve")
        PAUSE = "pause", _("online orders paused")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    patient = models.ForeignKey("emr.Patient", models.PROTECT, related_name="+")
    step = models.CharField(max_length=8, choices=Step)
    missed = models.PositiveSmallIntegerField(help_text="Missed visits of the last 90 days when it was decided")
    last_missed = models.ForeignKey("booking.Booking", models.PROTECT, related_name="+", help_text="The visit that gave cause")
    decided_at = models.DateTimeField(default=clock.now)
    decided_by = models.ForeignKey("emr.Staff", models.PROTECT, related_name="+")
    until = models.DateTimeField(null=True, blank=True, help_text="Empty for a notice")
    pause = models.OneToOneField("booking.OnlinePause", models.PROTECT, null=True, blank=True, related_name="decision")
    objection = models.CharField(max_length=500, blank=True)
    objected_at = models.DateTimeField(null=True, blank=True)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey("emr.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    answer = models.CharField(max_length=300, blank=True, help_text="Why it was lifted, or why it stands all the same")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["last_missed"], name="one_decision_per_missed_visit"),
            models.CheckConstraint(name="a_lifted_decision_says_why", condition=Q(lifted_at__isnull=True)
                                   | (Q(lifted_by__isnull=False) & ~Q(answer=""))),
            models.CheckConstraint(name="a_pause_decision_has_its_pause", condition=Q(step="pause", pause__isnull=False)
                                   | (~Q(step="pause") & Q(pause__isnull=True))),
        ]
        indexes = [models.Index(fields=["patient", "-decided_at"], name="decisions_of_a_patient")]

    def __str__(self):
        return f"{self.patient} {self.step}"
