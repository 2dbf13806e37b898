"""Whether somebody chose a PIN, and who can sign as second person at all."""
from django.db.models import Q

from emr.models import StaffPin

# Staff who have something to sign with: an open login, or a PIN or badge.
CAN_SIGN = Q(user__is_active=True) | Q(user__isnull=True, pin__isnull=False)


def pin_of(staff) -> StaffPin | None:
    """The person's PIN row, if there is one. One query."""
    return StaffPin.objects.filter(staff=staff).first()
