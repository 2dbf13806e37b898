from django.db import models

from emr.models import Fact, error_is_explained


class DeteriorationAlert(Fact):
    """A doctor was told of an early warning score that asks for one; when he saw it (B7). One row per score and person told."""

    encounter = models.ForeignKey("emr.Encounter", models.PROTECT, related_name="+")
    observation = models.ForeignKey("emr.Observation", models.PROTECT, related_name="+")
    told = models.ForeignKey("emr.Staff", models.PROTECT, null=True, blank=True, related_name="+",
                             help_text="Empty = no doctor was found")
    told_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, blank=True)
    seen_by = models.ForeignKey("emr.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(max_length=300, blank=True, help_text="What the doctor decided")

    class Meta:
        constraints = [error_is_explained("deteriorationalert"),
                       models.UniqueConstraint(fields=["observation", "told"], nulls_distinct=False, name="told_once_of_a_score")]
        indexes = [models.Index(fields=["told", "seen_at"]), models.Index(fields=["encounter", "-told_at"])]

    def __str__(self):
        return f"NEWS2 {self.observation.value}"
