"""Time-critical doses of which somebody must be told, whom, and who was told (D8)."""
import datetime as dt

from django.db.models import Exists, OuterRef, Q

from emr import clock
from emr.models import Shift, Staff
from nursing.models import DoseEscalation, MedicationAdministration
from orders.models import Leave, MedicationHold, PlannedDose

FORGOTTEN = dt.timedelta(hours=12)  # then the dose is missed, and the report says so
ROLES = {"senior-nurse": ("head_nurse",), "doctor": ("ward_doctor", "er_doctor")}
MOST = 500


def _open(now):
    """Planned doses without a fact, of orders that run and stays that are open."""
    held = MedicationHold.objects.live().filter(request=OuterRef("request"), since__lte=now).filter(
        Q(until__isnull=True) | Q(until__gt=now))
    away = Leave.objects.live().filter(encounter=OuterRef("encounter"), since__lte=now).filter(
        Q(until__isnull=True) | Q(until__gt=now))
    return PlannedDose.objects.filter(
        request__error_at__isnull=True, request__as_needed=False, encounter__finished_at__isnull=True,
        encounter__error_at__isnull=True).filter(
        Q(request__stopped_at__isnull=True) | Q(request__stopped_at__gt=now)).filter(
        ~Exists(MedicationAdministration.objects.live().filter(dose=OuterRef("pk"))), ~Exists(held), ~Exists(away))


def to_tell(step: str, after: dt.timedelta):
    """Time-critical doses so late of which nobody of this step was told yet, the oldest first."""
    now = clock.now()
    return _open(now).filter(request__medication__is_time_critical=True, due_at__lte=now - after,
                             due_at__gt=now - FORGOTTEN).filter(
        ~Exists(DoseEscalation.objects.filter(dose=OuterRef("pk"), step=step))).order_by("due_at")[:MOST]


def is_open(dose_id) -> bool:
    """Has nothing been recorded about the dose, and is it still to be given?"""
    return _open(clock.now()).filter(pk=dose_id).exists()


def on_duty(step: str, department) -> list[Staff]:
    """Whom to tell: holders of the step's roles on shift in the department; when none is on shift, all who hold it there."""
    today = clock.today()
    holders = Staff.objects.filter(Q(roles__until__isnull=True) | Q(roles__until__gte=today), kind="person", left_on__isnull=True,
                                   roles__role__in=ROLES[step], roles__since__lte=today)
    shift = Shift.objects.filter(department=department, during__contains=clock.now()).values("staff")
    return list(holders.filter(pk__in=shift).distinct()) or list(holders.filter(roles__department=department).distinct())


def told_to(actor):
    """What this person was told and is still to be done, newest first."""
    return DoseEscalation.objects.filter(told=actor, dose__in=_open(clock.now()).filter(
        due_at__gt=clock.now() - FORGOTTEN)).select_related("dose__request__medication", "dose__patient").order_by("-told_at")


def log_for(actor):
    """Who was told when, as far as this reader's departments go; a manager reads all."""
    return log(None if "manager" in actor.role_names else actor.department_ids)


def log(departments=None):
    """Who was told when, newest first; `departments` None: everywhere."""
    rows = DoseEscalation.objects.select_related("dose__request__medication", "dose__patient", "told", "department")
    return (rows if departments is None else rows.filter(department__in=departments)).order_by("-told_at", "-pk")
