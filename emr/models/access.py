from django.db import models
from django.db.models import F, Q

from emr import clock
from emr.ids import new_id
from emr.models.journal import CurrentTransaction


class BreakGlass(models.Model):
    """Emergency access to one chart without a care link: who, why, until when; reviewed afterwards."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    staff = models.ForeignKey("emr.Staff", models.PROTECT, related_name="+")
    patient = models.ForeignKey("emr.Patient", models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    opened_at = models.DateTimeField(default=clock.now)
    until = models.DateTimeField()
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey("emr.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    verdict = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(name="the_glass_says_why", condition=~Q(reason="") & Q(until__gt=F("opened_at")))]
        indexes = [models.Index(fields=["staff", "patient", "until"])]

    def __str__(self):
        return self.reason


class AccessEntry(models.Model):
    """Who looked at whose chart, when and where. Identifiers only, no health content (ISO 27789). Append-only."""

    at = models.DateTimeField(default=clock.now)
    by_staff = models.ForeignKey("emr.Staff", models.PROTECT, null=True, related_name="+")
    by_patient = models.ForeignKey("emr.Patient", models.PROTECT, null=True, related_name="+")
    patient = models.ForeignKey("emr.Patient", models.PROTECT, null=True, related_name="+")
    purpose = models.CharField(max_length=60)
    link = models.CharField(max_length=40, help_text="The care link that opened the chart, or 'glass'")
    request_id = models.CharField(max_length=40, blank=True)
    txid = models.BigIntegerField(db_default=CurrentTransaction(), editable=False)

    class Meta:
        verbose_name_plural = "access entries"
        constraints = [models.CheckConstraint(name="a_look_has_one_author",
                                              condition=Q(by_staff__isnull=False) ^ Q(by_patient__isnull=False))]
        indexes = [models.Index(fields=["patient", "at"]), models.Index(fields=["by_staff", "at"]),
                   models.Index(fields=["txid"])]

    def __str__(self):
        return f"{self.purpose} {self.at:%Y-%m-%d %H:%M}"

    @property
    def by(self):
        """The Staff row or the Patient who looked."""
        return self.by_staff or self.by_patient
