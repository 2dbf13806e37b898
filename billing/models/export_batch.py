from django.db import models

from emr import clock
from emr.ids import new_id


class ExportBatch(models.Model):
    """What the accountants' own system was given for a closed month: number, rows, sum and SHA-256 of the CSV.

    A closed month never changes, so asking again gives the same batch and the same bytes.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    period = models.OneToOneField("billing.Period", models.PROTECT, related_name="batch")
    number = models.PositiveIntegerField(unique=True)
    rows = models.PositiveIntegerField()
    amount = models.DecimalField(max_digits=16, decimal_places=2)
    checksum = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=clock.now)
    made_by = models.ForeignKey("emr.Staff", models.PROTECT, related_name="+")

    class Meta:
        verbose_name_plural = "export batches"

    def __str__(self):
        return f"{self.number:05d}"
