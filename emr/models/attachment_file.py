from django.db import models

from emr.models.fact import Fact, error_is_explained


class AttachmentFile(Fact):
    """A file of the chart: a scan, a photograph, a document as another institution sent it."""

    patient = models.ForeignKey("emr.Patient", models.PROTECT, related_name="files")
    encounter = models.ForeignKey("emr.Encounter", models.PROTECT, null=True, blank=True, related_name="files")
    title = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    body = models.BinaryField()
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = [error_is_explained("attachmentfile")]
        indexes = [models.Index(fields=["patient"])]

    def __str__(self):
        return self.title
