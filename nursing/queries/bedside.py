"""What an act at the bedside rests on: the dose, its order and its stay as they are now, and whether the actor may see them."""
from django.db.models import F, OuterRef, Q, Subquery, Value

from emr.access import CaredFor, ChartNotVisible, link_of
from emr.models import Encounter, EncounterLocation, Staff
from nursing.models import MedicationAdministration
from orders.models import MedicationHold, MedicationRequest, PlannedDose


def _mine(actor):
    """Is the patient of the row visible to the actor by a ward, team or emergency-room link? No question for the system."""
    return Value(True) if actor.kind == Staff.Kind.SYSTEM else CaredFor(actor, F("patient"))


def _check(row, actor):
    # The other kinds of care link (appointment, broken glass …) are asked only when the common ones do not stand.
    if row is None or not (row.is_mine or link_of(actor, row.patient)):
        raise ChartNotVisible()
    return row


def _place(encounter, at):
    """The department in which the patient was at that moment, as a subquery."""
    return Subquery(EncounterLocation.objects.live().filter(encounter=OuterRef(encounter), during__contains=at)
                    .values("department")[:1])


def dose_at(dose, at, actor) -> PlannedDose:
    """The dose with its order, drug, patient, stay, and beside it what stands at the moment `at`; one query.

    `fact_id` the live fact, `held_since` and `hold_reason` a pause, `department_id` where the patient was.
    Raises ChartNotVisible for strangers and for what is not there.
    """
    facts = MedicationAdministration.objects.live().filter(dose=OuterRef("pk"))
    holds = MedicationHold.objects.live().filter(request=OuterRef("request"), since__lte=at).filter(
        Q(until__isnull=True) | Q(until__gt=at)).order_by("since")
    row = PlannedDose.objects.filter(pk=getattr(dose, "pk", dose)).select_related(
        "request__medication", "patient", "encounter").annotate(
        is_mine=_mine(actor), fact_id=Subquery(facts.values("pk")[:1]), held_since=Subquery(holds.values("since")[:1]),
        hold_reason=Subquery(holds.values("reason")[:1]), place_id=_place("encounter", at)).first()
    row = _check(row, actor)
    row.department_id = row.place_id or row.encounter.department_id
    return row


def encounter_at(encounter, at, actor) -> Encounter:
    """The stay or visit with its patient and the department in which he was (`place_id`). Raises ChartNotVisible."""
    return _check(Encounter.objects.live().filter(pk=getattr(encounter, "pk", encounter)).select_related("patient").annotate(
        is_mine=_mine(actor), place_id=_place("pk", at)).first(), actor)


def request_at(request, actor) -> MedicationRequest:
    """An order with its drug and patient, for those who may see it. Raises ChartNotVisible."""
    return _check(MedicationRequest.objects.filter(pk=request).select_related("patient", "medication", "encounter").annotate(
        is_mine=_mine(actor)).first(), actor)


def given_times(request) -> list:
    """When this drug was given as needed to the patient, on this order or another one as needed; earliest first."""
    return list(MedicationAdministration.objects.live().filter(
        patient=request.patient_id, request__medication=request.medication_id, request__as_needed=True,
        status=MedicationAdministration.Status.GIVEN).order_by("happened_at").values_list("happened_at", flat=True))


def live_fact(**of) -> MedicationAdministration | None:
    """The live fact with its performer."""
    return MedicationAdministration.objects.live().filter(**of).select_related("performer").first()


