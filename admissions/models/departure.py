from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from emr.models import Encounter, Fact, error_is_explained


class Departure(Fact):
    """How a patient left the emergency room without a bed here: what he was told, who signed, where to; and the paper of it (A9,
    A10).
    """

    class Signature(models.TextChoices):
        SIGNED = "signed", _("the patient signed")
        REFUSED = "refused-to-sign", _("refused to sign, a witness signs")
        UNABLE = "unable", _("cannot sign, a witness signs")

    encounter = models.ForeignKey("emr.Encounter", models.PROTECT, related_name="+")
    disposition = models.CharField(max_length=20, choices=Encounter.Disposition)
    happened_at = models.DateTimeField()
    risks = models.CharField(max_length=1000, blank=True, help_text="What the patient was told may happen")
    told_by = models.ForeignKey("emr.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    signature = models.CharField(max_length=16, choices=Signature, blank=True)
    witness = models.CharField(max_length=200, blank=True)
    destination = models.CharField(max_length=300, blank=True, help_text="Where to, and with whom")
    note = models.CharField(max_length=1000, blank=True)
    document = models.OneToOneField("emr.Document", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            error_is_explained("departure"),
            models.UniqueConstraint(fields=["encounter"], name="one_departure_per_visit", condition=Q(error_at__isnull=True)),
            models.CheckConstraint(name="who_does_not_sign_has_a_witness",
                                   condition=Q(signature__in=["", "signed"]) | ~Q(witness="")),
        ]
        indexes = [models.Index(fields=["happened_at"])]

    def __str__(self):
        return self.get_disposition_display()


class FollowUpCall(Fact):
    """A call to somebody who left without being treated to the end: reached or not, what he said."""

    class Outcome(models.TextChoices):
        WELL = "well", _("reached, is well")
        RETURNS = "returns", _("reached, comes back")
        ELSEWHERE = "elsewhere", _("reached, is treated elsewhere")
        NOT_REACHED = "not-reached", _("not reached")
        WRONG = "wrong-number", _("wrong number")

    departure = models.ForeignKey("admissions.Departure", models.PROTECT, related_name="calls")
    happened_at = models.DateTimeField()
    outcome = models.CharField(max_length=14, choices=Outcome)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [error_is_explained("followupcall")]

    def __str__(self):
        return self.get_outcome_display()
