"""What everything that was done must have cost, by plain SQL over doses, lots, intervals, results and minutes.

It knows nothing of billing.sources and of the amounts of lines. The terms (payer, discount) are those of the account; a rate of
overhead is added to each bed-day and visit. Made for finished stays in one department each.
"""
from django.db import connection

SQL = """
with fact as (
    select a.encounter_id as enc, 'drug' as kind, m.code, -s.quantity * l.unit_cost as cost, a.happened_at as at,
        a.department_id as dep,
           case when s.id is null then round(coalesce(a.amount / m.dose_per_unit, 1), 4) else 1 end as quantity
    from nursing_medicationadministration a join orders_medicationrequest r on r.id = a.request_id
    join orders_medication m on m.id = r.medication_id left join orders_stockmove s on s.id = a.stock_move_id
    left join orders_stocklot l on l.id = s.lot_id where a.error_at is null and a.status = 'given' and not a.own_drug
    union all select r.encounter_id, 'laboratory', t.key, null, r.found_at, q.performer_id, 1
    from laboratory_labresult r join laboratory_labtest t on t.id = r.test_id join orders_servicerequest q on q.id = r.request_id
    where r.error_at is null and r.released_at is not null
    union all select encounter_id, 'procedure', coalesce(nullif(code, ''), text), null, started_at, department_id, 1
    from nursing_procedure where error_at is null
    union all select t.encounter_id, 'service', p.kind, null, t.happened_at, e.department_id, 1 from nursing_caretask t
    join nursing_careplan p on p.id = t.plan_id join emr_encounter e on e.id = t.encounter_id where t.error_at is null
        and t.status = 'done'
    union all select p.encounter_id, 'staff', g.grade, null, p.started_at, p.department_id,
        floor(extract(epoch from p.ended_at - p.started_at) / 60) from nursing_procedure p
            join billing_staffgrade g on g.staff_id = p.performer_id
        and g.valid @> (p.started_at at time zone 'Europe/Minsk')::date where p.error_at is null and p.ended_at is not null
    union all select v.encounter_id, 'staff', g.grade, null, e.started_at, e.department_id,
        floor(extract(epoch from e.finished_at - e.started_at) / 60) from outpatient_visit v
            join emr_encounter e on e.id = v.encounter_id
        join billing_staffgrade g on g.staff_id = v.doctor_id and g.valid @> (e.started_at at time zone 'Europe/Minsk')::date
        where e.finished_at is not null and e.error_at is null
    union all select e.id, case when of.kind = 'overhead' then 'overhead' when e.kind = 'EMER' then 'emergency'
        when e.kind = 'HH' then 'house-call' else 'visit' end, d.code, null, e.started_at, d.id, 1
    from emr_encounter e join emr_department d on d.id = e.department_id cross join (values ('visit'), ('overhead')) of(kind)
    where e.kind <> 'IMP' and e.finished_at is not null and e.error_at is null
    union all select e.id, x.kind, d.code, null, night.at, d.id, 1 from emr_encounter e
        join emr_department d on d.id = e.department_id
    cross join (values ('bed-day'), ('overhead')) x(kind) cross join lateral (select e.started_at + n * interval '1 day' as at
        from generate_series(0, greatest(1,
            (e.finished_at at time zone 'Europe/Minsk')::date - (e.started_at at time zone 'Europe/Minsk')::date) - 1) n)
        night where e.kind = 'IMP' and e.finished_at is not null and e.error_at is null
), priced as (
    select fact.*, a.payer_id, a.co_payer_id, a.co_share, round(case when cost is not null
        then cost else quantity * p.price * (100 - a.discount) / 100 end, 2) as amount
    from fact join billing_account a on a.encounter_id = fact.enc left join lateral (
        select price from billing_tariff p where p.kind = fact.kind and p.code in (fact.code, '*') and (p.payer_id = a.payer_id
            or p.payer_id is null)
        and p.valid @> (fact.at at time zone 'Europe/Minsk')::date order by p.payer_id is null, p.code = '*' limit 1) p on true
    where cost is not null or p.price is not null
)
"""
WHOLE = SQL + "select sum(amount) from priced"
BY_KIND = SQL + "select kind, sum(amount) from priced group by kind"
BY_DAY = SQL + "select (at at time zone 'Europe/Minsk')::date, sum(amount) from priced group by 1"
BY_DEPARTMENT = SQL + "select d.name, sum(amount) from priced left join emr_department d on d.id = dep group by 1"
BY_PAYER = SQL + """select p.code, sum(t.amount) from (
    select payer_id, amount - case when co_payer_id is null then 0 else round(amount * co_share / 100, 2) end as amount
        from priced
    union all select co_payer_id, round(amount * co_share / 100, 2) from priced where co_payer_id is not null) t
    join billing_payer p on p.id = t.payer_id group by 1"""


def ask(statement):
    """The rows of a statement."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def sum_of_facts():
    """What all facts together must have cost."""
    return ask(WHOLE)[0][0]
