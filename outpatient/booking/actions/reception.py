"""Publishing a reception: from this moment its coupons are given out."""
import datetime as dt

from emr import acts, clock
from emr.acts import act
from emr.errors import Malformed
from emr.journal import record
from emr.models import Department, Staff
from emr.rules.texts import fits
from outpatient.booking.errors import (
    DoctorReceivesAtThatTime,
    DoctorReceivesThen,
    NoRoomForACoupon,
    ReceptionInPast,
    ReceptionTooLong,
    RoomIsUsed,
)
from outpatient.booking.models import Coupon, DoctorSetting, Reception, Specialty
from outpatient.booking.rules.reception import LONGEST, LONGEST_COUPON, SHORTEST_COUPON, coupon_times

acts.LAST_LINE["a_doctor_receives_in_one_place_at_a_time"] = DoctorReceivesAtThatTime
acts.LAST_LINE["one_reception_in_a_room_at_a_time"] = RoomIsUsed


@act("booking.publish_reception")
def publish_reception(*, by, department, starts_at, ends_at, minutes, doctor=None, room="", title="", specialty=None, place="",
                      quota_online=None, quota_advance=None):
    """Publish one doctor's (or room's) reception of one shift, cut into numbered coupons of so many minutes.

    `starts_at`, `ends_at`: aware. A reception without a doctor needs a title. `specialty`: default the doctor's own.
    `quota_online`, `quota_advance`: percent, default as the level above says (R26). `place`: address of the building when it
    is not the head office. Raises NoRoomForACoupon, ReceptionTooLong,
    ReceptionInPast, DoctorReceivesThen, Malformed.
    """
    department = department if isinstance(department, Department) else Department.objects.get(pk=department)
    if doctor is not None:  # receptions of one doctor are published one after the other
        doctor = Staff.objects.select_for_update(no_key=True).get(pk=getattr(doctor, "pk", doctor))
    check_texts_and_shares(doctor, title, room, place, quota_online, quota_advance)
    specialty = Specialty.objects.get(pk=getattr(specialty, "pk", specialty)) if specialty else specialty_of(doctor)
    times = times_of(starts_at, ends_at, minutes)
    if doctor is not None:
        _refuse_overlap(doctor, starts_at, ends_at)
    reception = write_reception(times, minutes, department=department, doctor=doctor, specialty=specialty, room=room,
                                place=place, title=title,
                                starts_at=starts_at, ends_at=ends_at, quota_online=quota_online, quota_advance=quota_advance)
    record(reception, doctor=doctor and str(doctor.pk), starts_at=starts_at.isoformat(), coupons=len(times))
    return reception


def check_texts_and_shares(doctor, title, room, place, quota_online, quota_advance):
    """Whose it is, texts that fit, shares between 0 and 100. Raises Malformed, TextTooLong."""
    if doctor is None and not title.strip():
        raise Malformed(problem="title: name the room or cabinet when no doctor is given")
    fits(Reception, room=room, title=title, place=place)
    for name, value in (("quota_online", quota_online), ("quota_advance", quota_advance)):
        if value is not None and not 0 <= value <= 100:
            raise Malformed(problem=f"{name}: a percentage from 0 to 100 is needed")


def write_reception(times, minutes, *, title, starts_at, **values) -> Reception:
    """Write a reception and its numbered coupons inside an act; everything was checked before."""
    reception = Reception.objects.create(title=title.strip(), starts_at=starts_at, day=clock.day_of(starts_at),
                                         published_at=clock.now(), **values)
    Coupon.objects.bulk_create([Coupon(reception=reception, number=number, starts_at=begins, minutes=minutes)
                                for number, begins in enumerate(times, start=1)])
    return reception


def specialty_of(doctor):
    """What the doctor is asked for; None when nobody has said."""
    found = doctor and DoctorSetting.objects.select_related("specialty").filter(doctor=doctor).first()
    return found.specialty if found else None


def times_of(starts_at, ends_at, minutes) -> list[dt.datetime]:
    """When each coupon begins. Raises Malformed, ReceptionTooLong, NoRoomForACoupon, ReceptionInPast."""
    if not SHORTEST_COUPON <= minutes <= LONGEST_COUPON:
        raise Malformed(problem=f"minutes: a whole number from {SHORTEST_COUPON} to {LONGEST_COUPON} is needed")
    if ends_at - starts_at > LONGEST:
        raise ReceptionTooLong(hours=LONGEST // dt.timedelta(hours=1))
    times = coupon_times(starts_at, ends_at, minutes)
    if not times:
        raise NoRoomForACoupon(minutes=minutes)
    if ends_at <= clock.now():
        raise ReceptionInPast(at=ends_at)
    return times


def _refuse_overlap(doctor, starts_at, ends_at):
    there = Reception.objects.standing().filter(doctor=doctor, starts_at__lt=ends_at, ends_at__gt=starts_at).first()
    if there:
        raise DoctorReceivesThen(doctor=doctor.short_name, since=there.starts_at, until=there.ends_at)
