from django.db import models
from django.utils.translation import gettext_lazy as _

from emr.models import Fact, error_is_explained


class DelayReason(Fact):
    """Why a patient of the emergency room waits, as a person said it; without one the board infers it (A8)."""

    class Reason(models.TextChoices):
        TRIAGE_BUSY = "triage-busy", _("triage nurse is busy")
        DOCTOR_BUSY = "doctor-busy", _("doctors are busy")
        NOT_DRAWN = "sample-not-drawn", _("sample is not drawn")
        ON_THE_WAY = "sample-on-the-way", _("sample is on the way")
        LABORATORY = "laboratory-works", _("laboratory works on it")
        IMAGING = "imaging-busy", _("imaging is busy")
        CONSULTANT = "consultant-awaited", _("consultant has not come")
        PROCEDURE = "procedure-waits", _("procedure is not done")
        RESULTS_UNREAD = "results-unread", _("results are there, nobody has decided")
        NO_ANSWER = "ward-silent", _("ward has not answered")
        NO_BED = "no-bed", _("no free bed")
        BED_READY = "bed-free", _("a bed is free, nobody has moved the patient")
        TRANSPORT = "transport", _("no transport")
        PATIENT_AWAY = "patient-away", _("patient is away")
        OTHER = "other", _("another reason")

    encounter = models.ForeignKey("emr.Encounter", models.PROTECT, related_name="+")
    step = models.CharField(max_length=30, help_text="The unmet step it explains; it lapses with the step")
    reason = models.CharField(max_length=20, choices=Reason)
    note = models.CharField(max_length=200, blank=True)
    happened_at = models.DateTimeField()

    class Meta:
        constraints = [error_is_explained("delayreason")]
        indexes = [models.Index(fields=["encounter", "-happened_at"])]

    def __str__(self):
        return self.note or self.get_reason_display()
