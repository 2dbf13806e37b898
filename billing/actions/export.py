"""Giving a closed month to the accountants' own system: one numbered batch for each month, with its checksum."""
from billing.actions.ledger import lock_ledger
from billing.errors import ExportChanged
from billing.models import ExportBatch, Period
from billing.queries import export as queries
from billing.rules import export as files
from emr import clock
from emr.acts import act
from emr.errors import NotFound
from emr.journal import record
from emr.numbering import next_number


@act("billing.export_month")
def export_month(period, *, by) -> ExportBatch:
    """Make the batch of a closed month, or give the one that was made: exporting twice sends nothing twice.

    Raises ExportChanged when the month no longer gives the bytes of its batch, which only raw changes of the database can do.
    """
    row = Period.objects.filter(pk=getattr(period, "pk", period)).first()
    if row is None:
        raise NotFound()
    lock_ledger()
    batch = ExportBatch.objects.filter(period=row).first()
    number = batch.number if batch else next_number("export-batch")
    rows, amount, checksum = files.summary(queries.rows(row), number)
    if batch and batch.checksum != checksum:
        raise ExportChanged(number=f"{batch.number:05d}")
    again = batch is not None
    batch = batch or ExportBatch.objects.create(period=row, number=number, rows=rows, amount=amount, checksum=checksum,
                                                made_at=clock.now(), made_by=by)
    record(batch, number=f"{number:05d}", month=f"{row.month:%Y-%m}", rows=rows, checksum=checksum, again=again)
    return batch
