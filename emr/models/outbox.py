from django.db import models
from django.db.models import Q

from emr import clock
from emr.ids import new_id


class OutboxMessage(models.Model):
    """Something to tell the outside (mail, another system, a printer), written with the change and sent after it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    topic = models.CharField(max_length=80)
    payload = models.JSONField()
    created_at = models.DateTimeField(default=clock.now)
    next_try_at = models.DateTimeField(default=clock.now)
    attempts = models.PositiveIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["next_try_at"], name="messages_to_send",
                                condition=Q(sent_at__isnull=True, given_up_at__isnull=True))]

    def __str__(self):
        return self.topic


class ScheduledJob(models.Model):
    """A job that runs again and again; claimed by one worker at a time."""

    name = models.CharField(max_length=80, primary_key=True)
    every_seconds = models.PositiveIntegerField()
    next_run_at = models.DateTimeField(default=clock.now)
    last_started_at = models.DateTimeField(null=True, blank=True)
    last_finished_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)

    def __str__(self):
        return self.name
