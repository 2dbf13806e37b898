from django.db import models
from django.db.models import Q

from emr import clock
from emr.ids import new_id


class Appeal(models.Model):
    """What somebody asks of the institution after a refusal: more coupons, other hours, another look at a decision (R6)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sent_at = models.DateTimeField(default=clock.now)
    patient = models.ForeignKey("emr.Patient", models.PROTECT, null=True, blank=True, related_name="+",
                                help_text="Empty = not identified")
    specialty = models.ForeignKey("booking.Specialty", models.PROTECT, null=True, blank=True, related_name="+")
    doctor = models.ForeignKey("emr.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    day = models.DateField(null=True, blank=True)
    reason_code = models.CharField(max_length=40, blank=True, help_text="The refusal it is about")
    text = models.CharField(max_length=1000)
    reply_to = models.CharField(max_length=200, blank=True, help_text="E-mail or telephone for the answer")
    sender = models.CharField(max_length=64, blank=True, help_text="A digest that names nobody: only to count how many one sends")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey("emr.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    answer = models.CharField(max_length=1000, blank=True, help_text="Empty = closed without an answer")

    class Meta:
        constraints = [
            models.CheckConstraint(name="an_appeal_says_something", condition=~Q(text="")),
            models.CheckConstraint(name="an_answered_appeal_says_by_whom",
                                   condition=Q(answered_at__isnull=True) | Q(answered_by__isnull=False)),
        ]
        indexes = [models.Index(fields=["sent_at"], name="appeals_to_answer", condition=Q(answered_at__isnull=True)),
                   models.Index(fields=["sender", "-sent_at"], name="appeals_of_senders")]

    def __str__(self):
        return self.text
