from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from emr.models.fact import Fact, error_is_explained
from emr.models.fields import ExactDecimalField


class Observation(Fact):
    """One measured or seen value: a vital sign, a score, a finding told by another institution.

    Values measured together share `panel_id` (one round of vitals). Units are UCUM. Results of our own laboratory are
    LabResult rows; laboratory values from elsewhere are rows here.
    """

    class Category(models.TextChoices):
        VITAL_SIGNS = "vital-signs", _("Vital sign")
        SURVEY = "survey", _("Score")
        EXAM = "exam", _("Finding")
        LABORATORY = "laboratory", _("Laboratory")
        SOCIAL = "social-history", _("Social history")
        IMAGING = "imaging", _("Imaging")
        PROCEDURE = "procedure", _("Procedure")
        ACTIVITY = "activity", _("Activity")
        THERAPY = "therapy", _("Therapy")

    patient = models.ForeignKey("emr.Patient", models.PROTECT, related_name="observations")
    encounter = models.ForeignKey("emr.Encounter", models.PROTECT, null=True, blank=True, related_name="observations")
    panel_id = models.UUIDField(null=True, blank=True)
    category = models.CharField(max_length=16, choices=Category)
    system = models.CharField(max_length=120, blank=True)
    code = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=300)
    value = ExactDecimalField(null=True, blank=True)
    comparator = models.CharField(max_length=2, blank=True)
    unit = models.CharField(max_length=40, blank=True)
    value_text = models.TextField(blank=True)
    value_code = models.CharField(max_length=40, blank=True)
    components = models.JSONField(null=True, blank=True, help_text="Parts of a compound value, as the sender gave them")
    absent_reason = models.CharField(max_length=40, blank=True)
    interpretation = models.CharField(max_length=10, blank=True)
    effective_at = models.DateTimeField()
    note = models.TextField(blank=True)

    class Meta:
        constraints = [
            error_is_explained("observation"),
            models.CheckConstraint(name="an_observation_says_something", condition=Q(value__isnull=False) | ~Q(value_text="")
                                   | ~Q(value_code="") | Q(components__isnull=False) | ~Q(absent_reason="")),
            models.CheckConstraint(name="no_observation_code_without_system", condition=Q(code="") | ~Q(system="")),
            models.CheckConstraint(name="nothing_is_observed_in_the_future",
                                   condition=Q(effective_at__lte=F("recorded_at")) | Q(source__isnull=False)),
        ]
        indexes = [models.Index(fields=["patient", "-effective_at"]), models.Index(fields=["encounter", "-effective_at"]),
                   models.Index(fields=["patient", "code", "-effective_at"]), models.Index(fields=["panel_id"])]

    def __str__(self):
        return f"{self.name} {self.value if self.value is not None else self.value_text} {self.unit}".strip()
