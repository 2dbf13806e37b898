from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from emr import clock
from emr.ids import new_id


class Reconciliation(models.Model):
    """That somebody went through all drugs of a patient, line by line: at admission, at a transfer, at discharge."""

    class Moment(models.TextChoices):
        ADMISSION = "admission", _("admission")
        TRANSFER = "transfer", _("transfer")
        DISCHARGE = "discharge", _("discharge")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    patient = models.ForeignKey("emr.Patient", models.PROTECT, related_name="+")
    encounter = models.ForeignKey("emr.Encounter", models.PROTECT, related_name="+")
    moment = models.CharField(max_length=10, choices=Moment)
    recorded_at = models.DateTimeField(default=clock.now)
    recorded_by = models.ForeignKey("emr.Staff", models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["encounter", "moment"])]

    def __str__(self):
        return f"{self.get_moment_display()} {self.recorded_at:%Y-%m-%d}"


class ReconciliationLine(models.Model):
    """What was decided of one drug: what the patient took at home, what was ordered now, what goes on, and why it differs."""

    class Decision(models.TextChoices):
        CONTINUE = "continue", _("continue as is")
        CHANGE = "change", pgettext_lazy("reconciliation", "change")
        STOP = "stop", pgettext_lazy("reconciliation", "stop")
        NEW = "new", _("new drug")
        SUBSTITUTE = "substitute", _("another drug instead")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reconciliation = models.ForeignKey("orders.Reconciliation", models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    statement = models.ForeignKey("orders.MedicationStatement", models.PROTECT, null=True, blank=True, related_name="+")
    request = models.ForeignKey("orders.MedicationRequest", models.PROTECT, null=True, blank=True, related_name="+")
    decision = models.CharField(max_length=10, choices=Decision)
    reason = models.CharField(max_length=300, blank=True)
    made = models.ForeignKey("orders.MedicationRequest", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["reconciliation", "position"], name="one_line_per_position_of_a_reconciliation"),
            models.CheckConstraint(name="a_line_is_about_a_drug", condition=Q(statement__isnull=False) | Q(request__isnull=False)
                                   | Q(made__isnull=False)),
            models.CheckConstraint(name="a_stopped_drug_says_why", condition=~Q(decision="stop") | ~Q(reason="")),
        ]

    def __str__(self):
        return f"{self.get_decision_display()}: {self.made or self.request or self.statement}"
