"""Whom a message about a coupon reaches, what has to be written now, and who can only be reached by telephone."""
import datetime as dt

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Exists, OuterRef, Prefetch, Q

from emr import clock
from emr.errors import NotFound
from emr.models import PatientContact
from outpatient.booking.models import AccountPatient, Booking, BookingNotice

Kind = BookingNotice.Kind


def addresses_of(patient) -> list[str]:
    """The patient's own e-mail addresses; where there is none, those of the accounts that order for him. One query."""
    rows = mails_of(getattr(patient, "pk", patient)).order_by("value").values_list("patient", "value")
    good = [(str(owner), value) for owner, value in rows if _is_address(value)]
    own = [value for owner, value in good if owner == str(getattr(patient, "pk", patient))]
    return list(dict.fromkeys(own or [value for _owner, value in good]))


def mails_of(patient):
    """E-mail contacts of the patient and of the accounts that order for him. `patient`: an id, or a column of an outer query."""
    inner = OuterRef(patient) if isinstance(patient, OuterRef) else patient  # one query deeper
    accounts = AccountPatient.objects.standing().filter(patient=inner).values("account")
    return PatientContact.objects.filter(Q(patient=patient) | Q(patient__user__in=accounts), kind=PatientContact.Kind.EMAIL,
                                         person="", ended_at__isnull=True)


def _is_address(text):
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def one(pk) -> BookingNotice:
    """A notice with all that its mail says. Raises NotFound."""
    row = BookingNotice.objects.select_related(
        "booking__patient", "booking__specialty", "booking__coupon__reception__doctor").filter(pk=pk).first()
    if row is None:
        raise NotFound()
    return row


def last_of(booking) -> BookingNotice | None:
    """The last message about this booking, or about the one it was moved from, that changed the patient's calendar."""
    return BookingNotice.objects.filter(booking__in=[pk for pk in (booking.pk, booking.rescheduled_from_id) if pk]).order_by(
        "-sequence").first()


def to_remind(kind, wanted: dict):
    """Bookings of these days that nobody was reminded of and that were ordered before the moment given with the day.

    `wanted`: day -> aware moment. What an outage left out is in it until the visit begins.
    """
    asked = Q()
    for day, before in wanted.items():
        asked |= Q(day=day, booked_at__lt=before)
    if not wanted:
        return Booking.objects.none()
    return Booking.objects.standing().filter(
        asked, ~Exists(BookingNotice.objects.filter(booking=OuterRef("pk"), kind=kind)), held_until__isnull=True,
        main__isnull=True,
        arrived_at__isnull=True, encounter__isnull=True, coupon__starts_at__gt=clock.now(), reception__cancelled_at__isnull=True
    ).order_by("day", "pk")


def by_telephone(day: dt.date):
    """Bookings of that day whose last message reached nobody by mail; each patient with `telephones`. Three queries."""
    phones = PatientContact.objects.filter(kind=PatientContact.Kind.PHONE, ended_at__isnull=True)
    untold = BookingNotice.objects.filter(booking=OuterRef("pk"), outcome=BookingNotice.Outcome.NO_ADDRESS,
                                          kind__in=[Kind.REMINDER, Kind.CHANGED, Kind.CANCELLED])
    return Booking.objects.filter(Exists(untold), day=day).select_related(
        "patient", "coupon__reception__doctor").prefetch_related(Prefetch("patient__contacts", phones,
                                                                          to_attr="telephones")).order_by(
        "coupon__starts_at", "pk")
