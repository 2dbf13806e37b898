"""Somebody is on the way: announced, arrived, or not coming (A1)."""
import datetime as dt

from admissions.errors import AnnouncementIsClosed, NotAnEmergencyRoom
from admissions.models import Announcement, EmergencyVisit
from admissions.queries.row import row_of
from emr import clock
from emr.acts import act
from emr.errors import Malformed, ReasonMissing
from emr.journal import record
from emr.models import Department, Patient
from emr.rules.texts import fits

LONGEST = dt.timedelta(hours=24)


@act("admissions.announce_arrival")
def announce_arrival(department, *, by, expected_at, arrival_mode="ambulance", brought_by="", complaint="",
                     sex="unknown", age=None):
    """Note that somebody is on the way to the emergency room, and when he is expected (aware, within a day).

    Raises NotAnEmergencyRoom, Malformed, TextTooLong.
    """
    department, now = row_of(Department, department), clock.now()
    if department is None or department.kind != Department.Kind.EMERGENCY:
        raise NotAnEmergencyRoom(department=department.name if department else "—")
    if arrival_mode not in EmergencyVisit.ArrivalMode.values or sex not in Patient.Sex.values:
        raise Malformed(problem="arrival_mode or sex: not one of the known values")
    if not now - dt.timedelta(minutes=5) <= expected_at <= now + LONGEST:
        raise Malformed(problem="expected_at: a moment within the next 24 hours is needed")
    if age is not None and not 0 <= age <= 120:
        raise Malformed(problem="age: 0 to 120 years")
    fits(Announcement, complaint=complaint, brought_by=brought_by)
    row = Announcement.objects.create(department=department, announced_at=now, expected_at=expected_at, arrival_mode=arrival_mode,
                                      brought_by=brought_by.strip(), complaint=complaint.strip(), sex=sex, age=age,
                                      recorded_by=by)
    record(row, expected_at=expected_at.isoformat(), arrival_mode=arrival_mode)
    return row


@act("admissions.cancel_announcement")
def cancel_announcement(announcement, *, by, reason):
    """They do not come after all. Raises AnnouncementIsClosed, ReasonMissing."""
    row, reason = lock_announcement(announcement), (reason or "").strip()
    if not reason:
        raise ReasonMissing()
    fits(Announcement, cancel_reason=reason)
    row.cancelled_at, row.cancelled_by, row.cancel_reason = clock.now(), by, reason
    row.save(update_fields=["cancelled_at", "cancelled_by", "cancel_reason"])
    record(row, reason=reason)
    return row


def lock_announcement(announcement):
    """The open announcement, locked. Raises NotFound, AnnouncementIsClosed."""
    row = Announcement.objects.live().select_for_update(no_key=True).get(pk=getattr(announcement, "pk", announcement))
    if row.encounter_id or row.cancelled_at:
        raise AnnouncementIsClosed()
    return row
