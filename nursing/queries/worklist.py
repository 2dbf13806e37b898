"""What the sheet of a department rests on: whose department it is, who lies there, planned doses and what became of them."""
import datetime as dt

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Max, OuterRef, Q
from django.db.models.functions import JSONObject

from emr import clock
from emr.access import ChartNotVisible, care_link
from emr.models import AllergyIntolerance, Department, EncounterLocation, JournalEntry, Shift
from nursing.models import MedicationAdministration
from orders.models import MedicationRequest, PlannedDose
from orders.queries import leave as leaves
from orders.queries.order_verification import awaited

DAY = dt.timedelta(days=1)


def departments_of(actor) -> list[Department]:
    """The departments whose sheets the actor works with: those of the shift he is on, else those of his roles."""
    on_shift = list(Department.objects.filter(
        pk__in=Shift.objects.filter(staff=actor, during__contains=clock.now()).values("department"))) if actor.pk else []
    return on_shift or list(Department.objects.filter(pk__in=actor.department_ids,
                                                      kind__in=("inpatient", "emergency", "outpatient")))


@care_link("shift")
def on_shift_where_he_lies(staff, patient) -> bool:
    """Whoever is on shift in a department reads the charts of those who lie there now (also outside his own department)."""
    here = Shift.objects.filter(staff=staff, during__contains=clock.now()).values("department")
    return EncounterLocation.objects.live().filter(encounter__patient=patient, during__upper_inf=True,
                                                   department__in=here).exists()


def department_of(actor, wanted=None, mine=None) -> Department | None:
    """The department asked for, if it is one of the actor's; the first of his when none is asked. Raises ChartNotVisible.

    mine: what departments_of answered, where the caller has asked it.
    """
    mine = departments_of(actor) if mine is None else mine
    if not wanted:
        return mine[0] if mine else None
    found = next((row for row in mine if str(row.pk) == str(wanted)), None)
    if found is None and wanted in {str(pk) for pk in actor.department_ids}:
        found = Department.objects.filter(pk=wanted).first()
    if found is None:
        raise ChartNotVisible()
    return found


def lying_in(departments):
    """The present places of patients in these departments, in order of beds, each with the live allergies; one query."""
    return _places(departments).annotate(known_allergies=ArraySubquery(AllergyIntolerance.objects.live().filter(
        patient=OuterRef("encounter__patient"), ended_at__isnull=True).order_by("pk").values(json=JSONObject(
            id="pk", kind="kind", substance="substance", criticality="criticality", reaction="reaction"))))


def _places(departments):
    return EncounterLocation.objects.live().filter(
        department__in=departments, during__upper_inf=True, encounter__finished_at__isnull=True,
        encounter__error_at__isnull=True).select_related("encounter__patient", "bed").order_by("bed__label", "encounter__number")


def allergies_at(place) -> list[AllergyIntolerance]:
    """The allergies that `lying_in` brought along."""
    return [AllergyIntolerance(**known) for known in place.known_allergies]


def allergies_of(patients) -> dict:
    """Live allergies, by patient; one query."""
    found = {}
    for row in AllergyIntolerance.objects.live().filter(patient__in=patients, ended_at__isnull=True):
        found.setdefault(row.patient_id, []).append(row)
    return found


# What the sheet shows of a dose and of what became of it; the rest is read by the dialog of one dose.
DOSE = ("due_at", "amount", "unit", "request", "encounter")
FACT = ("dose", "status", "happened_at", "amount", "unit", "reason", "performer__family", "performer__given",
        "performer__patronymic")
UNSEEN = ("recorded_by", "source", "error_by", "error_reason", "stopped_by", "replaces", "prescriber")


def rows_of(encounters, *, since, until, now):
    """What the sheet of these stays rests on: doses of the time, live facts by dose, orders as needed that run, pauses by order.

    Four queries. A dose belongs to the time in which it was due or in which it was done.
    """
    facts = {fact.dose_id: fact for fact in MedicationAdministration.objects.live().filter(
        encounter__in=encounters, dose__due_at__gte=since - DAY, dose__due_at__lt=until + DAY).select_related("performer")
             .only(*FACT)}
    within = Q(due_at__gte=since, due_at__lt=until) | Q(pk__in=[
        fact.dose_id for fact in facts.values() if since <= fact.happened_at < until])
    doses = list(PlannedDose.objects.filter(encounter__in=encounters).filter(within).only(*DOSE).order_by("due_at", "pk"))
    running = Q(error_at__isnull=True, encounter__in=encounters, as_needed=True, category="inpatient", starts_at__lt=until) & (
        Q(stopped_at__isnull=True) | Q(stopped_at__gt=now)) & (Q(ends_at__isnull=True) | Q(ends_at__gt=now))
    # Each order is read once, however many doses it has: a ward of forty has a thousand doses of some two hundred orders.
    requests = {row.pk: row for row in MedicationRequest.objects.filter(
        running | Q(pk__in={dose.request_id for dose in doses})).select_related("medication").defer(*UNSEEN).annotate(
        awaits_pharmacist=awaited())}
    for dose in doses:
        dose.request = requests[dose.request_id]
    planned = {dose.request_id for dose in doses}
    as_needed = {pk: row for pk, row in requests.items() if pk not in planned or _runs_as_needed(row, until, now)}
    return doses, facts, as_needed, leaves.pauses(requests.values(), now)


def _runs_as_needed(row, until, now):
    return (row.as_needed and row.category == "inpatient" and not row.error_at and row.starts_at < until
            and (not row.stopped_at or row.stopped_at > now) and (not row.ends_at or row.ends_at > now))


def version(departments, now=None) -> str:
    """Changes whenever the sheet may look different: another act about these patients, another minute. One query."""
    here = EncounterLocation.objects.live().filter(department__in=departments, during__upper_inf=True)
    found = JournalEntry.objects.filter(encounter__in=here.values("encounter")).aggregate(last=Max("pk"), entries=Count("pk"))
    return f"{found['last']}-{found['entries']}-{(now or clock.now()):%d%H%M}"


def last_sites(dose) -> list[str]:
    """Where the last three injections of the patient were given, newest first (D14)."""
    return list(MedicationAdministration.objects.live().filter(patient=dose.patient_id).exclude(site="").order_by(
        "-happened_at").values_list("site", flat=True)[:3])
