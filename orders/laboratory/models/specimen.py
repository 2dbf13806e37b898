from django.db import models
from django.db.models import Q

from emr.models import Fact, error_is_explained


class Specimen(Fact):
    """One tube or sample. Label printed, drawn, received and rejected are four different things."""

    patient = models.ForeignKey("emr.Patient", models.PROTECT, related_name="+")
    encounter = models.ForeignKey("emr.Encounter", models.PROTECT, related_name="+")
    accession = models.CharField(max_length=20, unique=True, help_text="With its check digit (E2)")
    kind = models.CharField(max_length=60, blank=True)
    requests = models.ManyToManyField("orders.ServiceRequest", related_name="+", through="laboratory.SpecimenRequest")
    labelled_at = models.DateTimeField(null=True, blank=True)
    collected_at = models.DateTimeField(null=True, blank=True)
    collected_by = models.ForeignKey("emr.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    received_at = models.DateTimeField(null=True, blank=True)
    received_by = models.ForeignKey("emr.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    rejected_at = models.DateTimeField(null=True, blank=True)
    rejected_by = models.ForeignKey("emr.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    reject_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            error_is_explained("specimen"),
            models.CheckConstraint(name="a_rejected_specimen_says_why", condition=Q(rejected_at__isnull=True)
                                   | (Q(rejected_by__isnull=False) & ~Q(reject_reason=""))),
        ]
        indexes = [models.Index(fields=["patient"]), models.Index(fields=["encounter"])]

    def __str__(self):
        return self.accession


class SpecimenRequest(models.Model):
    """Which request a specimen serves."""

    specimen = models.ForeignKey("laboratory.Specimen", models.PROTECT, related_name="links")
    request = models.ForeignKey("orders.ServiceRequest", models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["specimen", "request"], name="one_link_per_specimen_and_request")]

    def __str__(self):
        return f"{self.specimen_id} {self.request_id}"
