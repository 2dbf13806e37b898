"""Sixty doctors with sixty coupons a day for two weeks, half of them taken, for the benchmark: written by SQL and taken back."""
from django.db import connection

from emr import clock

DOCTORS, DAYS, COUPONS = 60, 14, 60
SQL = """
insert into booking_reception (id, department_id, room, place, title, day, starts_at, ends_at, published_at, cancel_reason,
    specialty_id)
select gen_random_uuid(), (select id from emr_department where kind = 'outpatient' order by code limit 1), 'B' || d, '',
    'Bench ' || d, t.day, t.day + time '08:00', t.day + time '18:00', %(now)s, '',
    (select id from booking_specialty order by code offset d %% 8 limit 1)
from generate_series(1, %(doctors)s) d
cross join (select %(today)s::date + n as day from generate_series(1, %(days)s) n) t;
insert into booking_coupon (id, reception_id, number, starts_at, minutes, withdrawn_reason)
select gen_random_uuid(), r.id, n, r.starts_at + (n - 1) * interval '10 minutes', 10, ''
from booking_reception r cross join generate_series(1, %(coupons)s) n where r.title like 'Bench %%';
insert into booking_booking (id, coupon_id, reception_id, specialty_id, day, patient_id, channel, code, booked_at, override,
    is_second, holder, paper_card, cancelled_by_clinic, cancel_reason)
select gen_random_uuid(), c.id, r.id, r.specialty_id, r.day, %(patient)s,
    case when c.number %% 6 = 0 then 'web' else 'registry' end, 'B' || row_number() over (), %(now)s, 'bench', true, '',
        'requested', false, ''
from booking_coupon c join booking_reception r on r.id = c.reception_id where r.title like 'Bench %%' and c.number %% 2 = 0;
"""
AFTER = "analyze booking_reception; analyze booking_coupon; analyze booking_booking"


def full_clinic(patient) -> int:
    """Write it, inside a transaction that is taken back; returns the number of coupons."""
    with connection.cursor() as cursor:
        cursor.execute("set local statement_timeout = 0")
        cursor.execute(SQL, {"doctors": DOCTORS, "days": DAYS, "coupons": COUPONS, "patient": patient, "now": clock.now(),
                             "today": clock.today()})
        cursor.execute(AFTER)
        cursor.execute("set local statement_timeout = '15s'")
    return DOCTORS * DAYS * COUPONS
