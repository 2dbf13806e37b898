from django.db import models
from django.db.models import F, Q

from emr.ids import new_id
from emr.models import Fact, error_is_explained


class HandOver(models.Model):
    """A ward handed from one shift to the next: a snapshot of what the rows said, signed by the nurse who goes and the
    nurse who comes. The database lets nothing change but the second signature, or the mark that it was handed in error."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    department = models.ForeignKey("emr.Department", models.PROTECT, related_name="+")
    since = models.DateTimeField(help_text="When the shift that is handed over began")
    handed_at = models.DateTimeField()
    outgoing = models.ForeignKey("emr.Staff", models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(null=True, blank=True)
    incoming = models.ForeignKey("emr.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    content = models.JSONField(help_text="Patients with their facts as they were when handed over")
    sha256 = models.CharField(max_length=64)
    error_at = models.DateTimeField(null=True, blank=True)
    error_by = models.ForeignKey("emr.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    error_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            error_is_explained("handover"),
            models.CheckConstraint(name="a_ward_is_taken_over_by_another_person",
                                   condition=Q(incoming__isnull=True) | ~Q(incoming=F("outgoing"))),
            models.CheckConstraint(name="who_takes_over_signs_with_the_time", condition=Q(
                incoming__isnull=True, taken_at__isnull=True) | Q(incoming__isnull=False, taken_at__gte=F("handed_at"))),
            models.CheckConstraint(name="what_was_taken_over_is_no_error",
                                   condition=Q(error_at__isnull=True) | Q(taken_at__isnull=True)),
            models.UniqueConstraint(fields=["department"], condition=Q(taken_at__isnull=True, error_at__isnull=True),
                                    name="one_open_hand_over_per_department"),
        ]
        indexes = [models.Index(fields=["department", "-handed_at"])]

    def __str__(self):
        return f"{self.department_id} {self.handed_at:%Y-%m-%d %H:%M}"


class HandOverRemark(Fact):
    """What a nurse adds in her own words about one patient for the next shift."""

    patient = models.ForeignKey("emr.Patient", models.PROTECT, related_name="+")
    encounter = models.ForeignKey("emr.Encounter", models.PROTECT, related_name="+")
    department = models.ForeignKey("emr.Department", models.PROTECT, related_name="+")
    text = models.CharField(max_length=1000)
    written_at = models.DateTimeField()

    class Meta:
        constraints = [error_is_explained("handoverremark"),
                       models.CheckConstraint(name="a_remark_says_something", condition=~Q(text=""))]
        indexes = [models.Index(fields=["encounter", "-written_at"])]

    def __str__(self):
        return self.text
