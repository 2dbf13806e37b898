"""Plans of care that run for these patients, what became of their times, and when each patient was last measured."""
import datetime as dt

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q
from django.db.models.functions import JSONObject

from emr import clock
from emr.access import chart_for
from emr.errors import NotFound
from emr.models import Observation
from nursing.models import CarePlan, CareTask
from nursing.queries import bedside

RECENT = dt.timedelta(hours=48)
ROUND = ("9279-1", "59408-5", "8480-6", "8867-4", "8310-5")  # what makes a round of vital signs (rules.vitals)


def running(encounters, *, since) -> list[CarePlan]:
    """Plans that hold or held after `since`, each with `facts`: what became of its times since then. One query."""
    facts = CareTask.objects.live().filter(plan=OuterRef("pk"), due_at__gte=since).order_by("due_at").values(
        json=JSONObject(id="pk", due_at="due_at", status="status", happened_at="happened_at", reason="reason",
                        family="performer__family", given="performer__given"))
    rows = CarePlan.objects.live().filter(encounter__in=encounters, starts_at__isnull=False).filter(
        Q(stopped_at__isnull=True) | Q(stopped_at__gte=since)).filter(Q(ends_at__isnull=True) | Q(ends_at__gte=since))
    plans = list(rows.annotate(facts=ArraySubquery(facts)).order_by("kind", "starts_at", "pk"))
    for plan in plans:
        for fact in plan.facts:
            fact["due_at"], fact["happened_at"] = (dt.datetime.fromisoformat(fact[name]) for name in ("due_at", "happened_at"))
    return plans


def last_rounds(encounters, now) -> dict:
    """For each stay: when the patient was last measured, and the newest score with its time and risk, of two days. One query."""
    rows = Observation.objects.live().filter(encounter__in=encounters, code__in=("news2", *ROUND), effective_at__gte=now - RECENT,
                                             effective_at__lte=now)
    found = {}
    for encounter, code, at, value, parts in rows.order_by("encounter", "code", "-effective_at", "-pk").distinct(
            "encounter", "code").values_list("encounter_id", "code", "effective_at", "value", "components"):
        known = found.setdefault(encounter, {"at": None, "score": None})
        if code == "news2" and value is not None:
            known["score"] = {"at": at, "total": int(value), "risk": (parts or {}).get("risk", "")}
        known["at"] = max(known["at"] or at, at)
    return found


def of_encounter(actor, encounter_id):
    """The stay with its plans, running first, for those who may read it. Raises ChartNotVisible, NotFound."""
    encounter = bedside.encounter_at(encounter_id, clock.now(), actor)
    if not chart_for(actor, encounter.patient, "care").shows("doses"):
        raise NotFound()
    return encounter, list(CarePlan.objects.live().filter(encounter=encounter).select_related("planned_by", "stopped_by")
                           .order_by(
        "-stopped_at", "kind", "starts_at"))


def plan_at(actor, plan_id) -> CarePlan:
    """One plan with its patient. Raises NotFound, ChartNotVisible."""
    plan = CarePlan.objects.select_related("patient", "encounter", "planned_by").filter(pk=plan_id).first()
    if plan is None:
        raise NotFound()
    bedside.encounter_at(plan.encounter_id, clock.now(), actor)
    return plan


def facts_of(plan, limit=12):
    """What became of the plan's times, newest first, wrong entries too."""
    return CareTask.objects.filter(plan=plan).select_related("performer").order_by("-due_at", "-recorded_at")[:limit]
