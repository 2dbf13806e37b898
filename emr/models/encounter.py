from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from emr.models.fact import Fact, error_is_explained


class Encounter(Fact):
    """A contact of the patient with the institution: emergency visit, stay in a ward, polyclinic visit, house call.

    Its status follows from its times: in progress until `finished_at`, finished after.
    """

    class Kind(models.TextChoices):  # FHIR v3-ActCode, as Encounter.class asks
        EMERGENCY = "EMER", _("Emergency visit")
        INPATIENT = "IMP", _("Stay")
        OUTPATIENT = "AMB", _("Visit")
        HOME = "HH", _("House call")
        VIRTUAL = "VR", _("Remote")

    class Disposition(models.TextChoices):
        HOME = "home", _("Home")
        ADMITTED = "admitted", _("Admitted to a ward")
        TRANSFERRED = "other-hcf", _("Transferred to another institution")
        REFUSED = "refused", _("Refused hospitalisation")
        LEFT_UNSEEN = "left-unseen", _("Left unseen")
        LEFT_DURING = "left-during", _("Left during treatment")
        AGAINST_ADVICE = "aadvice", _("Left against advice")
        DIED = "exp", _("Died")

    patient = models.ForeignKey("emr.Patient", models.PROTECT, related_name="encounters")
    number = models.CharField(max_length=30, unique=True)
    kind = models.CharField(max_length=6, choices=Kind)
    department = models.ForeignKey("emr.Department", models.PROTECT, null=True, blank=True, related_name="+")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    disposition = models.CharField(max_length=20, choices=Disposition, blank=True)
    part_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+",
                                help_text="The emergency visit that led to this stay")

    class Meta:
        constraints = [
            error_is_explained("encounter"),
            models.CheckConstraint(name="an_encounter_ends_after_it_begins",
                                   condition=Q(finished_at__isnull=True) | Q(finished_at__gte=F("started_at"))),
            models.UniqueConstraint(fields=["patient"], name="one_open_stay_per_patient",
                                    condition=Q(kind="IMP", finished_at__isnull=True, error_at__isnull=True,
                                                source__isnull=True)),
        ]
        indexes = [
            models.Index(fields=["patient", "-started_at"]),
            models.Index(fields=["kind", "department", "started_at"], name="open_encounters",
                         condition=Q(finished_at__isnull=True)),
            models.Index(fields=["started_at"]), models.Index(fields=["finished_at"]),
        ]

    def __str__(self):
        return self.number

    @property
    def status(self):
        """FHIR Encounter.status."""
        if self.error_at:
            return "entered-in-error"
        return "finished" if self.finished_at else "in-progress"
