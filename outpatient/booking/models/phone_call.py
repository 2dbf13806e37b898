import datetime as dt

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from emr import clock
from emr.ids import new_id


class PhoneLine(models.Model):
    """A number of the call centre with a purpose of its own (R83); campaigns are dialled on a line for nothing else (R86)."""

    class Purpose(models.TextChoices):
        COUPONS = "coupons", _("Coupons")
        HOUSE_CALLS = "house-calls", _("House calls")
        CAMPAIGNS = "campaigns", _("Campaigns only")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=40, unique=True, help_text="Name of the queue or trunk at the exchange")
    purpose = models.CharField(max_length=12, choices=Purpose)
    greeting = models.CharField(max_length=500, help_text="What callers hear first; it says that the conversation is recorded "
                                                          "(R88)")
    days_kept = models.PositiveSmallIntegerField(default=90,
                                                 help_text="Days after which references to recordings are no longer shown")

    def __str__(self):
        return self.code


class PhoneSet(models.Model):
    """A telephone at which an operator sits until he leaves it; a call goes to the first free one."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    extension = models.CharField(max_length=40)
    operator = models.ForeignKey("emr.Staff", models.PROTECT, related_name="+")
    since = models.DateTimeField(default=clock.now)
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["extension"], condition=Q(left_at__isnull=True), name="one_operator_at_a_phone_set"),
            models.UniqueConstraint(fields=["operator"], condition=Q(left_at__isnull=True), name="one_phone_set_of_an_operator"),
        ]

    def __str__(self):
        return self.extension


class PhoneCall(models.Model):
    """One incoming call as the exchange told it; whether it was answered or missed follows from its times."""

    class Closing(models.TextChoices):
        REACHED = "reached", _("reached")
        NOT_REACHED = "not-reached", _("not reached")
        NOT_NEEDED = "not-needed", _("no longer needed")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    external_id = models.CharField(max_length=80, unique=True, help_text="The exchange's own number of the call")
    line = models.ForeignKey(PhoneLine, models.PROTECT, related_name="+")
    number = models.CharField(max_length=40, blank=True, help_text="Digits of the caller's number; empty when withheld")
    began_at = models.DateTimeField(default=clock.now)
    answered_at = models.DateTimeField(null=True, blank=True)
    operator = models.ForeignKey("emr.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    recording = models.CharField(max_length=300, blank=True, help_text="Where the exchange keeps the recording")
    closed_at = models.DateTimeField(null=True, blank=True, help_text="A missed call: called back, or needed no more")
    closed_by = models.ForeignKey("emr.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    closing = models.CharField(max_length=12, choices=Closing, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="an_answered_call_has_an_operator",
                                   condition=Q(answered_at__isnull=True) | Q(operator__isnull=False)),
            models.CheckConstraint(name="a_closed_call_says_by_whom_and_how",
                                   condition=Q(closed_at__isnull=True) | (Q(closed_by__isnull=False) & ~Q(closing=""))),
        ]
        indexes = [models.Index(fields=["began_at"], name="calls_under_way", condition=Q(ended_at__isnull=True)),
                   models.Index(fields=["number", "began_at"], name="calls_of_a_number")]

    def __str__(self):
        return self.external_id

    @property
    def lasted(self):
        """How long one spoke; None of a call that was missed or goes on."""
        return self.ended_at - self.answered_at if self.answered_at and self.ended_at else None

    @property
    def kept_recording(self) -> str:
        """Where the recording is, for as many days as its line keeps it (R88)."""
        return self.recording if clock.now() - self.began_at < dt.timedelta(days=self.line.days_kept) else ""
