"""Doctors who may sign a hard stop beside its author."""

from emr import clock
from emr.models import Staff
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
