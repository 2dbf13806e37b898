from django.db import models
from django.db.models import Q

from emr.models import Fact, error_is_explained


class MedicationStatement(Fact):
    """What the patient takes or took, as told by the patient or another institution; no order of ours."""

    patient = models.ForeignKey("emr.Patient", models.PROTECT, related_name="+")
    encounter = models.ForeignKey("emr.Encounter", models.PROTECT, null=True, blank=True, related_name="+")
    status = models.CharField(max_length=20, default="active", help_text="FHIR MedicationStatement.status")
    system = models.CharField(max_length=120, blank=True)
    code = models.CharField(max_length=60, blank=True)
    text = models.CharField(max_length=500)
    dosage_text = models.CharField(max_length=500, blank=True)
    route = models.CharField(max_length=60, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    asserted_at = models.DateTimeField()

    class Meta:
        constraints = [
            error_is_explained("medicationstatement"),
            models.CheckConstraint(name="no_statement_code_without_system", condition=Q(code="") | ~Q(system="")),
        ]
        indexes = [models.Index(fields=["patient", "-asserted_at"])]

    def __str__(self):
        return f"{self.text} {self.dosage_text}".strip()
