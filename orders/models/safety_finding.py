from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from emr import clock
from emr.ids import new_id


class Tier(models.TextChoices):
    """How loud a check is: told in the preview; to be answered with a reason; to be signed by a second doctor too."""

    INFO = "info", _("to know")
    WARNING = "warning", _("warning")
    HARD_STOP = "hard-stop", _("hard stop")


class SafetyFinding(models.Model):
    """What a check said of an order that was being written: shown to its author, or signed in spite of it.

    `draft` is the form's request key: one try at one order. The sentence and its source are kept as they were shown.
    """

    class Outcome(models.TextChoices):
        SHOWN = "shown", _("shown")
        OVERRIDDEN = "overridden", _("signed all the same")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    draft = models.UUIDField()
    patient = models.ForeignKey("emr.Patient", models.PROTECT, related_name="+")
    encounter = models.ForeignKey("emr.Encounter", models.PROTECT, related_name="+")
    medication = models.ForeignKey("orders.Medication", models.PROTECT, related_name="+")
    request = models.ForeignKey("orders.MedicationRequest", models.PROTECT, null=True, blank=True, related_name="findings")
    rule = models.CharField(max_length=160)
    tier = models.CharField(max_length=10, choices=Tier)
    about = models.CharField(max_length=300, blank=True, help_text="The other drug, the allergy, the diagnosis")
    sentence = models.TextField()
    told_by = models.CharField(max_length=300, help_text="The named source of the rule")
    outcome = models.CharField(max_length=10, choices=Outcome)
    override_reason = models.CharField(max_length=300, blank=True)
    second_signature = models.ForeignKey("emr.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now)
    recorded_by = models.ForeignKey("emr.Staff", models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draft", "rule", "about", "outcome"], name="a_finding_is_shown_once_a_draft"),
            models.CheckConstraint(
                name="an_overridden_finding_names_its_order",
                condition=Q(outcome="shown", request__isnull=True) | Q(outcome="overridden", request__isnull=False),
            ),
            models.CheckConstraint(
                name="an_answered_finding_has_its_reason", condition=Q(outcome="shown") | Q(tier="info") | ~Q(override_reason="")
            ),
        ]
        indexes = [models.Index(fields=["recorded_at", "rule"])]

    def __str__(self):
        return self.sentence
