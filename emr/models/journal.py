from django.apps import apps
from django.db import models
from django.db.models import Func, Q

from emr import clock


class CurrentTransaction(Func):
    """The database transaction's own number: joins a journal row to the row images written with it."""

    function = "emr_txid"
    arity = 0
    output_field = models.BigIntegerField()


class JournalEntry(models.Model):
    """One act: who did what about which row, for which patient. Append-only by trigger."""

    at = models.DateTimeField(default=clock.now)
    act = models.CharField(max_length=80)
    by_staff = models.ForeignKey("emr.Staff", models.PROTECT, null=True, related_name="+")
    by_patient = models.ForeignKey("emr.Patient", models.PROTECT, null=True, related_name="+")
    patient = models.ForeignKey("emr.Patient", models.PROTECT, null=True, related_name="+")
    encounter = models.ForeignKey("emr.Encounter", models.PROTECT, null=True, related_name="+")
    about_type = models.CharField(max_length=80)
    about_id = models.UUIDField()
    data = models.JSONField(default=dict)
    request_key = models.UUIDField(null=True)
    txid = models.BigIntegerField(db_default=CurrentTransaction(), editable=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(name="an_act_has_one_author",
                                   condition=Q(by_staff__isnull=False) ^ Q(by_patient__isnull=False)),
            models.UniqueConstraint(fields=["by_staff", "request_key"], name="one_act_per_request_key_of_staff",
                                    condition=Q(request_key__isnull=False)),
            models.UniqueConstraint(fields=["by_patient", "request_key"], name="one_act_per_request_key_of_patient",
                                    condition=Q(request_key__isnull=False)),
        ]
        indexes = [
            models.Index(fields=["patient", "at"]), models.Index(fields=["encounter", "at"]),
            models.Index(fields=["about_id"]), models.Index(fields=["txid"]),
        ]

    def __str__(self):
        return f"{self.act} {self.at:%Y-%m-%d %H:%M}"

    @property
    def by(self):
        """The Staff row or the Patient who acted."""
        return self.by_staff or self.by_patient

    def about(self):
        """The row that the act made or changed."""
        return apps.get_model(self.about_type)._base_manager.get(pk=self.about_id)
