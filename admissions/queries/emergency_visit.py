"""What the emergency board and the visit page show (A6, A7, A11, A12)."""
import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Count, Exists, Max, OuterRef, Q, Subquery
from django.db.models.functions import JSONObject

from admissions.models import AdmissionRequest, Announcement, DelayReason, EmergencyMoment, EmergencyVisit, Triage
from emr import clock
from emr.models import Bed, Department, Encounter, EncounterLocation, EncounterParticipant, JournalEntry, PatientIdentifier, Staff
from nursing.models import Procedure
from orders.laboratory.models import LabResult, SpecimenRequest
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
    delay_row: DelayReason | None = None

    @property
    def boards(self) -> bool:
        """Admitted already, and still lying in the emergency room."""
        return self.encounter.kind == Encounter.Kind.INPATIENT


def open_visits(department=None, boarders=False):
    """Emergency visits that have not ended, longest here first; with `boarders` also stays whose patient still lies there."""
    here = Q(kind=Encounter.Kind.EMERGENCY)
    if boarders:
        place = EncounterLocation.objects.live().filter(encounter=OuterRef("pk"), during__upper_inf=True,
                                                        department__kind=Department.Kind.EMERGENCY)
        here |= Q(Exists(place), kind=Encounter.Kind.INPATIENT)
    rows = Encounter.objects.live().filter(here, finished_at__isnull=True, source__isnull=True)
    if department:
        rows = rows.filter(department=department)
    return rows.select_related("patient", "department").order_by("started_at")


def expected(department=None):
    """Those who are announced and have not come yet, the first to come first."""
    rows = Announcement.objects.live().filter(encounter__isnull=True, cancelled_at__isnull=True)
    return (rows.filter(department=department) if department else rows).select_related("department").order_by("expected_at")


def version(department=None) -> str:
    """Changes whenever something was written about somebody on the board; the ETag of the board rests on it."""
    visits = open_visits(department, boarders=True).order_by().values("pk")
    last = JournalEntry.objects.filter(encounter__in=visits).aggregate(last=Max("pk"), count=Count("encounter", distinct=True))
    coming = expected(department).order_by().aggregate(count=Count("pk"), last=Max("recorded_at"))
    return f"{last['last']}-{last['count']}-{coming['count']}-{coming['last'] and coming['last'].timestamp()}"


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
    for row in DelayReason.objects.live().filter(encounter__in=found).order_by("happened_at", "recorded_at"):
        found[row.encounter_id].delay_row = row
    taken = EncounterLocation.objects.live().filter(bed=OuterRef("pk"), during__upper_inf=True)
    free = Bed.objects.filter(~Exists(taken), room__ward__department=OuterRef("department"))
    asked = AdmissionRequest.objects.live().filter(encounter__in=found, withdrawn_at__isnull=True).annotate(
        has_free_bed=Exists(free)).select_related("department")
    for request in asked.order_by("requested_at"):
        found[request.encounter_id].admission = request


def _add_places_and_doctors(found):
    """Where each is and who treats him, in one query."""
    team = EncounterParticipant.objects.live().filter(
        encounter=OuterRef("encounter"), part=EncounterParticipant.Part.ATTENDING, until__isnull=True).values(
        json=JSONObject(id="staff", family="staff__family", given="staff__given", patronymic="staff__patronymic"))[:1]
    present = EncounterLocation.objects.live().filter(encounter__in=found, during__upper_inf=True).annotate(doctor=Subquery(team))
    for place in present.select_related("department", "ward", "bed"):
        found[place.encounter_id].place = place
        found[place.encounter_id].attending = Staff(**place.doctor) if place.doctor else None


def wristbands(found) -> list[tuple]:
    """The lines with the code of the pre-printed wristband each patient wears, those with one only."""
    codes = dict(PatientIdentifier.objects.filter(kind="wristband", patient__in=[line.encounter.patient_id for line in found])
                 .values_list(
        "patient", "value"))
    return [(line, codes[line.encounter.patient_id]) for line in found if line.encounter.patient_id in codes]


def standing_requests(encounters):
    """Service requests that somebody waits for.

    Each with `found_at` (newest released result), `is_done`, and how far its sample came: `collected_at`, `received_at`.
    """
    results = LabResult.objects.live().filter(request=OuterRef("pk"), released_at__isnull=False)
    done = Procedure.objects.live().filter(request=OuterRef("pk"))
    parts = ServiceRequest.objects.live().filter(part_of=OuterRef("pk"), cancelled_at__isnull=True)
    samples = SpecimenRequest.objects.filter(request=OuterRef("pk"), specimen__error_at__isnull=True,
                                             specimen__rejected_at__isnull=True).order_by("-specimen__recorded_at")
    return ServiceRequest.objects.live().filter(
        encounter__in=encounters, cancelled_at__isnull=True, category__in=WAITED_FOR).exclude(Exists(parts)).annotate(
        found_at=results.order_by("-released_at").values("released_at")[:1], is_done=Exists(done),
        collected_at=samples.values("specimen__collected_at")[:1],
        received_at=samples.values("specimen__received_at")[:1]).order_by("authored_at")


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
            if earlier.pk not in (line.encounter.pk, line.encounter.part_of_id) and came - RETURN <= earlier.finished_at <= came:
                line.earlier = earlier


def triages(encounter):
    """Every judgement of the visit that stands, newest first."""
    return Triage.objects.live().filter(encounter=encounter).select_related("performer").order_by("-happened_at")


def moments(encounter):
    """The time stamps of the visit that stand, in the order of time."""
    return EmergencyMoment.objects.live().filter(encounter=encounter).select_related("recorded_by").order_by("happened_at")
