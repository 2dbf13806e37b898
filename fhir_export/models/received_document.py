from django.db import models
from django.utils.translation import gettext_lazy as _

from emr import clock
from emr.ids import new_id


class ReceivedDocument(models.Model):
    """A bundle or file as another institution sent it, byte for byte, with what became of it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sender = models.ForeignKey("emr.Institution", models.PROTECT, related_name="+")
    name = models.CharField(max_length=300)
    sha256 = models.CharField(max_length=64, unique=True)
    size = models.BigIntegerField()
    body = models.BinaryField(null=True, help_text="Gzipped; empty for bulk files, whose resources are kept one by one")
    received_at = models.DateTimeField(default=clock.now)
    received_by = models.ForeignKey("emr.Staff", models.PROTECT, related_name="+")
    finished_at = models.DateTimeField(null=True, blank=True)

    def __str__(self):
        return self.name


class ReceivedResource(models.Model):
    """One resource of a received document: applied to which row, or why not. The text is kept as it came."""

    class Outcome(models.TextChoices):
        CREATED = "created", _("created")
        MATCHED = "matched", _("already here")
        UPDATED = "updated", _("updated")
        KEPT = "kept", _("kept as received, not modelled")
        REFUSED = "refused", _("refused")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    document = models.ForeignKey("fhir_export.ReceivedDocument", models.PROTECT, related_name="resources")
    resource_type = models.CharField(max_length=40)
    source_id = models.CharField(max_length=120)
    version = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the resource as canonical JSON")
    patient = models.ForeignKey("emr.Patient", models.PROTECT, null=True, blank=True, related_name="+")
    outcome = models.CharField(max_length=10, choices=Outcome)
    reason = models.CharField(max_length=300, blank=True)
    about_type = models.CharField(max_length=80, blank=True)
    about_id = models.UUIDField(null=True, blank=True)
    body = models.TextField(blank=True, help_text="JSON as received")

    class Meta:
        indexes = [models.Index(fields=["document", "resource_type"]), models.Index(fields=["resource_type", "source_id"]),
                   models.Index(fields=["patient"]), models.Index(fields=["about_id"])]

    def __str__(self):
        return f"{self.resource_type}/{self.source_id}"
