"""Stays in the wards: who lies where, treated by whom, since when (B2, B4)."""
from dataclasses import dataclass

from django.db.models import Case, Count, Exists, OuterRef, Q, Subquery, Value, When

from admissions.models import BedState, ExpectedDischarge, Isolation
from admissions.queries.bed import with_state
from emr import clock
from emr.models import Bed, Department, Encounter, EncounterLocation, EncounterParticipant, Observation, Shift, Staff
from orders.models import MedicationRequest, Reconciliation

NEWS2 = "NEWS2"  # name of the score that nursing stores with each complete round of vitals


@dataclass
class Place:
    """A bed with its occupant, if any; `bed` is None for a patient admitted to the department without a bed."""

    bed: Bed | None = None
    stay: Encounter | None = None
    since: object = None
    attending: object = None
    news2: Observation | None = None
    boards_in: Department | None = None  # admitted, and still lying in this emergency room
    goes_home: object = None  # the day on which the doctor expects it
    isolation: str = ""
    must_review: bool = False  # came from another department, and nobody has looked through the orders since

    @property
    def state(self) -> str:
        """free, occupied, to-be-freed (today or overdue), cleaning, repair or reserved."""
        if self.stay:
            return "to-be-freed" if self.goes_home and self.goes_home <= clock.today() else "occupied"
        return self.bed.open_state["state"] if self.bed and self.bed.open_state else "free"

    @property
    def isolation_words(self):
        """How the patient must lie apart, in words."""
        return Isolation.Kind(self.isolation).label if self.isolation else ""

    @property
    def days(self) -> int:
        """The how-manieth calendar day of the stay this is: 1 on the day of admission."""
        return (clock.today() - clock.day_of(self.stay.started_at)).days + 1


def open_stays(departments=None):
    """Stays that have not ended, with the patient."""
    rows = Encounter.objects.live().filter(kind=Encounter.Kind.INPATIENT, finished_at__isnull=True, source__isnull=True)
    if departments is not None:
        rows = rows.filter(department__in=departments)
    return rows.select_related("patient", "department")


def admitting_departments():
    """Departments with beds."""
    return Department.objects.filter(kind=Department.Kind.INPATIENT).order_by("name")


def wards(departments):
    """Wards of the departments with all their places, free and occupied; then the patients without a bed.

    Returns [(ward or None, [Place, …])]; five queries whatever the number of beds.
    """
    beds = with_state(Bed.objects.filter(room__ward__department__in=departments)).select_related(
        "room__ward__department").order_by("room__ward__code", "room__code", "label")
    occupied, homeless = _occupants(departments)
    by_ward = {}
    for bed in beds:
        place = occupied.get(bed.pk) or Place()
        place.bed = bed
        by_ward.setdefault(bed.room.ward, []).append(place)
    groups = list(by_ward.items())
    return [(None, homeless), *groups] if homeless else groups


def _with_rules(places, encounter="encounter"):
    """Places with the expected day of going home, the isolation, and whether orders must be looked through after a transfer."""
    expected = ExpectedDischarge.objects.live().filter(encounter=OuterRef(encounter)).order_by("-happened_at").values("day")[:1]
    apart = Isolation.objects.live().filter(encounter=OuterRef(encounter), until__isnull=True).values("kind")[:1]
    return places.annotate(goes_home=Subquery(expected), isolation=Subquery(apart), must_review=_must_review(encounter))


def _must_review(encounter):
    """A drug order runs, and the patient came from another ward department after anybody last looked through the orders."""
    before = EncounterLocation.objects.live().filter(
        encounter=OuterRef("encounter"), during__endswith=OuterRef("during__startswith")).exclude(
        department=OuterRef("department")).exclude(department__kind=Department.Kind.EMERGENCY)
    came = EncounterLocation.objects.live().filter(Exists(before), encounter=OuterRef(encounter))
    reviewed = Reconciliation.objects.filter(encounter=OuterRef("encounter"), moment=Reconciliation.Moment.TRANSFER,
                                             recorded_at__gte=OuterRef("during__startswith"))
    running = MedicationRequest.objects.live().filter(encounter=OuterRef(encounter), stopped_at__isnull=True)
    return Case(When(Exists(came.exclude(Exists(reviewed))) & Exists(running), then=Value(True)), default=Value(False))


def needs_review(stay) -> bool:
    """Must somebody look through the orders, because the patient came from another department?"""
    return bool(_with_rules(EncounterLocation.objects.live().filter(encounter=stay, during__upper_inf=True))
                .filter(must_review=True).exists())


def _occupants(departments):
    present = _with_rules(EncounterLocation.objects.live()).filter(
        Q(department__in=departments) | Q(encounter__department__in=departments, department__kind=Department.Kind.EMERGENCY),
        during__upper_inf=True, encounter__kind=Encounter.Kind.INPATIENT,
        encounter__error_at__isnull=True, encounter__source__isnull=True, encounter__finished_at__isnull=True)
    occupied, homeless, by_stay = {}, [], {}
    for row in present.select_related("encounter__patient", "encounter__department", "department").order_by("during"):
        place = by_stay[row.encounter_id] = Place(stay=row.encounter, since=row.during.lower)
        place.goes_home, place.isolation, place.must_review = row.goes_home, row.isolation or "", row.must_review
        place.boards_in = row.department if row.department.kind == Department.Kind.EMERGENCY else None
        if row.bed_id:
            occupied[row.bed_id] = place
        else:
            homeless.append(place)
    _add_team_and_score(by_stay)
    return occupied, homeless


def _add_team_and_score(by_stay):
    team = EncounterParticipant.objects.live().filter(encounter__in=by_stay, part=EncounterParticipant.Part.ATTENDING,
                                                      until__isnull=True).select_related("staff")
    for person in team:
        by_stay[person.encounter_id].attending = person.staff
    newest = Observation.objects.live().filter(encounter=OuterRef("encounter"), name=NEWS2).order_by(
        "-effective_at").values("pk")[:1]
    scores = Observation.objects.live().filter(encounter__in=by_stay, name=NEWS2, pk=Subquery(newest))
    for score in scores:
        by_stay[score.encounter_id].news2 = score


def free_beds(departments):
    """Beds of the departments in which nobody lies now and which are ready, for the choice of a place; a kept bed is among them.
    """
    taken = EncounterLocation.objects.live().filter(during__upper_inf=True, bed__isnull=False).values("bed")
    closed = BedState.objects.live().filter(until__isnull=True).exclude(state=BedState.State.RESERVED).values("bed")
    return with_state(Bed.objects.filter(room__ward__department__in=departments)).exclude(pk__in=taken).exclude(
        pk__in=closed).select_related(
        "room__ward__department").order_by("room__ward__department__name", "label")


def present_place(encounter):
    """Where the patient of the encounter is now, or was last; with the expected day of going home and the isolation."""
    return _with_rules(EncounterLocation.objects.live()).filter(encounter=encounter).select_related(
        "department", "ward", "bed").order_by("-during").first()


def places(encounter):
    """All places of a stay, first to last."""
    return EncounterLocation.objects.live().filter(encounter=encounter).select_related(
        "department", "ward", "bed").order_by("during")


def attending(encounter):
    """The attending doctor now, or the last one of an ended stay."""
    row = EncounterParticipant.objects.live().filter(
        encounter=encounter, part=EncounterParticipant.Part.ATTENDING).select_related("staff").order_by("-since").first()
    return row and row.staff


def stay_before(stay):
    """The patient's stay before this one, or None (B13)."""
    return Encounter.objects.live().filter(patient=stay.patient_id, kind=Encounter.Kind.INPATIENT,
                                           started_at__lt=stay.started_at).exclude(
        pk=stay.pk).select_related("department").order_by("-started_at").first()


def ordered_drugs(encounter):
    """Drug orders of an earlier stay, one for each drug, dose, route and timing, by name: what may be ordered again (B13)."""
    rows = MedicationRequest.objects.live().filter(
        encounter=encounter, category=MedicationRequest.Category.INPATIENT).select_related("medication").order_by("authored_at")
    same = {(row.medication_id, row.dose, row.dose_unit, row.route, row.timing_text): row for row in rows}
    return sorted(same.values(), key=lambda row: row.medication.name)


def team(encounter):
    """Everybody who treats or treated in this encounter, the present ones first, with dates (B4)."""
    rows = EncounterParticipant.objects.live().filter(encounter=encounter).select_related("staff")
    return sorted(rows, key=lambda row: (row.until is not None, row.part != EncounterParticipant.Part.ATTENDING, row.since))


def on_duty(departments):
    """Who is on shift in these departments now, with the end of the shift."""
    return Shift.objects.filter(department__in=departments, during__contains=clock.now()).select_related(
        "staff", "department").order_by(
        "staff__family")


def clinicians():
    """Doctors and nurses who work here today, for the choice of the treating team."""
    today = clock.today()
    return Staff.objects.filter(roles__role__in=("ward_doctor", "er_doctor", "ward_nurse", "head_nurse"), roles__since__lte=today,
                                left_on__isnull=True, kind="person").filter(
        Q(roles__until__isnull=True) | Q(roles__until__gte=today)).distinct().order_by("family", "given")


def doctors():
    """Doctors of the wards who work here today, for the choice of the attending one."""
    today = clock.today()
    return Staff.objects.filter(roles__role="ward_doctor", roles__since__lte=today, left_on__isnull=True).filter(
        Q(roles__until__isnull=True) | Q(roles__until__gte=today)).distinct()


def others_in_beds(stay):
    """Patients in beds of the same department, with whom this one could exchange his place."""
    return EncounterLocation.objects.live().filter(
        during__upper_inf=True, bed__isnull=False, department=stay.department, encounter__kind=Encounter.Kind.INPATIENT,
        encounter__finished_at__isnull=True).exclude(encounter=stay).select_related("encounter__patient", "bed").order_by(
            "bed__label")


def free_by_department():
    """Departments with the number of their beds and of the free ones, as `beds` and `free`."""
    taken = EncounterLocation.objects.live().filter(during__upper_inf=True, bed=OuterRef("wards__rooms__beds"))
    return admitting_departments().annotate(
        beds=Count("wards__rooms__beds"),
        free=Count("wards__rooms__beds", filter=~Exists(taken))).filter(beds__gt=0)
