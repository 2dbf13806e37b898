"""Estimates, what they can be made of, and the finished stays and ledger lines they stand beside."""
import datetime as dt

from django.db import connection
from django.db.models import Max, Q, Sum

from billing.models import Account, ChargeItem, Estimate, Tariff
from billing.queries.case import MAIN
from emr import clock
from emr.access import chart_for
from emr.errors import NotFound
from emr.models import Department, Encounter
from emr.queries.patient import same_person
from orders.laboratory.models import LabTest
from orders.models import Medication, StockLot
from orders.queries import medication as medications

Kind = Tariff.Kind
NEWEST = 100  # finished stays that an estimate stands beside
BY_DEPARTMENT = {Kind.BED_DAY: "inpatient", Kind.VISIT: "outpatient", Kind.HOUSE_CALL: "outpatient", Kind.EMERGENCY: "emergency"}
CASES = f"""
with likely as (select distinct encounter_id from emr_condition where starts_with(code, %(code)s) and error_at is null)
select a.id, coalesce((select sum(c.amount) from billing_chargeitem c where c.account_id = a.id), 0) from likely
join emr_encounter e on e.id = likely.encounter_id join billing_account a on a.encounter_id = e.id
where e.kind = 'IMP' and e.finished_at is not null and e.error_at is null and e.id is distinct from %(encounter)s
and starts_with({MAIN.format(what="d.code", encounter="e.id")}, %(code)s) order by e.finished_at desc, a.id limit {NEWEST}
"""
USUAL = """
with done as (select kind, code, account_id, sum(quantity) as quantity from billing_chargeitem
    where account_id = any(%(cases)s) and kind <> 'overhead' and code <> '' group by 1, 2, 3 having sum(quantity) > 0)
select kind, code, (array_agg(quantity order by quantity desc))[%(half)s] from done group by 1, 2 having count(*) >= %(half)s
    order by 1, 2
"""


def patient_of(actor, patient):
    """The patient whose estimates are read; the reading is logged. Raises NotFound, ChartNotVisible."""
    chart = chart_for(actor, patient, "estimates")
    if not chart.shows("money"):
        raise NotFound()
    return chart.patient


def of_person(patient):
    """Estimates of one person, the newest first."""
    return Estimate.objects.filter(patient__in=same_person(patient)).select_related(
        "payer", "encounter", "made_by", "replaces", "replaced_by").order_by("-made_at", "-pk")


def of_patient(actor, *, patient):
    """The same with their lines, for the API; the reading is logged. Raises NotFound, ChartNotVisible."""
    return of_person(patient_of(actor, patient)).prefetch_related("lines")


def of_stay(encounter):
    """Estimates made for a stay that still hold, the newest first."""
    return Estimate.objects.filter(encounter=encounter, replaced_by__isnull=True).order_by("-made_at", "-pk")


def stays(patient):
    """Stays of one person that an estimate can be for, the newest first."""
    return Encounter.objects.live().filter(patient__in=same_person(patient), source__isnull=True).order_by("-started_at")


def one(actor, *, pk):
    """One estimate, the reading logged. Raises NotFound, ChartNotVisible."""
    row = Estimate.objects.select_related("patient", "payer", "encounter__department", "made_by", "replaces",
                                          "replaced_by").filter(pk=pk).first()
    if row is None or not chart_for(actor, row.patient, "estimate").shows("money"):
        raise NotFound()
    return row


def lines(estimate):
    """Its lines in the order of the kinds, each with the price or lot it rests on."""
    order = {kind: place for place, kind in enumerate(Kind.values)}
    return sorted(estimate.lines.select_related("tariff", "lot__medication"),
                  key=lambda line: (order[line.kind], line.text, line.code))


def names(keys) -> dict:
    """(kind, code) → (name, unit) for departments, tests and drugs; what is called by its price is left out."""
    codes = {kind: [code for held, code in keys if held == kind] for kind in {kind for kind, _code in keys}}
    found = {}
    asked = [code for kind in BY_DEPARTMENT for code in codes.get(kind, ())]
    places = {row.code: row.name for row in Department.objects.filter(code__in=asked)}
    for kind in BY_DEPARTMENT:
        found |= {(kind, code): (places[code], "") for code in codes.get(kind, ()) if code in places}
    tests = LabTest.objects.filter(key__in=codes.get(Kind.LABORATORY, ()))
    drugs = Medication.objects.filter(code__in=codes.get(Kind.DRUG, ()))
    found |= {(Kind.LABORATORY, row.key): (row.name, "") for row in tests}
    return found | {(Kind.DRUG, row.code): (f"{row.name} {row.strength}".strip()[:300], row.stock_unit) for row in drugs}


def newest_lots(codes, day) -> dict:
    """The newest delivery of each drug, by its code, up to the end of a day."""
    rows = StockLot.objects.filter(medication__code__in=codes, received_at__lt=clock.start_of(
        day + dt.timedelta(days=1))).select_related("medication")
    return {row.medication.code: row for row in rows.order_by("received_at", "pk")}


def offered(text, *, limit=8) -> list[tuple[str, str, str]]:
    """What a plan can be made of and a text names: (kind, code, name); departments, tests, drugs and single prices."""
    text = text.strip()
    if not text:
        return []
    rows = [(kind, row.code, row.name) for kind, place in BY_DEPARTMENT.items()
            for row in Department.objects.filter(kind=place).filter(Q(name__icontains=text) | Q(code__iexact=text))[:limit]]
    rows += [(Kind.LABORATORY, row.key, row.name) for row in LabTest.objects.filter(is_active=True).filter(
        Q(name__icontains=text) | Q(name_ru__icontains=text) | Q(key__iexact=text)).order_by("name")[:limit]]
    rows += [(Kind.DRUG, row.code, f"{row.name} {row.strength}".strip()) for row in medications.search(text)[:limit]]
    others = Tariff.objects.filter(kind__in=(Kind.PROCEDURE, Kind.SERVICE, Kind.STAFF), valid__contains=clock.today())
    named = others.filter(Q(name__icontains=text) | Q(code__icontains=text)).exclude(code="*").order_by(
        "kind", "code", "payer")[:limit]
    return list(dict.fromkeys(rows + [(row.kind, row.code, row.name) for row in named]))


def cases(code, *, encounter=None) -> list[tuple]:
    """(account, what it cost) of the newest finished stays whose diagnosis begins so, without this stay itself."""
    if not code:
        return []
    with connection.cursor() as cursor:
        cursor.execute(CASES, {"code": code, "encounter": encounter and encounter.pk})
        return cursor.fetchall()


def usual(cases) -> list[tuple]:
    """(kind, code, quantity) of everything that more than half of these cases had: the lower median over all of them."""
    if not cases:
        return []
    with connection.cursor() as cursor:
        cursor.execute(USUAL, {"cases": list(cases), "half": len(cases) // 2 + 1})
        return cursor.fetchall()


def accounts(pks):
    """The cases an estimate stood beside, with their stays."""
    return Account.objects.filter(pk__in=pks).select_related("encounter__department")


def charged(encounter) -> list[dict]:
    """What the ledger has for a stay: kind, code, text, unit, quantity and amount; what was taken back has cancelled out."""
    rows = ChargeItem.objects.filter(account__encounter=encounter).order_by().values("kind", "code").annotate(
        quantity=Sum("quantity"), amount=Sum("amount"), text=Max("text"), unit=Max("unit"))
    return [row for row in rows if row["quantity"] or row["amount"]]


def charged_lines(estimate, *, kind, code):
    """The ledger lines of one thing of the comparison."""
    return ChargeItem.objects.filter(account__encounter=estimate.encounter, kind=kind, code=code).select_related(
        "department", "tariff", "lot", "reversed_by").order_by("occurred_on", "posted_at", "pk")
