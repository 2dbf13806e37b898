from django.db import models
from django.db.models import F, Q

from emr import clock
from emr.ids import new_id


class DuplicateReport(models.Model):
    """Two records that no requisite tells apart: a visitor was sent to the registry, which joins them or says why not (R44)."""

    merge_rules = {"one": "stays", "other": "stays"}

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    one = models.ForeignKey("emr.Patient", models.PROTECT, related_name="+")
    other = models.ForeignKey("emr.Patient", models.PROTECT, related_name="+")
    noted_at = models.DateTimeField(default=clock.now)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey("emr.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    settled_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="one_open_report_per_pair",
                                    condition=Q(settled_at__isnull=True)),
            models.CheckConstraint(name="a_report_names_two_records", condition=~Q(one=F("other"))),
            models.CheckConstraint(name="a_settled_report_says_why", condition=Q(settled_at__isnull=True)
                                   | (Q(settled_by__isnull=False) & ~Q(settled_reason=""))),
        ]

    def __str__(self):
        return f"{self.one_id} = {self.other_id}?"
