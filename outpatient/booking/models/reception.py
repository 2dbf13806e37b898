from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from emr.ids import new_id
from outpatient.booking.models.specialty import is_a_share, share


class Shift(Func):
    """From the beginning to the end of the reception, as a range."""

    function = "tstzrange"
    output_field = DateTimeRangeField()


STANDS = Q(cancelled_at__isnull=True)


class ReceptionRows(models.QuerySet):
    def standing(self):
        """Published and not cancelled: its coupons are given out."""
        return self.filter(STANDS, published_at__isnull=False)


class Reception(models.Model):
    """One doctor or room receiving on one date in one shift (FHIR Schedule); its coupons are numbered places."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    department = models.ForeignKey("emr.Department", models.PROTECT, related_name="+")
    doctor = models.ForeignKey("emr.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    specialty = models.ForeignKey("booking.Specialty", models.PROTECT, null=True, blank=True, related_name="+")
    room = models.CharField(max_length=20, blank=True)
    place = models.CharField(max_length=200, blank=True, help_text="Address of the building, when it is not the head office (R1)")
    title = models.CharField(max_length=200, blank=True)
    template = models.ForeignKey("booking.ReceptionTemplate", models.PROTECT, null=True, blank=True, related_name="receptions",
                                 help_text="By which it was made; empty = by hand")
    day = models.DateField(help_text="The institution's calendar day on which it begins")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    quota_online = share()
    quota_advance = share()
    published_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey("emr.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    cancel_reason = models.CharField(max_length=200, blank=True)

    objects = ReceptionRows.as_manager()

    class Meta:
        constraints = [
            *is_a_share("reception"),
            models.CheckConstraint(name="a_reception_ends_after_it_begins", condition=Q(ends_at__gt=F("starts_at"))),
            models.CheckConstraint(name="a_cancelled_reception_says_why", condition=Q(cancelled_at__isnull=True)
                                   | (Q(cancelled_by__isnull=False) & ~Q(cancel_reason=""))),
            ExclusionConstraint(name="a_doctor_receives_in_one_place_at_a_time", condition=STANDS & Q(doctor__isnull=False),
                                expressions=[("doctor", RangeOperators.EQUAL),
                                             (Shift("starts_at", "ends_at"), RangeOperators.OVERLAPS)]),
            ExclusionConstraint(name="one_reception_in_a_room_at_a_time", condition=STANDS & ~Q(room=""),
                                expressions=[("department", RangeOperators.EQUAL), ("room", RangeOperators.EQUAL),
                                             (Shift("starts_at", "ends_at"), RangeOperators.OVERLAPS)]),
            models.UniqueConstraint(fields=["template", "day"], name="one_reception_per_template_and_day"),
            models.UniqueConstraint(fields=["id", "day"], name="a_reception_and_its_day"),
        ]
        indexes = [models.Index(fields=["department", "starts_at"]), models.Index(fields=["day"]),
                   models.Index(fields=["doctor", "day"])]

    def __str__(self):
        return f"{self.doctor or self.title} {self.starts_at:%Y-%m-%d %H:%M}"
