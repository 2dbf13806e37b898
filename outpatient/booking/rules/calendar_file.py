"""The entry in the patient's own calendar (RFC 5545, RFC 5546): one stable UID, each change counts SEQUENCE on."""
import datetime as dt

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from outpatient.booking.models import BookingNotice
from outpatient.booking.rules import link

REQUEST, CANCEL = "REQUEST", "CANCEL"
HOST = "booking"


def method_of(notice: BookingNotice) -> str:
    """Does the message put the visit into the calendar or take it out?"""
    return CANCEL if notice.kind == BookingNotice.Kind.CANCELLED else REQUEST


def calendar_file(notice: BookingNotice, row, institution, *, to: str) -> bytes:
    """The visit as a calendar file with the zone of the institution. It names nothing medical beyond what the mail names."""
    from icalendar import Calendar, Event, vCalAddress  # seven megabytes that a web worker never needs

    booking, coupon, method = notice.booking, notice.booking.coupon, method_of(notice)
    event = Event()
    event.add("uid", f"{notice.thread}@{HOST}")
    event.add("sequence", notice.sequence)
    event.add("dtstamp", notice.written_at.astimezone(dt.UTC))
    event.add("dtstart", timezone.localtime(coupon.starts_at))
    event.add("dtend", timezone.localtime(coupon.ends_at))
    event.add("summary", summary(booking, row, institution))
    event.add("location", where(booking, institution))
    event.add("status", "CANCELLED" if method == CANCEL else "CONFIRMED")
    event.add("organizer", vCalAddress(f"mailto:{institution.email or settings.DEFAULT_FROM_EMAIL}"))
    event.add("attendee", vCalAddress(f"mailto:{to}"))
    if method == REQUEST:
        event.add("description", _("If you cannot come, cancel here: {address}")
                  .format(address=link.address(link.VISIT, booking)))
    file = Calendar()
    file.add("prodid", "-//hospital-emr//booking//EN")
    file.add("version", "2.0")
    file.add("method", method)
    file.add_component(event)
    file.add_missing_timezones()
    return file.to_ical()


def summary(booking, row, institution) -> str:
    """What the entry is called: the institution; specialty and doctor only where the institution says so."""
    doctor = booking.coupon.reception.doctor
    named = [str(part) for part in (booking.specialty, doctor and doctor.short_name) if part]
    if row.mail_names_specialty and named:
        return f"{institution.short_name}: {', '.join(named)}"
    return _("Visit: {institution}").format(institution=institution.short_name)


def where(booking, institution) -> str:
    """Building and room."""
    reception = booking.coupon.reception
    room = _("room {room}").format(room=reception.room) if reception.room else ""
    return ", ".join(part for part in (institution.short_name, reception.place or institution.address, room) if part)
