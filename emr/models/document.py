from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from emr import clock
from emr.ids import new_id


class Document(models.Model):
    """A paper of the chart: note, discharge summary, refusal form. A draft may be edited; once signed it is frozen by a
    database trigger, and a correction is a new version that names the one it replaces."""

    class Kind(models.TextChoices):
        PROGRESS_NOTE = "progress-note", _("Progress note")
        NURSING_NOTE = "nursing-note", _("Nursing note")
        ADMISSION_NOTE = "admission-note", _("Admission note")
        CONSULT_NOTE = "consult-note", _("Consult")
        VISIT_NOTE = "visit-note", _("Visit note")
        PROCEDURE_NOTE = "procedure-note", _("Procedure note")
        DISCHARGE_SUMMARY = "discharge-summary", _("Discharge summary")
        REFUSAL = "refusal", _("Refusal of hospitalisation")
        REPORT = "report", _("Report")
        RECEIVED = "received", _("Received document")

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        SIGNED = "signed", _("signed")
        ABANDONED = "abandoned", _("abandoned")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    patient = models.ForeignKey("emr.Patient", models.PROTECT, related_name="documents")
    encounter = models.ForeignKey("emr.Encounter", models.PROTECT, null=True, blank=True, related_name="documents")
    number = models.CharField(max_length=30, unique=True)
    kind = models.CharField(max_length=20, choices=Kind)
    title = models.CharField(max_length=200)
    language = models.CharField(max_length=5, default="en")
    # A list of sections: {"key", "title", "text", "rows": [{"text", "source": "orders.MedicationRequest:<id>"}]}; a section whose
    # text was filled by a phrase has "cites" like rows: the words in it that come from the record.
    sections = models.JSONField(default=list)
    version = models.PositiveIntegerField(default=1)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    amendment_reason = models.CharField(max_length=300, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    edited = models.PositiveIntegerField(default=0, help_text="Grows with each save of the draft (If-Match)")
    author = models.ForeignKey("emr.Staff", models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    happened_at = models.DateTimeField(help_text="The moment or the end of the period that the paper is about")
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey("emr.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    needs_co_signature = models.BooleanField(default=False, help_text="A learner signed it: a physician signs below "
                                                                      "(CoSignature)")
    sha256 = models.CharField(max_length=64, blank=True, help_text="Of the signed content, as canonical JSON")
    check_code = models.CharField(max_length=32, unique=True, help_text="Stands in the QR code of the paper")
    source = models.ForeignKey("emr.Institution", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(name="a_signed_document_says_who_and_when",
                                   condition=~Q(status="signed") | (Q(signed_at__isnull=False, signed_by__isnull=False)
                                                                    & ~Q(sha256=""))),
            models.CheckConstraint(name="an_amendment_says_why", condition=Q(replaces__isnull=True) | ~Q(amendment_reason="")),
        ]
        indexes = [models.Index(fields=["patient", "-happened_at"]), models.Index(fields=["encounter", "kind"])]

    def __str__(self):
        return f"{self.title} {self.number}"

    @property
    def waits_for_co_signature(self):
        return self.needs_co_signature and self.status == self.Status.SIGNED and not hasattr(self, "co_signature")


class DocumentRendering(models.Model):
    """The printed form of a signed document, kept byte for byte so that it is served the same for ever."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    document = models.ForeignKey("emr.Document", models.PROTECT, related_name="renderings")
    language = models.CharField(max_length=5)
    content_type = models.CharField(max_length=60, default="application/pdf")
    body = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    rendered_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "language"], name="one_rendering_per_language")]

    def __str__(self):
        return f"{self.document_id} {self.language}"
