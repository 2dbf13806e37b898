"""Laboratory requests that wait: for a label, for the needle, for a result."""
import datetime as dt

from django.db.models import Case, Count, Exists, Func, OuterRef, Q, Subquery, TextField, When
from django.db.models.functions import Coalesce

from emr import clock
from emr.access import visible_patients
from emr.errors import NotFound
from emr.permissions import INSTITUTION_WIDE
from orders.laboratory.models import LabResult, LabTest, Specimen
from orders.laboratory.models.lab_test import names_of
from orders.laboratory.queries.lab_test import panel_sizes
from orders.models import ServiceRequest

RECENT = dt.timedelta(days=7)
PRIORITY = Case(When(priority="stat", then=0), When(priority="asap", then=1), When(priority="urgent", then=2), default=3)


class Said(Func):
    """models.lab_test.said, in the database."""

    template = r"btrim(regexp_replace(lower(%(expressions)s), '[\s_-]+', ' ', 'g'))"
    output_field = TextField()


def standing():
    """Laboratory requests that hold: neither cancelled nor an error."""
    return ServiceRequest.objects.live().filter(category="laboratory", cancelled_at__isnull=True)


def without_result(actor=None, *, everything=False, urgent=False):
    """The bench: requests of the last week (or all) whose values are not all there, the most urgent and oldest first."""
    rows = standing() if everything else standing().filter(authored_at__gte=clock.now() - RECENT)
    if urgent:
        rows = rows.exclude(priority="routine")
    found = LabResult.objects.live().filter(request=OuterRef("pk")).order_by().values("request").annotate(
        n=Count("pk")).values("n")
    rows = rows.annotate(found=Coalesce(Subquery(found), 0), said=Said("text"), said_code=Said("code")).filter(_unfinished())
    return rows.annotate(rank=PRIORITY, **last_specimen()).select_related(
        "patient", "encounter__department", "requester").order_by("rank", "authored_at", "pk")


def _unfinished():
    """No value yet; for a panel: fewer values than it has tests."""
    unfinished = Q(found=0)
    for names, size in panel_sizes():
        unfinished |= Q(found__lt=size) & (Q(said__in=names) | Q(said_code__in=names))
    return unfinished


def last_specimen():
    """Annotations with the youngest tube of a request: its id, accession, moments and why it was rejected."""
    last = Specimen.objects.live().filter(links__request=OuterRef("pk")).order_by("-recorded_at", "-pk")
    return {name: Subquery(last.values(column)[:1]) for name, column in {
        "tube": "pk", "accession": "accession", "collected_at": "collected_at", "received_at": "received_at",
        "rejected_at": "rejected_at", "reject_reason": "reject_reason"}.items()}


def to_collect(actor):
    """Requests for which a tube must still be labelled or drawn, on the wards whose patients the actor reads."""
    rows = standing().filter(encounter__finished_at__isnull=True, encounter__error_at__isnull=True,
                             authored_at__gte=clock.now() - RECENT)
    if not actor.role_names & INSTITUTION_WIDE:
        rows = rows.filter(patient__in=visible_patients(actor))
    rows = rows.filter(~Exists(LabResult.objects.live().filter(request=OuterRef("pk"))))
    return rows.annotate(rank=PRIORITY, **last_specimen()).filter(
        Q(collected_at__isnull=True) | Q(rejected_at__isnull=False)).select_related(
        "patient", "encounter__department").order_by("encounter__department__name", "patient__sort_key", "encounter", "rank",
                                                     "authored_at")


def waiting_for(patient):
    """What was asked for this patient and has no value yet, newest first, with its tube."""
    return standing().filter(patient=patient).filter(~Exists(LabResult.objects.live().filter(request=OuterRef("pk")))).annotate(
        **last_specimen()).order_by("-authored_at")


def collection_groups(rows) -> list[dict]:
    """The rows of the collection list put together: for each stay and kind of tube what is to be labelled or drawn."""
    kinds = {name: test.specimen_kind for test in LabTest.objects.all() for name in test.known_as}
    groups = {}
    for row in rows:
        waiting = row.tube if row.tube and not row.rejected_at else None
        kind = next((kinds[name] for name in names_of(row.code, row.text) if name in kinds), "")
        group = groups.setdefault((row.encounter_id, waiting or kind), {
            "encounter": row.encounter, "patient": row.patient, "kind": kind, "requests": [], "tube": waiting,
            "accession": row.accession if waiting else "", "redraw": "", "urgent": False})
        group["requests"].append(row)
        group["redraw"] = group["redraw"] or (row.reject_reason if row.rejected_at else "")
        group["urgent"] = group["urgent"] or row.priority != "routine"
    return list(groups.values())


def to_enter(actor, *, pk):
    """A request for the result page. Raises NotFound."""
    row = ServiceRequest.objects.live().filter(category="laboratory", pk=pk).annotate(**last_specimen()).select_related(
        "patient", "encounter__department", "requester").first()
    if row is None:
        raise NotFound()
    return row
