"""Specialties and doctors that the public sees (R7, R12)."""
import datetime as dt

from emr.errors import NotFound
from outpatient.booking.models import Reception, Specialty


def published() -> list[Specialty]:
    """The specialties that the institution shows, by name in the reader's language. One query."""
    return sorted(Specialty.objects.filter(is_published=True), key=str)


def one(code) -> Specialty:
    """One published specialty. Raises NotFound for any other, as if there were none (R7)."""
    row = Specialty.objects.filter(code=code, is_published=True).first()
    if row is None:
        raise NotFound()
    return row


def receptions(specialty, first: dt.date, last: dt.date) -> list[Reception]:
    """Standing receptions of the specialty in these days, with doctor and department. One query."""
    return list(Reception.objects.standing().filter(specialty=specialty, day__range=(first, last)).select_related(
        "doctor", "department").order_by("doctor__family", "doctor__given", "title", "starts_at"))


def doctor(specialty, pk):
    """A doctor who receives, or has received, in this specialty and is shown to the public. Raises NotFound."""
    row = Reception.objects.standing().filter(specialty=specialty, doctor=pk).exclude(
        doctor__booking_setting__is_published=False).select_related("doctor").order_by("-day").first()
    if row is None:
        raise NotFound()
    return row.doctor
