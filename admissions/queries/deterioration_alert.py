"""Early warning scores that ask for a doctor, whom to tell, and what was told (B4, B7)."""
import datetime as dt

from django.db.models import Exists, OuterRef, Q, Subquery

from admissions.models import DeteriorationAlert
from emr import clock
from emr.models import EncounterLocation, EncounterParticipant, Observation, Shift, Staff
from nursing.queries.dose_escalation import on_duty

FRESH = dt.timedelta(hours=2)  # an older score has been answered by the next one, or is told by the worklist
URGENT = 5  # RCP 2017, chart 4: 5 and more, or 3 in one parameter, asks for an urgent assessment by a doctor
MOST = 200


def to_tell():
    """The newest score of each open stay, if it asks for a doctor and none was told of it; the highest first."""
    newest = Observation.objects.live().filter(encounter=OuterRef("encounter"), name="NEWS2").order_by(
        "-effective_at", "-pk").values("pk")[:1]
    told = DeteriorationAlert.objects.filter(observation=OuterRef("pk"))
    return Observation.objects.live().filter(
        Q(value__gte=URGENT) | Q(components__risk="low-medium"), name="NEWS2", pk=Subquery(newest),
        effective_at__gt=clock.now() - FRESH,
        encounter__finished_at__isnull=True, encounter__error_at__isnull=True, encounter__source__isnull=True).exclude(
        Exists(told)).select_related("encounter", "patient").order_by("-value")[:MOST]


def doctors_for(encounter) -> list[Staff]:
    """Whom to tell: the doctors on shift where the patient lies; without a shift the attending doctor; without him all doctors
    there.
    """
    place = EncounterLocation.objects.live().filter(encounter=encounter, during__upper_inf=True).first()
    department = place.department_id if place else encounter.department_id
    shift = Shift.objects.filter(department=department, during__contains=clock.now())
    duty = on_duty("doctor", department)
    if Shift.objects.filter(pk__in=shift, staff__in=duty).exists():
        return duty
    attending = EncounterParticipant.objects.live().filter(encounter=encounter, part=EncounterParticipant.Part.ATTENDING,
                                                           until__isnull=True).select_related("staff").first()
    return [attending.staff] if attending else duty


def unseen(actor):
    """What this doctor was told and nobody has answered yet, newest first."""
    return DeteriorationAlert.objects.live().filter(told=actor, seen_at__isnull=True,
                                                    encounter__finished_at__isnull=True).select_related(
        "encounter__patient", "observation").order_by("-told_at")


def of_encounters(encounters) -> dict:
    """The newest alert of each stay, by encounter; one query."""
    rows = DeteriorationAlert.objects.live().filter(encounter__in=encounters).select_related("told", "seen_by").order_by(
        "told_at")
    return {row.encounter_id: row for row in rows}
