"""What the ward's one list and its hand-over take from the laboratory; this app puts itself in there (see `apps`)."""
import datetime as dt

from django.db.models import Exists, OuterRef, Q, Subquery

from emr import clock
from orders.laboratory.models import LabResult, ResultSeen, Specimen
from orders.laboratory.queries.lab_result import CRITICAL, released
from orders.laboratory.queries.service_request import PRIORITY, RECENT, standing

FRESH = dt.timedelta(hours=24)


def samples(encounters) -> list[dict]:
    """What was to be drawn within the last day and is not yet, put together by tube; what has no tube yet by stay. One query.

    What lies longer stands in the laboratory's own collection list only: it is no more work of this shift.
    """
    last = Specimen.objects.live().filter(links__request=OuterRef("pk")).order_by("-recorded_at", "-pk")
    rows = standing().filter(encounter__in=encounters, authored_at__gte=clock.now() - RECENT).filter(
        ~Exists(LabResult.objects.live().filter(request=OuterRef("pk")))).annotate(
        rank=PRIORITY, tube=Subquery(last.values("pk")[:1]), drawn=Subquery(last.values("collected_at")[:1]),
        rejected=Subquery(last.values("rejected_at")[:1]), why=Subquery(last.values("reject_reason")[:1])).filter(
        Q(drawn__isnull=True) | Q(rejected__isnull=False)).order_by("rank", "authored_at", "pk")
    found = {}
    for row in rows.values("encounter_id", "pk", "text", "priority", "authored_at", "wanted_at", "tube", "rejected", "why"):
        tube = row["tube"] if not row["rejected"] else None
        due = row["rejected"] or row["wanted_at"] or row["authored_at"]
        if due < clock.now() - FRESH:
            continue
        sample = found.setdefault((row["encounter_id"], tube), {
            "encounter": row["encounter_id"], "request": row["pk"], "texts": [], "due_at": due, "priority": row["priority"],
            "tube": tube, "redraw": ""})
        sample["texts"].append(row["text"])
        sample["due_at"], sample["redraw"] = min(sample["due_at"], due), sample["redraw"] or (
            row["why"] if row["rejected"] else "")
    return list(found.values())


def critical(encounters, since) -> list[dict]:
    """Critical values released after `since`, newest first, and whether a clinician has seen them. One query."""
    rows = released().filter(encounter__in=encounters, flag__in=CRITICAL, released_at__gte=since).annotate(
        is_seen=Exists(ResultSeen.objects.filter(result=OuterRef("pk")))).select_related("test").order_by("-found_at")
    return [{"encounter": row.encounter_id, "id": str(row.pk), "text": str(row), "flag": row.flag, "at": row.released_at,
             "seen": row.is_seen} for row in rows]
