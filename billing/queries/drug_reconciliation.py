"""Drugs five ways: ordered ↔ issued ↔ given ↔ wasted ↔ charged, in stock units, and one list of what does not agree (G14)."""
from django.conf import settings
from django.db import connection

SPAN = """(%(since)s::date::timestamp at time zone %(zone)s)
    and ((%(until)s::date + 1)::timestamp at time zone %(zone)s - interval '1 microsecond')"""
UNITS = """case when {amount} is not null and m.dose_per_unit > 0 and {unit} = m.dose_unit
    then round({amount} / m.dose_per_unit, 4) else 1 end"""
WAYS = f"""
with part as (
    select e.department_id, r.medication_id, {UNITS.format(amount="d.amount", unit="d.unit")} as ordered, 0 as issued, 0 as given,
        0 as wasted, 0 as charged
    from orders_planneddose d join orders_medicationrequest r on r.id = d.request_id
        join orders_medication m on m.id = r.medication_id
    join emr_encounter e on e.id = d.encounter_id where d.due_at between {SPAN} and r.error_at is null
    union all select s.department_id, l.medication_id, 0, case when coalesce(o.kind, s.kind) in ('issue', 'receipt', 'return')
        then s.quantity else 0 end,
        case when coalesce(o.kind, s.kind) = 'given' then -s.quantity else 0 end, case when coalesce(o.kind, s.kind) = 'waste'
            then -s.quantity else 0 end, 0
    from orders_stockmove s join orders_stocklot l on l.id = s.lot_id left join orders_stockmove o on o.id = s.mirrors_id
    where s.happened_at between {SPAN} and s.error_at is null
    union all select c.department_id, m.id, 0, 0, 0, 0, c.quantity from billing_chargeitem c
        join orders_medication m on m.code = c.code
    where c.kind = 'drug' and c.lot_id is not null and c.occurred_on between %(since)s and %(until)s)
select dep.name, m.name, m.strength, m.stock_unit, trim_scale(sum(ordered)), trim_scale(sum(issued)), trim_scale(sum(given)),
    trim_scale(sum(wasted)), trim_scale(sum(charged))
from part join orders_medication m on m.id = part.medication_id left join emr_department dep on dep.id = part.department_id
group by 1, 2, 3, 4 having sum(ordered) <> 0 or sum(given) <> 0 or sum(wasted) <> 0 or sum(charged) <> 0 or sum(issued) <> 0
order by abs(sum(given) - sum(charged)) desc, 1, 2
"""
FACT = """from nursing_medicationadministration a join orders_medicationrequest r on r.id = a.request_id
    join orders_medication m on m.id = r.medication_id join emr_encounter e on e.id = a.encounter_id"""
LINE = """from billing_chargeitem c join billing_account k on k.id = c.account_id join emr_encounter e on e.id = k.encounter_id
    where c.kind = 'drug' and c.source_kind = 'dose' and c.reverses_id is null and not exists (select from billing_chargeitem x
        where x.reverses_id = c.id)"""
EXCEPTIONS = f"""
select 'given-not-charged', a.happened_at, m.name, e.number, null::uuid, null::numeric {FACT}
where a.error_at is null and a.status = 'given' and not a.own_drug and a.source_id is null and a.happened_at between {SPAN}
and not exists (select from billing_chargeitem c where c.source_kind = 'dose' and c.source_id = a.id and c.reverses_id is null
    and not exists (select from billing_chargeitem x where x.reverses_id = c.id))
union all select 'given-without-lot', a.happened_at, m.name, e.number, null, null {FACT}
where a.error_at is null and a.status = 'given' and not a.own_drug and a.stock_move_id is null and a.source_id is null
and a.happened_at between {SPAN} and exists (select from orders_stockmove s join orders_stocklot l on l.id = s.lot_id
    where l.medication_id = m.id and s.department_id = a.department_id and s.happened_at <= a.happened_at)
union all select 'charged-not-given', c.posted_at, c.text, e.number, c.id, c.quantity {LINE} and c.occurred_on between %(since)s
    and %(until)s
and not exists (select from nursing_medicationadministration a where a.id = c.source_id and a.error_at is null
    and a.status = 'given')
union all select 'charged-otherwise', c.posted_at, c.text, e.number, c.id, c.quantity {LINE} and c.occurred_on between %(since)s
    and %(until)s
and exists (select from nursing_medicationadministration a join orders_stockmove s on s.id = a.stock_move_id
    where a.id = c.source_id and a.error_at is null and (-s.quantity <> c.quantity or s.lot_id is distinct from c.lot_id))
union all select 'ordered-nothing-recorded', d.due_at, m.name, e.number, null, null from orders_planneddose d
join orders_medicationrequest r on r.id = d.request_id join orders_medication m on m.id = r.medication_id
    join emr_encounter e on e.id = d.encounter_id
where d.due_at between {SPAN} and d.due_at < %(now)s - interval '24 hours' and r.error_at is null and not r.as_needed
and (r.stopped_at is null or r.stopped_at > d.due_at) and (e.finished_at is null or e.finished_at > d.due_at)
and not exists (select from nursing_medicationadministration a where a.dose_id = d.id and a.error_at is null)
union all select 'less-than-nothing-left', max(s.happened_at), m.name, dep.name, null, sum(s.quantity) from orders_stockmove s
join orders_stocklot l on l.id = s.lot_id join orders_medication m on m.id = l.medication_id
    join emr_department dep on dep.id = s.department_id
where s.error_at is null group by l.id, m.name, dep.id, dep.name having sum(s.quantity) < 0
order by 2 desc
"""


def five_ways(since, until) -> list[dict]:
    """Stock units of each drug in each department: ordered, issued, given, wasted, charged; what differs first."""
    names = ("department", "drug", "strength", "unit", "ordered", "issued", "given", "wasted", "charged")
    return [row | {"differs": row["given"] != row["charged"]} for row in _rows(WAYS, names, since, until)]


def exceptions(since, until, now) -> list[dict]:
    """What does not agree, each with the stay (or department) it is about: kind, at, drug, where, line, quantity."""
    return _rows(EXCEPTIONS, ("kind", "at", "drug", "where", "line", "quantity"), since, until, now=now)


def _rows(statement, names, since, until, **values):
    with connection.cursor() as cursor:
        cursor.execute(statement, {"since": since, "until": until, "zone": settings.TIME_ZONE, **values})
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
