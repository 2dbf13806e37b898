from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from emr.models import Fact, error_is_explained
from emr.models.fields import ExactDecimalField


class LabResult(Fact):
    """One value our laboratory found (FHIR Observation, category laboratory). It keeps the range it was judged by.

    A correction marks the old value as an error and names it in `replaces`.
    """

    class Flag(models.TextChoices):  # FHIR v3-ObservationInterpretation
        NONE = "", _("not judged")
        NORMAL = "N", pgettext_lazy("result", "normal")
        LOW = "L", pgettext_lazy("result", "low")
        HIGH = "H", pgettext_lazy("result", "high")
        CRITICAL_LOW = "LL", _("critically low")
        CRITICAL_HIGH = "HH", _("critically high")
        ABNORMAL = "A", _("abnormal")

    patient = models.ForeignKey("emr.Patient", models.PROTECT, related_name="+")
    encounter = models.ForeignKey("emr.Encounter", models.PROTECT, related_name="+")
    request = models.ForeignKey("orders.ServiceRequest", models.PROTECT, related_name="+")
    specimen = models.ForeignKey("laboratory.Specimen", models.PROTECT, null=True, blank=True, related_name="results")
    test = models.ForeignKey("laboratory.LabTest", models.PROTECT, related_name="+")
    value = ExactDecimalField(null=True, blank=True)
    comparator = models.CharField(max_length=2, blank=True)
    value_text = models.CharField(max_length=500, blank=True)
    unit = models.CharField(max_length=40, blank=True)
    flag = models.CharField(max_length=2, choices=Flag, blank=True)
    range_low = ExactDecimalField(null=True, blank=True)
    range_high = ExactDecimalField(null=True, blank=True)
    range_source = models.CharField(max_length=200, blank=True)
    performer = models.ForeignKey("emr.Staff", models.PROTECT, related_name="+")
    found_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.ForeignKey("emr.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")

    class Meta:
        constraints = [
            error_is_explained("labresult"),
            models.CheckConstraint(name="a_result_has_a_value", condition=Q(value__isnull=False) | ~Q(value_text="")),
            models.CheckConstraint(name="no_result_from_the_future", condition=Q(found_at__lte=F("recorded_at"))),
            models.UniqueConstraint(fields=["request", "test"], name="one_live_result_per_request_and_test",
                                    condition=Q(error_at__isnull=True)),
        ]
        indexes = [models.Index(fields=["encounter", "-found_at"]), models.Index(fields=["patient", "test", "-found_at"])]

    def __str__(self):
        return f"{self.test} {self.value if self.value is not None else self.value_text} {self.unit}".strip()


class ResultSeen(models.Model):
    """A clinician saw the result (E11): what is not here is unseen."""

    result = models.ForeignKey("laboratory.LabResult", models.PROTECT, related_name="seen")
    staff = models.ForeignKey("emr.Staff", models.PROTECT, related_name="+")
    seen_at = models.DateTimeField()
    read_back = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "results seen"
        constraints = [models.UniqueConstraint(fields=["result", "staff"], name="seen_once_by_each")]

    def __str__(self):
        return f"{self.result_id} {self.staff_id}"
