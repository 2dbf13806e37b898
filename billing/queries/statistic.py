"""Source rows of the statistics: each formula names the SQL that gives its rows; every figure is made of them and opens to them.

`stay` holds encounters, `line` the ledger. With `known` both are as they were known at that moment: encounters by the images of
their rows in the history, lines by the moment they were posted.
"""
import datetime as dt

from django.conf import settings
from django.db import connection

from emr import clock
from nursing.queries.compliance import JUDGEMENT

STAY = """select id, number, kind, started_at, finished_at, department_id, disposition, patient_id from emr_encounter
    where error_at is null and source_id is null"""
STAY_KNOWN = """select (image->>'id')::uuid as id, image->>'number' as number, image->>'kind' as kind,
    (image->>'started_at')::timestamptz as started_at,
    (image->>'finished_at')::timestamptz as finished_at, (image->>'department_id')::uuid as department_id,
        image->>'disposition' as disposition,
    (image->>'patient_id')::uuid as patient_id
    from (select distinct on (row_id) image from emr_rowhistory where table_name = 'emr_encounter' and at <= %(known)s
        order by row_id, id desc) last
    where image->>'error_at' is null and image->>'source_id' is null"""
LINE, LINE_KNOWN = "select * from billing_chargeitem", "select * from billing_chargeitem where posted_at <= %(known)s"
DAY = "({} at time zone %(zone)s)::date"
NIGHTS = f"greatest(1, {DAY.format('s.finished_at')} - {DAY.format('s.started_at')})::numeric"
ENDED = f"s.kind = 'IMP' and {DAY.format('s.finished_at')} between %(since)s and %(until)s"
ROW = "s.id, s.number, d.name as department, s.started_at, s.finished_at"
FROM = "from stay s left join emr_department d on d.id = s.department_id"
SOURCES = {
    "nights": f"select {ROW}, {NIGHTS} as value {FROM} where {ENDED}",
    "deaths": f"select {ROW}, (s.disposition = 'exp')::int::numeric as value {FROM} where {ENDED}",
    "again": f"""select {ROW}, exists (select from stay n where n.patient_id = s.patient_id and n.kind = 'IMP' and n.id <> s.id
        and n.started_at >= s.finished_at and n.started_at < s.finished_at + %(days)s * interval '1 day')::int::numeric as value
        {FROM} where {ENDED}""",
    "cost": f"""select {ROW}, coalesce((select sum(l.amount) from line l join billing_account a on a.id = l.account_id
        where a.encounter_id = s.id), 0) as value {FROM} where {ENDED}""",
    "emergency": f"""select {ROW}, round(extract(epoch from s.finished_at - s.started_at) / 60) as value {FROM}
        where s.kind = 'EMER' and {DAY.format('s.finished_at')} between %(since)s and %(until)s""",
    "occupied": f"""select {ROW}, count(*)::numeric as value {FROM} cross join generate_series(%(since)s::date, %(until)s::date,
        '1 day') day
        where s.kind = 'IMP' and {DAY.format('s.started_at')} <= day::date
        and (s.finished_at is null or {DAY.format('s.finished_at')} > day::date)
        and day::date < %(today)s::date group by {ROW.replace(" as department", "")}""",
    "present-first": f"""select {ROW}, 1::numeric as value {FROM}
        where s.kind = 'IMP' and {DAY.format('s.started_at')} < %(since)s
        and (s.finished_at is null or {DAY.format('s.finished_at')} >= %(since)s)""",
    "admitted": f"""select {ROW}, 1::numeric as value {FROM}
        where s.kind = 'IMP' and {DAY.format('s.started_at')} between %(since)s and %(until)s""",
    "present-last": f"""select {ROW}, 1::numeric as value {FROM}
        where s.kind = 'IMP' and {DAY.format('s.started_at')} <= %(until)s
        and (s.finished_at is null or {DAY.format('s.finished_at')} > %(until)s)""",
    "doses": f"""select {ROW}, count(*) filter (where j.state = 'given')::numeric as value, count(*)::numeric as base
        from ({JUDGEMENT}) j join stay s on s.id = j.encounter_id left join emr_department d on d.id = s.department_id
        where j.state in ('given', 'late', 'refused', 'withheld', 'missed') group by {ROW.replace(" as department", "")}""",
    "laboratory": f"""select s.id, s.number, d.name as department, p.received_at as started_at, r.released_at as finished_at,
        round(extract(epoch from r.released_at - p.received_at) / 60) as value from laboratory_labresult r
            join laboratory_specimen p on p.id = r.specimen_id
        join stay s on s.id = r.encounter_id left join emr_department d on d.id = s.department_id
        where r.error_at is null and r.replaces_id is null and p.received_at <= r.released_at
        and {DAY.format('r.released_at')} between %(since)s and %(until)s""",
    "no-shows": """select s.id, coalesce(s.number, to_char(c.starts_at at time zone %(zone)s,
        'HH24:MI') || ' № ' || c.number) as number, d.name as department,
        c.starts_at as started_at, s.finished_at, (b.no_show_at is not null or (b.arrived_at is null
            and b.encounter_id is null))::int::numeric as value
        from booking_booking b join booking_coupon c on c.id = b.coupon_id join booking_reception n on n.id = b.reception_id
        left join stay s on s.id = b.encounter_id left join emr_department d on d.id = n.department_id
        where b.cancelled_at is null and b.held_until is null and b.main_id is null and n.cancelled_at is null
            and n.ends_at <= %(now)s
        and b.day between %(since)s and %(until)s""",
}
# Tables that a source reads besides stays and lines: told as they were known, their rows are those of the history.
READS = {"doses": ("orders_planneddose", "orders_medicationrequest", "orders_medicationhold", "orders_leave",
                   "nursing_medicationadministration"),
         "laboratory": ("laboratory_labresult", "laboratory_specimen"), "no-shows": ("booking_booking", "booking_reception")}
AS_KNOWN = """{table} as (select r.* from (select distinct on (row_id) image from emr_rowhistory where table_name = '{table}'
    and at <= %(known)s
    order by row_id, id desc) last, jsonb_populate_record(null::public.{table}, last.image) r)"""


def _ask(statement, values, reads=()):
    known = values.get("known")
    tables = [f"stay as ({STAY_KNOWN if known else STAY})", f"line as ({LINE_KNOWN if known else LINE})"]
    tables += [AS_KNOWN.format(table=table) for table in reads] if known else []
    with connection.cursor() as cursor:
        cursor.execute(f"with {', '.join(tables)} {statement}", {
            "zone": settings.TIME_ZONE, "today": dt.date.max, "days": 0, "now": known or clock.now()} | values)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def rows(source: str, **values) -> list[dict]:
    """The rows behind a figure: stay or visit (id, number, department, times) and its value, the largest first.

    Where a figure is a share of counts, a row also has the number it is a part of (`base`).
    """
    if source == "doses":  # judged by moments, for the whole institution
        values |= {"since": clock.start_of(values["since"]), "until": clock.start_of(values["until"] + dt.timedelta(days=1)),
                   "everywhere": True, "departments": []}
    return _ask(f"select * from ({SOURCES[source]}) x order by value desc, started_at, number", values, READS.get(source, ()))


def by_day_and_kind(**values) -> list[dict]:
    """Cost of each day and kind of act."""
    return _ask("select occurred_on as day, kind, sum(amount) as value from line where occurred_on between %(since)s and "
                "%(until)s group by 1, 2 order by 1, 2", values)


def by_drug(**values) -> list[dict]:
    """What each drug cost, the dearest first."""
    return _ask(
        """select l.code, coalesce(max(m.name), max(l.text)) as name, sum(l.amount) as value, sum(l.quantity) as quantity,
            max(v.ven) as ven from line l
        left join orders_medication m on m.code = l.code left join billing_venclass v on v.code = l.code
            and v.valid @> %(until)s::date where l.kind = 'drug' and l.occurred_on between %(since)s and %(until)s
        group by l.code having sum(l.amount) <> 0 order by 3 desc, 1""", values)


def occupancy(**values) -> list[dict]:
    """Patients of each department at the midnight that ends each day, and how many beds it has."""
    return _ask("""select d.name as department, day::date as day, count(s.id)::int as value, (select count(*) from emr_bed b
        join emr_room r on r.id = b.room_id join emr_ward w on w.id = r.ward_id where w.department_id = d.id)::int as beds
        from emr_department d cross join generate_series(%(since)s::date, %(until)s::date, '1 day') day
        left join (stay s join emr_encounterlocation p on p.encounter_id = s.id and p.error_at is null) on s.kind = 'IMP'
            and p.department_id = d.id
        and p.during @> ((day::date + 1)::timestamp at time zone %(zone)s) where d.kind = 'inpatient'
            and day::date < %(today)s::date
        group by d.id, d.name, day order by 1, 2""", values)


def beds() -> int:
    """Beds of the institution's in-patient departments."""
    with connection.cursor() as cursor:
        cursor.execute("""select count(*) from emr_bed b join emr_room r on r.id = b.room_id join emr_ward w on w.id = r.ward_id
            join emr_department d on d.id = w.department_id where d.kind = 'inpatient'""")
        return cursor.fetchone()[0]
