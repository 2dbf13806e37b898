"""Sealing the journal, the history and the access log (security 4.2): beside the work, never inside its transactions.

A stretch is all rows of transactions below a number under which every transaction has ended, so rows still in flight
are never passed over. Not an act: it changes nothing that people wrote.
"""
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from emr.errors import Refusal
from emr.models import AuditSeal
from emr.rules import sealing
from emr.rules.audit import horizon, last_seal, stretch


class YoungerCluster(Refusal):
    code, status = "emr.transaction_numbers_went_back", 503
    message = _("The transaction numbers of this database are lower than those already sealed, as after a restore. Run: "
                "./run verify_audit --after-restore")


def seal_all() -> dict[str, AuditSeal]:
    """Seal what is new in each stream; returns the new seals. Raises YoungerCluster after an unfinished restore."""
    made = {stream: seal for stream in sealing.STREAMS if (seal := seal_stream(stream))}
    if made:
        sealing.write_copy({**sealing.read_copy(), **{
            stream: {"below_txid": seal.below_txid, "digest": seal.digest} for stream, seal in made.items()}})
    return made


def seal_stream(stream: str) -> AuditSeal | None:
    """Seal the new rows of one stream, or None when there are none. One sealer at a time."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('emr.seal'))")
        before, below = last_seal(stream), horizon()
        start, previous = (before.below_txid, before.digest) if before else (0, "")
        if below < start:
            raise YoungerCluster()
        found = stretch(stream, start, below)
        if not found["count"]:
            return None
        return AuditSeal.objects.create(
            stream=stream, first_id=found["first"], last_id=found["last"], count=found["count"], below_txid=below,
            digest=sealing.digest(previous=previous, stream=stream, below=below, **found))


def continue_after_restore() -> int:
    """Let transaction numbers go on above those of the restored rows; returns the offset. For the owner of the database.

    New connections see it; restart web and worker after it.
    """
    with connection.cursor() as cursor:
        cursor.execute("""
            select greatest((select max(txid) from emr_journalentry), (select max(txid) from emr_rowhistory),
                            (select max(txid) from emr_accessentry), (select max(below_txid) from emr_auditseal), 0)
                   - pg_current_xact_id()::text::bigint + 1""")
        offset = max(cursor.fetchone()[0], 0)
        name = connection.ops.quote_name(connection.settings_dict["NAME"])
        cursor.execute(f"alter database {name} set emr.txid_offset = '{int(offset)}'")
    connection.close()
    return offset
