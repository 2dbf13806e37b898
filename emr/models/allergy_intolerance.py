from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from emr.models.fact import Fact, error_is_explained


class AllergyIntolerance(Fact):
    """What the patient must not get, or the recorded statement that no allergy is known (F3: that differs from no row)."""

    class Kind(models.TextChoices):
        ALLERGY = "allergy", _("allergy")
        INTOLERANCE = "intolerance", _("intolerance")
        NONE_KNOWN = "none-known", _("no known allergy")

    class Criticality(models.TextChoices):
        LOW = "low", _("low")
        HIGH = "high", _("high")
        UNKNOWN = "unable-to-assess", _("not assessed")

    patient = models.ForeignKey("emr.Patient", models.PROTECT, related_name="allergies")
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.ALLERGY)
    system = models.CharField(max_length=120, blank=True)
    code = models.CharField(max_length=40, blank=True)
    substance = models.CharField(max_length=200, blank=True)
    reaction = models.CharField(max_length=300, blank=True)
    criticality = models.CharField(max_length=16, choices=Criticality, default=Criticality.UNKNOWN)
    verification = models.CharField(max_length=14, default="confirmed")
    onset = models.CharField(max_length=25, blank=True)
    asserted_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            error_is_explained("allergyintolerance"),
            models.CheckConstraint(name="an_allergy_names_its_substance",
                                   condition=Q(kind="none-known", substance="") | (~Q(kind="none-known") & ~Q(substance=""))),
            models.CheckConstraint(name="no_allergy_code_without_system", condition=Q(code="") | ~Q(system="")),
            models.UniqueConstraint(fields=["patient"], name="one_statement_of_no_known_allergy",
                                    condition=Q(kind="none-known", ended_at__isnull=True, error_at__isnull=True)),
        ]
        indexes = [models.Index(fields=["patient"])]

    def __str__(self):
        return self.substance or self.get_kind_display()
