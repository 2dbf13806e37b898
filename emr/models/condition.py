from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from emr.models.fact import Fact, error_is_explained


class Condition(Fact):
    """A diagnosis or problem, as known at one stage. A later view of it is a new row, never an edit."""

    class Stage(models.TextChoices):
        REFERRING = "referring", _("Referring")
        ADMITTING = "admitting", _("Admitting")
        CLINICAL = "clinical", _("Clinical")
        FINAL = "final", _("Final")
        COMPLICATION = "complication", _("Complication")
        COMORBID = "comorbid", _("Comorbid")
        PROBLEM = "problem", _("Problem list")

    class ClinicalStatus(models.TextChoices):
        ACTIVE = "active", _("active")
        RECURRENCE = "recurrence", _("recurrence")
        REMISSION = "remission", _("remission")
        INACTIVE = "inactive", _("inactive")
        RESOLVED = "resolved", _("resolved")

    class Verification(models.TextChoices):
        UNCONFIRMED = "unconfirmed", _("unconfirmed")
        PROVISIONAL = "provisional", _("provisional")
        DIFFERENTIAL = "differential", _("differential")
        CONFIRMED = "confirmed", _("confirmed")
        REFUTED = "refuted", _("refuted")

    patient = models.ForeignKey("emr.Patient", models.PROTECT, related_name="conditions")
    encounter = models.ForeignKey("emr.Encounter", models.PROTECT, null=True, blank=True, related_name="conditions")
    stage = models.CharField(max_length=14, choices=Stage)
    system = models.CharField(max_length=120, blank=True, help_text="URI of the code system")
    code = models.CharField(max_length=40, blank=True)
    text = models.CharField(max_length=500)
    clinical_status = models.CharField(max_length=12, choices=ClinicalStatus, default=ClinicalStatus.ACTIVE)
    verification = models.CharField(max_length=14, choices=Verification, default=Verification.CONFIRMED)
    onset = models.CharField(max_length=25, blank=True, help_text="As precisely as known: 2019, 2019-04, 2019-04-12")
    asserted_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")

    class Meta:
        constraints = [
            error_is_explained("condition"),
            models.CheckConstraint(name="a_condition_says_what", condition=~Q(text="")),
            models.CheckConstraint(name="no_condition_code_without_system", condition=Q(code="") | ~Q(system="")),
        ]
        indexes = [models.Index(fields=["patient", "-asserted_at"])]

    def __str__(self):
        return f"{self.code} {self.text}".strip()
