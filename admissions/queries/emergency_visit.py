"""What the emergency board and the visit page show (A6, A7, A11)."""
import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Count, Exists, Max, OuterRef

from admissions.models import AdmissionRequest, EmergencyMoment, EmergencyVisit, Triage
from emr import clock
from emr.models import Encounter, EncounterLocation, EncounterParticipant, JournalEntry
from nursing.models import Procedure
from orders.laboratory.models import LabResult
from orders.models import ServiceRequest

RETURN = dt.timedelta(hours=72)  # a patient who comes back within this time is flagged (A11)
WAITED_FOR = [ServiceRequest.Category.LABORATORY, ServiceRequest.Category.IMAGING, ServiceRequest.Category.PROCEDURE,
              ServiceRequest.Category.CONSULT]


@dataclass
class Line:
    """One patient of the emergency room as the board knows him; `rules.emergency_visit` reads the rest out of it."""

    encounter: Encounter
    visit: EmergencyVisit | None = None
    triage: Triage | None = None
    moments: dict = field(default_factory=dict)  # kind -> when
    place: EncounterLocation | None = None
    attending: object = None
    open_requests: list = field(default_factory=list)
    done_requests: list = field(default_factory=list)
    last_result_at: dt.datetime | None = None
    admission: AdmissionRequest | None = None
    earlier: Encounter | None = None  # a visit or stay that ended within 72 h before this arrival


def open_visits(department=None):
    """Emergency visits that have not ended, longest here first."""
    rows = Encounter.objects.live().filter(kind=Encounter.Kind.EMERGENCY, finished_at__isnull=True, source__isnull=True)
    if department:
        rows = rows.filter(department=department)
    return rows.select_related("patient", "department").order_by("started_at")


def version(department=None) -> str:
    """Changes whenever something was written about an open emergency visit; the ETag of the board rests on it."""
    visits = open_visits(department).order_by().values("pk")
    last = JournalEntry.objects.filter(encounter__in=visits).aggregate(last=Max("pk"), count=Count("encounter", distinct=True))
    return f"{last['last']}-{last['count']}"


def lines(encounters) -> list[Line]:
    """The board lines of these encounters, with a number of queries that does not depend on how many there are."""
    found = {encounter.pk: Line(encounter) for encounter in encounters}
    _add_visits(found)
    _add_places_and_doctors(found)
    _add_requests(found)
    _add_earlier(found)
    return list(found.values())


def _add_visits(found):
    for visit in EmergencyVisit.objects.filter(encounter__in=found):
        found[visit.encounter_id].visit = visit
    for triage in Triage.objects.live().filter(encounter__in=found).order_by("happened_at", "recorded_at"):
        found[triage.encounter_id].triage = triage
    for moment in EmergencyMoment.objects.live().filter(encounter__in=found).order_by("-happened_at"):
        found[moment.encounter_id].moments[moment.kind] = moment.happened_at
    asked = AdmissionRequest.objects.live().filter(encounter__in=found, withdrawn_at__isnull=True).select_related("department")
    for request in asked.order_by("requested_at"):
        found[request.encounter_id].admission = request


def _add_places_and_doctors(found):
    present = EncounterLocation.objects.live().filter(encounter__in=found, during__upper_inf=True)
    for place in present.select_related("department", "ward", "bed"):
        found[place.encounter_id].place = place
    team = EncounterParticipant.objects.live().filter(encounter__in=found, part=EncounterParticipant.Part.ATTENDING,
                                                      until__isnull=True)
    for person in team.select_related("staff"):
        found[person.encounter_id].attending = person.staff


def standing_requests(encounters):
    """Service requests that somebody waits for, each with `found_at` (newest released result) and `is_done`."""
    results = LabResult.objects.live().filter(request=OuterRef("pk"), released_at__isnull=False)
    done = Procedure.objects.live().filter(request=OuterRef("pk"))
    parts = ServiceRequest.objects.live().filter(part_of=OuterRef("pk"), cancelled_at__isnull=True)
    return ServiceRequest.objects.live().filter(
        encounter__in=encounters, cancelled_at__isnull=True, category__in=WAITED_FOR).exclude(Exists(parts)).annotate(
        found_at=results.order_by("-released_at").values("released_at")[:1], is_done=Exists(done)).order_by("authored_at")


def _add_requests(found):
    for request in standing_requests(found):
        line = found[request.encounter_id]
        if request.found_at or request.is_done:
            line.done_requests.append(request)
            line.last_result_at = max(filter(None, (line.last_result_at, request.found_at)), default=None)
        else:
            line.open_requests.append(request)


def _add_earlier(found):
    """The last visit or stay that ended within 72 hours before the patient came."""
    by_patient = defaultdict(list)
    for line in found.values():
        by_patient[line.encounter.patient_id].append(line)
    ended = Encounter.objects.live().filter(
        patient__in=by_patient, kind__in=[Encounter.Kind.EMERGENCY, Encounter.Kind.INPATIENT],
        finished_at__gt=clock.now() - RETURN - dt.timedelta(days=30)).order_by("finished_at")
    for earlier in ended:
        for line in by_patient[earlier.patient_id]:
            came = line.encounter.started_at
            if earlier.pk != line.encounter.pk and came - RETURN <= earlier.finished_at <= came:
                line.earlier = earlier


def triages(encounter):
    """Every judgement of the visit that stands, newest first."""
    return Triage.objects.live().filter(encounter=encounter).select_related("performer").order_by("-happened_at")


def moments(encounter):
    """The time stamps of the visit that stand, in the order of time."""
    return EmergencyMoment.objects.live().filter(encounter=encounter).select_related("recorded_by").order_by("happened_at")
