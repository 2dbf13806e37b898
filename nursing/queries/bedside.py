"""What an act at the bedside rests on: the dose, its order and its stay as they are now, and whether the actor may see them."""
from django.db import models
from django.db.models import F, Value
from django.db.models.expressions import RawSQL

from emr.access import CaredFor, ChartNotVisible, link_of
from emr.models import Encounter, Staff
from emr.models.fields import ExactDecimalField
from nursing.models import MedicationAdministration
from orders.errors import NotAnInfusion
from orders.models import MedicationRequest, PlannedDose


def _mine(actor):
    """Is the patient of the row visible to the actor by a ward, team or emergency-room link? No question for the system."""
    return Value(True) if actor.kind == Staff.Kind.SYSTEM else CaredFor(actor, F("patient"))


def _check(row, actor):
    # The other kinds of care link (appointment, broken glass …) are asked only when the common ones do not stand.
    if row is None or not (row.is_mine or link_of(actor, row.patient)):
        raise ChartNotVisible()
    return row


# Written out, because composing them from querysets at every dose took longer than the database needs to answer.
PLACE = """select l.department_id from emr_encounterlocation l
    where l.encounter_id = {encounter} and l.error_at is null and l.during @> %s limit 1"""
VERIFIED = """exists (select from orders_orderverification v where v.request_id = orders_planneddose.request_id
    and v.kind = 'verified')"""
FACT = """select f.id from nursing_medicationadministration f
    where f.dose_id = orders_planneddose.id and f.error_at is null limit 1"""
HOLD = """select {column} from orders_medicationhold h where h.request_id = orders_planneddose.request_id
    and h.error_at is null and h.since <= %s and (h.until is null or h.until > %s) order by h.since limit 1"""


LEAVE = """select l.since from orders_leave l where l.encounter_id = orders_planneddose.encounter_id
    and l.error_at is null and l.since <= %s and (l.until is null or l.until > %s) limit 1"""


def _place(encounter, at):
    """The department in which the patient was at that moment; `encounter` is the column that names the stay."""
    return RawSQL(PLACE.format(encounter=encounter), [at], models.UUIDField())


def _hold(column, at, kind):
    """A column of the pause that stands at that moment."""
    return RawSQL(HOLD.format(column=column), [at, at], kind)


def dose_at(dose, at, actor) -> PlannedDose:
    """The dose with its order, drug, patient, stay, and beside it what stands at the moment `at`; one query.

    `fact_id` the live fact, `held_since` and `hold_reason` a pause, `left_since` a leave, `is_verified` by the pharmacist,
    `department_id` where the patient was.
    Raises ChartNotVisible for strangers and for what is not there.
    """
    row = PlannedDose.objects.filter(pk=getattr(dose, "pk", dose)).order_by().select_related(
        "request__medication", "patient", "encounter").annotate(
        is_mine=_mine(actor), fact_id=RawSQL(FACT, [], models.UUIDField()),
        is_verified=RawSQL(VERIFIED, [], models.BooleanField()),
        held_since=_hold("h.since", at, models.DateTimeField()), hold_reason=_hold("h.reason", at, models.CharField()),
        left_since=RawSQL(LEAVE, [at, at], models.DateTimeField()), place_id=_place("orders_planneddose.encounter_id", at))[:1]
    row = next(iter(row), None)
    row = _check(row, actor)
    row.department_id = row.place_id or row.encounter.department_id
    return row


def encounter_at(encounter, at, actor) -> Encounter:
    """The stay or visit with its patient and the department in which he was (`place_id`). Raises ChartNotVisible."""
    return _check(Encounter.objects.live().filter(pk=getattr(encounter, "pk", encounter)).select_related("patient").annotate(
        is_mine=_mine(actor), place_id=_place("emr_encounter.id", at)).first(), actor)


def request_at(request, actor) -> MedicationRequest:
    """An order with its drug and patient, for those who may see it. Raises ChartNotVisible."""
    return _check(MedicationRequest.objects.filter(pk=request).select_related("patient", "medication", "encounter").annotate(
        is_mine=_mine(actor)).first(), actor)


OF_ORDER = HOLD.replace("orders_planneddose.request_id", "orders_medicationrequest.id")
RATE = """select r.ml_per_hour from orders_infusionrate r where r.request_id = orders_medicationrequest.id and r.error_at is null
    and r.since <= %s order by r.recorded_at desc, r.id desc limit 1"""
VERIFIED_ORDER = VERIFIED.replace("orders_planneddose.request_id", "orders_medicationrequest.id")
OPEN_DOSE = """select jsonb_build_object('id', d.id, 'due_at', d.due_at, 'amount', d.amount::text, 'unit', d.unit)
    from orders_planneddose d where d.request_id = orders_medicationrequest.id and not exists (
    select from nursing_medicationadministration f where f.dose_id = d.id and f.error_at is null) order by d.due_at limit 1"""


def infusion_at(request, at, actor) -> MedicationRequest:
    """An infusion's order with its bag, and beside it what stands at the moment `at`; one query.

    `ordered_ml` the rate ordered, `open_dose` the columns of the planned dose that nobody recorded yet, `held_since` and
    `hold_reason` a pause of the order, `is_verified` by the pharmacist, `department_id` where the patient was. Raises
    ChartNotVisible for strangers, NotAnInfusion for an order without a bag.
    """
    row = MedicationRequest.objects.filter(pk=getattr(request, "pk", request)).select_related(
        "medication", "patient", "encounter", "infusion").annotate(
        is_mine=_mine(actor), ordered_ml=RawSQL(RATE, [at], ExactDecimalField()), open_dose=RawSQL(
            OPEN_DOSE, [], models.JSONField()),
        is_verified=RawSQL(VERIFIED_ORDER, [], models.BooleanField()),
        held_since=RawSQL(OF_ORDER.format(column="h.since"), [at, at], models.DateTimeField()),
        hold_reason=RawSQL(OF_ORDER.format(column="h.reason"), [at, at], models.CharField()),
        place_id=_place("orders_medicationrequest.encounter_id", at)).first()
    _check(row, actor)
    if getattr(row, "infusion", None) is None:
        raise NotAnInfusion()
    row.department_id = row.place_id or row.encounter.department_id
    return row


def given_times(request) -> list:
    """When this drug was given as needed to the patient, on this order or another one as needed; earliest first."""
    return list(MedicationAdministration.objects.live().filter(
        patient=request.patient_id, request__medication=request.medication_id, request__as_needed=True,
        status=MedicationAdministration.Status.GIVEN).order_by("happened_at").values_list("happened_at", flat=True))


def live_fact(**of) -> MedicationAdministration | None:
    """The live fact with its performer."""
    return MedicationAdministration.objects.live().filter(**of).select_related("performer").first()


def last_given(requests, moment) -> tuple | None:
    """When and by whom a dose of these orders was last given at that moment or later; orders ask before they end in the past."""
    fact = MedicationAdministration.objects.live().filter(
        request__in=requests, status=MedicationAdministration.Status.GIVEN, happened_at__gte=moment).select_related(
        "performer").order_by("-happened_at").first()
    return (fact.happened_at, str(fact.performer)) if fact else None
