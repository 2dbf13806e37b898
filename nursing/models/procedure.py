from django.db import models
from django.db.models import F, Q

from emr.models import Fact, error_is_explained


class Procedure(Fact):
    """Something done to the patient that is no drug: catheter, operation, infusion line, physiotherapy."""

    patient = models.ForeignKey("emr.Patient", models.PROTECT, related_name="+")
    encounter = models.ForeignKey("emr.Encounter", models.PROTECT, related_name="+")
    request = models.ForeignKey("orders.ServiceRequest", models.PROTECT, null=True, blank=True, related_name="+")
    department = models.ForeignKey("emr.Department", models.PROTECT, null=True, blank=True, related_name="+")
    system = models.CharField(max_length=120, blank=True)
    code = models.CharField(max_length=60, blank=True)
    text = models.CharField(max_length=300)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    performer = models.ForeignKey("emr.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    anaesthesia = models.CharField(max_length=40, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        constraints = [
            error_is_explained("procedure"),
            models.CheckConstraint(name="a_procedure_ends_after_it_begins",
                                   condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at"))),
            models.CheckConstraint(name="no_procedure_code_without_system", condition=Q(code="") | ~Q(system="")),
        ]
        indexes = [models.Index(fields=["encounter", "-started_at"]), models.Index(fields=["patient", "-started_at"])]

    def __str__(self):
        return self.text
