"""House calls of a day: for the registry all, for a doctor his own, for a patient his own."""
import datetime as dt

from django.db.models import F, Q
from django.db.models.functions import Length
from django.utils.timezone import localtime

from emr import clock
from emr.access import care_link
from emr.errors import NotFound
from emr.models import Patient, Staff
from outpatient.booking.models import HouseCall
from outpatient.booking.queries.booking import DESK

YESTERDAY = dt.timedelta(days=1)


def visible(actor):
    """Calls whose patient the actor may know: his own; those in his hand or of his districts; all at the desk."""
    rows = HouseCall.objects.select_related("patient", "district__department", "doctor", "encounter")
    if isinstance(actor, Patient):
        return rows.filter(patient=actor)
    if actor.kind == Staff.Kind.SYSTEM or actor.role_names & DESK:
        return rows
    return rows.filter(Q(doctor=actor) | Q(district__department__in=actor.department_ids))


def calls(actor, *, day=None, patient=None):
    """Calls of one day (default today) in the order of the way: by district and address; cancelled ones last."""
    rows = visible(actor).order_by(F("cancelled_at").asc(nulls_first=True), Length("district__code"), "district__code",
                                   "address", "pk")
    if patient:
        return rows.filter(patient=patient).order_by("-day", "-accepted_at")
    return rows.filter(day=day or clock.today())


def one(actor, pk) -> HouseCall:
    """One call that the actor may know. Raises NotFound."""
    row = visible(actor).filter(pk=pk).first()
    if row is None:
        raise NotFound()
    return row


def unvisited(actor, closing):
    """The red list for the duty officer: calls that nobody visited, today's from the closing hour on, and yesterday's (R68).

    It follows from the clock, so that nobody has to run anything. `closing`: the hour, of the institution.
    """
    today = clock.today()
    late = Q(day=today) if localtime(clock.now()).time() >= closing else Q(pk__in=[])
    return visible(actor).filter(late | Q(day__lt=today, day__gte=today - YESTERDAY), cancelled_at__isnull=True,
                                 visited_at__isnull=True
                                 ).order_by("day", "address")


def to_tell(actor):
    """Calls that were cancelled when a doctor had them already: he is to be rung up (R68)."""
    return visible(actor).filter(cancelled_at__isnull=False, handed_at__isnull=False, doctor_told_at__isnull=True).order_by(
        "cancelled_at")


def of_visitor(patient):
    """Today's calls of one patient, cancelled ones too, for his own page. One query."""
    return list(HouseCall.objects.filter(patient=patient, day=clock.today()).order_by("accepted_at"))


@care_link("house-call")
def called_to(staff, patient) -> bool:
    """The doctor reads the chart of whoever called him home today or yesterday."""
    return HouseCall.objects.filter(patient=patient, doctor=staff, cancelled_at__isnull=True,
                                    day__gte=clock.today() - YESTERDAY, day__lte=clock.today()).exists()
