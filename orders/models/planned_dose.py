from django.db import models

from emr.ids import new_id
from emr.models.fields import ExactDecimalField


class PlannedDose(models.Model):
    """One line of the nurse's sheet: this order, this much, at this time. Never edited.

    Whether it still stands (order not stopped, not on hold), is due, late or missed follows from rows and the clock.
    A dose as needed has no time of its own and gets its row when it is given.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    request = models.ForeignKey("orders.MedicationRequest", models.PROTECT, related_name="doses")
    patient = models.ForeignKey("emr.Patient", models.PROTECT, related_name="+")
    encounter = models.ForeignKey("emr.Encounter", models.PROTECT, related_name="+")
    due_at = models.DateTimeField()
    amount = ExactDecimalField(null=True, blank=True)
    unit = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["due_at"]
        constraints = [models.UniqueConstraint(fields=["request", "due_at"], name="one_dose_per_time_of_an_order")]
        indexes = [models.Index(fields=["encounter", "due_at"]), models.Index(fields=["due_at"])]

    def __str__(self):
        return f"{self.amount} {self.unit} {self.due_at:%Y-%m-%d %H:%M}"

    @property
    def words(self):
        """How much this dose is: of a staged order the amount of its stage, else as the order says."""
        return f"{self.amount} {self.unit}" if self.amount is not None else self.request.dose_words
