"""Is the record still what was written? Hashes, seals, live rows against their last images, writes outside acts."""
from dataclasses import dataclass

from django.db import connection

from emr.models import AuditSeal, Document
from emr.rules import document as papers
from emr.rules import sealing

SHOWN = 200  # findings of one kind that are told one by one


@dataclass(frozen=True)
class Finding:
    """Something that should not be: what kind, where, in which words."""

    kind: str
    where: str
    text: str

    def __str__(self):
        return f"{self.kind}: {self.where}: {self.text}"


def horizon() -> int:
    """Every transaction below this number has ended."""
    return _rows("select pg_snapshot_xmin(pg_current_snapshot())::text::bigint + emr_txid_offset()")[0][0]


def last_seal(stream: str):
    """The newest seal of a stream, or None."""
    return AuditSeal.objects.filter(stream=stream).order_by("-below_txid").first()


def stretch(stream: str, start: int, below: int) -> dict:
    """First and last id, count, and the digest of the row hashes of all rows with start <= txid < below."""
    table, row_hash = sealing.STREAMS[stream]
    first, last, count, hashes = _rows(
        f"select coalesce(min(id), 0), coalesce(max(id), 0), count(*), "
        f"encode(sha256(coalesce(string_agg({row_hash}, ''::bytea order by id), ''::bytea)), 'hex') "
        f"from {table} r where txid >= %s and txid < %s", [start, below])[0]
    return {"first": first, "last": last, "count": count, "hashes": hashes}


def findings():
    """Everything that is wrong, as Finding rows; nothing when the record is whole."""
    yield from changed_images()
    yield from broken_seals()
    for table in watched_tables():
        yield from strayed_rows(table)
    yield from writes_outside_acts()
    yield from broken_documents()


def changed_images():
    """History rows whose stored hash no longer fits their columns."""
    for number, table, row in _rows("""
            select id, table_name, row_id from emr_rowhistory
            where row_hash is distinct from
                  sha256(convert_to(concat_ws('|', at, txid, table_name, row_id, operation, image), 'UTF8'))
            order by id limit %s""", [SHOWN]):
        yield Finding("image changed", f"{table} {row}", f"history row {number} does not fit its hash")


def broken_seals():
    """Stretches whose rows no longer give the seal, and seals missing that are known outside the database."""
    known = sealing.read_copy()
    for stream in sealing.STREAMS:
        previous, start, seen = "", 0, set()
        for seal in AuditSeal.objects.filter(stream=stream).order_by("below_txid"):
            found = stretch(stream, start, seal.below_txid)
            fits = sealing.digest(previous=previous, stream=stream, below=seal.below_txid, **found)
            if fits != seal.digest:
                yield Finding("seal broken", f"{stream} {seal.first_id}–{seal.last_id}",
                              f"sealed {seal.count} rows at {seal.sealed_at:%Y-%m-%d %H:%M:%S}, now {found['count']}")
            previous, start = seal.digest, seal.below_txid
            seen.add((seal.below_txid, seal.digest))
        outside = known.get(stream)
        if outside and (outside["below_txid"], outside["digest"]) not in seen:
            yield Finding("seal missing", stream, f"the seal below {outside['below_txid']} is known outside, but not here")


def watched_tables() -> list[str]:
    """Tables whose changes leave images."""
    return [name for (name,) in _rows("""
        select c.relname from pg_trigger t join pg_class c on c.oid = t.tgrelid
        where t.tgname = 'keep_history' order by 1""")]


def strayed_rows(table: str):
    """Live rows that differ from their last image, have none, or are gone. Columns added or dropped since do not count."""
    for row, live, last in _rows(f"""
            with live as (
                select coalesce(j->>'id', j->>'encounter_id') as row_id, j as image
                from (select to_jsonb(r) - 'body' as j from {table} r) rows),
            last as (select distinct on (row_id) row_id, image from emr_rowhistory where table_name = %s
                     order by row_id, id desc)
            select row_id, live.image is not null, last.image is not null
            from live full join last using (row_id)
            where live.image is distinct from last.image and (live.image is null or last.image is null or
                  live.image - array(select jsonb_object_keys(live.image) except select jsonb_object_keys(last.image))
                  is distinct from
                  last.image - array(select jsonb_object_keys(last.image) except select jsonb_object_keys(live.image)))
            order by 1 limit %s""", [table, SHOWN]):
        text = ("the row differs from its last image" if live and last else
                "the row has no image: it was written with triggers off" if live else "the row is gone")
        yield Finding("row strayed", f"{table} {row}", text)


def writes_outside_acts():
    """Changes of watched rows in transactions that wrote no journal row."""
    for txid, table, count, at in _rows("""
            select txid, table_name, count(*), min(at) from emr_rowhistory h
            where not exists (select from emr_journalentry j where j.txid = h.txid)
            group by 1, 2 order by 1 limit %s""", [SHOWN]):
        yield Finding("written outside an act", table, f"{count} rows in transaction {txid} at {at:%Y-%m-%d %H:%M:%S}")


def broken_documents():
    """Signed documents whose digest no longer fits."""
    for document in Document.objects.filter(status=Document.Status.SIGNED).iterator(500):
        if not papers.is_intact(document):
            yield Finding("document changed", document.number, "its content does not fit the digest of its signature")


def sums() -> dict[str, int]:
    """How much was looked at: rows and seals of each stream, rows not sealed yet."""
    counted = {}
    for stream, (table, _hash) in sealing.STREAMS.items():
        seal = last_seal(stream)
        counted[stream], open_rows = _rows(
            f"select count(*), count(*) filter (where txid >= %s) from {table}", [seal.below_txid if seal else 0])[0]
        counted[f"{stream}, not sealed yet"] = open_rows
    return counted


def _rows(sql, values=()):
    with connection.cursor() as cursor:
        cursor.execute(sql, values or None)
        return cursor.fetchall()
