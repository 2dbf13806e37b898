from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from emr.ids import new_id
from outpatient.booking.models.specialty import is_a_share, share


class ReceptionTemplate(models.Model):
    """On which weekdays a doctor or room receives, from when to when: receptions are made of it ahead of time.

    Never changed but ended; a new one follows it, so that what was made says by which rule.
    """

    class Weeks(models.TextChoices):
        EVERY = "every", _("every week")
        ODD = "odd", _("odd weeks")
        EVEN = "even", _("even weeks")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    department = models.ForeignKey("emr.Department", models.PROTECT, related_name="+")
    doctor = models.ForeignKey("emr.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    specialty = models.ForeignKey("booking.Specialty", models.PROTECT, null=True, blank=True, related_name="+")
    title = models.CharField(max_length=200, blank=True)
    room = models.CharField(max_length=20, blank=True)
    place = models.CharField(max_length=200, blank=True, help_text="Address of the building, when it is not the head office (R1)")
    weekdays = ArrayField(models.PositiveSmallIntegerField(), help_text="ISO: 1 = Monday … 7 = Sunday")
    weeks = models.CharField(max_length=5, choices=Weeks, default=Weeks.EVERY, help_text="By the ISO number of the week")
    begins = models.TimeField()
    ends = models.TimeField()
    minutes = models.PositiveSmallIntegerField(null=True, blank=True,
                                               help_text="Of one coupon; empty = as doctor, specialty or institution say")
    quota_online = share()
    quota_advance = share()
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True, help_text="Its last day; empty = until it is ended")

    class Meta:
        ordering = ["valid_from", "begins"]
        constraints = [
            *is_a_share("template"),
            models.CheckConstraint(name="a_template_ends_after_it_begins", condition=Q(ends__gt=F("begins"))),
            models.CheckConstraint(name="a_template_names_weekdays",
                                   condition=Q(weekdays__contained_by=[1, 2, 3, 4, 5, 6, 7]) & ~Q(weekdays=[])),
            models.CheckConstraint(name="a_template_is_somebody_s", condition=Q(doctor__isnull=False) | ~Q(title="")),
        ]
        indexes = [models.Index(fields=["doctor", "valid_from"], name="templates_of_doctors")]

    def __str__(self):
        return f"{self.doctor or self.title} {self.begins:%H:%M}-{self.ends:%H:%M}"
