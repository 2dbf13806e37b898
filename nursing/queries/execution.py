"""What the doctor's view of execution rests on: orders of a time, their doses as plain values, facts, vital signs."""
from django.db.models import Exists, OuterRef, Q, Subquery

from emr.models import Encounter, Observation
from nursing.models import DoseEffect, MedicationAdministration
from nursing.queries.infusion import shown_in
from orders.models import MedicationRequest, PlannedDose

MOST_VALUES = 6000  # vital signs of one drawing; beyond it the oldest are left out and the page says so
FACT = ("dose", "status", "happened_at", "performer__family", "performer__given", "performer__patronymic", "amount",
        "unit", "reason", "pk")


def stays(patient, *, since, until):
    """The stays and visits of the time, newest first."""
    return Encounter.objects.live().filter(patient=patient, started_at__lt=until).exclude(finished_at__lt=since).order_by(
        "-started_at")


def last_stay(patient):
    """The stay that runs, else the last one; None for somebody who never had one."""
    return Encounter.objects.live().filter(patient=patient).order_by("-started_at").first()


def orders(patient, *, since, until, text=""):
    """The orders of which some dose was due or given in the time, running ones first, then by drug."""
    due = PlannedDose.objects.filter(request=OuterRef("pk"), due_at__gte=since, due_at__lt=until)
    done = MedicationAdministration.objects.live().filter(request=OuterRef("pk"), happened_at__gte=since, happened_at__lt=until)
    rows = MedicationRequest.objects.live().filter(patient=patient, category="inpatient", starts_at__lt=until).filter(
        Exists(due) | Exists(done) | shown_in(since, until))
    for word in text.split()[:6]:
        rows = rows.filter(Q(medication__name__icontains=word) | Q(medication__name_ru__icontains=word))
    return rows.select_related("medication", "encounter").order_by("as_needed", "medication__name", "-starts_at", "pk")


def doses(requests, *, since, until):
    """(request, dose, due_at, following) of the time in order of time; plain values, for a stay of many thousand doses."""
    return PlannedDose.objects.filter(request__in=requests, due_at__gte=since, due_at__lt=until).order_by(
        "request", "due_at").values_list("request_id", "pk", "due_at")


def facts(requests, *, since, until):
    """Live facts of these orders by dose, with `effect`: whether a drug given as needed helped."""
    effect = DoseEffect.objects.live().filter(administration=OuterRef("pk")).values("effect")[:1]
    rows = MedicationAdministration.objects.live().filter(request__in=requests, happened_at__gte=since, happened_at__lt=until)
    return {row["dose"]: row for row in rows.annotate(effect=Subquery(effect)).values(*FACT, "request", "dose__due_at", "effect")}


def values(patient, *, since, until, codes):
    """(code, moment, value) of these signs, oldest first, the newest 6,000."""
    rows = Observation.objects.live().filter(
        patient=patient, category__in=("vital-signs", "survey"), code__in=codes, value__isnull=False,
        effective_at__gte=since, effective_at__lt=until).order_by("-effective_at").values_list("code", "effective_at", "value")
    return list(rows[:MOST_VALUES])[::-1]
