from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from emr import clock
from emr.ids import new_id


class Campaign(models.Model):
    """A list of people who are rung up by the exchange itself with one spoken message (R86)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=120)
    message = models.CharField(max_length=500, help_text="What the voice says")
    line = models.ForeignKey("booking.PhoneLine", models.PROTECT, related_name="+")
    begun_at = models.DateTimeField(default=clock.now)
    begun_by = models.ForeignKey("emr.Staff", models.PROTECT, related_name="+")
    stopped_at = models.DateTimeField(null=True, blank=True)
    stopped_by = models.ForeignKey("emr.Staff", models.PROTECT, null=True, blank=True, related_name="+")

    def __str__(self):
        return self.name


class CampaignTarget(models.Model):
    """One person of a campaign; his turn goes to the end of the list after every call that did not reach him (R87)."""

    MOST_ATTEMPTS = 3  # R87

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="targets")
    patient = models.ForeignKey("emr.Patient", models.PROTECT, related_name="+")
    number = models.CharField(max_length=40)
    turn = models.PositiveIntegerField()
    attempts = models.PositiveSmallIntegerField(default=0)
    reached_at = models.DateTimeField(null=True, blank=True)
    dialled_at = models.DateTimeField(null=True, blank=True, help_text="A call is under way since; empty between calls")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "patient"], name="once_in_a_campaign")]
        indexes = [models.Index(fields=["campaign", "turn"], name="next_of_a_campaign", condition=Q(reached_at__isnull=True))]

    def __str__(self):
        return self.number


class CampaignCall(models.Model):
    """One attempt to reach a person of a campaign."""

    class Outcome(models.TextChoices):
        REACHED = "reached", _("reached")
        BUSY = "busy", _("busy")
        NO_ANSWER = "no-answer", _("no answer")
        FAILED = "failed", _("could not be dialled")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    target = models.ForeignKey(CampaignTarget, models.PROTECT, related_name="calls")
    at = models.DateTimeField(default=clock.now)
    outcome = models.CharField(max_length=10, choices=Outcome)

    def __str__(self):
        return self.outcome


class DialOptOut(models.Model):
    """A patient who does not want to be rung up by campaigns."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    patient = models.ForeignKey("emr.Patient", models.PROTECT, related_name="+")
    since = models.DateTimeField(default=clock.now)
    noted_by = models.ForeignKey("emr.Staff", models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey("emr.Staff", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["patient"], condition=Q(ended_at__isnull=True),
                                               name="one_opt_out_of_a_patient")]

    def __str__(self):
        return str(self.since)
