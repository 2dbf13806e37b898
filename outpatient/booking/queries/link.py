"""The coupon to which a link of a mail leads."""
from outpatient.booking.models import Booking

LONGEST_WAY = 20  # moves


def booking_of(pk) -> Booking | None:
    """The booking, or where it was moved to meanwhile; None when it is nobody's or its time has come."""
    rows = Booking.objects.select_related("patient", "specialty", "coupon__reception__doctor", "coupon__reception__department")
    found = rows.filter(pk=pk, patient__isnull=False).first() if pk else None
    for _move in range(LONGEST_WAY):
        later = found and rows.filter(rescheduled_from=found).first()
        if not later:
            break
        found = later
    return found if found and not found.coupon.is_past else None
