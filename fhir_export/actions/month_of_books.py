"""A month of five thousand stays and half a million charge lines, for the benchmark: written by SQL and taken back with its
transaction.
"""
from django.db import connection

STAYS, LINES_A_STAY = 5_000, 100
SQL = """
create temporary table made on commit drop as
select n, gen_random_uuid() as patient, gen_random_uuid() as stay, gen_random_uuid() as account,
    (array(select id from emr_department order by code))[1 + n %% (select count(*)::int from emr_department)] as department,
    now() - interval '45 days' + (n %% 30) * interval '1 day' as began,
    (array['J18.9', 'I10', 'I21.9', 'E11.9', 'K35.8', 'N39.0', 'S72.0', 'A41.9'])[1 + n %% 8] as code
from generate_series(1, %(stays)s) n;
insert into emr_patient (id, number, family, given, patronymic, sex, birth_date, birth_precision, language, blood_group,
    is_unknown, description, registered_at, sort_key, romanised, search_text)
select patient, 'B' || n, 'Bench ' || n, 'Test', '', 'female', '1950-01-01', 'day', '', '', false, '', now(), 'BENCH ' || n,
    'BENCH ' || n, 'BENCH ' || n
from made;
insert into emr_encounter (id, recorded_at, recorded_by_id, error_reason, patient_id, number, kind, department_id, started_at,
    finished_at, reason, disposition)
select stay, now(), %(by)s, '', patient, 'B' || n, 'IMP', department, began, began + interval '7 days', '', 'home' from made;
insert into emr_condition (id, recorded_at, recorded_by_id, error_reason, patient_id, encounter_id, stage, system, code, text,
    clinical_status, verification, onset, asserted_at)
select gen_random_uuid(), now(), %(by)s, '', patient, stay, 'final', 'icd', code, code, 'active', 'confirmed', '', began
    from made;
insert into billing_account (id, encounter_id, patient_id, payer_id, number, opened_at, co_share, discount, terms_reason)
select account, stay, patient, (select id from billing_payer order by code limit 1), 'B' || n, began, 0, 0, '' from made;
insert into orders_stocklot (id, medication_id, lot_number, expires_on, unit_cost, supplier, received_at)
select gen_random_uuid(), m.id, 'BENCH', current_date + 300, 1 + (row_number() over () %% 90) * 0.3345, '', now()
from (select id from orders_medication order by code limit 200) m;
create temporary table lots on commit drop as select row_number() over () - 1 as k, l.id, l.unit_cost, m.code, m.name,
    m.stock_unit
    from orders_stocklot l join orders_medication m on m.id = l.medication_id where l.lot_number = 'BENCH';
create temporary table prices on commit drop as select distinct on (kind) kind, id, price from billing_tariff
    where payer_id is null and code = '*' and kind in ('bed-day', 'laboratory', 'procedure') order by kind, lower(valid);
insert into billing_chargeitem (id, account_id, patient_id, payer_id, kind, code, text, department_id, source_kind, source_id,
    source_part, quantity, unit, unit_price, discount, amount, tariff_id, lot_id, occurred_on, booked_on, posted_at)
select gen_random_uuid(), m.account, m.patient, a.payer_id, x.kind, coalesce(l.code, '*'), coalesce(l.name, x.kind), m.department,
    x.kind, gen_random_uuid(), '', x.quantity, coalesce(l.stock_unit, ''), coalesce(l.unit_cost, p.price), 0,
    round(x.quantity * coalesce(l.unit_cost, p.price), 2), p.id, l.id, d.day, d.day, now()
from made m join billing_account a on a.id = m.account cross join generate_series(1, %(lines)s) i
cross join lateral (select case when i <= 7 then 'bed-day' when i <= 27 then 'laboratory' when i <= 40
    then 'procedure' else 'drug' end as kind, case when i > 40 then 1 + i %% 3 else 1 end::numeric as quantity) x
cross join lateral (select (m.began + (i %% 7) * interval '1 day')::date as day) d
left join lots l on x.kind = 'drug' and l.k = (m.n * 7 + i * 13) %% (select count(*) from lots)
left join prices p on p.kind = x.kind;
"""
AFTER = "analyze emr_encounter; analyze emr_condition; analyze billing_account; analyze billing_chargeitem"


def month_of_books(*, by) -> tuple[int, int]:
    """Write it, inside a transaction that is taken back; returns the number of stays and lines."""
    with connection.cursor() as cursor:
        cursor.execute("set local statement_timeout = 0")
        cursor.execute(SQL, {"stays": STAYS, "lines": LINES_A_STAY, "by": by.pk})
        cursor.execute(AFTER)
        cursor.execute("set local statement_timeout = '15s'")
    return STAYS, STAYS * LINES_A_STAY
