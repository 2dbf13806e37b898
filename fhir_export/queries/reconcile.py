"""Does the database hold exactly what the log says? Counts and sums of both, side by side.

The log's side is computed from the file alone, the database's side by plain SQL over the rows that the replay made.
A refused line lowers what is expected; every refusal is in the closing table of `replay_hospital`.
"""
from collections import Counter
from decimal import Decimal

from django.db import connection

from fhir_export.models import ReplayedEvent

KINDS = {"ed_arrival": "emergency visits", "admit": "stays", "visit_start": "clinic visits", "triage": "triages",
         "vitals": "rounds of vitals", "result": "laboratory results", "procedure": "procedures"}


def from_log(replay) -> dict:
    """What should be there: the log's lines without the refused ones, counted from the file."""
    applied = set(ReplayedEvent.objects.filter(replay=replay.replay, outcome="applied").values_list("line", flat=True))
    counts, begun, ended, closed = Counter(), {}, {}, Counter()
    for event in replay.log.events:
        if event.line not in applied:
            continue
        data = event.data
        if event.kind in KINDS:
            counts[KINDS[event.kind]] += 1
        if event.kind == "admit":
            begun[event.encounter] = event.at
        if event.kind == "mar":
            counts[f"doses {data['status']}"] += 1
        elif event.kind == "order":
            counts[f"orders {data['order_type']}"] += 1
            counts["orders cancelled"] += data.get("status") == "cancelled" and data["order_type"] != "medication"
        elif event.kind == "discharge_prescription":
            counts["prescribed items"] += len(data["items"])
        elif event.kind in ("discharge", "visit_end"):
            counts["closed encounters"] += 1
            closed["deaths"] += data.get("disposition") == "exp"
            if event.encounter in begun:
                ended[event.encounter] = event.at
    counts["deaths"] = closed["deaths"]
    counts["sum of results"] = sum((Decimal(str(event.data["value"])) for event in replay.log.events
                                    if event.kind == "result" and event.line in applied), Decimal())
    counts["bed-days of closed stays"] = sum(_nights(begun[name], end) for name, end in ended.items())
    return dict(counts)


def _nights(begin, end) -> int:
    """Midnights spent, at least one: the log's own reading of the rule in billing.rules.bed_day."""
    from emr.clock import day_of

    return max(1, (day_of(end) - day_of(begin)).days)


SQL = """
with names as (select kind, about_id from fhir_export_replaykey where replay_id = %(replay)s),
     enc as (select e.* from emr_encounter e join names on names.kind = 'encounter' and names.about_id = e.id),
     ours as (select about_id from fhir_export_replayedevent where replay_id = %(replay)s and outcome = 'applied')
select 'emergency visits', count(*)::numeric from enc where kind = 'EMER'
union all select 'stays', count(*) from enc where kind = 'IMP'
union all select 'clinic visits', count(*) from enc where kind = 'AMB'
union all select 'closed encounters', count(*) from enc where finished_at is not null
union all select 'deaths', count(*) from enc where disposition = 'exp'
union all select 'triages', count(*) from admissions_triage t join enc on enc.id = t.encounter_id where t.error_at is null
union all select 'rounds of vitals', count(distinct o.panel_id) from emr_observation o join enc on enc.id = o.encounter_id
    where o.error_at is null and o.panel_id is not null
union all select 'laboratory results', count(*) from laboratory_labresult r join enc on enc.id = r.encounter_id
    where r.error_at is null
union all select 'procedures', count(*) from nursing_procedure p join enc on enc.id = p.encounter_id where p.error_at is null
union all select 'doses ' || a.status, count(*) from nursing_medicationadministration a join enc on enc.id = a.encounter_id
    where a.error_at is null group by a.status
union all select 'orders ' || case s.category when 'laboratory' then 'lab' else s.category end, count(*)
    from orders_servicerequest s join enc on enc.id = s.encounter_id where s.error_at is null group by s.category
union all select 'orders cancelled', count(*) from orders_servicerequest s join enc on enc.id = s.encounter_id
    where s.cancelled_at is not null
union all select 'orders medication', count(*) from orders_medicationrequest m join enc on enc.id = m.encounter_id
    join names on names.kind = 'order' and names.about_id = m.id
union all select 'prescribed items', count(*) from orders_medicationrequest m join enc on enc.id = m.encounter_id
    where m.category <> 'inpatient' and m.error_at is null
union all select 'sum of results', coalesce(sum(v.said), 0) from (
    select coalesce(r.value, 0) as said from laboratory_labresult r join enc on enc.id = r.encounter_id
    where r.error_at is null) v
union all select 'bed-days of closed stays', coalesce(sum(greatest(1, (enc.finished_at at time zone %(zone)s)::date
    - (enc.started_at at time zone %(zone)s)::date)), 0) from enc where kind = 'IMP' and finished_at is not null
"""


def from_database(replay, zone: str) -> dict:
    """What is there, by plain SQL over the rows of the replay's encounters."""
    with connection.cursor() as cursor:
        cursor.execute(SQL, {"replay": replay.replay.pk, "zone": zone})
        return {name: value for name, value in cursor.fetchall() if value}


CHARGES = """
with enc as (select e.id, e.kind, e.started_at, e.finished_at from emr_encounter e join fhir_export_replaykey k
             on k.about_id = e.id and k.kind = 'encounter' where k.replay_id = %(replay)s)
select c.kind, count(*), sum(c.amount) from billing_chargeitem c
join billing_account a on a.id = c.account_id join enc on enc.id = a.encounter_id group by c.kind order by c.kind
"""


def charges(replay) -> list[tuple]:
    """Charge lines of the replay's encounters: kind, number, sum."""
    with connection.cursor() as cursor:
        cursor.execute(CHARGES, {"replay": replay.replay.pk})
        return cursor.fetchall()


def compare(replay, zone: str) -> list[tuple]:
    """Rows of (what, log, database) for everything either side knows; equal sides agree to the last digit."""
    log, database = from_log(replay), from_database(replay, zone)
    names = sorted({name for name, value in log.items() if value} | set(database))
    return [(name, log.get(name, 0), database.get(name, 0)) for name in names]
