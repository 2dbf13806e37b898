from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from emr.models import Fact, error_is_explained


class ServiceRequest(Fact):
    """Something asked for that is no drug: laboratory test, imaging, procedure, diet, therapy, consult, referral."""

    class Category(models.TextChoices):
        LABORATORY = "laboratory", _("Laboratory")
        IMAGING = "imaging", _("Imaging")
        PROCEDURE = "procedure", _("Procedure")
        DIET = "diet", _("Diet")
        THERAPY = "therapy", _("Therapy")
        CONSULT = "consult", _("Consult")
        REFERRAL = "referral", _("Referral")
        ADMISSION = "admission", _("Admission")

    class Priority(models.TextChoices):
        ROUTINE = "routine", _("routine")
        URGENT = "urgent", _("urgent")
        ASAP = "asap", _("as soon as possible")
        STAT = "stat", _("at once")

    patient = models.ForeignKey("emr.Patient", models.PROTECT, related_name="+")
    encounter = models.ForeignKey("emr.Encounter", models.PROTECT, related_name="+")
    category = models.CharField(max_length=12, choices=Category)
    system = models.CharField(max_length=120, blank=True)
    code = models.CharField(max_length=60, blank=True)
    text = models.CharField(max_length=300)
    priority = models.CharField(max_length=8, choices=Priority, default=Priority.ROUTINE)
    reason = models.CharField(max_length=500, blank=True)
    requester = models.ForeignKey("emr.Staff", models.PROTECT, related_name="+")
    authored_at = models.DateTimeField()
    wanted_at = models.DateTimeField(null=True, blank=True)
    performer = models.ForeignKey("emr.Department", models.PROTECT, null=True, blank=True, related_name="+")
    part_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="parts", help_text="The panel")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey("emr.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    cancel_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            error_is_explained("servicerequest"),
            models.CheckConstraint(name="a_cancelled_request_says_why", condition=Q(cancelled_at__isnull=True)
                                   | (Q(cancelled_by__isnull=False) & ~Q(cancel_reason=""))),
            models.CheckConstraint(name="no_request_code_without_system", condition=Q(code="") | ~Q(system="")),
        ]
        indexes = [models.Index(fields=["encounter", "-authored_at"]), models.Index(fields=["patient", "-authored_at"]),
                   models.Index(fields=["category", "authored_at"], name="requests_that_stand",
                                condition=Q(cancelled_at__isnull=True, error_at__isnull=True))]

    def __str__(self):
        return self.text
