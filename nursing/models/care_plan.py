from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from emr.models import Fact, error_is_explained


class CarePlan(Fact):
    """An order of category nursing: what is to be done for the patient and how often. The times follow from the rule of
    `orders.rules.timing`; they are not stored. A plan ends by being stopped or at `ends_at`."""

    class Kind(models.TextChoices):
        VITALS = "vitals", _("Observations")
        TURNING = "turning", _("Turning")
        WOUND = "wound", _("Wound dressing")
        CATHETER = "catheter", _("Catheter care")
        LINE = "line", _("Care of the venous line")
        FEEDING = "feeding", _("Feeding")
        FLUIDS = "fluids", _("Fluid balance")
        FALLS = "falls", _("Fall check")
        HYGIENE = "hygiene", _("Washing and mouth care")
        MOBILITY = "mobility", _("Getting up and walking")
        OTHER = "other", _("Other care")

    patient = models.ForeignKey("emr.Patient", models.PROTECT, related_name="+")
    encounter = models.ForeignKey("emr.Encounter", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    text = models.CharField(max_length=200, blank=True)
    timing = models.JSONField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    instead_of_score = models.BooleanField(default=False, help_text="These observations hold also where NEWS2 asks for more")
    reason = models.CharField(max_length=300, blank=True)
    planned_by = models.ForeignKey("emr.Staff", models.PROTECT, related_name="+")
    stopped_at = models.DateTimeField(null=True, blank=True)
    stopped_by = models.ForeignKey("emr.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    stop_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            error_is_explained("careplan"),
            models.CheckConstraint(name="a_stopped_care_plan_says_who_and_why", condition=Q(
                stopped_at__isnull=True, stopped_by__isnull=True, stop_reason="")
                | (Q(stopped_at__isnull=False, stopped_by__isnull=False) & ~Q(stop_reason=""))),
            models.CheckConstraint(name="care_ends_after_it_begins",
                                   condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at"))),
            models.CheckConstraint(name="other_care_says_what", condition=~Q(kind="other") | ~Q(text="")),
            models.CheckConstraint(name="fewer_observations_have_their_reason", condition=Q(instead_of_score=False)
                                   | (Q(kind="vitals") & ~Q(reason=""))),
        ]
        indexes = [models.Index(fields=["encounter"], name="care_plans_that_run",
                                condition=Q(stopped_at__isnull=True, error_at__isnull=True)),
                   models.Index(fields=["patient", "-starts_at"])]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.text}" if self.text else str(self.get_kind_display())
