"""Versions of the grouper, their groups and rules, and the facts of a stay that groups are derived from."""
import datetime as dt

from django.db import connection
from django.db.models import Count, Max, OuterRef, Q, Subquery

from billing.models import BaseRate, CaseGroup, GroupAssignment, GrouperVersion, GroupRule
from billing.queries.case import MAIN
from emr import clock

FACTS = f"""
select e.id, e.number, d.name as department, e.started_at, e.finished_at, p.birth_date,
    coalesce({MAIN.format(what="d.code", encounter="e.id")}, '') as diagnosis,
    coalesce((select array_agg(distinct x.code) from nursing_procedure x where x.encounter_id = e.id and x.error_at is null
        and x.code <> ''), array[]::varchar[]) as procedures,
    coalesce((select sum(c.amount) from billing_account a join billing_chargeitem c on c.account_id = a.id
        where a.encounter_id = e.id), 0) as charged
from emr_encounter e join emr_patient p on p.id = e.patient_id left join emr_department d on d.id = e.department_id
where e.kind = 'IMP' and e.error_at is null and e.source_id is null and {{}} order by e.finished_at, e.id
"""


def listed(actor=None):
    """Versions, the newest first, with how many groups each has and which edition of its mapping counts."""
    newest = GroupRule.objects.filter(version=OuterRef("pk")).order_by("-edition").values("edition").annotate(
        rules=Count("pk"))[:1]
    return GrouperVersion.objects.annotate(
        group_count=Count("groups"), edition=Subquery(newest.values("edition")), rule_count=Subquery(
            newest.values("rules"))).order_by("system", "-valid")


def one(pk) -> GrouperVersion | None:
    """One version as the list has it."""
    return listed().filter(pk=pk).first()


def groups(version, *, text=""):
    """Groups of a version by code; `text` finds code and name."""
    rows = CaseGroup.objects.filter(version=version)
    if text := text.strip():
        rows = rows.filter(Q(code__iexact=text) | Q(name__icontains=text))
    return rows.order_by("care", "code")


def rules(version) -> list[GroupRule]:
    """The rules of the newest edition of the mapping."""
    newest = GroupRule.objects.filter(version=version).aggregate(n=Max("edition"))["n"]
    return list(GroupRule.objects.filter(version=version, edition=newest).select_related("group")) if newest else []


def versions_on(day) -> list[GrouperVersion]:
    """The version of each system that holds on a day."""
    return list(GrouperVersion.objects.filter(valid__contains=day).order_by("system"))


def systems() -> list[str]:
    """All systems of which a version was loaded."""
    return list(GrouperVersion.objects.order_by("system").values_list("system", flat=True).distinct())


def rates(actor=None):
    """Base rates, the newest of each system first."""
    return BaseRate.objects.order_by("system", "-valid")


def rate_on(system, day) -> BaseRate | None:
    """The base rate that holds on a day of discharge."""
    return BaseRate.objects.filter(system=system, valid__contains=day).first()


def assignments(encounters) -> dict:
    """What people said last, by (stay, version)."""
    rows = GroupAssignment.objects.filter(encounter__in=encounters).select_related("group", "assigned_by")
    return {(row.encounter_id, row.version_id): row for row in rows.order_by("assigned_at", "pk")}


def told(encounter):
    """All that people said of the group of a stay, the newest first."""
    return GroupAssignment.objects.filter(encounter=encounter).select_related("group", "version", "assigned_by").order_by(
        "-assigned_at", "-pk")


def facts(*, encounter=None, since=None, until=None) -> list[dict]:
    """What the group of a stay follows from: of one stay, or of all that ended in a span of days (both included).

    Keys: id, number, department, started_at, finished_at, birth_date, diagnosis, procedures, charged (the ledger of the stay).
    """
    if encounter is not None:
        where, values = "e.id = %(encounter)s", {"encounter": encounter}
    else:
        where = "e.finished_at >= %(since)s and e.finished_at < %(until)s"
        values = {"since": clock.start_of(since), "until": clock.start_of(until + dt.timedelta(days=1))}
    with connection.cursor() as cursor:
        cursor.execute(FACTS.format(where), values)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
