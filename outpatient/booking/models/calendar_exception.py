from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from emr.ids import new_id


class CalendarException(models.Model):
    """Days on which the templates do not hold: a holiday, a doctor's absence, a day that is worked like another weekday."""

    class Kind(models.TextChoices):
        HOLIDAY = "holiday", _("Holiday of the institution")
        ABSENCE = "absence", _("Absence of a doctor")
        EXTRA = "extra", _("Extra day")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=8, choices=Kind)
    doctor = models.ForeignKey("emr.Staff", models.PROTECT, null=True, blank=True, related_name="+",
                               help_text="Empty = everybody")
    first = models.DateField()
    last = models.DateField()
    as_weekday = models.PositiveSmallIntegerField(null=True, blank=True, help_text="An extra day is worked like this ISO weekday")
    reason = models.CharField(max_length=200)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey("emr.Staff", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["first"]
        constraints = [
            models.CheckConstraint(name="an_exception_ends_after_it_begins", condition=Q(last__gte=F("first"))),
            models.CheckConstraint(name="an_exception_says_why", condition=~Q(reason="")),
            models.CheckConstraint(name="an_absence_is_a_doctor_s_and_a_holiday_everybody_s", condition=(
                Q(kind="holiday", doctor__isnull=True) | Q(kind="absence", doctor__isnull=False) | Q(kind="extra"))),
            models.CheckConstraint(name="an_extra_day_is_worked_like_a_weekday", condition=(
                Q(kind="extra", as_weekday__gte=1, as_weekday__lte=7) | (~Q(kind="extra") & Q(as_weekday__isnull=True)))),
        ]
        indexes = [models.Index(fields=["last"], name="exceptions_to_come")]

    def __str__(self):
        return self.reason
