from django.db import models
from django.db.models import F, Q

from emr.models import Fact, error_is_explained


class Leave(Fact):
    """A time away from the ward during a stay (weekend leave): doses due inside it are not due.

    Open until the patient is back; `expected_until` is when he was to be. Whether he is late follows from the clock.
    """

    patient = models.ForeignKey("emr.Patient", models.PROTECT, related_name="+")
    encounter = models.ForeignKey("emr.Encounter", models.PROTECT, related_name="+")
    since = models.DateTimeField()
    expected_until = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300)

    class Meta:
        constraints = [
            error_is_explained("leave"),
            models.UniqueConstraint(fields=["encounter"], condition=Q(until__isnull=True, error_at__isnull=True),
                                    name="one_open_leave_per_stay"),
            models.CheckConstraint(name="a_leave_ends_after_it_begins", condition=Q(expected_until__gt=F("since")) & (
                Q(until__isnull=True) | Q(until__gte=F("since")))),
            models.CheckConstraint(name="a_leave_says_why", condition=~Q(reason="")),
        ]
        indexes = [models.Index(fields=["encounter", "-since"], name="leaves_of_a_stay")]

    def __str__(self):
        return self.reason
