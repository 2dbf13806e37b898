"""Doctors who may sign a hard stop beside its author."""

from emr import clock
from emr.models import EncounterParticipant, Staff
from emr.permissions import ROLES, allowed


def others(actor):
    """People who work here and may prescribe, but for this one."""
    today = clock.today()
    roles = [role for role in ROLES if "orders.prescribe_medication" in allowed(role)]
    return (
        Staff.objects.filter(
            kind=Staff.Kind.PERSON, left_on__isnull=True, user__is_active=True, roles__role__in=roles, roles__since__lte=today
        )
        .exclude(pk=actor.pk)
        .exclude(roles__until__lt=today)
        .distinct()
    )


def attending(encounter):
    """The key of the doctor who treats the patient in this stay or visit now, or None. One query."""
    rows = EncounterParticipant.objects.live().filter(encounter=encounter, until__isnull=True)
    return rows.filter(part=EncounterParticipant.Part.ATTENDING).values_list("staff", flat=True).first()
