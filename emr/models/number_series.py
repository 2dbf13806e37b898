from django.db import models


class NumberSeries(models.Model):
    """A series of numbers without gaps: medical records, stays, accessions, invoices. See emr/numbering.py."""

    key = models.CharField(max_length=60, primary_key=True)
    last = models.BigIntegerField(default=0)

    class Meta:
        verbose_name_plural = "number series"

    def __str__(self):
        return self.key
