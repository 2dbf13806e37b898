from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from emr import clock
from emr.ids import new_id


class BookingNotice(models.Model):
    """A message about a booking, once for each booking and kind (R74); written with what caused it and sent after it."""

    class Kind(models.TextChoices):
        ORDERED = "ordered", _("ordered")
        EARLY = "early", _("first reminder")
        REMINDER = "reminder", _("reminder on the eve")
        CHANGED = "changed", _("changed")
        CANCELLED = "cancelled", _("cancelled")
        OFFER = "offer", _("offer of the waiting list")
        MISSED = "missed", _("decision after a missed visit")

    class Outcome(models.TextChoices):
        SENT = "sent", _("sent")
        DROPPED = "dropped", _("no longer true, not sent")
        NO_ADDRESS = "no-address", _("no e-mail address")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    booking = models.ForeignKey("booking.Booking", models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=10, choices=Kind)
    thread = models.UUIDField(help_text="UID of the calendar entry: the first booking, whatever it was moved to")
    sequence = models.PositiveSmallIntegerField(default=0, help_text="SEQUENCE of the calendar entry")
    written_at = models.DateTimeField(default=clock.now)
    done_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)
    message = models.ForeignKey("emr.OutboxMessage", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["booking", "kind"], condition=~Q(kind="changed"),
                                    name="one_notice_per_booking_and_kind"),
            models.UniqueConstraint(fields=["thread", "sequence"], condition=Q(kind__in=["ordered", "changed", "cancelled"]),
                                    name="one_notice_per_step_of_a_calendar_entry"),
            models.CheckConstraint(name="a_done_notice_has_an_outcome", condition=Q(done_at__isnull=True) | ~Q(outcome="")),
        ]
        indexes = [models.Index(fields=["thread", "-sequence"], name="notices_of_a_thread")]

    def __str__(self):
        return f"{self.booking} {self.kind}"
