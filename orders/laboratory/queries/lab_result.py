"""Results to read: of a patient, of a request, unseen, critical."""
from django.db.models import Case, Exists, OuterRef, Q, When

from emr.access import chart_for, visible_patients
from emr.errors import NotFound
from emr.models import EncounterParticipant
from orders.laboratory.models import LabResult, ResultSeen

FLAG_RANK = Case(When(flag__in=("LL", "HH"), then=0), When(flag__in=("L", "H", "A"), then=1), default=2)
CRITICAL = (LabResult.Flag.CRITICAL_LOW, LabResult.Flag.CRITICAL_HIGH)


def released():
    """Values that hold and that the ward may see."""
    return LabResult.objects.live().filter(released_at__isnull=False)


def of_patient(actor, *, patient, encounter=None, purpose="laboratory results"):
    """Released results of one patient, newest first; opening them is logged. Raises ChartNotVisible."""
    chart = chart_for(actor, patient, purpose)
    if not chart.shows("laboratory"):
        raise NotFound()
    rows = released().filter(patient=chart.patient)
    if encounter:
        rows = rows.filter(encounter=encounter)
    return rows.select_related("test", "performer", "request").order_by("-found_at", "test__name")


def newest(patient):
    """Released values of the patient with their tests, the newest first."""
    return released().filter(patient=patient).select_related("test").order_by("-found_at", "-recorded_at")


def one(actor, *, pk):
    """One result with what it replaces. Raises NotFound, ChartNotVisible."""
    result = LabResult.objects.select_related("test", "performer", "patient", "request", "replaces").filter(pk=pk).first()
    if result is None or (result.released_at is None and not actor.may("laboratory.see_bench")):
        raise NotFound()
    if not chart_for(actor, result.patient, "laboratory result").shows("laboratory"):
        raise NotFound()
    return result


def history(patient, test):
    """All values of one test of a patient with the struck ones, newest first."""
    return LabResult.objects.filter(patient=patient, test=test, released_at__isnull=False).select_related(
        "performer", "error_by").order_by("-found_at", "-recorded_at")


def numbers(patient, *, since, until):
    """Released values of a time that are numbers, oldest first, as plain values; the newest 3,000."""
    rows = released().filter(patient=patient, value__isnull=False, found_at__gte=since, found_at__lt=until).order_by(
        "-found_at", "-pk")
    return list(rows.values("test__name", "unit", "value", "flag", "found_at", "range_low", "range_high")[:3000])[::-1]


def of_request(request):
    """Live values of one request, released or not."""
    return LabResult.objects.live().filter(request=request).select_related("test")


def unreleased():
    """Values that wait for release, oldest first."""
    return LabResult.objects.live().filter(released_at__isnull=True).select_related("test", "patient", "request").order_by(
        "recorded_at")


def unseen(actor, *, department=False):
    """The inbox: released values no clinician has marked as seen, critical ones first.

    Of requests that the actor wrote and of patients he treats; with `department` of all patients he reads.
    """
    rows = released().filter(~Exists(ResultSeen.objects.filter(result=OuterRef("pk"))))
    if department:
        rows = rows.filter(Q(patient__in=visible_patients(actor)) | Q(request__requester=actor))
    else:
        team = EncounterParticipant.objects.live().filter(staff=actor, until__isnull=True).values("encounter")
        rows = rows.filter(Q(request__requester=actor) | Q(encounter__in=team))
    return rows.annotate(rank=FLAG_RANK).select_related("test", "patient", "encounter__department", "replaces").order_by(
        "rank", "-found_at", "pk")


def unseen_critical(encounter):
    """Critical values of a stay or visit that nobody has seen: they hold up the discharge (E7)."""
    return released().filter(encounter=encounter, flag__in=CRITICAL).filter(
        ~Exists(ResultSeen.objects.filter(result=OuterRef("pk")))).select_related("test")


def by_test(rows) -> list[dict]:
    """Rows of one patient, newest first, as one line for each test: the last value, those before it, the numbers to draw."""
    lines = {}
    for row in rows:
        line = lines.setdefault(row.test_id, {"test": row.test, "last": row, "earlier": [], "numbers": []})
        if row is not line["last"]:
            line["earlier"].append(row)
        if row.value is not None:
            line["numbers"].insert(0, row.value)
    return sorted(lines.values(), key=lambda line: line["test"].name)
