"""What a hand-over rests on: when the shift began, what changed in orders, who came and went, what was measured, remarks."""
import datetime as dt

from django.db.models import Exists, OuterRef, Q, Subquery

from emr.access import ChartNotVisible, log_reading
from emr.models import EncounterLocation, Observation, Shift
from nursing.models import DoseEffect, HandOver, HandOverRemark
from nursing.queries import worklist
from nursing.queries.infusion import last_events
from orders.models import MedicationHold, MedicationRequest, ServiceRequest

LONGEST, USUAL, BEFORE = dt.timedelta(hours=26), dt.timedelta(hours=12), dt.timedelta(hours=24)


def shift_began(actor, department, now) -> dt.datetime:
    """When the shift to be handed over began: the actor's own running duty, else the last hand-over, else 12 hours ago."""
    duty = Shift.objects.filter(staff=actor, department=department, during__contains=now).first()
    if duty and now - duty.during.lower <= LONGEST:
        return duty.during.lower
    last = HandOver.objects.filter(department=department, error_at__isnull=True, handed_at__gte=now - LONGEST).order_by(
        "-handed_at").values_list("handed_at", flat=True).first()
    return last or now - USUAL


def last_duty_ended(actor, department, now) -> dt.datetime | None:
    """When this person last went off duty here, within the longest time a hand-over covers."""
    duty = Shift.objects.filter(staff=actor, department=department, during__endswith__lte=now,
                                during__endswith__gte=now - LONGEST).order_by(
        "-during").first()
    return duty.during.upper if duty else None


def waiting(department) -> HandOver | None:
    """The hand-over of the department that nobody has taken over yet."""
    return HandOver.objects.filter(department=department, taken_at__isnull=True, error_at__isnull=True).select_related(
        "outgoing").first()


def of_department(department):
    """Hand-overs of a department, newest first, without what they say."""
    return HandOver.objects.filter(department=department).defer("content").select_related("outgoing", "incoming").order_by(
        "-handed_at")


def listed(actor, department=None):
    """Hand-overs of the actor's departments, newest first. Raises ChartNotVisible for another department."""
    chosen = [worklist.department_of(actor, str(department))] if department else worklist.departments_of(actor)
    return HandOver.objects.filter(department__in=chosen).defer("content").select_related(
        "outgoing", "incoming", "department").order_by(
        "-handed_at")


def one(actor, pk) -> HandOver:
    """One hand-over with what it says, for those who work in its department; the reading is logged. Raises ChartNotVisible."""
    row = HandOver.objects.select_related("department", "outgoing", "incoming", "error_by").filter(pk=pk).first()
    if row is None:
        raise ChartNotVisible()
    worklist.department_of(actor, str(row.department_id))
    log_reading(actor, None, "hand-over", "care")
    return row


def gone(department, since, now):
    """Who left the department since then and does not lie in it now: stays with their last place here. One query."""
    here = EncounterLocation.objects.live().filter(encounter=OuterRef("encounter"), department=department, during__upper_inf=True)
    after = EncounterLocation.objects.live().filter(encounter=OuterRef("encounter"), during__startswith__gte=since).order_by(
        "-during")
    return EncounterLocation.objects.live().filter(
        department=department, during__endswith__gte=since, during__endswith__lte=now, encounter__error_at__isnull=True).filter(
        ~(Exists(here) & Q(encounter__finished_at__isnull=True))).annotate(
            went_to=Subquery(after.values("department__name")[:1])).select_related(
        "encounter__patient", "bed").order_by("encounter", "-during").distinct("encounter")


def infusion_runs():
    """For a query of places: does an infusion of the stay run or wait paused?"""
    return Exists(last_events().filter(request__encounter=OuterRef("encounter")).exclude(kind="end"))


def changed_drugs(encounters, since):
    """Drug orders written, stopped, held or found wrong since then, with their drug, what they replace and the newest pause.

    One query.
    """
    hold = MedicationHold.objects.live().filter(request=OuterRef("pk"), since__gte=since).order_by("-since")
    return MedicationRequest.objects.filter(encounter__in=encounters, category="inpatient").annotate(
        held_since=Subquery(hold.values("since")[:1]), hold_reason=Subquery(hold.values("reason")[:1])).filter(
        Q(authored_at__gte=since) | Q(stopped_at__gte=since) | Q(error_at__gte=since) | Q(
            held_since__isnull=False)).select_related(
        "medication", "replaces__medication", "replaced_by").order_by("authored_at")


def changed_requests(encounters, since):
    """Other orders written or cancelled since then; tests of a panel are told by the panel. One query."""
    return ServiceRequest.objects.live().filter(encounter__in=encounters, part_of__isnull=True).filter(
        Q(authored_at__gte=since) | Q(cancelled_at__gte=since)).order_by("authored_at")


def effects(encounters, since) -> dict:
    """Whether drugs as needed helped, by administration. One query."""
    return {row.administration_id: row for row in DoseEffect.objects.live().filter(
        administration__encounter__in=encounters, administration__happened_at__gte=since)}


def measured(encounters, since, codes):
    """Values of the shift, and scores of the day before it for comparison; oldest first. One query."""
    return Observation.objects.live().filter(encounter__in=encounters, value__isnull=False).filter(
        Q(code__in=codes, effective_at__gte=since) | Q(code="news2", effective_at__gte=since - BEFORE)).order_by(
            "effective_at", "pk")


def remarks(encounters, since):
    """What nurses wrote for the next shift since then, oldest first. One query."""
    return HandOverRemark.objects.live().filter(encounter__in=encounters, written_at__gte=since).select_related(
        "recorded_by").order_by(
        "written_at")
