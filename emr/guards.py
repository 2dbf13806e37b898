"""What the database itself refuses, as migration operations: history of every change, no deletes, append-only tables.

These are the last line for raw SQL, bulk updates and mistakes of ours; acts refuse politely before.
"""
from django.db import migrations

FUNCTIONS = """
create function emr_txid() returns bigint language sql stable as
$$ select pg_current_xact_id()::text::bigint $$;

create function emr_keep_history() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
    image jsonb;
    moment timestamptz := clock_timestamp();
begin
    if tg_op = 'DELETE' then
        raise exception 'rows of % are never deleted', tg_table_name using errcode = 'restrict_violation';
    end if;
    if tg_op = 'UPDATE' and new is not distinct from old then
        return null;
    end if;
    image := to_jsonb(new) - 'body';  -- files are append-only and have their own digest
    insert into emr_rowhistory (at, txid, table_name, row_id, operation, image, row_hash)
    values (moment, emr_txid(), tg_table_name, coalesce(image->>'id', image->>'encounter_id'), tg_op, image,
            sha256(convert_to(concat_ws('|', moment, emr_txid(), tg_table_name,
                                        coalesce(image->>'id', image->>'encounter_id'), tg_op, image), 'UTF8')));
    return null;
end $$;

create function emr_append_only() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end $$;

create function emr_signed_is_frozen() returns trigger language plpgsql as $$
begin
    -- Joining two records of one person (and taking that back) is the one thing that may happen to it: the paper then
    -- stands in the other record of a live merge, word for word as signed.
    if old.status = 'signed' and to_jsonb(new) - 'patient_id' = to_jsonb(old) - 'patient_id' and exists (
        select from emr_patientmerge m where m.undone_at is null
        and (m.retired_id, m.survivor_id) in ((old.patient_id, new.patient_id), (new.patient_id, old.patient_id))) then
        return new;
    end if;
    if old.status = 'signed' then
        raise exception 'a signed document is never changed; write an amendment' using errcode = 'restrict_violation',
            constraint = 'a_signed_document_is_frozen', table = tg_table_name;
    end if;
    return new;
end $$;
"""
DROP_FUNCTIONS = """
drop function emr_signed_is_frozen(); drop function emr_append_only(); drop function emr_keep_history();
drop function emr_txid();
"""


def functions():
    """The trigger functions; first operation of floor 1's first migration, after the extensions."""
    return migrations.RunSQL(FUNCTIONS, DROP_FUNCTIONS)


def keep_history(*tables):
    """Each change of a row leaves its image in emr_rowhistory; deleting is refused."""
    return _triggers("keep_history", "after insert or update or delete", "emr_keep_history", tables)


def append_only(*tables):
    """Rows are written once: no update, no delete."""
    return _triggers("append_only", "before update or delete", "emr_append_only", tables)


def frozen_when_signed(*tables):
    """A row whose status is signed cannot be changed any more."""
    return _triggers("signed_is_frozen", "before update", "emr_signed_is_frozen", tables)


def _triggers(name, when, function, tables):
    forward = "".join(f"create trigger {name} {when} on {table} for each row execute function {function}();\n"
                      for table in tables)
    return migrations.RunSQL(forward, "".join(f"drop trigger {name} on {table};\n" for table in tables))
