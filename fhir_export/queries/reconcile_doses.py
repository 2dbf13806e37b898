"""Does every administration of the log stand on its planned dose, and every given one on a lot and its cost?

Plain SQL over the rows of the replay, beside what the log's lines say. A dose without a lot is counted under the reason why; a
reason that is no good one (stock lay there and none was taken, a lot of another drug, no price at all) is a difference.
"""
import datetime as dt

from django.conf import settings
from django.db import connection

from fhir_export.models import ReplayedEvent

LOT, OWN = "from a lot, at its unit cost", "as the patient's own drug: no cost"
NOT_KEPT, UNPRICED_LOT = "where no stock is kept: price of the tariff", "from a lot that cost nothing"
GOOD = (LOT, OWN, NOT_KEPT, UNPRICED_LOT)
BASIS = """
with fact as (select a.*, r.medication_id from nursing_medicationadministration a
    join fhir_export_replayedevent e on e.about_id = a.id and e.replay_id = %(replay)s and e.outcome = 'applied'
    join orders_medicationrequest r on r.id = a.request_id where a.error_at is null)
select case
    when fact.own_drug then %(own)s
    when l.medication_id <> fact.medication_id then 'from a lot of another drug'
    when exists (select from orders_stockmove b where b.mirrors_id = s.id) then 'from a lot, but its move was undone'
    when s.patient_id <> fact.patient_id or s.happened_at <> fact.happened_at then 'from a lot, but its move is of another dose'
    when -s.quantity <> case when fact.amount is not null and m.dose_per_unit > 0 and lower(m.dose_unit) = lower(fact.unit)
        then greatest(round(fact.amount / m.dose_per_unit, 4), 0.0001) else 1 end then 'from a lot, but another quantity'
    when l.unit_cost = 0 then %(unpriced)s
    when s.id is not null then %(lot)s
    when exists (select from orders_stockmove k join orders_stocklot o on o.id = k.lot_id where o.medication_id = m.id
        and k.department_id = fact.department_id and k.recorded_at < fact.recorded_at)
            then 'stock was kept there, but no lot taken'
    when exists (select from billing_tariff t where t.kind = 'drug' and t.code in (m.code, '*') and t.payer_id is null
        and t.valid @> (fact.happened_at at time zone %(zone)s)::date) then %(not_kept)s
    else 'no lot and no price' end, count(*)
from fact join orders_medication m on m.id = fact.medication_id
left join orders_stockmove s on s.id = fact.stock_move_id left join orders_stocklot l on l.id = s.lot_id
where fact.status = 'given' group by 1 order by 1
"""
PLAN = """
select count(*), count(*) filter (where d.request_id = a.request_id and d.encounter_id = a.encounter_id
    and d.patient_id = a.patient_id), coalesce(sum(extract(epoch from d.due_at)), 0)::bigint
from fhir_export_replayedevent e join nursing_medicationadministration a on a.id = e.about_id
join orders_planneddose d on d.id = a.dose_id
where e.replay_id = %(replay)s and e.outcome = 'applied' and a.error_at is null
"""


def compare(replay, moment) -> list[tuple]:
    """Rows of (what, log, database): planned doses, their times to the second, doses given by what they cost.

    `moment` reads the log's own times (fhir_export.rules.event_log.moment).
    """
    with connection.cursor() as cursor:
        cursor.execute(PLAN, {"replay": replay.replay.pk})
        planned, own, times = cursor.fetchone()
    basis = dict(named(replay))
    lines = _of_log(replay)
    given = sum(event.data["status"] == "given" for event in lines)
    rows = [("doses with a planned dose", len(lines), planned), ("… of their own order and stay", len(lines), own),
            ("planned times of doses, sum in s", sum(_planned(event, replay, moment) for event in lines), times),
            ("doses given with a cost basis", given, sum(basis.get(name, 0) for name in GOOD))]
    return rows + [(f"given {name}", 0, number) for name, number in basis.items() if name not in GOOD]


def named(replay) -> list[tuple]:
    """(reason, number) of the doses given, by where their cost comes from."""
    names = {"replay": replay.replay.pk, "zone": settings.TIME_ZONE, "lot": LOT, "own": OWN, "not_kept": NOT_KEPT,
             "unpriced": UNPRICED_LOT}
    with connection.cursor() as cursor:
        cursor.execute(BASIS, names)
        return cursor.fetchall()


def _of_log(replay):
    applied = set(ReplayedEvent.objects.filter(replay=replay.replay, kind="mar", outcome="applied")
                  .values_list("line", flat=True))
    return [event for event in replay.log.events if event.kind == "mar" and event.line in applied]


def _planned(event, replay, moment) -> int:
    due = moment(event.data["scheduled_datetime"], shifted_days=replay.shifted_days)
    return int((due - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) / dt.timedelta(seconds=1))
