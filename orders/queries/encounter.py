"""Stays and visits as orders need them."""
from django.db.models import F

from emr import clock
from emr.models import Encounter, Shift


def current_of(patient) -> Encounter | None:
    """The patient's open stay or visit, the newest first; else his last one."""
    return Encounter.objects.live().filter(patient=getattr(patient, "pk", patient)).select_related("department").order_by(
        F("finished_at").desc(nulls_first=True), "-started_at").first()


def by_id(encounter_id) -> Encounter | None:
    """The stay or visit with its patient and department."""
    return Encounter.objects.live().select_related("patient", "department").filter(pk=encounter_id).first()


def open_in(departments):
    """Open stays and visits of these departments."""
    return Encounter.objects.live().filter(department__in=departments, finished_at__isnull=True)


def of_reader(actor):
    """Open stays and visits of the departments of the actor's roles and of the shift he is on."""
    shifts = Shift.objects.filter(staff=actor, during__contains=clock.now()).values_list("department", flat=True)
    return open_in({*actor.department_ids, *shifts})
