from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from emr import clock
from emr.ids import new_id


class DistrictRule(models.Model):
    """Which houses of a street belong to a district: “2-48 even, 17A”; empty = the whole street (R70). Ended, never changed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    district = models.ForeignKey("outpatient.District", models.PROTECT, related_name="+")
    street = models.ForeignKey("booking.Street", models.PROTECT, related_name="rules")
    houses = models.CharField(max_length=300, blank=True)
    added_at = models.DateTimeField(default=clock.now)
    added_by = models.ForeignKey("emr.Staff", models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey("emr.Staff", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district", "street", "houses"], name="one_rule_per_houses_of_a_district",
                                    condition=Q(ended_at__isnull=True)),
            models.CheckConstraint(name="somebody_ended_the_rule",
                                   condition=Q(ended_at__isnull=True) | Q(ended_by__isnull=False)),
        ]

    def __str__(self):
        return f"{self.street} {self.houses}".strip()


class DistrictDoctor(models.Model):
    """Who looks after a district in one specialty, or stands in for that doctor during leave (R69, R70)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    district = models.ForeignKey("outpatient.District", models.PROTECT, related_name="+")
    specialty = models.ForeignKey("booking.Specialty", models.PROTECT, related_name="+")
    doctor = models.ForeignKey("emr.Staff", models.PROTECT, related_name="+")
    is_deputy = models.BooleanField(_("deputy"), default=False)
    since = models.DateField(default=clock.today)
    until = models.DateField(null=True, blank=True, help_text="Last day")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district", "specialty"], name="one_doctor_per_district_and_specialty",
                                    condition=Q(is_deputy=False, until__isnull=True)),
            models.CheckConstraint(name="a_deputy_stands_in_until_a_day", condition=Q(is_deputy=False) | Q(until__isnull=False)),
            models.CheckConstraint(name="a_district_doctor_ends_after_he_begins",
                                   condition=Q(until__isnull=True) | Q(until__gte=F("since"))),
        ]
        indexes = [models.Index(fields=["specialty", "district"])]

    def __str__(self):
        return f"{self.district} {self.specialty}: {self.doctor}"
