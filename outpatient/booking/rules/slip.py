"""What stands on a coupon of paper (R58): one content for registry and kiosk, for the page, the PDF and the receipt printer
(R60).
"""
import datetime as dt
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from emr.models import Institution
from outpatient.booking.models import Booking, BookingSetting, SlipPrint


@dataclass(frozen=True)
class Slip:
    """The lines of the paper, in the language that was active when it was made."""

    institution: str
    address: str
    phone: str
    day: str
    time: str
    number: int
    patient: str
    record_number: str
    doctor: str
    position: str
    where: str
    place: str
    be_there: str
    code: str
    serial: str
    is_copy: bool
    is_reminder: bool
    cancelled: str
    notes: tuple[str, ...]

    @property
    def stamp(self) -> str:
        """The word in large type: what this paper is when it is not the coupon itself."""
        if self.cancelled:
            return _("Cancelled")
        if self.is_reminder:
            return _("REMINDER ONLY, NOT A COUPON")
        return _("COPY") if self.is_copy else ""


def slip_of(booking: Booking, row: BookingSetting, institution: Institution | None, printed: SlipPrint | None = None) -> Slip:
    """The paper of a booking; without a logged print it only reminds (R59). `row`: the institution's setting."""
    coupon, reception = booking.coupon, booking.coupon.reception
    begins = localtime(coupon.starts_at)
    lead = localtime(coupon.starts_at - dt.timedelta(minutes=row.checkin_lead_minutes))
    doctor, room = reception.doctor, reception.room
    return Slip(
        institution=institution.name if institution else "", address=institution.address if institution else "",
        phone=institution.phone if institution else "", day=date_format(begins, "l, j E Y"), time=f"{begins:%H:%M}",
        number=coupon.number,
        patient=booking.patient.full_name, record_number=booking.patient.number,
        doctor=doctor.full_name if doctor else reception.title,
        position=_position(reception, doctor) if row.slip_names_specialty else "",
        where=", ".join(part for part in (reception.department.name, _("consulting room {room}")
                                          .format(room=room) if room else "") if part),
        place=reception.place, be_there=f"{lead:%H:%M}" if row.checkin_lead_minutes else "", code=booking.code,
        serial=str(printed) if printed else "", is_copy=bool(printed and printed.is_copy), is_reminder=printed is None,
        cancelled=booking.cancel_reason if booking.cancelled_at else "", notes=tuple(_notes(row, printed)))


def _position(reception, doctor):
    return str(reception.specialty) if reception.specialty_id else doctor.position if doctor else ""


def _notes(row, printed):
    if printed is not None:
        yield _("Valid on this day only and for this patient only.")
    elif row.paper_required:
        yield _("Get your coupon at the registry or the kiosk when you come.")
    yield _("If you cannot come, cancel the coupon, so that somebody else may have it.")
