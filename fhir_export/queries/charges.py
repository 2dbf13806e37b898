"""What a replayed log must have cost, beside what the ledger says.

Numbers of lines are expected from the log alone. Sums are expected from facts × prices by plain SQL that knows nothing of
the ledger: doses × the cost of their lots, everything else × the price of its day.
"""
from collections import Counter

from django.conf import settings
from django.db import connection

from emr.clock import day_of
from fhir_export.models import ReplayedEvent

SQL = """
with enc as (select e.* from emr_encounter e join fhir_export_replaykey k on k.about_id = e.id and k.kind = 'encounter'
             where k.replay_id = %(replay)s),
price as (select kind, code, price, valid from billing_tariff where payer_id is null),
fact as (
    select 'drug' as kind, m.code as code, -s.quantity * l.unit_cost as cost, a.happened_at as at,
           case when s.id is null and a.unit = m.dose_unit then coalesce(round(a.amount / m.dose_per_unit, 4),
               1) else 1 end as quantity
    from nursing_medicationadministration a join enc on enc.id = a.encounter_id
    join orders_medicationrequest r on r.id = a.request_id join orders_medication m on m.id = r.medication_id
    left join orders_stockmove s on s.id = a.stock_move_id left join orders_stocklot l on l.id = s.lot_id
    where a.error_at is null and a.status = 'given' and not a.own_drug
    union all select 'laboratory', t.key, null, r.found_at, 1 from laboratory_labresult r join enc on enc.id = r.encounter_id
    join laboratory_labtest t on t.id = r.test_id where r.error_at is null and r.released_at is not null
    union all select 'procedure', p.code, null, p.started_at, 1 from nursing_procedure p join enc on enc.id = p.encounter_id
    where p.error_at is null
    union all select case enc.kind when 'EMER' then 'emergency' when 'HH' then 'house-call' else 'visit' end, d.code, null,
        enc.started_at, 1
    from enc left join emr_department d on d.id = enc.department_id where enc.kind <> 'IMP' and enc.finished_at is not null
    union all select 'bed-day', d.code, null, night, 1
    from enc left join emr_department d on d.id = enc.department_id cross join lateral generate_series(
        (enc.started_at at time zone %(zone)s)::date::timestamp at time zone %(zone)s,
        (greatest((enc.started_at at time zone %(zone)s)::date, coalesce((enc.finished_at at time zone %(zone)s)::date,
            %(last)s::date) - 1))::timestamp at time zone %(zone)s, '1 day') night
    where enc.kind = 'IMP' and (enc.finished_at is not null or (enc.started_at at time zone %(zone)s)::date < %(last)s::date)
)
select kind, round(sum(round(coalesce(cost, quantity * coalesce(
    (select price from price p where p.kind = fact.kind and p.code = fact.code and p.valid @> (at at time zone %(zone)s)::date),
    (select price from price p where p.kind = fact.kind and p.code = '*' and p.valid @> (at at time zone %(zone)s)::date))), 2)),
        2)
from fact group by kind
"""
LEDGER = """
select c.kind, count(*), sum(c.amount) from billing_chargeitem c join billing_account a on a.id = c.account_id
join fhir_export_replaykey k on k.about_id = a.encounter_id and k.kind = 'encounter' and k.replay_id = %(replay)s
where c.occurred_on <= %(last)s and (c.kind <> 'bed-day' or c.occurred_on < %(last)s
    or exists (select from emr_encounter e where e.id = a.encounter_id and e.finished_at is not null))
group by c.kind
"""
# The same lines summed by something else, added up again; payers with the shares that pass between them.
MINE = """
select c.* from billing_chargeitem c join billing_account a on a.id = c.account_id
join fhir_export_replaykey k on k.about_id = a.encounter_id and k.kind = 'encounter' and k.replay_id = %(replay)s
"""
SUMS = {
    "sum by day": "select sum(s) from (select sum(amount) s from mine group by occurred_on) x",
    "sum by department": "select sum(s) from (select sum(amount) s from mine group by department_id) x",
    "sum by payer": """select sum(s) from (select payer_id, sum(amount) s from (
        select payer_id, amount from mine union all
        select m.payer_id, -h.amount from billing_chargeshare h join mine m on m.id = h.item_id union all
        select h.payer_id, h.amount from billing_chargeshare h join mine m on m.id = h.item_id) t group by payer_id) x""",
    "sum by case": "select sum(s) from (select sum(amount) s from mine group by account_id) x",
}
LINES = {"result": "laboratory", "procedure": "procedure", "visit_end": "visit"}


def expected_charges(replay) -> list[tuple]:
    """Rows of (kind, what, expected, found in the ledger), up to the last day of the log."""
    last = day_of(replay.log.events[-1].at)
    names = {"replay": replay.replay.pk, "zone": settings.TIME_ZONE, "last": last}
    with connection.cursor() as cursor:
        cursor.execute(SQL, names)
        sums = dict(cursor.fetchall())
        cursor.execute(LEDGER, names)
        ledger = {kind: (count, amount) for kind, count, amount in cursor.fetchall()}
    numbers = expected_lines(replay, last)
    for kind in sorted({*sums, *ledger, *numbers}):
        count, amount = ledger.get(kind, (0, 0))
        yield kind, "lines", numbers.get(kind, 0), count
        yield kind, "sum", sums.get(kind, 0), amount
    yield from same_sums(names)


def same_sums(names):
    """The whole ledger of the log once more: by day, department, payer and case it comes to the same."""
    with connection.cursor() as cursor:
        cursor.execute(f"with mine as ({MINE}) select coalesce(sum(amount), 0) from mine", names)
        whole = cursor.fetchone()[0]
        for name, statement in SUMS.items():
            cursor.execute(f"with mine as ({MINE}) {statement}", names)
            yield "all", name, whole, cursor.fetchone()[0] or 0


def expected_lines(replay, last) -> dict:
    """How many charge lines of each kind the log's accepted lines make."""
    applied = set(ReplayedEvent.objects.filter(replay=replay.replay, outcome="applied").values_list("line", flat=True))
    counts, begun, ended = Counter(), {}, {}
    for event in replay.log.events:
        if event.line not in applied:
            continue
        if event.kind in LINES:
            counts[LINES[event.kind]] += 1
        elif event.kind == "mar":
            counts["drug"] += event.data["status"] == "given"
        elif event.kind == "admit":
            begun[event.encounter] = day_of(event.at)
        elif event.kind == "discharge":
            ended[event.encounter] = day_of(event.at)
            counts["emergency"] += event.encounter not in begun
    for name, first in begun.items():
        nights = (ended.get(name, last) - first).days
        counts["bed-day"] += max(1, nights) if name in ended else nights
    return +counts
