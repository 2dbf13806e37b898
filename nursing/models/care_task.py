from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from emr.models import Fact, error_is_explained


class CareTask(Fact):
    """What became of one time of a care plan: done, or not done and why. One live fact per plan and time."""

    class Status(models.TextChoices):
        DONE = "done", _("done")
        SKIPPED = "not-done", _("not done")

    plan = models.ForeignKey("nursing.CarePlan", models.PROTECT, related_name="tasks")
    patient = models.ForeignKey("emr.Patient", models.PROTECT, related_name="+")
    encounter = models.ForeignKey("emr.Encounter", models.PROTECT, related_name="+")
    due_at = models.DateTimeField()
    status = models.CharField(max_length=8, choices=Status)
    happened_at = models.DateTimeField()
    performer = models.ForeignKey("emr.Staff", models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            error_is_explained("caretask"),
            models.UniqueConstraint(fields=["plan", "due_at"], condition=Q(error_at__isnull=True),
                                    name="one_live_fact_per_care_time"),
            models.CheckConstraint(name="care_not_done_has_its_reason", condition=Q(status="done") | ~Q(reason="")),
            models.CheckConstraint(name="no_care_is_done_in_the_future", condition=Q(happened_at__lte=F("recorded_at"))),
        ]
        indexes = [models.Index(fields=["encounter", "-due_at"])]

    def __str__(self):
        return f"{self.plan_id} {self.status} {self.due_at:%Y-%m-%d %H:%M}"
