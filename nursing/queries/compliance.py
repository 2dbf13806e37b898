"""Were the doses given as planned: counts by ward, nurse and drug class, and the doses behind each count (D22).

Plain SQL: one pass over the planned doses of the time, each judged as the sheet judges it (nursing.rules.dose_status). Doses as
needed have no time of their own and are not counted; nor are those that were stopped, paused or not yet late.
"""
from django.db import connection

from emr import clock

STATES = ("given", "late", "refused", "withheld", "missed", "unscanned")
KEYS = {"ward": ("department_id", "department"), "nurse": ("performer_id", "performer"), "drug": ("class", "class")}
JUDGEMENT = """
    select d.id as dose, d.encounter_id, d.due_at, d.amount, d.unit, d.patient_id, f.id as administration, f.happened_at,
        f.reason, f.performer_id,
        concat_ws(' ', p.family, nullif(left(p.given, 1) || '.', '.'), nullif(left(p.patronymic, 1) || '.', '.')) as performer,
        department.id as department_id, department.name as department, m.name as drug, left(m.atc, 3) as class,
        s.reason as scan_reason,
        f.status = 'given' and not coalesce(s.wristband and s.pack, false) as unscanned,
        case when f.status = 'given' and f.happened_at > d.due_at + late.after then 'late'
             when f.status is not null then f.status
             when r.stopped_at <= d.due_at or e.finished_at <= d.due_at then 'stopped'
             when exists (select from orders_medicationhold h where h.request_id = r.id and h.error_at is null
                          and ((h.since <= d.due_at and (h.until is null or h.until > d.due_at))
                               or (d.due_at <= %(now)s and h.since <= %(now)s and (h.until is null or h.until > %(now)s))))
                                   then 'held'
             when exists (select from orders_leave l where l.encounter_id = d.encounter_id and l.error_at is null
                 and l.since <= d.due_at
                          and coalesce(l.until, greatest(l.expected_until, %(now)s)) > d.due_at) then 'held'
             when d.due_at + late.after < %(now)s then 'missed'
             else 'open' end as state
    from orders_planneddose d
    join orders_medicationrequest r on r.id = d.request_id and not r.as_needed and r.error_at is null
    join orders_medication m on m.id = r.medication_id
    join emr_encounter e on e.id = d.encounter_id and e.error_at is null
    left join nursing_medicationadministration f on f.dose_id = d.id and f.error_at is null
    left join nursing_dosescan s on s.administration_id = f.id
    left join emr_staff p on p.id = f.performer_id
    join emr_department department on department.id = coalesce(f.department_id, e.department_id)
    cross join lateral (select case when m.is_time_critical
        then %(critical)s::interval else %(grace)s::interval end as after) late
    where d.due_at >= %(since)s and d.due_at < %(until)s and (%(everywhere)s or department.id = any(%(departments)s::uuid[]))
"""  # of the planned doses of a time; billing counts by it too
JUDGED = f"with judged as ({JUDGEMENT})\n"


def _values(departments, since, until, late, **more):
    return {"since": since, "until": until, "now": clock.now(), "grace": late[0], "critical": late[1],
            "everywhere": departments is None, "departments": [str(pk) for pk in departments or ()]} | more


def _asked(sql, values):
    with connection.cursor() as cursor:
        cursor.execute(JUDGED + sql, values)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def counts(departments, *, since, until, by, late) -> list[dict]:
    """One row per ward, nurse or drug class (`by`): key, name and the number of doses in each state. One query.

    `departments`: identities, or None for the whole institution. `late`: after how long a dose is late, and a time-critical one.
    """
    key, name = KEYS[by]
    numbers = ", ".join(f"count(*) filter (where state = '{state}') as {state}" for state in STATES[:-1])
    return _asked(f"""select {key}::text as key, min({name}) as name, {numbers}, count(*) filter (where unscanned) as unscanned,
        count(*) as doses from judged where state in ('given', 'late', 'refused', 'withheld', 'missed')
        group by {key} order by 2 nulls last""", _values(departments, since, until, late))


class Doses:
    """The doses behind one number, earliest first; made for a paginator."""

    def __init__(self, departments, *, since, until, by, key, state, late):
        column = KEYS[by][0]
        self.values = _values(departments, since, until, late, state=state, key=key)
        state_is = "unscanned" if state == "unscanned" else "state = %(state)s" if state in STATES else (
            "state in ('given', 'late', 'refused', 'withheld', 'missed')")
        self.where = f"from judged where {state_is}" + (
            "" if key is None else f" and {column} is null" if key == "" and by == "nurse" else f" and {column}::text = %(key)s")

    def count(self):
        return _asked(f"select count(*) as n {self.where}", self.values)[0]["n"]

    def __getitem__(self, part: slice):
        return _asked(f"""select judged.*, patient.number, patient.family, patient.given as given_name {self.where.replace(
            'from judged', 'from judged join emr_patient patient on patient.id = judged.patient_id')}
            order by due_at, dose limit {int(part.stop - part.start)} offset {int(part.start)}""", self.values)
