"""Cost by doctor, and the cases that any sum of the ledger is made of (G9, H10): always the ledger itself, never a copy.

The doctor of a line is who treated the patient on its day: the last attending doctor who had begun by then, else the first to
come. No name of a patient is read here.
"""
from django.conf import settings
from django.db import connection
from django.db.models import Count, Sum

from billing.models import ChargeItem
from billing.queries.account import TOTAL
from billing.queries.case import MAIN
from billing.queries.statistic import STAY, STAY_KNOWN
from emr.models import EncounterLocation, EncounterParticipant

BEGAN = "(p.since at time zone %(zone)s)::date"
DOCTOR = f"""(select p.staff_id from emr_encounterparticipant p
    where p.encounter_id = a.encounter_id and p.part = 'ATND' and p.error_at is null
    order by {BEGAN} > line.occurred_on, abs({BEGAN} - line.occurred_on), p.since desc limit 1)"""
DOCTORS = f"""
with line as (select account_id, occurred_on, count(*) as lines, sum(amount) as amount,
    sum(amount) filter (where kind = 'drug') as drugs
    from billing_chargeitem where occurred_on between %(since)s and %(until)s group by 1, 2),
treated as (select {DOCTOR} as doctor, line.* from line join billing_account a on a.id = line.account_id)
select s.id, s.family, s.given, s.patronymic, s.position, count(distinct t.account_id), sum(t.lines), coalesce(sum(t.drugs), 0),
    sum(t.amount)
from treated t left join emr_staff s on s.id = t.doctor group by s.id order by 9 desc, s.family
"""
CASES = """
with line as (select c.account_id, {day} as occurred_on, c.kind, count(*) as lines, sum(c.amount) as amount
    from billing_chargeitem c where c.occurred_on between %(since)s and %(until)s {lines} group by 1, 2, 3),
part as (select a.encounter_id, line.kind, sum(line.lines) as lines, sum(line.amount) as amount
    from line join billing_account a on a.id = line.account_id where true {cases} group by 1, 2)
select e.id, e.number, e.kind, d.name, e.started_at, e.finished_at, part.kind, part.lines, part.amount
from part join emr_encounter e on e.id = part.encounter_id left join emr_department d on d.id = e.department_id
"""
OF_LINES = {"kind": "and c.kind = %(kind)s", "department": "and c.department_id is not distinct from %(department)s::uuid",
            "drug": "and c.kind = 'drug' and c.code = %(drug)s"}
OF_CASES = {"diagnosis": f"and coalesce({MAIN.format(what='d.code', encounter='a.encounter_id')}, '') = %(diagnosis)s",
            "doctor": f"and {DOCTOR} is not distinct from %(doctor)s::uuid"}


def _ask(statement, names, values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values | {"zone": settings.TIME_ZONE})
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def doctors(since, until) -> list[dict]:
    """What the patients of each doctor cost in these days, the dearest first; the row without a doctor holds the rest."""
    names = ("doctor", "family", "given", "patronymic", "position", "cases", "lines", "drugs", "amount")
    return _ask(DOCTORS, names, {"since": since, "until": until})


def cases(since, until, **asked) -> tuple[list, list]:
    """(cases, kinds of act) that a sum of these days is made of, the dearest first, with the lines and the amount of it.

    `asked`: any of kind, department, drug (code), diagnosis (code of the case), doctor; None or "" = without one.
    """
    given = {name: value if value is None else str(value) for name, value in asked.items()} | {"since": since, "until": until}
    statement = CASES.format(day="c.occurred_on" if "doctor" in asked else "null::date",
                             lines=" ".join(OF_LINES[name] for name in asked if name in OF_LINES),
                             cases=" ".join(OF_CASES[name] for name in asked if name in OF_CASES))
    found, kinds = {}, {}
    names = ("id", "number", "kind", "department", "started_at", "finished_at", "act", "lines", "amount")
    for row in _ask(statement, names, given):
        act = row.pop("act")
        case = found.setdefault(row["id"], row | {"lines": 0, "amount": 0})
        kind = kinds.setdefault(act, {"kind": act, "lines": 0, "total": 0})
        for sums, name in ((case, "amount"), (kind, "total")):
            sums["lines"], sums[name] = sums["lines"] + row["lines"], sums[name] + row["amount"]
    return (sorted(found.values(), key=lambda case: (-case["amount"], case["number"])),
            sorted(kinds.values(), key=lambda kind: (-kind["total"], kind["kind"])))


def stay(encounter_id, known=None) -> dict | None:
    """The stay or visit behind a figure, without the patient's name; `known`: its times as they were known at that moment."""
    rows = _ask(f"""with stay as ({STAY_KNOWN if known else STAY})
        select s.id, s.number, s.kind, d.name, s.started_at, s.finished_at, s.disposition, s.patient_id
        from stay s left join emr_department d on d.id = s.department_id where s.id = %(stay)s::uuid""",
                ("id", "number", "kind", "department", "started_at", "finished_at", "disposition", "patient"),
                {"stay": str(encounter_id), "known": known})
    return rows[0] if rows else None


def of_stay(encounter_id, known=None) -> tuple[list, list]:
    """(sums by kind, drugs with units and sum) of one case, of the lines posted by the moment `known`."""
    lines = ChargeItem.objects.filter(account__encounter=encounter_id)
    lines = lines.filter(posted_at__lte=known) if known else lines
    drugs = lines.filter(kind="drug").values("text", "unit").annotate(total=TOTAL, units=Sum("quantity")).exclude(units=0)
    kinds = lines.values("kind").annotate(total=TOTAL, lines=Count("pk"))
    return list(kinds.order_by("-total", "kind")), list(drugs.order_by("-total", "text"))


def whereabouts(encounter_id) -> tuple[list, list]:
    """(places, doctors) of one case, in the order of time."""
    places = EncounterLocation.objects.live().filter(encounter=encounter_id).select_related("department", "bed")
    attending = EncounterParticipant.objects.live().filter(encounter=encounter_id, part="ATND").select_related("staff")
    return list(places.order_by("during")), list(attending.order_by("since"))
