"""What a case cost beside what such cases cost: the median of the diagnosis and the budget's norm (G19); reports by diagnosis
(G9).

The diagnosis of a case is its last live one of the highest stage: final, clinical, admitting, referring.
"""
from django.db import connection
from django.db.models import Case, IntegerField, Value, When
from django.db.models.functions import Length

from billing.models import BudgetNorm
from emr import clock
from emr.models import Condition

STAGES = ("final", "clinical", "admitting", "referring")
RANK = Case(*(When(stage=stage, then=Value(n)) for n, stage in enumerate(STAGES)), default=Value(9), output_field=IntegerField())
MAIN = """(select {what} from emr_condition d where d.encounter_id = {encounter} and d.error_at is null
    and d.stage in ('final', 'clinical', 'admitting', 'referring') and d.code <> ''
    order by array_position(array['final', 'clinical', 'admitting', 'referring'], d.stage::text), d.asserted_at desc limit 1)"""
MEDIAN = f"""
with likely as (select distinct encounter_id from emr_condition where code = %(code)s and error_at is null),
total as (
    select e.id, sum(c.amount) as amount from likely join emr_encounter e on e.id = likely.encounter_id
    join billing_account a on a.encounter_id = e.id join billing_chargeitem c on c.account_id = a.id
    where e.kind = %(kind)s and e.finished_at is not null and e.error_at is null and e.id <> %(encounter)s
    and {MAIN.format(what="d.code", encounter="e.id")} = %(code)s group by e.id)
select count(*), percentile_disc(0.5) within group (order by amount), min(amount), max(amount) from total
"""
REPORT = f"""
with main as materialized (select a.id, coalesce({MAIN.format(what="d.code", encounter="a.encounter_id")}, '') as code
    from billing_account a
    where a.id in (select distinct c.account_id from billing_chargeitem c where c.kind = 'drug'
        and c.occurred_on between %(since)s and %(until)s)),
summed as (select c.department_id, main.code as diagnosis, c.code, sum(c.quantity) as quantity, count(*) as lines,
    sum(c.amount) as amount
    from billing_chargeitem c join main on main.id = c.account_id
    where c.kind = 'drug' and c.occurred_on between %(since)s and %(until)s group by 1, 2, 3)
select s.department_id, dep.name, s.diagnosis, s.code, m.name, s.quantity, m.stock_unit, s.lines, s.amount
from summed s left join emr_department dep on dep.id = s.department_id left join orders_medication m on m.code = s.code
order by s.amount desc, 2, 3, 4
"""


def diagnosis(encounter) -> Condition | None:
    """The diagnosis that the case is counted under, or None."""
    rows = Condition.objects.live().filter(encounter=encounter, stage__in=STAGES).exclude(code="")
    return rows.annotate(rank=RANK).order_by("rank", "-asserted_at").first()


def likes(encounter, code: str) -> dict:
    """Finished cases of the same kind with this diagnosis, without this one: number, median (the lower of two), least and most.
    """
    with connection.cursor() as cursor:
        cursor.execute(MEDIAN, {"code": code, "kind": encounter.kind, "encounter": encounter.pk})
        return dict(zip(("cases", "median", "least", "most"), cursor.fetchone(), strict=True))


def norm(code: str, day=None) -> BudgetNorm | None:
    """The norm of the budget for this diagnosis: the longest beginning of its code, else that for any."""
    beginnings = [code[:n] for n in range(1, len(code) + 1)] + ["*"]
    return BudgetNorm.objects.filter(diagnosis__in=beginnings, valid__contains=day or clock.today()).annotate(
        any_=Case(When(diagnosis="*", then=Value(0)), default=Length("diagnosis"), output_field=IntegerField())).order_by(
            "-any_").first()


def norms(actor=None):
    """All norms, by diagnosis."""
    return BudgetNorm.objects.order_by("diagnosis", "-valid")


def drugs(since, until) -> list[dict]:
    """Department × diagnosis × drug of a span of days: units, doses and sum, the dearest first."""
    with connection.cursor() as cursor:
        cursor.execute(REPORT, {"since": since, "until": until})
        names = ("department_id", "department", "diagnosis", "code", "drug", "quantity", "unit", "lines", "amount")
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
