from django.db import models
from django.db.models import F, Q

from emr import clock
from emr.ids import new_id


class OverheadRun(models.Model):
    """How the costs of the house were spread over departments: what was entered, over which days, and the rates that came of it
    (G8).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    since = models.DateField()
    until = models.DateField(help_text="Last day of the span whose bed-days and visits are counted")
    valid_from = models.DateField(help_text="The first day on which the rates hold")
    entered = models.TextField(help_text="One cost centre a line, as it was entered")
    rates = models.JSONField(help_text="For each department: code, cost, bed-days and visits, rate; amounts as text")
    made_at = models.DateTimeField(default=clock.now)
    made_by = models.ForeignKey("emr.Staff", models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(name="an_overhead_run_spans_days", condition=Q(until__gte=F("since")))]

    def __str__(self):
        return f"{self.since} – {self.until}"
