from django.db import models
from django.db.models.functions import Now


class RowHistory(models.Model):
    """The image of a clinical row after each change, written by a database trigger (raw SQL and bulk updates too).

    `txid` joins it to the journal row of the act that changed it. Append-only; `row_hash` is the SHA-256 of the other
    columns, made in the trigger.
    """

    at = models.DateTimeField(db_default=Now())
    txid = models.BigIntegerField()
    table_name = models.CharField(max_length=63)
    row_id = models.CharField(max_length=40)
    operation = models.CharField(max_length=6)
    image = models.JSONField()
    row_hash = models.BinaryField()

    class Meta:
        verbose_name_plural = "row history"
        indexes = [models.Index(fields=["row_id"]), models.Index(fields=["txid"])]

    def __str__(self):
        return f"{self.table_name} {self.row_id} {self.operation}"


class AuditSeal(models.Model):
    """A keyed seal over a stretch of journal, history or access rows: deletion, rewriting and cutting show."""

    sealed_at = models.DateTimeField(db_default=Now())
    stream = models.CharField(max_length=20)
    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField()
    count = models.IntegerField()
    below_txid = models.BigIntegerField()
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stream", "below_txid"], name="one_seal_per_stretch")]

    def __str__(self):
        return f"{self.stream} {self.last_id}"
