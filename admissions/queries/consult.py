"""Consults that were asked for and not answered yet, and the care link they make (B15)."""
import datetime as dt

from django.db.models import Case, DateTimeField, DurationField, Exists, ExpressionWrapper, F, OuterRef, Q, Value, When

from emr import clock
from emr.access import care_link
from nursing.models import Procedure
from orders.models import ServiceRequest

# Ours: within how long a consult is to be answered when no time is said; demonstration values that an institution replaces.
WITHIN = {ServiceRequest.Priority.STAT: dt.timedelta(minutes=30), ServiceRequest.Priority.URGENT: dt.timedelta(hours=2),
          ServiceRequest.Priority.ASAP: dt.timedelta(hours=4)}
ROUTINE = dt.timedelta(hours=24)


def standing():
    """Consults that stand, each with `due_at` (the wanted time, else by priority), the first due first."""
    done = Procedure.objects.live().filter(request=OuterRef("pk"))
    within = Case(*[When(priority=priority, then=Value(time)) for priority, time in WITHIN.items()], default=Value(ROUTINE),
                  output_field=DurationField())
    due = Case(When(wanted_at__isnull=False, then=F("wanted_at")),
               default=ExpressionWrapper(F("authored_at") + within, output_field=DateTimeField()))
    return ServiceRequest.objects.live().filter(
        ~Exists(done), category=ServiceRequest.Category.CONSULT, cancelled_at__isnull=True, encounter__error_at__isnull=True,
        encounter__finished_at__isnull=True, encounter__source__isnull=True).annotate(due_at=due).select_related(
        "encounter__patient", "encounter__department", "performer", "requester").order_by("due_at")


def of_departments(departments):
    """Consults that these departments are asked for or have asked for."""
    return standing().filter(Q(performer__in=departments) | Q(encounter__department__in=departments))


def is_late(row) -> bool:
    """Is the consult past its due time?"""
    return clock.now() > row.due_at


@care_link("consult")
def asked_to_consult(staff, patient) -> bool:
    """A department that is asked for a consult may read the chart until it has answered."""
    departments = getattr(staff, "department_ids", None)
    return bool(departments) and standing().filter(performer__in=departments, encounter__patient=patient).exists()
