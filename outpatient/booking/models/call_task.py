from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from emr import clock
from emr.ids import new_id


class CallTask(models.Model):
    """A patient without e-mail whose coupon the clinic took back: the registry has to tell him by telephone (R19)."""

    class Outcome(models.TextChoices):
        TOLD = "told", _("told")
        LEFT_WORD = "left-word", _("left word")
        NOT_REACHED = "not-reached", _("not reached")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    booking = models.OneToOneField("booking.Booking", models.PROTECT, related_name="call_task")
    made_at = models.DateTimeField(default=clock.now)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey("emr.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(name="a_finished_call_says_by_whom_and_how", condition=Q(done_at__isnull=True)
                                              | (Q(done_by__isnull=False) & ~Q(outcome="")))]
        indexes = [models.Index(fields=["made_at"], name="calls_to_make", condition=Q(done_at__isnull=True))]

    def __str__(self):
        return self.outcome or "open"
