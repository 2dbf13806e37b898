from django.db import models
from django.db.models import F, Q

from emr.ids import new_id


class Reception(models.Model):
    """One doctor or room receiving on one date in one shift (FHIR Schedule); its coupons are numbered places."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    department = models.ForeignKey("emr.Department", models.PROTECT, related_name="+")
    doctor = models.ForeignKey("emr.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    room = models.CharField(max_length=20, blank=True)
    title = models.CharField(max_length=200, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="a_reception_ends_after_it_begins", condition=Q(ends_at__gt=F("starts_at"))),
            models.UniqueConstraint(fields=["doctor", "starts_at"], name="one_reception_per_doctor_and_time"),
        ]
        indexes = [models.Index(fields=["department", "starts_at"])]

    def __str__(self):
        return f"{self.doctor or self.title} {self.starts_at:%Y-%m-%d %H:%M}"
