from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from emr import clock
from emr.ids import new_id

INSIDE = Q(entered_at__isnull=False, left_at__isnull=True)


class QueueRows(models.QuerySet):
    def waiting(self):
        """Who may be called: here, not called in vain, not inside, not gone; a cancelled coupon waits no longer."""
        return self.filter(entered_at__isnull=True, skipped_at__isnull=True, gone_at__isnull=True,
                           booking__cancelled_at__isnull=True)


class QueueEntry(models.Model):
    """Somebody at the door of an office: with a coupon, without one, or just to ask.

    Its order follows from `turn_at` and the clock (R90).
    """

    class Kind(models.TextChoices):
        COUPON = "coupon", _("with a coupon")
        WALK_IN = "walk-in", _("without a coupon")
        ASKER = "asker", _("just to ask")

    LETTER = {Kind.COUPON: "", Kind.WALK_IN: "W", Kind.ASKER: "A"}

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reception = models.ForeignKey("booking.Reception", models.PROTECT, related_name="queue")
    kind = models.CharField(max_length=8, choices=Kind)
    number = models.PositiveSmallIntegerField(help_text="Of the coupon; else counted by kind in this reception")
    booking = models.OneToOneField("booking.Booking", models.PROTECT, null=True, blank=True, related_name="queue_entry")
    patient = models.ForeignKey("emr.Patient", models.PROTECT, null=True, blank=True, related_name="+",
                                help_text="Who just asks gives no name")
    purpose = models.CharField(max_length=200, blank=True)
    came_at = models.DateTimeField(default=clock.now)
    line_at = models.DateTimeField(default=clock.now, help_text="Since when it stands in line: when it came; exchanged in a swap")
    turn_at = models.DateTimeField(null=True, blank=True, help_text="The time by which it stands: of the coupon, or of coming "
                                                                    "when late (R91); "
                                   "exchanged in a swap (R96). Empty = after those whose time has come (R95)")
    acute_at = models.DateTimeField(null=True, blank=True, help_text="Staff decided: before everybody (R94)")
    acute_reason = models.CharField(max_length=200, blank=True)
    called_at = models.DateTimeField(null=True, blank=True)
    recalled_at = models.DateTimeField(null=True, blank=True, help_text="Called a second time")
    skipped_at = models.DateTimeField(null=True, blank=True, help_text="Called twice without answer; empty again on return")
    entered_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    gone_at = models.DateTimeField(null=True, blank=True, help_text="Gave up, or was sent to another office")
    gone_reason = models.CharField(max_length=200, blank=True)
    in_place_of = models.OneToOneField("booking.Coupon", models.PROTECT, null=True, blank=True, related_name="+",
                                       help_text="The place of who did not come (R77, R95)")
    sent_from = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="sent_to")
    encounter = models.OneToOneField("emr.Encounter", models.PROTECT, null=True, blank=True, related_name="+",
                                     help_text="The visit of somebody without a coupon")

    objects = QueueRows.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reception"], condition=INSIDE, name="one_person_in_the_room"),
            models.UniqueConstraint(fields=["reception", "kind", "number"], condition=~Q(kind="coupon"),
                                    name="one_number_without_a_coupon"),
            models.CheckConstraint(name="a_coupon_stands_in_the_queue_by_its_booking",
                                   condition=Q(kind="coupon", booking__isnull=False)
                                   | (~Q(kind="coupon") & Q(booking__isnull=True))),
            models.CheckConstraint(name="acute_says_why", condition=Q(acute_at__isnull=True) | ~Q(acute_reason="")),
            models.CheckConstraint(name="who_left_had_entered", condition=Q(left_at__isnull=True) | Q(entered_at__isnull=False)),
            models.CheckConstraint(name="who_is_gone_says_why", condition=Q(gone_at__isnull=True) | ~Q(gone_reason="")),
            models.CheckConstraint(name="a_walk_in_says_what_for", condition=~Q(kind="walk-in") | ~Q(purpose="")),
        ]
        indexes = [models.Index(fields=["reception", "came_at"])]

    def __str__(self):
        return f"{self.LETTER[self.kind]}{self.number}"

    @property
    def visit(self):
        """The visit it became, where the doctor began one."""
        return self.booking.encounter if self.booking_id else self.encounter

    @property
    def out_at(self):
        """When the room was left: said at the office, or the end of the visit; None while inside."""
        return self.left_at or (self.visit.finished_at if self.entered_at and self.visit else None)

    @property
    def state(self):
        """waiting, called, in-progress (in the room), finished, missed (called in vain) or cancelled (gone)."""
        if self.gone_at or (self.booking_id and self.booking.cancelled_at):
            return "cancelled"
        if self.entered_at:
            return "finished" if self.out_at else "in-progress"
        if self.skipped_at:
            return "missed"
        return "called" if self.called_at else "waiting"
